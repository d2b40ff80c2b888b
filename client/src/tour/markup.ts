/** Text as Markdown that shows it and does nothing else: names and messages come from a person's files. */
export function escaped(text: string): string {
  return oneLine(text).replace(/[\\`*_{}[\]()<>#+\-.!|~&$:]/g, (mark) =>
    mark === "<" ? "&lt;" : mark === "&" ? "&amp;" : `\\${mark}`,
  );
}

/** Text in which backticks stand around code. */
export function prose(text: string): string {
  const parts = oneLine(text).split("`");
  // An odd backtick belongs to the text.
  if (parts.length % 2 === 0) return escaped(text);
  return parts.map((part, at) => (at % 2 === 0 ? escaped(part) : part === "" ? "" : `\`${part}\``)).join("");
}

/** A link that runs a command; Markdown shows it only where the command is among those that it may run. */
export function commandLink(title: string, command: string, ...args: readonly unknown[]): string {
  const query = args.length === 0 ? "" : `?${encodeURIComponent(JSON.stringify(args))}`;
  // What `encodeURIComponent` leaves would end the link.
  return `[${escaped(title)}](command:${command}${query.replace(/[()]/g, (mark) => (mark === "(" ? "%28" : "%29"))})`;
}

/** Line ends and other control characters would end the construct that the text stands in. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, " ");
}
