import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import ignore, { type Ignore } from "ignore";

/** What a project's settings leave out. */
export interface Exclusion {
  /** In .gitignore's language. */
  readonly patterns: readonly string[];
  /** What they are relative to; absolute. */
  readonly folder: string;
}

/** Which paths .gitignore files leave out: git's rules, the deepest file's last word first. */
export interface Ignores {
  leavesOut(path: string, isFolder: boolean): boolean;
  /** The same with the .gitignore of a folder further down. */
  within(folder: string): Ignores;
}

/**
 * Ignores for a walk that begins at `folder`: the .gitignore files of the folders above it, up to the repository's (where
 * there is none, up to `boundary`), and `exclude`. A folder that was named itself is searched even if it is left out.
 */
export function createIgnores(folder: string, boundary: string, exclude: Exclusion): Ignores {
  const above: Level[] = [];
  const repository = repositoryOf(folder) ?? boundary;
  for (let at = folder; at !== repository && at !== dirname(at); ) {
    at = dirname(at);
    const level = levelOf(at);
    if (level) above.unshift(level);
  }
  const { patterns } = exclude;
  const excluded: Level[] = patterns.length > 0 ? [{ folder: exclude.folder, rules: ignore().add(patterns) }] : [];
  const isNamedAgainstRules = new LayeredIgnores(above).leavesOut(folder, true);
  return new LayeredIgnores([...excluded, ...(isNamedAgainstRules ? [] : above)], excluded.length);
}

interface Level {
  readonly folder: string;
  readonly rules: Ignore;
}

class LayeredIgnores implements Ignores {
  readonly #levels: readonly Level[];
  /** So many of the levels are the user's settings, which no .gitignore takes back. */
  readonly #final: number;

  constructor(levels: readonly Level[], final = 0) {
    this.#levels = levels;
    this.#final = final;
  }

  leavesOut(path: string, isFolder: boolean): boolean {
    for (const level of this.#levels.slice(0, this.#final)) if (verdict(level, path, isFolder)?.ignored) return true;
    for (const level of this.#levels.slice(this.#final).reverse()) {
      const said = verdict(level, path, isFolder);
      if (said?.ignored) return true;
      if (said?.unignored) return false;
    }
    return false;
  }

  within(folder: string): Ignores {
    const level = levelOf(folder);
    return level ? new LayeredIgnores([...this.#levels, level], this.#final) : this;
  }
}

function verdict(level: Level, path: string, isFolder: boolean): { ignored: boolean; unignored: boolean } | undefined {
  const below = relative(level.folder, path).split(sep).join("/");
  if (below === "" || below.startsWith("..")) return undefined;
  return level.rules.test(isFolder ? `${below}/` : below);
}

function levelOf(folder: string): Level | undefined {
  try {
    return { folder, rules: ignore().add(readFileSync(join(folder, ".gitignore"), "utf8")) };
  } catch {
    // Nearly every folder has none; one that can't be read leaves nothing out.
    return undefined;
  }
}

function repositoryOf(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (at === dirname(at)) return undefined;
  }
}
