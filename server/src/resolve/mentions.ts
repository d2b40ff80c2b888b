import type { FileSource } from "./project.ts";

/** Which files mention a name: a small filter over the words of each text, made on first need, then the text itself. */
export class Mentions {
  readonly #source: FileSource;
  readonly #files = new Map<string, Uint32Array | undefined>();

  constructor(source: FileSource) {
    this.#source = source;
  }

  changed(uri: string): void {
    this.#files.set(uri, undefined);
  }

  removed(uri: string): void {
    this.#files.delete(uri);
  }

  /** The files in which `name` stands as a word, in a fixed order; `undefined` where they are more than `most`. */
  of(name: string, most: number): readonly string[] | undefined {
    return this.#all([name], most, () => false);
  }

  /**
   * The same of a function of a module: a file beside the module, or one that mentions it by its own name and its folder's
   * as well, as whoever imports it from there must.
   */
  ofFunction(name: string, uri: string, most: number): readonly string[] | undefined {
    const [, folder = "", parent = "", stem = ""] =
      /^(.*?([^/]*)\/)([^/]+?)(?:\.pyi?)?$/.exec(uri.replace(/\/__init__\.pyi?$/, "")) ?? [];
    if (!isWord.test(parent) || !isWord.test(stem)) return undefined;
    return this.#all(
      [name, stem, parent],
      most,
      (each) => each.startsWith(folder) && !each.slice(folder.length).includes("/"),
    );
  }

  /** Of a file that `lies` there only the first name counts. */
  #all(names: readonly string[], most: number, lies: (uri: string) => boolean): readonly string[] | undefined {
    const found: string[] = [];
    const words = names.map((name) => ({ bit: hashed(name), word: new RegExp(`\\b${name}\\b`) }));
    for (const [uri, known] of this.#files) {
      const filter = known ?? this.#filter(uri);
      const needed = lies(uri) ? words.slice(0, 1) : words;
      if (!needed.every(({ bit }) => has(filter, bit))) continue;
      const text = this.#source.text(uri) ?? "";
      if (needed.every(({ word }) => word.test(text)) && found.push(uri) > most) return undefined;
    }
    return found.sort();
  }

  #filter(uri: string): Uint32Array {
    const filter = new Uint32Array(bits / 32);
    for (const [word] of (this.#source.text(uri) ?? "").matchAll(/[A-Za-z_]\w*/g)) {
      const bit = hashed(word);
      filter[bit >>> 5] = (filter[bit >>> 5] ?? 0) | (1 << (bit & 31));
    }
    this.#files.set(uri, filter);
    return filter;
  }
}

const isWord = /^\w+$/;

const bits = 4096;

const has = (filter: Uint32Array, bit: number): boolean => ((filter[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;

function hashed(word: string): number {
  let hash = 0;
  for (let i = 0; i < word.length; i++) hash = (hash * 31 + word.charCodeAt(i)) | 0;
  return hash & (bits - 1);
}
