import { existsSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { createIgnores, type IgnoreFile, type Ignores } from "../../service/ignores.ts";

/** What a project's settings leave out. */
export interface Exclusion {
  /** In .gitignore's language. */
  readonly patterns: readonly string[];
  /** What they are relative to; absolute. */
  readonly folder: string;
}

/** As the shared rules have them, on this system's paths. */
export interface LocalIgnores {
  leavesOut(path: string, isFolder: boolean): boolean;
  within(folder: string): LocalIgnores;
}

/**
 * Ignores for a walk that begins at `folder`: the .gitignore files of the folders above it, up to the repository's (where
 * there is none, up to `boundary`), and `exclude`.
 */
export function localIgnores(folder: string, boundary: string, exclude: Exclusion): LocalIgnores {
  const above: IgnoreFile[] = [];
  const repository = repositoryOf(folder) ?? boundary;
  for (let at = folder; at !== repository && at !== dirname(at); ) {
    at = dirname(at);
    const file = ignoreFileOf(at);
    if (file) above.unshift(file);
  }
  const { patterns } = exclude;
  const excluded = patterns.length > 0 ? { folder: slashed(exclude.folder), text: patterns.join("\n") } : undefined;
  return onDisk(createIgnores(slashed(folder), above, excluded));
}

function onDisk(ignores: Ignores): LocalIgnores {
  const here: LocalIgnores = {
    leavesOut: (path, isFolder) => ignores.leavesOut(slashed(path), isFolder),
    within(folder) {
      const file = ignoreFileOf(folder);
      return file ? onDisk(ignores.within(file)) : here;
    },
  };
  return here;
}

function ignoreFileOf(folder: string): IgnoreFile | undefined {
  try {
    return { folder: slashed(folder), text: readFileSync(join(folder, ".gitignore"), "utf8") };
  } catch {
    // Nearly every folder has none; one that can't be read leaves nothing out.
    return undefined;
  }
}

const slashed = (path: string): string => path.split(sep).join("/");

function repositoryOf(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (at === dirname(at)) return undefined;
  }
}
