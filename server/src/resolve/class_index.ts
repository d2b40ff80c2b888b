import type { Touched } from "../syntax/index.ts";
import { mentionsMapping } from "./mapping_calls.ts";
import type { FileSource } from "./project.ts";
import { mayHook } from "./query_hooks.ts";
import { anyName, namesRegistered } from "./registrations.ts";

/**
 * Which files of the workspace define a class of a name, name a table, or may map a class by a call or a backref: read off
 * their texts alone.
 */
export class ClassIndex {
  readonly #source: FileSource;
  readonly #stale = new Set<string>();
  readonly #names = new Map<string, readonly string[]>();
  readonly #files = new Map<string, Set<string>>();
  readonly #below = new Map<string, readonly { readonly uri: string; readonly name: string }[]>();

  constructor(source: FileSource) {
    this.#source = source;
  }

  changed(uri: string, touched?: Touched): void {
    if (touched && keysOf(touched.before).join() === keysOf(touched.after).join()) return;
    this.#stale.add(uri);
    this.#below.clear();
  }

  /** The files that define a class `name` at their top. */
  defining(name: string): readonly string[] {
    return this.#under(name);
  }

  /** The files that call something like `map_imperatively`. */
  mapping(): readonly string[] {
    return this.#under(mapping);
  }

  /** The files that may make every Query do more than it says. */
  hooking(): readonly string[] {
    return this.#under(hooking);
  }

  /** The files that name a table so, and those whose classes a library would name so. */
  naming(table: string): readonly string[] {
    const bare = table.slice(table.lastIndexOf(".") + 1);
    return [...new Set([...this.#under(tableKey(bare)), ...this.#under(lowerKey(bare.replaceAll("_", "")))])];
  }

  /** The files with a relationship that has a `backref`, to a class of that name or to what may be its mapper. */
  adding(name: string): readonly string[] {
    return [...new Set([...this.#under(backrefKey(name)), ...this.#under(backrefKey(someMapper))])];
  }

  /** The files that may put something of that name on requests and other objects that frameworks hand around. */
  registering(name: string): readonly string[] {
    return [...new Set([...this.#under(registeredKey(name)), ...this.#under(registeredKey(anyName))])];
  }

  /** Classes at the top of their files that name `base` among their bases. */
  below(base: string): readonly { readonly uri: string; readonly name: string }[] {
    let found = this.#below.get(base);
    if (!found) {
      found = this.#under(`(${base}`).flatMap((uri) =>
        classesIn(this.#source.text(uri) ?? "").flatMap(({ name, bases }) =>
          bases.includes(base) ? [{ uri, name }] : [],
        ),
      );
      this.#below.set(base, found);
    }
    return found;
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
const someMapper = "mapper()";
const hooking = "before_compile()";
const registeredKey = (name: string): string => `registered ${name}`;
const tableKey = (table: string): string => `table ${table}`;
const lowerKey = (name: string): string => `lower ${name.toLowerCase()}`;
const backrefKey = (name: string): string => `backref ${name}`;

function keysOf(text: string): readonly string[] {
  const names = classesIn(text).flatMap(({ name, bases }) => [
    name,
    lowerKey(name),
    ...bases.map((base) => `(${base}`),
  ]);
  for (const [, table = ""] of text.matchAll(/\b(?:__tablename__[^=\n]*=|Table\()(?:\s|#.*)*["']([^"']+)["']/g)) {
    names.push(tableKey(table));
  }
  const targets = text.includes("backref") ? backrefsIn(text) : [];
  names.push(...targets.map(backrefKey));
  if (mentionsMapping(text)) {
    names.push(mapping);
    // `relationship(books_mapper, backref="author")`
    if (targets.some((name) => /^[a-z_]/.test(name))) names.push(backrefKey(someMapper));
  }
  if (mayHook(text)) names.push(hooking);
  names.push(...namesRegistered(text).map(registeredKey));
  return [...new Set(names)];
}

/** Classes at the top of a text, with the last parts of what they name as bases. */
function classesIn(text: string): readonly { readonly name: string; readonly bases: readonly string[] }[] {
  const found = text.matchAll(/^class[ \t]+(\w+)(?:[ \t]*\[[^\]\n]*\])?(?:[ \t]*\(([^()]*)\))?/gm);
  return [...found].map(([, name = "", bases = ""]) => ({
    name,
    bases: [...bases.matchAll(/(?:^|[,.])\s*(\w+)\s*(?=[,[]|$)/g)].map(([, base = ""]) => base),
  }));
}

/** Each call of `relationship` reaches to the next one: what stands in between is its own, or too much. */
function backrefsIn(text: string): readonly string[] {
  const calls = [...text.matchAll(/\b[rR]elation(?:ship)?\(\s*(?:lambda\s*:)?\s*["']?(?:\w+\.)*(\w+)/g)];
  return calls.flatMap(({ index, 1: name = "" }, at) =>
    text.slice(index, calls[at + 1]?.index).includes("backref") ? [name] : [],
  );
}
