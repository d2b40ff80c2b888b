import { createIgnores, type IgnoreFile, type Ignores } from "../service/ignores.ts";
import { pathOf } from "./uris.ts";

/** What a project's settings leave out: patterns in .gitignore's language, relative to the uri of a folder. */
export interface Exclusion {
  readonly folder: string;
  readonly patterns: readonly string[];
}

/** Which files of a workspace folder are none of ours, by its .gitignore files and its settings. Immutable. */
export class LeftOut {
  readonly #root: string;
  readonly #files: ReadonlyMap<string, string>;
  readonly #folders = new Map<string, FolderRules>();

  /**
   * @param folder the workspace folder's uri
   * @param files the .gitignore files of the folders below it and of those above that count, by the folder's uri
   */
  constructor(folder: string, files: ReadonlyMap<string, string>, exclusion: Exclusion | undefined) {
    this.#root = pathOf(folder);
    this.#files = new Map([...files].map(([uri, text]) => [pathOf(uri), text]));
    const above = [...this.#files].flatMap(([at, text]) =>
      this.#root.startsWith(`${at}/`) ? [{ folder: at, text }] : [],
    );
    const ignores = createIgnores(this.#root, above.sort(byDepth), ignoreFile(exclusion));
    this.#folders.set(this.#root, { isOut: false, ignores: this.#within(ignores, this.#root) });
  }

  /** Whether a file or folder is left out, or a folder that it lies in. */
  has(uri: string, isFolder = false): boolean {
    const path = pathOf(uri);
    if (!path.startsWith(`${this.#root}/`)) return false;
    const { isOut, ignores } = this.#rulesOf(path.slice(0, path.lastIndexOf("/")));
    return isOut || ignores.leavesOut(path, isFolder);
  }

  #rulesOf(path: string): FolderRules {
    const known = this.#folders.get(path);
    if (known) return known;
    const outer = this.#rulesOf(path.slice(0, path.lastIndexOf("/")));
    const isOut = outer.isOut || outer.ignores.leavesOut(path, true);
    const rules = { isOut, ignores: isOut ? outer.ignores : this.#within(outer.ignores, path) };
    this.#folders.set(path, rules);
    return rules;
  }

  #within(ignores: Ignores, folder: string): Ignores {
    const text = this.#files.get(folder);
    return text === undefined ? ignores : ignores.within({ folder, text });
  }
}

interface FolderRules {
  readonly isOut: boolean;
  readonly ignores: Ignores;
}

const byDepth = (a: IgnoreFile, b: IgnoreFile): number => a.folder.length - b.folder.length;

const ignoreFile = (exclusion: Exclusion | undefined): IgnoreFile | undefined =>
  exclusion && exclusion.patterns.length > 0
    ? { folder: pathOf(exclusion.folder), text: exclusion.patterns.join("\n") }
    : undefined;
