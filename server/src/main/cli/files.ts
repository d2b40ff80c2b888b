import { type Dirent, lstatSync, readdirSync, readFileSync, realpathSync, type Stats, statSync } from "node:fs";
import { basename, join, sep } from "node:path";
import { type Exclusion, type LocalIgnores, localIgnores } from "./gitignore.ts";

/** Something that could not be read, and why; the others go on. */
export interface FileFault {
  /** Absolute. */
  readonly file: string;
  readonly message: string;
}

export interface Found {
  /** Absolute paths of Python files and notebooks, sorted. */
  readonly files: readonly string[];
  readonly faults: readonly FileFault[];
}

export interface Limits {
  /** No link is followed to a place outside of this folder (absolute). */
  readonly boundary: string;
  readonly exclude: Exclusion;
}

const deepest = 40;
const mostFiles = 100_000;
const largestFile = 10 * 1024 * 1024;

/** Folders that never hold the project's own source. */
const foreign = new Set([
  ".git",
  ".hg",
  ".svn",
  "node_modules",
  "__pycache__",
  "site-packages",
  ".tox",
  ".nox",
  ".eggs",
]);

const isPython = (name: string): boolean => /\.(?:pyi?|ipynb)$/.test(name);

/** All `*.py`, `*.pyi` and `*.ipynb` at or below a folder, but for what .gitignore or `exclude` leave out. */
export function findFiles(folder: string, { boundary, exclude }: Limits): Found {
  const walk = new Walk(realpathSync(boundary));
  walk.enter(folder, localIgnores(folder, boundary, exclude), 0);
  walk.followLinks();
  return { files: [...walk.files].sort(), faults: walk.faults };
}

class Walk {
  readonly files = new Set<string>();
  readonly faults: FileFault[] = [];
  readonly #boundary: string;
  readonly #visited = new Set<string>();
  readonly #links: { readonly path: string; readonly ignores: LocalIgnores; readonly depth: number }[] = [];

  constructor(boundary: string) {
    this.#boundary = boundary;
  }

  enter(folder: string, ignores: LocalIgnores, depth: number): void {
    const entries = this.#entriesOf(folder, depth);
    if (!entries || entries.some((entry) => entry.name === "pyvenv.cfg")) return;
    const inner = entries.some((entry) => entry.name === ".gitignore" && entry.isFile())
      ? ignores.within(folder)
      : ignores;
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!foreign.has(entry.name) && !inner.leavesOut(path, true)) this.enter(path, inner, depth + 1);
      } else if (entry.isSymbolicLink()) {
        this.#links.push({ path, ignores: inner, depth });
      } else if (entry.isFile() && isPython(entry.name) && !inner.leavesOut(path, false)) {
        this.#add(path);
      }
    }
  }

  /** Links come last, so that what they lead to is known by its own path where it has one. */
  followLinks(): void {
    if (this.#links.length === 0) return;
    const known = new Set([...this.files].map(realPathOf));
    this.#links.sort((a, b) => (a.path < b.path ? 1 : -1));
    for (let link = this.#links.pop(); link; link = this.#links.pop()) {
      const { path, ignores, depth } = link;
      const target = realPathOf(path);
      if (target === undefined || !isWithin(target, this.#boundary) || known.has(target)) continue;
      const stats = statSync(target);
      if (ignores.leavesOut(path, stats.isDirectory())) continue;
      if (stats.isDirectory()) {
        if (!foreign.has(basename(path))) this.enter(path, ignores, depth + 1);
      } else if (stats.isFile() && isPython(path)) {
        known.add(target);
        this.#add(path);
      }
    }
  }

  #add(path: string): void {
    if (this.files.size < mostFiles) this.files.add(path);
    else if (this.files.size === mostFiles && !this.faults.some((fault) => fault.message.startsWith("more than"))) {
      this.faults.push({ file: path, message: `more than ${mostFiles} files: this one and the rest are left out` });
    }
  }

  #entriesOf(folder: string, depth: number): readonly Dirent[] | undefined {
    if (depth > deepest) {
      this.faults.push({ file: folder, message: `nested deeper than ${deepest} folders: left out` });
      return undefined;
    }
    try {
      const real = realpathSync(folder);
      if (this.#visited.has(real)) return undefined;
      this.#visited.add(real);
      return readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      this.faults.push({ file: folder, message: `can't be read: ${reasonOf(error)}` });
      return undefined;
    }
  }
}

/** The bytes of a regular file of a bearable size, or why there are none. */
export function readBytes(file: string): Buffer | { readonly fault: string } {
  try {
    const stats = statSync(file);
    if (!stats.isFile()) return { fault: "is not a regular file" };
    if (stats.size > largestFile) return { fault: `is larger than ${largestFile / 1024 / 1024} MB: left out` };
    return readFileSync(file);
  } catch (error) {
    return { fault: `can't be read: ${reasonOf(error)}` };
  }
}

export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/** What a path names, itself if it is a link; `undefined` where there is nothing. */
export function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    // A link that leads nowhere exists all the same: reading it says what is wrong.
    return lstatSync(path, { throwIfNoEntry: false });
  }
}

/** `undefined` where the path, or what it links to, does not exist. */
function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** An error of the file system in words, without the path that the message repeats. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const reasons: Readonly<Record<string, string>> = {
    EACCES: "permission denied",
    EPERM: "not permitted",
    ENOENT: "no such file",
    ENOSPC: "no space left on the device",
    EROFS: "read-only file system",
    EDQUOT: "disk quota exceeded",
    ELOOP: "too many links",
    ENOTDIR: "not a folder",
    EISDIR: "is a folder",
    EMFILE: "too many open files",
  };
  const code = (error as NodeJS.ErrnoException).code;
  return (code !== undefined && reasons[code]) || error.message;
}
