import type { Finding } from "../engine/finding.ts";
import { selectFixes } from "../engine/fixing.ts";
import { applyEdits } from "../syntax/index.ts";
import type { FixedDocument, FixOptions } from "./types.ts";

const mostRounds = 10;

/** Applies what is wanted again and again until nothing is left that can be, or a text comes back. */
export function fixedText(
  original: string,
  findingsOf: (text: string) => readonly Finding[],
  wanted: (finding: Finding) => boolean,
  safety: FixOptions["safety"],
): Pick<FixedDocument, "text" | "applied" | "left"> {
  let text = original;
  const applied: string[] = [];
  let left: readonly Finding[] = [];
  const seen = new Set<string>();
  for (let round = 0; round < mostRounds && !seen.has(text); round++) {
    seen.add(text);
    left = findingsOf(text);
    const selection = selectFixes(left.filter(wanted), safety);
    if (selection.applied.length === 0) break;
    text = applyEdits(text, selection.edits);
    applied.push(...selection.applied.map((finding) => finding.rule));
  }
  return { text, applied, left: left.map(({ rule, effect, ...rest }) => ({ rule, effect, why: whyLeft(rest) })) };
}

const whyLeft = ({ safety, conditions }: Pick<Finding, "safety" | "conditions">): string =>
  safety === "explain" ? (conditions[0] ?? "") : safety === "review" ? "needs review" : "not selected";
