import type { SourceFile, Span } from "../syntax/index.ts";

/**
 * `# sqla: ignore` and `# sqla: ignore[rule-a, rule-b]` silence findings that start or end on their line, or that
 * start on the next one where the comment stands alone; `# sqla: ignore-file[…]` the whole file. `# noqa` and
 * `# noqa: rule-a` are honoured on the line as well: codes of other linters are not ours and silence nothing.
 */
export function readSuppressions(file: SourceFile): (rule: string, span: Span) => boolean {
  const lines = new Map<number, Rules>();
  let whole: Rules = none;
  for (const comment of file.comments) {
    const text = file.text.slice(comment.start, comment.end);
    const said = parseComment(text);
    if (!said) continue;
    const line = file.lineOf(comment.start);
    const alone = file.text.slice(file.lines[line] ?? 0, comment.start).trim() === "";
    if (said.file) whole = both(whole, said.rules);
    else {
      lines.set(line, both(lines.get(line) ?? none, said.rules));
      if (alone) lines.set(line + 1, both(lines.get(line + 1) ?? none, said.rules));
    }
  }
  if (lines.size === 0 && whole === none) return () => false;
  const silences = (rules: Rules | undefined, rule: string): boolean => rules === "all" || (rules?.has(rule) ?? false);
  return (rule, span) =>
    silences(whole, rule) ||
    silences(lines.get(file.lineOf(span.start)), rule) ||
    silences(lines.get(file.lineOf(Math.max(span.start, span.end - 1))), rule);
}

type Rules = "all" | ReadonlySet<string>;
const none: Rules = new Set<string>();

const both = (a: Rules, b: Rules): Rules => (a === "all" || b === "all" ? "all" : new Set([...a, ...b]));

function parseComment(text: string): { readonly file: boolean; readonly rules: Rules } | undefined {
  const own = /#\s*sqla:\s*ignore(-file)?\s*(?:\[([^\]]*)\])?/i.exec(text);
  if (own) return { file: own[1] !== undefined, rules: own[2] === undefined ? "all" : names(own[2]) };
  const noqa = /#\s*noqa\b(?:\s*:\s*([\w\s,-]+))?/i.exec(text);
  if (!noqa) return undefined;
  return { file: false, rules: noqa[1] === undefined ? "all" : names(noqa[1]) };
}

const names = (list: string): ReadonlySet<string> => new Set(list.split(/[\s,]+/).filter((name) => name !== ""));
