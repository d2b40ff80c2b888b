import { follow, union } from "./answers.ts";
import type { World } from "./facts.ts";
import { hasLaws } from "./foreign.ts";
import { type HandedCall, handedTo } from "./handed.ts";
import { ancestors, member } from "./lineage.ts";
import type { Mentions } from "./mentions.ts";
import type { ModuleSummary } from "./summary.ts";
import { again, type Inferred, isAgain, nothing, sameClass, type Type } from "./type.ts";
import { type ModelRef, weakest } from "./value.ts";

/** The module by which a file names what the callers of one of its own functions hand to a parameter. */
export const given = "<given>";

/** A parameter without an annotation, and where it stands among those that a caller writes. */
export interface GivenParameter {
  /** Dotted: "Store.__init__". */
  readonly function: string;
  readonly parameter: string;
  /** Among all of the function's parameters; -1 for one that can only be named. */
  readonly place: number;
  /** What Python passes by itself to the first parameter: "" for a plain function and a static method. */
  readonly bound: "self" | "cls" | "";
}

export const givenName = (of: GivenParameter): string => `${of.function} ${of.parameter} ${of.place} ${of.bound}`;

export function givenParameter(name: string): GivenParameter {
  const [of = "", parameter = "", place = "", bound = ""] = name.split(" ");
  return { function: of, parameter, place: Number(place), bound: bound === "self" || bound === "cls" ? bound : "" };
}

/**
 * What the callers of a function hand to one of its parameters, when all of the workspace's agree. Certain where every
 * call of that name can be told and is certain; likely where some can't. What tests hand over counts where nobody else
 * calls: they hand over doubles.
 */
export class Given {
  readonly #mentions: Mentions;
  readonly #summaryOf: (uri: string) => ModuleSummary | undefined;
  /** By file and function, until anything changes: a function is asked about once for each of its parameters. */
  readonly #known = new Map<string, Sites | undefined>();

  constructor(mentions: Mentions, summaryOf: (uri: string) => ModuleSummary | undefined) {
    this.#mentions = mentions;
    this.#summaryOf = summaryOf;
  }

  /** Forgets all calls: any text may hold others now. */
  changed(): void {
    this.#known.clear();
  }

  of(uri: string, parameter: GivenParameter, world: World): Inferred {
    const sites = this.#sitesOf(uri, parameter.function, world);
    if (!sites) return nothing;
    const told = sites.calls.flatMap(({ call, inTest }) => {
      const found = handedTo(call, parameter.parameter, parameter.place - taken(call, parameter, world));
      if (!found || isItself(found.type, uri, parameter)) return [];
      return [{ found: settled(found, call, world), inTest }];
    });
    const own = told.filter(({ inTest }) => !inTest);
    const answers = (own.length > 0 ? own : told).map(({ found }) => found);
    const known = answers.filter(({ type }) => type.kind !== "unknown" && type.kind !== "none");
    if (known.length === 0) return answers.length > 0 && answers.every(isAgain) ? again : nothing;
    const all = union(answers);
    return sites.complete ? all : { ...all, certainty: weakest(all.certainty, "likely") };
  }

  #sitesOf(uri: string, name: string, world: World): Sites | undefined {
    const key = `${uri} ${name}`;
    if (this.#known.has(key)) return this.#known.get(key);
    const cuts = world.cuts.count;
    const found = this.#sites(uri, name, world);
    if (cuts === world.cuts.count) this.#known.set(key, found);
    return found;
  }

  /** The calls of a function of one file everywhere; `undefined` where they are too many to look at. */
  #sites(uri: string, name: string, world: World): Sites | undefined {
    const parts = name.split(".");
    const last = parts[parts.length - 1] ?? name;
    const isConstructor = last === "__init__";
    const calls: Site[] = [];
    let complete = true;
    const names = isConstructor ? this.#constructed(uri, parts.slice(0, -1).join("."), world) : [last];
    if (!names) return undefined;
    for (const called of names) {
      const isFunction = !isConstructor && parts.length === 1;
      const all = this.#mentions.of(called, mostFiles);
      const files = all ?? (isFunction ? this.#mentions.ofFunction(called, uri, mostFiles) : undefined);
      if (!files) return undefined;
      for (const file of files) {
        const summary = this.#summaryOf(file);
        if (!summary) continue;
        // A package may hand on a function of so common a name: then callers name the package instead of the module.
        const handsOn = !all && file.endsWith("/__init__.py") && file !== uri && summary.exportOf(called) !== undefined;
        if (isFunction && (summary.passes(called) || handsOn)) complete = false;
        for (const call of summary.callsOf(called)) {
          const which = whichFunction(call, world);
          // What hangs on a value of which nothing is known is no function of a module: that is reached by its import.
          if (which === undefined) complete &&= isFunction && call.receiver?.type.kind === "unknown";
          else if (which && runs(which, { uri, name }, world)) calls.push({ call, inTest: isTest(file) });
          if (calls.length > mostCalls) return undefined;
        }
      }
    }
    if (isConstructor) calls.push(...this.#fromBelow(uri, name, world));
    return { calls, complete };
  }

  /** `super().__init__(…)` in the classes below. */
  #fromBelow(uri: string, name: string, world: World): readonly Site[] {
    const owner = name.slice(0, name.lastIndexOf("."));
    const files = new Set(world.heirs({ uri, name: owner }).map((heir) => heir.uri));
    return [...files].flatMap((file) =>
      (this.#summaryOf(file)?.callsOf("__init__") ?? []).flatMap((call) => {
        const which = whichFunction(call, world);
        return which?.uri === uri && which.name === name ? [{ call, inTest: isTest(file) }] : [];
      }),
    );
  }

  /** The names by which a constructor is called: the class's, and those of the classes below it. */
  #constructed(uri: string, owner: string, world: World): readonly string[] | undefined {
    if (owner === "") return undefined;
    const heirs = world.heirs({ uri, name: owner });
    const names = [{ name: owner }, ...heirs].map(({ name }) => name.slice(name.lastIndexOf(".") + 1));
    return [...new Set(names)];
  }
}

interface Site {
  readonly call: HandedCall;
  readonly inTest: boolean;
}

interface Sites {
  readonly calls: readonly Site[];
  readonly complete: boolean;
}

/** Beyond, a name is too common to look at all of its calls. */
const mostFiles = 60;
const mostCalls = 200;

export const isTest = (uri: string): boolean =>
  /\/(tests?|testing)\/|\/(tests?|test_[^/]*|[^/]*_test|conftest)\.py$/.test(uri);

/** What the files say; what tests do counts where nobody else does: they hand over doubles. */
export function untested<T>(uris: readonly string[], answersOf: (uri: string) => readonly T[]): readonly T[] {
  const own = uris.filter((uri) => !isTest(uri)).flatMap(answersOf);
  return own.length > 0 ? own : uris.filter(isTest).flatMap(answersOf);
}

/** A function that hands its own parameter on to itself says nothing new. */
const isItself = (type: Type, uri: string, parameter: GivenParameter): boolean =>
  type.kind === "reference" && type.from === uri && type.module === given && type.name === givenName(parameter);

/** How many parameters stand before what the caller writes: none in `Store.find(store, key)`. */
function taken({ callee, receiver }: HandedCall, { bound }: GivenParameter, world: World): 0 | 1 {
  if (bound === "") return 0;
  if (bound === "cls" || !receiver || world.settle(callee.type).kind === "class") return 1;
  return world.settle(receiver.type).kind === "class" ? 0 : 1;
}

function settled(found: Inferred, { because }: HandedCall, world: World): Inferred {
  const type = found.type.kind === "reference" || found.type.kind === "deferred" ? world.reduce(found.type) : undefined;
  const told = type ? follow(found, type) : found;
  const isOpen = told.type.kind === "reference" || told.type.kind === "deferred";
  if (isOpen && !hasLaws(told.type)) return nothing;
  if (told.type.kind === "unknown") return isAgain(told) ? told : nothing;
  return { ...told, because: [because, ...told.because].slice(0, 4) };
}

/** The function of the workspace that a call runs; `null` for one of others, `undefined` where that can't be told. */
function whichFunction({ callee }: HandedCall, world: World): { uri: string; name: string } | null | undefined {
  const type = world.settle(callee.type);
  switch (type.kind) {
    case "function":
      return type.id ?? null;
    case "class":
    case "instance": {
      const found = member(type.id, type.kind === "class" ? "__init__" : "__call__", world);
      if (!found || "api" in found) return null;
      const { type: method } = found.member;
      return method.kind === "function" ? (method.id ?? null) : null;
    }
    case "unknown":
      return undefined;
    // An import that leads out of the workspace.
    case "reference":
      return null;
    case "deferred":
      return leadsOut(type) ? null : undefined;
    default:
      return null;
  }
}

/** Whether a call of one function may run the other: it is the same, or the same method of a class below. */
function runs(called: ModelRef, one: ModelRef, world: World): boolean {
  if (called.uri === one.uri && called.name === one.name) return true;
  const [owner, base] = [ownerOf(one), ownerOf(called)];
  if (
    owner.name === "" ||
    base.name === "" ||
    one.name.slice(owner.name.length) !== called.name.slice(base.name.length)
  )
    return false;
  return ancestors(owner, world).some((each) => sameClass(each, base));
}

const ownerOf = ({ uri, name }: ModelRef): ModelRef => ({
  uri,
  name: name.slice(0, Math.max(0, name.lastIndexOf("."))),
});

/** `requests.Session().get`: what hangs on an import of another library is none of ours. */
function leadsOut(type: Type): boolean {
  let at = type;
  while (at.kind === "deferred") at = at.of;
  return at.kind === "reference" && !at.module.startsWith("<") && !at.module.startsWith(".");
}
