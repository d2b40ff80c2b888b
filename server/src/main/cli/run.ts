import { resolve } from "node:path";
import type { Effect, Target } from "../../engine/finding.ts";
import { effects } from "../../engine/finding.ts";
import { unknownName } from "../../service/nearest.ts";
import type { Config, FixOptions } from "../../service/types.ts";
import { defaultCacheFolder } from "../disk_memory.ts";
import { type Analysis, analyse } from "./analysis.ts";
import type { FailOn, Settings } from "./configuration.ts";
import { type Project, projectOf, targetOf } from "./project.ts";
import { Reporter } from "./report.ts";
import { readSources, readStandardInput, type Source, type Sources } from "./sources.ts";
import { UsageError } from "./usage_error.ts";

/** Exit statuses: see CLI help. */
export type Status = 0 | 1 | 2;

/** Options that `check` and `fix` share; absent ones come from the settings. */
export interface RunOptions {
  readonly target?: Target;
  readonly select?: readonly string[];
  readonly ignore?: readonly string[];
  readonly jobs?: number;
  readonly failOn?: FailOn;
  readonly stdinFilename?: string;
  /** `false` with --no-cache. */
  readonly cache?: boolean;
  readonly cacheDir?: string;
}

/** Everything that one run over paths knows. */
export interface Run {
  readonly project: Project;
  readonly config: Config;
  readonly sources: Sources;
  readonly reporter: Reporter;
  /** By uri, of the sources that were asked for. */
  readonly analyses: ReadonlyMap<string, Analysis>;
  readonly faults: readonly Fault[];
  /** Whether there was something to read and nothing could be. */
  readonly isUnreadable: boolean;
}

export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** Reads and analyses what the paths hold. Throws UsageError for paths, options or settings that are unusable. */
export async function run(
  paths: readonly string[],
  options: RunOptions,
  fixOptions?: (settings: Settings) => FixOptions,
): Promise<Run> {
  const { project, sources } = await read(paths, options.stdinFilename);
  warn(project);
  const { settings } = project.configuration;
  const config: Config = {
    ...targetOf(project, options.target),
    select: options.select ?? settings.select ?? [],
    ignore: options.ignore ?? settings.ignore ?? [],
  };
  await refuseUnknownRules([...config.select, ...config.ignore]);
  const asked = sources.all.filter((source) => source.asked);
  const task = {
    documents: sources.all.map(({ uri, text }) => ({ uri, text })),
    config,
    uris: asked.map(({ uri }) => uri),
    ...(fixOptions && { fix: fixOptions(settings) }),
    ...(options.cache !== false && { cache: resolve(options.cacheDir ?? defaultCacheFolder()) }),
  };
  const { analyses, faults } = await analyse(task, options.jobs ?? settings.jobs);
  for (const fault of faults) process.stderr.write(`sqlalchemy-coach: ${fault}\n`);
  return {
    project,
    config,
    sources,
    reporter: new Reporter(sources.all),
    analyses,
    faults: [...sources.faults, ...brokenOff(asked, analyses)],
    isUnreadable: sources.faults.length > 0 && sources.readable === 0,
  };
}

/** Absolute paths as given on the command line; "-" is standard input and stands alone. */
export async function read(
  paths: readonly string[],
  stdinFilename?: string,
): Promise<{ readonly project: Project; readonly sources: Sources }> {
  if (!paths.includes("-")) {
    const absolute = paths.map((path) => resolve(path));
    const project = projectOf(absolute);
    return { project, sources: readSources(absolute, project) };
  }
  if (paths.length > 1) throw new UsageError("- (standard input) can't be combined with other paths");
  const project = projectOf([process.cwd()]);
  return { project, sources: await readStandardInput(stdinFilename, project) };
}

/** 2 where nothing could be read, 1 where one of the effects is at or above the limit. */
export function statusOf(run: Run, found: readonly Effect[], failOn: FailOn): Status {
  if (run.isUnreadable) return 2;
  const limit = failOn === "never" ? -1 : effects.indexOf(failOn);
  return found.some((effect) => effects.indexOf(effect) <= limit) ? 1 : 0;
}

export const failOnOf = ({ failOn }: RunOptions, { configuration }: Project): FailOn =>
  failOn ?? configuration.settings["fail-on"] ?? "changes";

export function warn({ configuration }: Project): void {
  if (configuration.warning !== undefined) process.stderr.write(`sqlalchemy-coach: ${configuration.warning}\n`);
}

/** Faults on standard error, for the formats that have no place for them. */
export function tellFaults(faults: readonly Fault[]): void {
  for (const { path, message } of faults) process.stderr.write(`${path}: ${message}\n`);
}

async function refuseUnknownRules(names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const { rules } = await import("../../rules/index.gen.ts");
  const known = new Set(rules.flatMap(({ rule, family }) => [rule.id, family]));
  for (const name of names) if (!known.has(name)) throw new UsageError(unknownName("rule", name, known));
}

function brokenOff(asked: readonly Source[], analyses: ReadonlyMap<string, Analysis>): readonly Fault[] {
  return asked.flatMap(({ uri, path }) => {
    const message = analyses.get(uri)?.fault;
    return message === undefined ? [] : [{ path, message }];
  });
}
