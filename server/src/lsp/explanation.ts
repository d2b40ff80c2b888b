import type { Finding } from "../engine/finding.ts";
import type { ExplainResult, ModernForm } from "../protocol.ts";
import type { Label } from "../service/types.ts";
import { applyEdits, type Span } from "../syntax/text.ts";
import { type HoverContext, toPlainText } from "./hover.ts";
import { dedented, sourceOf } from "./lessons.ts";
import type { Lines } from "./lines.ts";
import { Places } from "./projects.ts";

/** All that a lesson shows of the person's own line. */
export function toExplanation(label: Label, offset: number, context: HoverContext): ExplainResult {
  const { document, project } = context;
  const { service } = project;
  const finding = service
    .findings(document.key)
    .find(({ span }) => span.start <= offset && offset <= span.end && touches(span, label.span));
  // A finding covers the whole of what is asked; a name alone would be half of it.
  const shown = finding ? joined(finding.span, label.span) : label.span;
  const { code, mark } = marked(document.lines.linesAround(shown), document.lines, label.span, shown);
  return {
    ...{ api: label.api, layer: label.layer, lesson: label.lesson, code, mark },
    source: sourceOf(document, shown, project),
    text: toPlainText(label, context),
    summary: label.summary,
    because: label.because.slice(0, mostReasons).map(({ text, at }) => ({
      text,
      where: at ? new Places(context.documents, project).shown(at) : "",
    })),
    modern: finding ? modernForm(finding, context) : null,
    slice: service.slice(document.key, offset) ?? null,
  };
}

const mostReasons = 4;

const touches = (a: Span, b: Span): boolean => a.start <= b.end && b.start <= a.end;

const joined = (a: Span, b: Span): Span => ({ start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) });

/** Where the expression is once the lines have lost their indentation. */
function marked(lines: string, all: Lines, span: Span, shown: Span): Pick<ExplainResult, "code" | "mark"> {
  const { code, indent } = dedented(lines);
  const start = all.offsetAt({ line: all.positionAt(shown.start).line, character: 0 });
  const placed = (offset: number): number => {
    const before = lines.slice(0, Math.max(0, offset - start)).split(/\r\n|\r|\n/);
    const last = before.pop() ?? "";
    const above = before.reduce((sum, line) => sum + Math.max(0, line.length - indent) + 1, 0);
    return Math.min(code.length, above + Math.max(0, last.length - indent));
  };
  return { code, mark: { start: placed(span.start), end: placed(span.end) } };
}

/** The finding's lines before and after its fix; what the fix adds elsewhere (an import) comes first. */
function modernForm({ message, fix, span, conditions }: Finding, { document }: HoverContext): ModernForm {
  const { lines } = document;
  const own = (fix?.edits ?? []).filter(({ uri }) => uri === document.key);
  const near = own.filter((edit) => touches(edit.span, span));
  const all = near.reduce((reach, edit) => joined(reach, edit.span), span);
  const before = lines.linesAround(all);
  const start = lines.offsetAt({ line: lines.positionAt(all.start).line, character: 0 });
  const moved = near.map(({ span: at, text }) => ({
    span: { start: at.start - start, end: at.end - start },
    text,
  }));
  const elsewhere = own.filter((edit) => !near.includes(edit)).map(({ text }) => text.trim());
  const after = near.length === 0 ? "" : dedented(applyEdits(before, moved)).code;
  const imports = elsewhere.filter((text) => /^(from|import)\s/.test(text));
  return {
    message,
    before: dedented(before).code,
    after: [...imports, after].filter((text) => text !== "").join("\n"),
    conditions,
  };
}
