import type { Effect } from "../../engine/finding.ts";
import type { FixOptions } from "../../service/types.ts";
import type { Analysis } from "./analysis.ts";
import { coloursFor } from "./colours.ts";
import { encode } from "./encoding.ts";
import { counted } from "./formats/text.ts";
import { groupBy } from "./lists.ts";
import { withDocument } from "./notebook/notebook.ts";
import { replaceFile } from "./replace_file.ts";
import { placeText } from "./report.ts";
import { type Fault, failOnOf, type Run, type RunOptions, run, type Status, statusOf, tellFaults } from "./run.ts";
import type { Source } from "./sources.ts";
import { unifiedDiff } from "./unified_diff.ts";

export interface FixCommandOptions extends RunOptions {
  readonly format: "text" | "json";
  readonly safety?: FixOptions["safety"];
  readonly mode: "diff" | "write" | "check";
}

/** What became of one file; see CLI.md. */
interface FileFix {
  readonly path: string;
  /** Rule ids, one for each fix applied (with --diff and --check: that would be). */
  readonly applied: readonly string[];
  readonly left: readonly { readonly rule: string; readonly why: string }[];
  readonly diff: string;
}

/** A file's fix and what it takes to carry it out. */
interface Outcome {
  readonly fix: FileFix;
  readonly source: Source;
  /** The new text with its byte order mark; absent where nothing changes. */
  readonly after?: string;
  /** Effects of what is left in the file once the fix is applied. */
  readonly leftEffects: readonly Effect[];
}

/** `fix`: a unified diff on standard output, or the files themselves. */
export async function fix(paths: readonly string[], options: FixCommandOptions): Promise<Status> {
  const done = await run(paths, options, (settings) => ({ safety: options.safety ?? settings.safety ?? "safe" }));
  const faults: Fault[] = [...done.faults];
  const outcomes: Outcome[] = [];
  for (const source of done.sources.all) {
    const analysis = done.analyses.get(source.uri);
    if (!analysis) continue;
    const outcome = outcomeOf(source, analysis);
    const refusal =
      options.mode === "write" && source.file !== undefined ? write(outcome, source.file, done) : undefined;
    if (refusal !== undefined) faults.push({ path: source.path, message: refusal });
    outcomes.push(refusal === undefined ? outcome : undone(outcome, analysis, refusal));
  }
  process.stdout.write(options.format === "json" ? json(done, outcomes, faults) : text(options, outcomes));
  if (options.format === "text") {
    tellFaults(faults);
    const isRefused = faults.length > done.faults.length;
    process.stderr.write(toConfirm(done, outcomes) + summary(options, outcomes, isRefused));
  }
  const isPending = options.mode === "check" && outcomes.some(({ after }) => after !== undefined);
  const left = outcomes.flatMap(({ leftEffects }) => leftEffects);
  const status = statusOf(done, left, failOnOf(options, done.project));
  return status === 0 && (isPending || faults.length > done.faults.length) ? 1 : status;
}

function outcomeOf(source: Source, analysis: Analysis): Outcome {
  const { findings, fixed } = analysis;
  const unchanged = { source, leftEffects: findings.map(({ effect }) => effect) };
  const { path, notebook, encoding } = source;
  if (!fixed || fixed.applied.length === 0 || fixed.text === source.text) {
    return { ...unchanged, fix: { path, applied: [], left: told(fixed?.left ?? []), diff: "" } };
  }
  const text = notebook ? withDocument(notebook, fixed.text) : fixed.text;
  if (text === undefined || encode(text, encoding) === undefined) {
    const why =
      text === undefined ? "the cells can't be told apart after it" : `${encoding.name} has no byte for its text`;
    return { ...unchanged, fix: { path, applied: [], left: findings.map(({ rule }) => ({ rule, why })), diff: "" } };
  }
  const mark = encoding.bom ? "\uFEFF" : "";
  const after = mark + text;
  const diff = unifiedDiff(path, mark + (notebook?.json ?? source.text), after);
  const leftEffects = fixed.left.map(({ effect }) => effect);
  return { source, after, leftEffects, fix: { path, applied: fixed.applied, left: told(fixed.left), diff } };
}

/** What the output's contract names. */
const told = (left: readonly { readonly rule: string; readonly why: string }[]) =>
  left.map(({ rule, why }) => ({ rule, why }));

/** Why the file was not written, if so. */
function write({ source, after }: Outcome, file: string, { project }: Run): string | undefined {
  const content = after === undefined ? undefined : bytesOf(after, source);
  if (!content) return undefined;
  return replaceFile({ file, before: source.bytes, after: content, boundary: project.root ?? project.folder });
}

function undone({ fix, source }: Outcome, { findings }: Analysis, why: string): Outcome {
  const left = findings.map(({ rule }) => ({ rule, why }));
  return { source, fix: { ...fix, applied: [], left, diff: "" }, leftEffects: findings.map(({ effect }) => effect) };
}

/** In the file's own encoding. A mark is part of the text here. */
const bytesOf = (text: string, { encoding }: Source): Buffer | undefined => encode(text, { ...encoding, bom: false });

function json(
  { config, sources, analyses, reporter }: Run,
  outcomes: readonly Outcome[],
  faults: readonly Fault[],
): string {
  const findings = reporter.sorted([...analyses.values()].flatMap((analysis) => analysis.findings));
  const report = {
    version: 1,
    target: config.target,
    targetBecause: config.targetBecause,
    files: { found: sources.found, analysed: analyses.size },
    /** As they were before the fixes. */
    findings: findings.map((finding) => reporter.finding(finding)),
    fixes: outcomes.map(({ fix }) => fix).filter(({ applied, left }) => applied.length + left.length > 0),
    faults,
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function text({ mode }: FixCommandOptions, outcomes: readonly Outcome[]): Buffer {
  const changed = outcomes.filter(({ after }) => after !== undefined);
  // A diff holds the file's own bytes, whatever their encoding: nothing else could be applied.
  if (mode === "diff") return Buffer.concat(changed.map(({ fix, source }) => diffBytes(fix.diff, source)));
  const standardInput = outcomes.find(({ source }) => source.file === undefined);
  if (mode === "write" && standardInput) {
    const { source, after } = standardInput;
    return (after === undefined ? undefined : bytesOf(after, source)) ?? source.bytes;
  }
  const lines = changed.map(({ fix: { path, applied } }) => `${path}: ${tally(applied)}\n`);
  return Buffer.from(lines.join(""));
}

function diffBytes(diff: string, source: Source): Buffer {
  const lines = diff.split("\n");
  // The two lines of the header name the path, which is no text of the file.
  const header = Buffer.from(`${lines.slice(0, 2).join("\n")}\n`);
  const body = lines.slice(2).join("\n");
  const bytes = bytesOf(coloured(body), source) ?? Buffer.from(body);
  return Buffer.concat([header, bytes]);
}

function coloured(body: string): string {
  const colours = coloursFor(process.stdout);
  return body
    .replace(/^\+.*/gm, (line) => colours.added(line))
    .replace(/^-.*/gm, (line) => colours.removed(line))
    .replace(/^@@.*/gm, (line) => colours.faint(line));
}

/** What a person is to confirm of the fixes that are not proved. */
function toConfirm({ analyses, reporter }: Run, outcomes: readonly Outcome[]): string {
  const lines = outcomes.flatMap(({ source, fix }) => {
    const findings = analyses.get(source.uri)?.findings ?? [];
    return findings
      .filter(({ rule, safety }) => safety === "review" && fix.applied.includes(rule))
      .map(({ rule, span, conditions }) => {
        return `${placeText(reporter.place(source.uri, span))} ${rule}, confirm: ${conditions.join(" ")}\n`;
      });
  });
  return lines.join("");
}

/** "query-get ×3, declarative-base" */
function tally(rules: readonly string[]): string {
  const groups = [...groupBy(rules, (rule) => rule)];
  return groups.map(([rule, list]) => (list.length === 1 ? rule : `${rule} ×${list.length}`)).join(", ");
}

/** @param isRefused whether a file could not be written */
function summary({ mode, safety }: FixCommandOptions, outcomes: readonly Outcome[], isRefused: boolean): string {
  const applied = outcomes.reduce((sum, { fix }) => sum + fix.applied.length, 0);
  const left = outcomes.reduce((sum, { fix }) => sum + fix.left.length, 0);
  const files = outcomes.filter(({ after }) => after !== undefined).length;
  const did = mode === "write" ? "applied" : "would be applied";
  const head =
    applied === 0
      ? isRefused
        ? "Nothing written"
        : "Nothing to fix"
      : `${counted(applied, "fix", "fixes")} ${did} in ${counted(files, "file")}`;
  const hint =
    safety === "review" ? "`check` says where and why" : "`--safety review` takes more; `check` says where and why";
  const next = mode === "write" || applied === 0 ? "" : " `--write` applies them.";
  return `${head}.${next}${left === 0 ? "" : ` ${counted(left, "finding")} left: ${hint}.`}\n`;
}
