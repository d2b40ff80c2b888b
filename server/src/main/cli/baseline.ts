import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import * as z from "zod/mini";
import type { Finding } from "../../engine/finding.ts";
import { reasonOf } from "./files.ts";
import { compareText } from "./lists.ts";
import { shown } from "./project.ts";
import type { Source } from "./sources.ts";
import { UsageError } from "./usage_error.ts";

const baselineSchema = z.object({
  version: z.literal(1),
  findings: z.array(
    z.object({
      /** Relative to the baseline's folder, with forward slashes. */
      path: z.string(),
      rule: z.string(),
      /** Of the finding's code, blanks aside: lines above and indentation change nothing. */
      code: z.string(),
      count: z.int().check(z.minimum(1)),
    }),
  ),
});
export type Baseline = z.infer<typeof baselineSchema>;

/** Throws UsageError where the file is not there or is not a baseline. */
export function readBaseline(file: string): Baseline {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`the baseline ${shown(file)} can't be read: ${reasonOf(error)}`);
  }
  try {
    return z.parse(baselineSchema, JSON.parse(text));
  } catch {
    throw new UsageError(`${shown(file)} is not a baseline; make it with --write-baseline`);
  }
}

/** A baseline of all findings, sorted so that its diffs are small. */
export function toBaseline(file: string, findings: readonly Finding[], sources: readonly Source[]): Baseline {
  const counts = new Map<string, Baseline["findings"][number]>();
  const keyOf = keyer(file, sources);
  for (const finding of findings) {
    const key = keyOf(finding);
    const id = JSON.stringify(key);
    counts.set(id, { ...key, count: (counts.get(id)?.count ?? 0) + 1 });
  }
  const sorted = [...counts].sort(([a], [b]) => compareText(a, b)).map(([, entry]) => entry);
  return { version: 1, findings: sorted };
}

/** The findings that a baseline does not know: of equal ones, as many as there are more than it counted, the last ones. */
export function withoutBaselined(
  file: string,
  baseline: Baseline,
  findings: readonly Finding[],
  sources: readonly Source[],
): readonly Finding[] {
  const known = new Map<string, number>();
  for (const { count, ...key } of baseline.findings) known.set(idOf(key), (known.get(idOf(key)) ?? 0) + count);
  const keyOf = keyer(file, sources);
  return findings.filter((finding) => {
    const id = idOf(keyOf(finding));
    const left = known.get(id) ?? 0;
    known.set(id, left - 1);
    return left <= 0;
  });
}

/** Names a finding by its code: stays the same when it moves. */
export function fingerprint(finding: Finding, text: string): string {
  const code = text.slice(finding.span.start, finding.span.end).replace(/\s+/g, " ").trim();
  return createHash("sha256").update(code).digest("hex").slice(0, 16);
}

interface Key {
  readonly path: string;
  readonly rule: string;
  readonly code: string;
}

const idOf = ({ path, rule, code }: Key): string => JSON.stringify([path, rule, code]);

function keyer(file: string, sources: readonly Source[]): (finding: Finding) => Key {
  const folder = dirname(resolve(file));
  const byUri = new Map(sources.map((source) => [source.uri, source]));
  return (finding) => {
    const source = byUri.get(finding.uri);
    const path = source?.file === undefined ? (source?.path ?? "") : relative(folder, source.file).split(sep).join("/");
    return { path, rule: finding.rule, code: fingerprint(finding, source?.text ?? "") };
  };
}
