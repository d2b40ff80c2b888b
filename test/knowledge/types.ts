/** The grammar of `returns`, as the comment on `Api.returns` states it. */

export interface Type {
  /** A class's canonical name, a word (`list`, `cm`, `none`, …) or a hole (`$T`, `$arg`, `$class`, …). */
  readonly name: string;
  readonly argument?: Type;
  /** Of `$instance(0)`, `$arg(0)`, `$argT(0)`: the position; of `$class(name,D)`: the name. */
  readonly hole?: string;
  readonly optional: boolean;
}

const WORDS = new Set(["tuple", "int", "str", "bool", "any", "none", "declarative", "$self", "$T", "$rows", "$owner"]);
const CONSTRUCTORS = new Set(["list", "iter", "aiter", "dict", "cm", "acm", "await", "class"]);
const POSITIONED = new Set(["$instance", "$arg", "$argT"]);

/** @throws Error when the text is not of the grammar; `isClass` says which names are classes of the table. */
export function parseType(text: string, isClass: (name: string) => boolean): Type {
  let at = 0;
  const type = parse();
  if (at !== text.length) fail("more text than a type");
  return type;

  function parse(): Type {
    const found = parseOne();
    if (!text.startsWith("|none", at)) return found;
    at += "|none".length;
    return { ...found, optional: true };
  }

  function parseOne(): Type {
    const name = take(/^\$?[\w.]+/);
    if (WORDS.has(name)) return { name, optional: false };
    if (POSITIONED.has(name)) {
      const hole = take(/^\(\d\)/).slice(1, -1);
      return { name, hole, optional: false };
    }
    if (name === "$class") {
      const hole = take(/^\(\w+,/).slice(1, -1);
      const argument = parse();
      take(/^\)/);
      return { name, hole, argument, optional: false };
    }
    if (CONSTRUCTORS.has(name)) return { name, argument: bracketed(), optional: false };
    if (!isClass(name)) fail(`${name} is no class of the table`);
    return text[at] === "[" ? { name, argument: bracketed(), optional: false } : { name, optional: false };
  }

  function bracketed(): Type {
    take(/^\[/);
    const argument = parse();
    take(/^\]/);
    return argument;
  }

  function take(pattern: RegExp): string {
    const found = pattern.exec(text.slice(at))?.[0];
    if (found === undefined) return fail(`expected ${pattern} at ${at}`);
    at += found.length;
    return found;
  }

  function fail(why: string): never {
    throw new Error(`${text}: ${why}`);
  }
}
