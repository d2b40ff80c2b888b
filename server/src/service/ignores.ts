import ignore, { type Ignore } from "ignore";

/** A folder's .gitignore, or other rules in its language. Paths are absolute, with forward slashes and without one at the end. */
export interface IgnoreFile {
  readonly folder: string;
  readonly text: string;
}

/** Which paths .gitignore files leave out: git's rules, the deepest file's last word first. */
export interface Ignores {
  /** Of a path in whose folders nothing is left out. */
  leavesOut(path: string, isFolder: boolean): boolean;
  /** The same with the .gitignore of a folder further down. */
  within(file: IgnoreFile): Ignores;
}

/**
 * Ignores for what lies in `folder`.
 *
 * @param above the .gitignore files of the folders that `folder` lies in, the outermost first; a folder that was named
 *   itself is searched even if they leave it out
 * @param exclude what a project's settings leave out, which no .gitignore takes back
 */
export function createIgnores(folder: string, above: readonly IgnoreFile[], exclude: IgnoreFile | undefined): Ignores {
  const levels = above.map(levelOf);
  const excluded = exclude ? [levelOf(exclude)] : [];
  const isNamedAgainstRules = new LayeredIgnores(levels).leavesOut(folder, true);
  return new LayeredIgnores([...excluded, ...(isNamedAgainstRules ? [] : levels)], excluded.length);
}

interface Level {
  readonly folder: string;
  readonly rules: Ignore;
}

const levelOf = ({ folder, text }: IgnoreFile): Level => ({ folder, rules: ignore().add(text) });

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

  within(file: IgnoreFile): Ignores {
    return new LayeredIgnores([...this.#levels, levelOf(file)], this.#final);
  }
}

function verdict(level: Level, path: string, isFolder: boolean): { ignored: boolean; unignored: boolean } | undefined {
  const prefix = level.folder === "/" ? "/" : `${level.folder}/`;
  if (!path.startsWith(prefix) || path.length === prefix.length) return undefined;
  const below = path.slice(prefix.length);
  return level.rules.test(isFolder ? `${below}/` : below);
}
