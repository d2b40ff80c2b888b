import type { FileSource } from "./project.ts";

/** Which files of the workspace define a class of a name, and which may map one by a call: read off their texts alone. */
export class ClassIndex {
  readonly #source: FileSource;
  readonly #stale = new Set<string>();
  readonly #names = new Map<string, readonly string[]>();
  readonly #files = new Map<string, Set<string>>();

  constructor(source: FileSource) {
    this.#source = source;
  }

  changed(uri: string): void {
    this.#stale.add(uri);
  }

  /** The files that define a class `name` at their top. */
  defining(name: string): readonly string[] {
    return this.#under(name);
  }

  /** The files that call something like `map_imperatively`. */
  mapping(): readonly string[] {
    return this.#under(mapping);
  }

  #under(key: string): readonly string[] {
    for (const uri of this.#stale) this.#read(uri);
    this.#stale.clear();
    return [...(this.#files.get(key) ?? [])].sort();
  }

  #read(uri: string): void {
    for (const key of this.#names.get(uri) ?? []) this.#files.get(key)?.delete(uri);
    const text = this.#source.text(uri);
    const keys = text === undefined ? [] : keysOf(text);
    if (keys.length > 0) this.#names.set(uri, keys);
    else this.#names.delete(uri);
    for (const key of keys) {
      const known = this.#files.get(key);
      if (known) known.add(uri);
      else this.#files.set(key, new Set([uri]));
    }
  }
}

/** No class can be called so. */
const mapping = "map_imperatively()";

function keysOf(text: string): readonly string[] {
  const names = [...text.matchAll(/^class[ \t]+(\w+)/gm)].map(([, name = ""]) => name);
  if (/\b(?:mapper|map_imperatively|map_declaratively)[ \t]*\(/.test(text)) names.push(mapping);
  return [...new Set(names)];
}
