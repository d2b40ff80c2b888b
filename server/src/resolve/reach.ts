import type { Touched } from "../syntax/index.ts";
import type { ModuleIndex } from "./modules.ts";

/** Cheap and over-generous: whether a text names SQLAlchemy, what wraps it, or what hands over its objects. */
export const namesSqlalchemy = (text: string): boolean => naming.test(text);

const naming =
  /\b(?:sqlalchemy|sqlmodel|flask_sqlalchemy|alembic|oslo_db|flask_appbuilder|flask_sqlalchemy_session|airflow\.(?:utils\.(?:session|db)|settings))\b|\bfastapi_(?:async_)?sqlalchemy\b/;

/**
 * Whether a file can reach SQLAlchemy through imports. A Session may come from a file that comes from a file that names
 * it, so that a file's own text does not tell; but reading the import lines does, without a parse.
 */
export class Reach {
  readonly #textOf: (uri: string) => string | undefined;
  readonly #modules: ModuleIndex;
  readonly #known = new Map<string, boolean>();
  readonly #imports = new Map<string, readonly string[]>();

  constructor(textOf: (uri: string) => string | undefined, modules: ModuleIndex) {
    this.#textOf = textOf;
    this.#modules = modules;
  }

  changed(uri: string, touched?: Touched): void {
    if (touched && this.#imports.has(uri) && toldBy(touched.before) === toldBy(touched.after)) return;
    const before = this.#imports.get(uri);
    this.#imports.delete(uri);
    const text = this.#textOf(uri);
    const after = text === undefined ? [] : this.#importsOf(uri, text);
    const same = before?.length === after.length && before.every((module, index) => module === after[index]);
    // "Yes" stays true while the file names SQLAlchemy itself: what it imports may have been why.
    const stays = same && this.#known.get(uri) === true && text !== undefined && namesSqlalchemy(text);
    if (!stays) this.#known.clear();
  }

  /** Modules that the import lines of a file may mean, as written. */
  imports(uri: string): readonly string[] {
    const text = this.#textOf(uri);
    return text === undefined ? [] : this.#importsOf(uri, text);
  }

  has(uri: string): boolean {
    const known = this.#known.get(uri);
    if (known !== undefined) return known;
    const seen = new Set([uri]);
    const pending = [uri];
    let found = false;
    for (let next = pending.pop(); next !== undefined && !found; next = pending.pop()) {
      const text = this.#textOf(next);
      if (text === undefined) continue;
      if (this.#known.get(next) === true || namesSqlalchemy(text)) found = true;
      else if (this.#known.get(next) !== false) this.#follow(next, text, seen, pending);
    }
    // "No" holds for all that was seen; "yes" for the file asked about alone.
    if (found) this.#known.set(uri, true);
    else for (const each of seen) this.#known.set(each, false);
    return found;
  }

  #follow(uri: string, text: string, seen: Set<string>, pending: string[]): void {
    for (const module of this.#importsOf(uri, text)) {
      const target = this.#modules.find(uri, module);
      if (target === undefined || seen.has(target)) continue;
      seen.add(target);
      pending.push(target);
    }
  }

  #importsOf(uri: string, text: string): readonly string[] {
    let imports = this.#imports.get(uri);
    if (!imports) {
      imports = importedModules(text);
      this.#imports.set(uri, imports);
    }
    return imports;
  }
}

/** All that a part of a text has to do with where its file reaches to. */
const toldBy = (part: string): string => [namesSqlalchemy(part), ...importedModules(part)].join();

/** Modules that the import lines of a text may mean, as written; `from a import b` may mean `a` and `a.b`. */
function importedModules(text: string): readonly string[] {
  const found = new Set<string>();
  for (const [, module = "", names = ""] of text.matchAll(
    // A list that is not closed ends at the next parenthesis: looking further would cost the rest of the file each time.
    /^[ \t]*from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^()#]*(?:#[^\n]*\n[^()#]*)*\)|[^\n#]*)/gm,
  )) {
    found.add(module);
    for (const name of names.replace(/#[^\n]*|[()\\]/g, " ").split(",")) {
      const first = /^\s*(\w+)/.exec(name)?.[1];
      if (first) found.add(module.endsWith(".") ? `${module}${first}` : `${module}.${first}`);
    }
  }
  for (const [, names = ""] of text.matchAll(/^[ \t]*import[ \t]+([^\n#]*)/gm)) {
    for (const name of names.split(",")) {
      const module = /^\s*([\w.]+)/.exec(name)?.[1];
      if (module) found.add(module);
    }
  }
  // pytest hands fixtures of the conftest files above to tests that import nothing.
  if (/\bdef test|\bpytest\b/.test(text)) for (const dots of above) found.add(`${dots}conftest`);
  return [...found];
}

const above = [".", "..", "...", "....", ".....", "......"];
