/** A way to write: every method takes the person's own text and makes it harmless. */
export interface Markup {
  text(text: string): string;
  bold(text: string): string;
  code(text: string): string;
  link(text: string, target: string): string;
  /** Text in which backticks stand around code, as in "`s = Session()`". */
  prose(text: string): string;
  /** Lines to be shown as they are. */
  block(lines: readonly string[]): string[];
  /** Rows of cells, each of them prose, under a head. */
  table(head: readonly string[], rows: readonly (readonly string[])[]): string[];
  /** What ends a line within a paragraph. */
  readonly lineBreak: string;
}

export const markdown: Markup = {
  text: escaped,
  bold: (text) => `**${escaped(text)}**`,
  code(text) {
    const flat = oneLine(text);
    // The fence must be longer than any run of backticks inside, and apart from one at an edge.
    const longest = Math.max(0, ...(flat.match(/`+/g) ?? []).map((run) => run.length));
    const fence = "`".repeat(longest + 1);
    const pad = flat.startsWith("`") || flat.endsWith("`") ? " " : "";
    return flat === "" ? "" : `${fence}${pad}${flat}${pad}${fence}`;
  },
  link: (text, target) => `[${escaped(text)}](<${target.replace(/[<>\\\s]/g, encodeURIComponent)}>)`,
  prose(text) {
    const parts = oneLine(text).split("`");
    // An odd backtick belongs to the person's own text.
    if (parts.length % 2 === 0) return escaped(text);
    return parts.map((part, index) => (index % 2 === 0 ? escaped(part) : markdown.code(part))).join("");
  },
  block: (lines) => ["```text", ...lines.map((line) => oneLine(line).replaceAll("```", "'''")), "```"],
  table(head, rows) {
    const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
    // A cell ends at a bar, in code too.
    const cell = (text: string): string => markdown.prose(text).replace(/(?<!\\)\|/g, "\\|");
    return [line(head.map(escaped)), line(head.map(() => "---")), ...rows.map((row) => line(row.map(cell)))];
  },
  lineBreak: "  ",
};

export const plain: Markup = {
  text: oneLine,
  bold: oneLine,
  code: oneLine,
  link: oneLine,
  prose: oneLine,
  block: (lines) => lines.map(oneLine),
  table: (_, rows) =>
    rows.map((row) =>
      oneLine(
        row
          .filter((cell) => cell !== "")
          .join("  ")
          .replaceAll("`", ""),
      ),
    ),
  lineBreak: "",
};

function escaped(text: string): string {
  return oneLine(text).replace(/[\\`*_{}[\]()<>#+\-.!|~&$:]/g, (mark) =>
    mark === "<" ? "&lt;" : mark === "&" ? "&amp;" : `\\${mark}`,
  );
}

/** Line ends and other control characters would end the construct that the text stands in. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, " ");
}
