import { follow } from "./answers.ts";
import type { ClassReading } from "./class_reading.ts";
import type { ClassFacts, Cuts, World } from "./facts.ts";
import { hasLaws } from "./foreign.ts";
import { ancestors } from "./lineage.ts";
import { classKey, type MappingReading } from "./mapping_calls.ts";
import type { Model, TableReading } from "./model.ts";
import { apply, instead, isEither, linkedEither } from "./operations.ts";
import type { PossibleHook } from "./query_hooks.ts";
import type { Incoming } from "./relationship_reading.ts";
import type { TableOwner } from "./tables.ts";
import { type ClassId, type Inferred, jsonOf, nothing, sameClass, type Type } from "./type.ts";
import type { Evidence, ModelRef, Place } from "./value.ts";

/** Answers about the other files of the workspace. */
export interface Neighbours {
  /** Whether they can be asked at all; if not, what rests on them stays symbolic, to be linked later. */
  readonly linked: boolean;
  readonly cuts: Cuts;
  /** The model that a class of another file is. */
  modelOf(ref: ModelRef): Model | undefined;
  /** What a module's name is, as imported from `from`; `undefined` where no file of the workspace says so. */
  exportOf(from: string, module: string, name: string | undefined): Inferred | undefined;
  classFacts(uri: string, name: string): ClassFacts | undefined;
  /** What a class statement of another file says of a mapping, by itself. */
  readingOf(ref: ModelRef): ClassReading | undefined;
  classesNamed(name: string): readonly ModelRef[];
  /** Relationships that backrefs of other files may add to classes of a name. */
  incoming(name: string): readonly Incoming[];
  /** What other files keep in the table of a name. */
  tablesNamed(name: string): readonly TableOwner[];
  /** The table that the statement at a place of another file makes. */
  tableAt(place: Place): TableReading | undefined;
  tableNameAt(place: Place): string | undefined;
  /** Classes that name a class of this name among their bases. */
  below(base: string): readonly ModelRef[];
  /** The classes that calls of `map_imperatively` and its like map, by `classKey`, each with the file of the call. */
  mapped(): ReadonlyMap<string, string>;
  /** What a call of another file that maps a class says of it. */
  mappingOf(uri: string, ref: ModelRef): MappingReading | undefined;
  /** Calls that may make every Query of the project do more than it says. */
  hooks(): readonly PossibleHook[];
  /** The same piece of evidence where its file has it now. */
  present(evidence: Evidence): Evidence;
  /** A module-level function of a `conftest.py` in the folder of `from` or above. */
  fixture(from: string, name: string): Inferred | undefined;
}

/** A workspace of one file. */
export const nobody = (cuts: Cuts = { count: 0 }): Neighbours => ({
  linked: true,
  cuts,
  readingOf: () => undefined,
  classesNamed: () => [],
  incoming: () => [],
  tablesNamed: () => [],
  tableAt: () => undefined,
  tableNameAt: () => undefined,
  below: () => [],
  mapped: () => new Map(),
  mappingOf: () => undefined,
  hooks: () => [],
  present: (evidence) => evidence,
  modelOf: () => undefined,
  exportOf: () => undefined,
  classFacts: () => undefined,
  fixture: () => undefined,
});

/** Of a file that is looked at by itself. */
export const alone = (cuts: Cuts): Neighbours => ({ ...nobody(cuts), linked: false });

/** Joins one file's own classes with what the neighbours know. */
export function createWorld(
  own: (name: string) => ClassFacts | undefined,
  uri: string,
  neighbours: Neighbours,
  modelOf: (ref: ModelRef) => Model | undefined = () => undefined,
): World {
  let depth = 0;
  /** Of the question that is being answered. */
  let steps = 0;
  const tried = new Map<string, Inferred | undefined>();
  const heirs = new Map<string, readonly ModelRef[]>();
  const world: World = {
    linked: neighbours.linked,
    cuts: neighbours.cuts,
    lineages: new Map(),
    reduce(type) {
      if (depth === 0) {
        steps = 0;
        tried.clear();
      }
      if (depth > deepest || ++steps > mostSteps) {
        neighbours.cuts.count++;
        return undefined;
      }
      // A web of functions that give one another has more ways through it than anyone can go: each of its types is asked once.
      const key = steps > manySteps ? jsonOf(type) : undefined;
      if (key !== undefined && tried.has(key)) {
        neighbours.cuts.count++;
        return tried.get(key);
      }
      if (key !== undefined) tried.set(key, undefined);
      depth++;
      try {
        const found = reduced(type, world, neighbours);
        if (key !== undefined) tried.set(key, found);
        return found;
      } finally {
        depth--;
      }
    },
    settle(type) {
      return type.kind === "reference" || type.kind === "deferred" ? (world.reduce(type)?.type ?? type) : type;
    },
    fixture: neighbours.fixture,
    classesNamed: neighbours.classesNamed,
    heirs(id) {
      const key = classKey(id);
      const found = heirs.get(key) ?? heirsOf(id, world, neighbours);
      heirs.set(key, found);
      return found;
    },
    related: (id, name) =>
      "api" in id ? undefined : modelOf(id)?.relationships.find(({ attribute }) => attribute === name),
    mappedIn(id) {
      const mapped = neighbours.mapped();
      return "api" in id || mapped.size === 0 ? undefined : mapped.get(classKey(id));
    },
    mapsByCall(id, name) {
      const model = !("api" in id) && world.mappedIn(id) !== undefined ? modelOf(id) : undefined;
      return model !== undefined && [model.columns, model.relationships, model.members].some(isNamed(name));
    },
    classFacts(id: Exclude<ClassId, { api: string }>) {
      return id.uri === uri ? own(id.name) : neighbours.classFacts(id.uri, id.name);
    },
  };
  return world;
}

const isNamed =
  (name: string) =>
  (mapped: readonly { readonly attribute: string }[]): boolean =>
    mapped.some(({ attribute }) => attribute === name);

/** How far one question is followed; from how many steps on it is a web; and how many there are at all. */
const deepest = 30;
const manySteps = 200;
const mostSteps = 2000;

/** More classes than these below one say nothing together. */
const mostHeirs = 40;

function heirsOf(id: ModelRef, world: World, neighbours: Neighbours): readonly ModelRef[] {
  const found = new Map<string, ModelRef>();
  const pending = [id];
  for (let next = pending.pop(); next && found.size < mostHeirs; next = pending.pop()) {
    for (const ref of neighbours.below(next.name.slice(next.name.lastIndexOf(".") + 1))) {
      const key = classKey(ref);
      if (found.has(key) || sameClass(ref, id) || !ancestors(ref, world).some((each) => sameClass(each, id))) continue;
      found.set(key, ref);
      pending.push(ref);
    }
  }
  return [...found.values()];
}

function reduced(type: Type, world: World, neighbours: Neighbours): Inferred | undefined {
  if (type.kind === "reference") {
    const found = neighbours.exportOf(type.from, type.module, type.name);
    return found && onwards(found, world);
  }
  if (type.kind !== "deferred") return { ...nothing, type, certainty: "certain" };
  const { operation } = type;
  if (operation.kind === "either") return world.linked ? linkedEither({ operation, of: type.of }, world) : undefined;
  const inner = world.reduce(type.of);
  if (!inner || (inner.type.kind === "deferred" && !isEither(inner.type))) {
    const found = instead(operation, world);
    return found && onwards(found, world);
  }
  return onwards(apply(type.operation, inner, world), world);
}

/**
 * What is found may be a symbol of another file again. It is followed here, where depth is counted: two functions of
 * two files that call each other would be followed for ever.
 */
function onwards(found: Inferred, world: World): Inferred | undefined {
  const { type } = found;
  if (isEither(type)) return found;
  const symbolic = type.kind === "deferred" || (type.kind === "reference" && type.name !== undefined);
  if (!symbolic || !world.linked) return found;
  const further = world.reduce(type);
  if (!further) return hasLaws(type) ? found : undefined;
  return follow(found, further);
}
