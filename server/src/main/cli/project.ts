import { existsSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { Target } from "../../engine/finding.ts";
import { isPinFile, type PinFile, type Release, releaseOf } from "../../service/pins.ts";
import type { Config } from "../../service/types.ts";
import { type Configuration, configurationFor } from "./configuration.ts";
import { isWithin, readBytes, statsOf } from "./files.ts";
import { UsageError } from "./usage_error.ts";

/** What the paths of one run belong to. */
export interface Project {
  /** Absolute; files below it are read so that the asked ones can be resolved against them. Absent: nothing says where it is. */
  readonly root?: string;
  /** The nearest folder that all paths lie in; absolute. */
  readonly folder: string;
  readonly configuration: Configuration;
}

/** Throws UsageError where a path does not exist, or a setting is unusable. */
export function projectOf(paths: readonly string[]): Project {
  const folders = paths.map((path) => {
    const stats = statsOf(path);
    if (!stats) throw new UsageError(`${shown(path)} does not exist`);
    return stats.isDirectory() ? path : dirname(path);
  });
  const folder = folders.reduce(commonFolder);
  const root = rootOf(folder);
  return { folder, configuration: configurationFor(folder), ...(root === undefined ? {} : { root }) };
}

/** The release to judge for, and why: the option, else the setting, else what the project pins, else 2.0. */
export function targetOf(
  project: Project,
  option: Target | undefined,
): Pick<Config, "target" | "targetBecause" | "installed"> {
  const pinned = pinnedRelease(project);
  const installed = pinned?.installed === undefined ? {} : { installed: pinned.installed };
  if (option) return { target: option, targetBecause: "the option --target", ...installed };
  const { settings, file } = project.configuration;
  if (settings.target && file) {
    return { target: settings.target, targetBecause: `${shown(file)} [tool.sqlalchemy-coach] target`, ...installed };
  }
  if (pinned) return { target: pinned.target, targetBecause: pinned.because, ...installed };
  return { target: "2.0", targetBecause: "the default" };
}

/** How a path is shown and reported: relative to the working directory, with forward slashes. */
export function shown(path: string): string {
  const below = relative(process.cwd(), path);
  return (below === "" ? "." : below).split(sep).join("/");
}

const strongMarks = ["pyproject.toml", "setup.py", "setup.cfg", ".git", ".hg"];
const weakMarks = ["requirements.txt", "Pipfile", "poetry.lock", "uv.lock"];

function rootOf(folder: string): string | undefined {
  for (const marks of [strongMarks, weakMarks]) {
    for (let at = folder; ; at = dirname(at)) {
      if (marks.some((mark) => existsSync(join(at, mark)))) return at;
      if (at === dirname(at)) break;
    }
  }
  return undefined;
}

function commonFolder(a: string, b: string): string {
  let folder = resolve(a);
  while (!isWithin(resolve(b), folder)) folder = dirname(folder);
  return folder;
}

/** The nearest folder that pins a release decides, so that a service of a monorepo is judged by its own pins. */
function pinnedRelease({ folder, root }: Project): Release | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const found = releaseOf(pinningFiles(at));
    if (found || at === (root ?? folder) || at === dirname(at)) return found;
  }
}

function pinningFiles(folder: string): readonly PinFile[] {
  const names = [...namesIn(folder), ...namesIn(join(folder, "requirements")).map((name) => `requirements/${name}`)];
  return names.filter(isPinFile).flatMap((name) => {
    const bytes = readBytes(join(folder, name));
    return "fault" in bytes ? [] : [{ path: shown(join(folder, name)), text: bytes.toString("utf8") }];
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    // Not there, or not ours to read: it pins nothing then.
    return [];
  }
}
