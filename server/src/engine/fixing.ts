import { overlaps, type Span, type TextEdit } from "../syntax/index.ts";
import type { Finding, Safety } from "./finding.ts";

/** Fixes that can be applied together: outermost first, none that touches what an earlier one changes. */
export interface Selection {
  readonly edits: readonly TextEdit[];
  readonly applied: readonly Finding[];
}

export function selectFixes(findings: readonly Finding[], safety: Exclude<Safety, "explain">): Selection {
  const wanted = findings.filter(({ fix, safety: own }) => fix && (own === "safe" || own === safety));
  const outermost = [...wanted].sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end);
  const edits = new Map<string, TextEdit>();
  const taken = new TakenSpans();
  const applied: Finding[] = [];
  for (const finding of outermost) {
    const own = (finding.fix?.edits ?? []).map(({ span, text }) => ({ span, text }));
    const fresh = own.filter((edit) => !edits.has(keyOf(edit)));
    if (fresh.some((edit) => taken.touches(edit.span))) continue;
    for (const edit of fresh) {
      edits.set(keyOf(edit), edit);
      taken.add(edit.span);
    }
    applied.push(finding);
  }
  return { edits: [...edits.values()], applied };
}

const keyOf = ({ span, text }: TextEdit): string => `${span.start}:${span.end}:${text}`;

/** Spans that do not overlap, sorted, so that a file with thousands of edits costs a search each. */
class TakenSpans {
  readonly #spans: Span[] = [];

  touches(span: Span): boolean {
    const at = this.#firstFrom(span.start);
    // An insertion and a replacement may start together: look at one more on either side.
    return this.#spans.slice(Math.max(0, at - 2), at + 2).some((other) => overlaps(span, other));
  }

  add(span: Span): void {
    this.#spans.splice(this.#firstFrom(span.start), 0, span);
  }

  /** Index of the first span that starts at `offset` or later. */
  #firstFrom(offset: number): number {
    let low = 0;
    let high = this.#spans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#spans[middle]?.start ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
