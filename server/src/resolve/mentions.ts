import type { Touched } from "../syntax/index.ts";
import type { FileSource } from "./project.ts";

/** Which files mention a name: a small filter over the words of each text, made on first need, then the text itself. */
export class Mentions {
  readonly #source: FileSource;
  readonly #files = new Map<string, Uint32Array | undefined>();

  constructor(source: FileSource) {
    this.#source = source;
  }

  changed(uri: string, touched?: Touched): void {
    const known = this.#files.get(uri);
    const text = this.#source.text(uri) ?? "";
    // A word that is gone may stay: where the filter says yes the text is looked at.
    if (known && touched && known.length === lengthFor(text)) addWords(known, touched.after);
    else this.#files.set(uri, undefined);
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
    const words = names.map((name) => ({ name, hash: hashOf(name, 0, name.length) }));
    for (const [uri, known] of this.#files) {
      const filter = known ?? this.#filter(uri);
      const needed = lies(uri) ? words.slice(0, 1) : words;
      if (!needed.every(({ hash }) => has(filter, hash))) continue;
      const text = this.#source.text(uri) ?? "";
      if (needed.every(({ name }) => standsIn(text, name)) && found.push(uri) > most) return undefined;
    }
    return found.sort();
  }

  #filter(uri: string): Uint32Array {
    const filter = filterOf(this.#source.text(uri) ?? "");
    this.#files.set(uri, filter);
    return filter;
  }
}

/** Two bits for each word, in so many that few texts are looked at in vain. */
function filterOf(text: string): Uint32Array {
  const filter = new Uint32Array(lengthFor(text));
  addWords(filter, text);
  return filter;
}

const lengthFor = (text: string): number => Math.max(8, 1 << (32 - Math.clz32(text.length >> 7)));

function addWords(filter: Uint32Array, text: string): void {
  for (let at = 0; at < text.length; ) {
    if (!isOfWord(text.charCodeAt(at))) {
      at++;
      continue;
    }
    const start = at;
    do at++;
    while (at < text.length && isOfWord(text.charCodeAt(at)));
    const hash = hashOf(text, start, at);
    for (const bit of [hash, hash >>> 13]) {
      const index = (bit >>> 5) & (filter.length - 1);
      filter[index] = (filter[index] ?? 0) | (1 << (bit & 31));
    }
  }
}

function has(filter: Uint32Array, hash: number): boolean {
  const isSet = (bit: number): boolean => ((filter[(bit >>> 5) & (filter.length - 1)] ?? 0) & (1 << (bit & 31))) !== 0;
  return isSet(hash) && isSet(hash >>> 13);
}

function standsIn(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!isOfWord(text.charCodeAt(at - 1)) && !isOfWord(text.charCodeAt(at + name.length))) return true;
  }
  return false;
}

/** What a name of Python can hold, over-generous beyond ASCII. Behind either end of a text there is `NaN`. */
const isOfWord = (unit: number): boolean =>
  (unit >= 0x61 && unit <= 0x7a) ||
  (unit >= 0x41 && unit <= 0x5a) ||
  (unit >= 0x30 && unit <= 0x39) ||
  unit === 0x5f ||
  unit >= 0x80;

function hashOf(text: string, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash ^ (hash >>> 15);
}

const isWord = /^\w+$/;
