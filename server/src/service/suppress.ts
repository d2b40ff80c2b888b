import type { Finding, Fix } from "../engine/finding.ts";
import type { SourceFile } from "../syntax/index.ts";

/** Adds the rule to the `# sqla: ignore[…]` of the finding's first line, or puts one there. */
export function suppressionFor(file: SourceFile, finding: Finding): Fix | undefined {
  const line = file.lineOf(finding.span.start);
  const start = file.lines[line] ?? 0;
  const end = (file.lines[line + 1] ?? file.text.length + 1) - 1;
  const stop = file.text[end - 1] === "\r" ? end - 1 : Math.min(end, file.text.length);
  const text = file.text.slice(start, stop);
  const title = `Ignore ${finding.rule} on this line`;
  const edit = (from: number, to: number, inserted: string): Fix => ({
    title,
    edits: [{ uri: finding.uri, span: { start: from, end: to }, text: inserted }],
  });
  const comment = file.comments.find((each) => each.start >= start && each.start < stop);
  const said = comment && /sqla:\s*ignore\[([^\]]*)/i.exec(text.slice(comment.start - start));
  if (comment && said) {
    const at = comment.start + said.index + said[0].length;
    return edit(at, at, said[1]?.trim() === "" ? finding.rule : `, ${finding.rule}`);
  }
  // A line that ends in a backslash, or inside of a string, has no room for a comment.
  const inString = file.nodeAt(stop);
  const spans = inString && /^(string|concatenated_string)$/.test(inString.type) && inString.end > stop;
  if (/\\$/.test(text) || spans) {
    const indent = /^[ \t]*/.exec(text)?.[0] ?? "";
    return edit(start, start, `${indent}# sqla: ignore[${finding.rule}]${file.lineEnd}`);
  }
  return edit(stop, stop, `${/\s$/.test(text) || text === "" ? "" : "  "}# sqla: ignore[${finding.rule}]`);
}
