import { effects } from "../../../engine/finding.ts";
import type { Colours } from "../colours.ts";
import { groupBy } from "../lists.ts";
import { type CheckReport, placeText, type ReportedFinding } from "../report.ts";

/** For people: one line a finding, files apart, and what to do next. */
export function toText(report: CheckReport, colours: Colours): string {
  const byPath = groupBy(report.findings, ({ path }) => path);
  const blocks = [...byPath.values()].map((findings) => findings.map((finding) => line(finding, colours)).join("\n"));
  return `${[...blocks, summary(report, colours)].join("\n\n")}\n`;
}

function line(finding: ReportedFinding, colours: Colours): string {
  const { rule, effect, message, certainty } = finding;
  const doubt = certainty === "likely" ? colours.faint(" (likely)") : "";
  return `${placeText(finding)} ${colours.effect(effect, effect)} ${colours.strong(rule)} ${message}${doubt}`;
}

function summary({ findings, files, target, targetBecause, baselined }: CheckReport, colours: Colours): string {
  const judged = colours.faint(`Judged for SQLAlchemy ${target}: ${targetBecause}.`);
  const known = baselined ? ` ${baselined} more in the baseline.` : "";
  if (files.found === 0) return "There are no Python files here.";
  const searched = `${counted(files.found, "file")}, ${files.analysed} of them with SQLAlchemy in reach`;
  if (findings.length === 0) return `Nothing found in ${searched}.${known}\n${judged}`;
  const byEffect = effects
    .map((effect) => ({ effect, count: findings.filter((finding) => finding.effect === effect).length }))
    .filter(({ count }) => count > 0)
    .map(({ effect, count }) => colours.effect(effect, `${count} ${effect}`));
  const total = `${counted(findings.length, "finding")} in ${searched}: ${byEffect.join(", ")}.${known}`;
  return [total, judged, nextStep(findings)].filter(Boolean).join("\n");
}

function nextStep(findings: readonly ReportedFinding[]): string {
  const safe = findings.filter(({ safety }) => safety === "safe").length;
  const review = findings.filter(({ safety }) => safety === "review").length;
  if (safe > 0)
    return `\`sqlalchemy-coach fix\` shows ${counted(safe, "safe fix", "safe fixes")}; \`--write\` applies them.`;
  if (review > 0) {
    return `\`sqlalchemy-coach fix --safety review\` shows ${counted(review, "fix", "fixes")} to look through.`;
  }
  const [first] = findings;
  return first ? `\`sqlalchemy-coach explain ${placeText(first)}\` says more on the first.` : "";
}

export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
