import { writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Effect, Finding } from "../../engine/finding.ts";
import { fingerprint, readBaseline, toBaseline, withoutBaselined } from "./baseline.ts";
import { coloursFor } from "./colours.ts";
import { reasonOf } from "./files.ts";
import { counted, toText } from "./formats/text.ts";
import { shown } from "./project.ts";
import type { CheckReport } from "./report.ts";
import { failOnOf, type Run, type RunOptions, run, type Status, statusOf, tellFaults } from "./run.ts";
import type { Source } from "./sources.ts";
import { UsageError } from "./usage_error.ts";

export interface CheckOptions extends RunOptions {
  readonly format: "text" | "json" | "sarif" | "github";
  readonly effect?: readonly Effect[];
  readonly baseline?: string;
  readonly writeBaseline?: string;
}

/** `check`: what is found, in one of the formats, on standard output. */
export async function check(paths: readonly string[], options: CheckOptions): Promise<Status> {
  const baselineFile = options.writeBaseline === undefined ? options.baseline : undefined;
  // Read first: a missing baseline is told before minutes of work.
  if (baselineFile !== undefined) readBaseline(baselineFile);
  const done = await run(paths, options);
  const { settings } = done.project.configuration;
  const wanted = new Set(options.effect ?? settings.effect);
  const all = done.reporter
    .sorted([...done.analyses.values()].flatMap(({ findings }) => findings))
    .filter(({ effect }) => wanted.size === 0 || wanted.has(effect));
  if (options.writeBaseline !== undefined) writeBaseline(options.writeBaseline, all, done.sources.all);
  const file = options.writeBaseline ?? baselineOf(options, done);
  const findings = file === undefined ? all : withoutBaselined(file, readBaseline(file), all, done.sources.all);
  const report = toReport(done, findings, file === undefined ? undefined : all.length - findings.length);
  process.stdout.write(await formatted(report, findings, done, options));
  if (options.format === "text") tellFaults(done.faults);
  return statusOf(
    done,
    findings.map(({ effect }) => effect),
    failOnOf(options, done.project),
  );
}

function toReport(done: Run, findings: readonly Finding[], baselined: number | undefined): CheckReport {
  const { config, sources, reporter, faults } = done;
  return {
    version: 1,
    target: config.target,
    targetBecause: config.targetBecause,
    files: { found: sources.found, analysed: done.analyses.size },
    findings: findings.map((finding) => reporter.finding(finding)),
    faults,
    ...(baselined !== undefined && { baselined }),
  };
}

async function formatted(
  report: CheckReport,
  findings: readonly Finding[],
  done: Run,
  { format }: CheckOptions,
): Promise<string> {
  switch (format) {
    case "text":
      return toText(report, coloursFor(process.stdout));
    case "json":
      return `${JSON.stringify(report, undefined, 2)}\n`;
    case "github":
      return (await import("./formats/github.ts")).toGithub(report);
    case "sarif": {
      const { toSarif } = await import("./formats/sarif.ts");
      const { ruleInfos } = await import("./rules.ts");
      return toSarif(report, await ruleInfos(), fingerprints(findings, done.sources.all));
    }
  }
}

/** Unique: equal code in one file is counted through. */
function fingerprints(findings: readonly Finding[], sources: readonly Source[]): readonly string[] {
  const texts = new Map(sources.map(({ uri, text }) => [uri, text]));
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const code = fingerprint(finding, texts.get(finding.uri) ?? "");
    const key = JSON.stringify([finding.uri, finding.rule, code]);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return `${code}:${count}`;
  });
}

function baselineOf({ baseline }: CheckOptions, { project }: Run): string | undefined {
  const { settings, file } = project.configuration;
  if (baseline !== undefined) return baseline;
  return settings.baseline !== undefined && file !== undefined ? resolve(dirname(file), settings.baseline) : undefined;
}

function writeBaseline(file: string, findings: readonly Finding[], sources: readonly Source[]): void {
  try {
    writeFileSync(file, `${JSON.stringify(toBaseline(file, findings, sources), undefined, 2)}\n`);
  } catch (error) {
    throw new UsageError(`the baseline ${shown(resolve(file))} can't be written: ${reasonOf(error)}`);
  }
  process.stderr.write(`${counted(findings.length, "finding")} written to ${shown(resolve(file))}\n`);
}
