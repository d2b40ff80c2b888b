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
    const found: string[] = [];
    const word = new RegExp(`\\b${name}\\b`);
    const bit = hashed(name);
    for (const [uri, known] of this.#files) {
      const filter = known ?? this.#filter(uri);
      if (!has(filter, bit) || !word.test(this.#source.text(uri) ?? "")) continue;
      if (found.push(uri) > most) return undefined;
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

const bits = 4096;

const has = (filter: Uint32Array, bit: number): boolean => ((filter[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;

function hashed(word: string): number {
  let hash = 0;
  for (let i = 0; i < word.length; i++) hash = (hash * 31 + word.charCodeAt(i)) | 0;
  return hash & (bits - 1);
}
