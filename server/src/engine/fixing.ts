import { overlaps, type TextEdit } from "../syntax/index.ts";
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
  const applied: Finding[] = [];
  for (const finding of outermost) {
    const own = (finding.fix?.edits ?? []).map(({ span, text }) => ({ span, text }));
    const fresh = own.filter((edit) => !edits.has(keyOf(edit)));
    if (fresh.some((edit) => [...edits.values()].some((taken) => overlaps(edit.span, taken.span)))) continue;
    for (const edit of fresh) edits.set(keyOf(edit), edit);
    applied.push(finding);
  }
  return { edits: [...edits.values()], applied };
}

const keyOf = ({ span, text }: TextEdit): string => `${span.start}:${span.end}:${text}`;
