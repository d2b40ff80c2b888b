/** Reads the generated strings (scripts/knowledge/encode.mjs says their form), an owner at a time, when it is asked for. */
import type { Api, ApiKind, ApiName, Layer, Param, Release } from "./api.ts";
import { historyOf } from "./history.ts";
import { docOf } from "./pages.ts";
import { MODULES, PATHS, PROXIES } from "./paths.gen.ts";
import { summaryOf } from "./summary.ts";
import { BASES, OWNERS, TYPES } from "./table.gen.ts";

type Status = Api["status"];

const RELEASES: readonly Release[] = ["1.4", "2.0", "2.1"];
const KINDS: Readonly<Record<string, ApiKind>> = {
  c: "class",
  x: "exception",
  f: "function",
  m: "method",
  k: "classmethod",
  p: "property",
  a: "attribute",
  n: "constant",
};
const LAYERS: Readonly<Record<string, Layer>> = { c: "core", o: "orm", b: "both" };

const types = once(() => TYPES.split("\n"));
const bases = once(() => keyed(BASES));
const baseNames = once(() => [...bases().keys()]);
const proxies = once(() => keyed(PROXIES));
const modules = once(() => keyed(MODULES));
const ownerLines = new Map<string, ReadonlyMap<string, string>>();
const pathTables = new Map<string, ReadonlyMap<string, Path>>();
const apis = new Map<string, Api>();
const mros = new Map<string, readonly string[]>();

interface Path {
  readonly name: ApiName;
  readonly releases: readonly Release[];
  readonly isModule: boolean;
}

export function apiAt(name: string): Api | undefined {
  const known = apis.get(name);
  if (known) return known;
  const [owner, last] = splitLast(name);
  const line = linesOf(owner).get(last);
  const api = line === undefined ? moduleApi(name) : toApi(name, line);
  if (api) apis.set(name, api);
  return api;
}

/** Where an import path leads that is not a canonical name, or is one that exists in fewer releases than its API. */
export function decodePath(path: string): Path | undefined {
  const [module, last] = splitLast(path);
  const found = pathsIn(module).get(last);
  if (found) return found;
  const code = modules().get(path)?.[0];
  return code ? { name: path as ApiName, releases: releasesOf(code.slice(1)), isModule: true } : undefined;
}

/** Names in the module that lead to an API whose canonical name is elsewhere. */
export function pathsOf(module: string): Iterable<string> {
  return pathsIn(module).keys();
}

/** Names of which the module or class is the owner. */
export function memberNames(owner: string): Iterable<string> {
  return linesOf(owner).keys();
}

/** The bases of a class in method resolution order; empty for anything else. */
export function basesOf(cls: string): readonly string[] {
  const known = mros.get(cls);
  if (known) return known;
  const mro = (bases().get(cls) ?? []).flatMap((ref) => {
    if (ref.startsWith("=")) return ref.slice(1);
    const name = baseNames()[Number.parseInt(ref, 36)] ?? "";
    return ref.endsWith("+") ? [name, ...basesOf(name)] : name;
  });
  mros.set(cls, mro);
  return mro;
}

export function proxiesOf(cls: string): readonly string[] {
  return proxies().get(cls) ?? [];
}

function toApi(name: string, line: string): Api {
  const [facts = "", sentence = "", instead = "", since = "", gone = ""] = line.split("\t");
  const [, code = "", params = "-", type = "-"] = facts.split(" ");
  const kind = KINDS[code.charAt(0)] ?? "attribute";
  const releases = releasesOf(code.charAt(2));
  const isClass = kind === "class" || kind === "exception";
  const returns = type === "-" ? (isClass ? name : undefined) : types()[Number(type)];
  const mro = isClass ? basesOf(name) : undefined;
  const doc = docOf(name, releases);
  const status = statusOf(name, releases, code.slice(3));
  const history = historyOf({ name, releases, status, instead, since, gone });
  return {
    // The line is there because the generator wrote it under this name.
    name: name as ApiName,
    kind,
    layer: LAYERS[code.charAt(1)] ?? "core",
    releases,
    status,
    ...(params === "-" ? {} : { params: paramsOf(params) }),
    ...(returns === undefined ? {} : { returns }),
    ...(mro === undefined ? {} : { bases: mro }),
    summary: sentence || summaryOf(name, kind, isMember(name)),
    ...(history ? { history } : {}),
    ...(doc === undefined ? {} : { doc }),
  };
}

function moduleApi(name: string): Api | undefined {
  const code = modules().get(name)?.[0];
  if (!code) return undefined;
  const releases = releasesOf(code.slice(1));
  return {
    name: name as ApiName,
    kind: "module",
    layer: LAYERS[code.charAt(0)] ?? "core",
    releases,
    status: statusOf(name, releases, ""),
    summary: summaryOf(name, "module", false),
  };
}

function statusOf(name: string, releases: readonly Release[], codes: string): Status {
  const status: Partial<Record<Release, "deprecated" | "legacy" | "removed">> = {};
  for (const [index, release] of RELEASES.entries()) {
    const code = codes.charAt(index);
    if (code === "d") status[release] = "deprecated";
    else if (code === "l") status[release] = "legacy";
    // Another library's name is missing where that library does not run, which is no removal.
    else if (!releases.includes(release) && release > (releases[0] ?? "") && name.startsWith("sqlalchemy")) {
      status[release] = "removed";
    }
  }
  return status;
}

/** Whether the owner of the name is a class: then it has a line of its own. */
function isMember(name: string): boolean {
  const [owner] = splitLast(name);
  const [module, last] = splitLast(owner);
  return linesOf(module).has(last);
}

function paramsOf(text: string): readonly Param[] {
  return text === "()" ? [] : text.split(",").map(toParam);
}

function toParam(text: string): Param {
  const prefix = /^(?:\*\*|[*/!])?/.exec(text)?.[0] ?? "";
  const optional = text.endsWith("=");
  const name = text.slice(prefix.length, optional ? -1 : undefined);
  if (prefix === "**") return { name, kind: "kwargs", optional: true };
  if (prefix === "*") return { name, kind: "args", optional: true };
  return { name, kind: prefix === "/" ? "positional" : prefix === "!" ? "keyword" : "any", optional };
}

function linesOf(owner: string): ReadonlyMap<string, string> {
  return memo(ownerLines, owner, () => {
    const text = Object.hasOwn(OWNERS, owner) ? OWNERS[owner] : undefined;
    return new Map((text?.split("\n") ?? []).map((line) => [line.slice(0, line.indexOf(" ")), line]));
  });
}

function pathsIn(module: string): ReadonlyMap<string, Path> {
  return memo(pathTables, module, () => {
    const table = new Map<string, Path>();
    const text = Object.hasOwn(PATHS, module) ? PATHS[module] : undefined;
    for (const line of text?.split("\n") ?? []) {
      const [mask = "", parent = "", ...names] = line.split(" ");
      const releases = releasesOf(mask);
      for (const item of names) {
        const [last = "", canonical = last] = item.split("=");
        table.set(last, { name: `${parent}.${canonical}` as ApiName, releases, isModule: false });
      }
    }
    return table;
  });
}

function releasesOf(mask: string): readonly Release[] {
  return RELEASES.filter((_, index) => Number(mask) & (1 << index));
}

function splitLast(path: string): [owner: string, last: string] {
  const dot = path.lastIndexOf(".");
  return [path.slice(0, Math.max(dot, 0)), path.slice(dot + 1)];
}

/** Lines of "key value value". */
function keyed(text: string): ReadonlyMap<string, readonly string[]> {
  return new Map(
    text.split("\n").map((line) => {
      const [key = "", ...values] = line.split(" ");
      return [key, values];
    }),
  );
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function memo<V>(table: Map<string, V>, key: string, make: () => V): V {
  const known = table.get(key);
  if (known !== undefined) return known;
  const value = make();
  table.set(key, value);
  return value;
}
