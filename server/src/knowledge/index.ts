/**
 * What SQLAlchemy's public names are: layer, kind, parameters, what a call gives, history. Data made from the installed
 * releases by `npm run knowledge`, with Flask-SQLAlchemy and SQLModel; looked up by canonical name.
 *
 * A canonical name is the path by which a name can be imported in every release that has it (`sqlalchemy.orm.Session`,
 * `sqlalchemy.engine.Engine`, `sqlalchemy.select`), and for a member its class's name before it.
 */
import type { Api, ApiName, Release } from "./api.ts";
import { apiAt, basesOf, decodePath, memberNames, pathsOf, proxiesOf } from "./decode.ts";

export type { Api, ApiKind, ApiName, Layer, Param, Release } from "./api.ts";
export { type Option, optionOf, type Parameter, parameterOf } from "./parameters.ts";

/** The API of a canonical name; undefined for any other path (see `canonicalOf`) and for inherited members (`memberOf`). */
export function apiOf(name: string): Api | undefined {
  return apiAt(name);
}

/**
 * The canonical name that an import path leads to, in any release: of a module, of a name in a public or private module,
 * or of a member of a class there (then the class that defines it). undefined: not SQLAlchemy's, or unknown.
 */
export function canonicalOf(path: string): ApiName | undefined {
  const direct = apiAt(path)?.name ?? decodePath(path)?.name;
  if (direct) return direct;
  const dot = path.lastIndexOf(".");
  const owner = dot > 0 ? canonicalOf(path.slice(0, dot)) : undefined;
  return owner && isClass(owner) ? memberOf(owner, path.slice(dot + 1))?.name : undefined;
}

/** The releases in which an import path works: fewer than those of its API where the path came or went. Empty: never. */
export function releasesOfPath(path: string): readonly Release[] {
  return decodePath(path)?.releases ?? apiAt(path)?.releases ?? [];
}

/**
 * What attribute `member` of the class (or module) `cls` is, as the API of the class that defines it. A class that hands
 * calls on (scoped_session, Flask-SQLAlchemy's `db`) answers with what stands behind it, and `__getattr__` for any name.
 */
export function memberOf(cls: string, member: string): Api | undefined {
  const name = `${cls}.${member}`;
  const own = apiAt(name) ?? apiAt(decodePath(name)?.name ?? "");
  if (own) return own;
  for (const base of basesOf(cls)) {
    const inherited = apiAt(`${base}.${member}`);
    if (inherited) return inherited;
  }
  for (const behind of proxiesOf(cls)) {
    const found = memberOf(behind, member);
    if (found) return found;
  }
  return member.startsWith("__") ? undefined : memberOf(cls, "__getattr__");
}

/** Whether class `cls` is `base` or inherits from it; false when either is unknown. */
export function isSubclass(cls: string, base: string): boolean {
  return isClass(cls) && (cls === base || basesOf(cls).includes(base));
}

/** What a star import of the module brings, in any release; empty for an unknown module. */
export function moduleExports(module: string): readonly string[] {
  if (!isKnownModule(module)) return [];
  return [...new Set([...memberNames(module), ...pathsOf(module)])].filter((name) => !name.startsWith("_")).sort();
}

/** Whether the path is a module of SQLAlchemy, Flask-SQLAlchemy or SQLModel, public or private. */
export function isKnownModule(path: string): boolean {
  return apiAt(path)?.kind === "module" || decodePath(path)?.isModule === true;
}

function isClass(name: string): boolean {
  const kind = apiAt(name)?.kind;
  return kind === "class" || kind === "exception";
}
