/**
 * Names stand in the text of a program as tokens until all of it is known: a model called `Text` keeps its name, and
 * SQLAlchemy's `Text` is imported under another.
 */
export type Origin =
  /** A name of SQLAlchemy's, by its canonical name. */
  | { readonly kind: "api"; readonly name: string }
  /** A name of Python's own library: "datetime.datetime", or a module: "enum". */
  | { readonly kind: "python"; readonly name: string }
  /** A definition of the program, by a key of its own and the name that it wants. */
  | { readonly kind: "own"; readonly key: string; readonly name: string };

const open = "\u0001";
const close = "\u0002";
const separator = "\u0003";

export function token(origin: Origin): string {
  const key = origin.kind === "own" ? origin.key : "";
  return open + [origin.kind, origin.name, key].join(separator) + close;
}

export const api = (name: string): string => token({ kind: "api", name });

/** A literal of Python that evaluates to `value`. Its escapes are JSON's, which Python shares; no token can be in it. */
export const literal = (value: string): string => JSON.stringify(value);

export interface Named {
  /** The texts, with names in the place of tokens. */
  readonly texts: readonly string[];
  readonly imports: readonly string[];
  /** The canonical names that are imported. */
  readonly apis: readonly string[];
}

/** Gives every token a name: first to definitions, whose names relationships refer to, then to what is imported. */
export function named(texts: readonly string[], taken: readonly string[]): Named {
  const origins = texts.flatMap((text) => [...text.matchAll(pattern)].map(read));
  const names = new Map<string, string>();
  const used = new Set(taken);
  const claim = (key: string, wanted: string): string => {
    const known = names.get(key);
    if (known !== undefined) return known;
    let name = wanted;
    for (let count = 2; used.has(name); count++) name = `${wanted}_${count}`;
    used.add(name);
    names.set(key, name);
    return name;
  };
  const imported = new Map<string, Set<string>>();
  for (const kind of ["own", "api", "python"]) {
    for (const origin of origins) {
      if (origin.kind !== kind) continue;
      const short = origin.name.slice(origin.name.lastIndexOf(".") + 1);
      const name = claim(keyOf(origin), short);
      if (kind === "own") continue;
      const module = origin.name.slice(0, Math.max(0, origin.name.lastIndexOf(".")));
      const list = imported.get(module) ?? new Set();
      imported.set(module, list.add(name === short ? short : `${short} as ${name}`));
    }
  }
  const written = texts.map((text) =>
    text.replace(pattern, (...match) => names.get(keyOf(read(match as unknown as RegExpMatchArray))) ?? ""),
  );
  const imports = [...imported].map(([module, list]) => {
    const names = [...list].sort().join(", ");
    return module === "" ? `import ${names}` : `from ${module} import ${names}`;
  });
  return { texts: written, imports, apis: origins.flatMap(({ kind, name }) => (kind === "api" ? [name] : [])) };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: no Python has them outside of strings, where they are escaped
const pattern = /\u0001([^\u0001\u0002\u0003]*)\u0003([^\u0001\u0002\u0003]*)\u0003([^\u0001\u0002\u0003]*)\u0002/g;

function read([, kind = "", name = "", key = ""]: RegExpMatchArray): Origin {
  return kind === "own" ? { kind, name, key } : { kind: kind === "python" ? "python" : "api", name };
}

const keyOf = (origin: Origin): string =>
  origin.kind === "own" ? `own ${origin.key}` : `${origin.kind} ${origin.name}`;
