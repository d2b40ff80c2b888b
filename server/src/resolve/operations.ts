import { apiOf, canonicalOf, isKnownModule, isSubclass } from "../knowledge/index.ts";
import { type Arguments, declarativeBase, evaluate, noArguments } from "./evaluate.ts";
import type { World } from "./facts.ts";
import { givenByForeign, hasLaws } from "./foreign.ts";
import { isOwnerOfProperty, restsOnArguments } from "./laws.ts";
import { apiAncestor, member } from "./lineage.ts";
import { readThrough } from "./self_type.ts";
import {
  type Box,
  type ClassId,
  certain,
  type Inferred,
  instanceOf,
  nothing,
  type Operation,
  sameClass,
  sameType,
  type Type,
  unknown,
} from "./type.ts";
import { type Evidence, weakest } from "./value.ts";

/** Applies `operation` to what is known of a value; reasons accumulate, certainty can only fall. */
export function apply(operation: Operation, to: Inferred, world: World): Inferred {
  const { type } = to;
  if (type.kind === "reference" && type.name === undefined) {
    // A module of the workspace: only its names can be asked for.
    if (operation.kind !== "attribute") return nothing;
    const named: Type = { ...type, name: operation.name };
    const found = world.reduce(named);
    return found ? follow(to, found) : { ...to, type: named };
  }
  if (type.kind === "deferred" && type.operation.kind === "either" && world.linked) {
    // Each branch by itself.
    const branches = [certain(type.of), ...type.operation.others];
    return follow(to, union(branches.map((branch) => apply(operation, branch, world))));
  }
  if (type.kind === "reference" || type.kind === "deferred") {
    const reduced = world.reduce(type);
    if (!reduced || (reduced.type.kind === "deferred" && !isEither(reduced.type))) {
      const deferred: Type = { kind: "deferred", operation, of: type };
      return { ...to, type: givenByForeign(deferred) ?? deferred };
    }
    return apply(operation, follow(to, reduced), world);
  }
  if (type.kind === "box" && type.box === "optional") return apply(operation, { ...to, type: type.of }, world);
  if (operation.kind === "call" && !world.linked && awaitsLink(type, operation)) {
    return { ...to, type: { kind: "deferred", operation, of: type } };
  }
  if (type.kind === "function" && type.property && operation.kind !== "attribute") return nothing;
  return follow(to, steps[operation.kind](operation as never, type, world));
}

/** Whether a call's answer depends on an argument that only another file can tell. */
function awaitsLink(type: Type, { args, keywords }: Extract<Operation, { kind: "call" }>): boolean {
  const api = type.kind === "api" ? type.name : type.kind === "class" && "api" in type.id ? type.id.api : undefined;
  if (api === undefined || !restsOnArguments(api, apiOf(api)?.returns)) return false;
  return args.some(isSymbol) || Object.values(keywords).some(isSymbol);
}

/** The answer of a later step, resting on the reasons of the earlier. */
export function follow(earlier: Inferred, later: Inferred): Inferred {
  if (later.type.kind === "unknown") return nothing;
  return {
    type: later.type,
    certainty: weakest(earlier.certainty, later.certainty),
    because: merged(earlier.because, later.because),
  };
}

/** One answer from several possible ones: equal answers stay certain, a disagreement makes the best one likely. */
export function union(answers: readonly Inferred[]): Inferred {
  const told = answers.filter((answer) => answer.type.kind !== "none");
  const known = told.filter((answer) => answer.type.kind !== "unknown" && answer.type.kind !== "plain");
  const [first, ...others] = known;
  if (!first) return told[0] ?? answers[0] ?? nothing;
  const because = others.reduce((all, other) => merged(all, other.because), first.because);
  const certainty = known.map((answer) => answer.certainty).reduce(weakest);
  const differ = others.some((other) => !sameType(other.type, first.type));
  if (differ && known.some(({ type }) => isSymbol(type))) {
    const rest = told.filter((answer) => answer !== first);
    return { ...first, type: { kind: "deferred", operation: { kind: "either", others: rest }, of: first.type } };
  }
  const common = known.length === told.length ? others.reduce(joined, first.type) : undefined;
  return { type: common ?? first.type, certainty: common ? certainty : weakest(certainty, "likely"), because };
}

/** What two types have in common: two queries for different entities are a query at any rate. */
function joined(a: Type | undefined, { type: b }: Inferred): Type | undefined {
  if (!a || sameType(a, b)) return a;
  if (a.kind === "api" && b.kind === "api" && a.name === b.name) {
    const self = a.self && b.self && joined(a.self, certain(b.self));
    return self ? { kind: "api", name: a.name, self } : { kind: "api", name: a.name };
  }
  const alike = a.kind === "instance" && b.kind === "instance" && sameClass(a.id, b.id);
  return alike ? { kind: "instance", id: b.id } : undefined;
}

/** The same once the files behind its answers can be asked; what they don't explain disagrees with the rest. */
export function linked(first: Inferred, others: readonly Inferred[], world: World): Inferred {
  const answers = [first, ...others].map((answer) => {
    if (!isSymbol(answer.type)) return answer;
    const found = world.reduce(answer.type);
    if (found && !isSymbol(found.type)) return follow(answer, found);
    return hasLaws(answer.type) ? answer : nothing;
  });
  return union(answers);
}

/** What only its own branches can be asked. */
export const isEither = (type: Type): boolean => type.kind === "deferred" && type.operation.kind === "either";

const most = 4;

function merged(a: readonly Evidence[], b: readonly Evidence[]): readonly Evidence[] {
  if (b.length === 0) return a;
  const all = [...a];
  for (const reason of b) {
    if (!all.some((known) => known.text === reason.text && known.at?.uri === reason.at?.uri)) all.push(reason);
  }
  return all.slice(0, most);
}

type Step<K extends Operation["kind"]> = (
  operation: Extract<Operation, { kind: K }>,
  type: Type,
  world: World,
) => Inferred;

const steps: { readonly [K in Operation["kind"]]: Step<K> } = {
  attribute: ({ name }, type, world) => attributeOf(type, name, world),
  call: ({ args, keywords }, type, world) => callOf(type, { args, keywords }, world),
  element: ({ isAsync }, type, world) => special(type, isAsync ? "__aiter__" : "__iter__", elementBoxes, world),
  enter: ({ isAsync }, type, world) =>
    special(type, isAsync ? "__aenter__" : "__enter__", isAsync ? ["acm"] : ["cm"], world),
  await: (_, type, world) => special(type, "__await__", ["await"], world),
  either: ({ others }, type, world) => linked(certain(type), others, world),
  item: ({ index }, type, world) => itemOf(type, index, world),
  slice: (_, type, world) => {
    if (type.kind !== "instance") return type.kind === "box" && type.box === "list" ? certain(type) : nothing;
    const { type: of, certainty } = itemOf(type, undefined, world);
    return of.kind === "unknown" ? nothing : { type: { kind: "box", box: "list", of }, certainty, because: [] };
  },
  // `@registry.mapped` and `@as_declarative()` make what they decorate a mapped class, or a base of such.
  decorate: (_, type) =>
    type.kind === "api" && declaring.test(type.name)
      ? certain({ kind: "class", id: { api: declarativeBase } })
      : nothing,
  instantiate: ({ holds }, type) => {
    if (type.kind !== "class") return nothing;
    return certain(holds ? { kind: "instance", id: type.id, holds } : { kind: "instance", id: type.id });
  },
};

const declaring =
  /^sqlalchemy\.orm\.(as_declarative|mapped_as_dataclass|registry\.(mapped|mapped_as_dataclass|as_declarative_base))$/;

/** `index`: of a tuple's items; `undefined` where it is no literal. */
function itemOf(type: Type, index: number | undefined, world: World): Inferred {
  switch (type.kind) {
    // A generic class with its parameters is the class again.
    case "class":
      return certain(type);
    case "tuple":
      return index === undefined ? nothing : certain(type.items.at(index) ?? unknown);
    case "box":
      return indexable.includes(type.box) ? certain(type.of) : nothing;
    case "instance":
      return special(type, "__getitem__", [], world);
    default:
      return nothing;
  }
}

const indexable: readonly Box[] = ["list", "iter", "dict"];

const elementBoxes: readonly Box[] = ["list", "iter", "aiter"];

/** Protocol methods: of a box it is what the box holds, of an object what its method says. */
function special(type: Type, method: string, boxes: readonly Box[], world: World): Inferred {
  if (type.kind === "box") return boxes.includes(type.box) ? certain(type.of) : nothing;
  if (type.kind === "tuple" && method === "__iter__") return union(type.items.map((item) => certain(item)));
  if (type.kind !== "instance") return nothing;
  const found = attributeOf(type, method, world);
  const result = callOf(found.type, noArguments, world);
  const { type: given } = result;
  return given.kind === "box" && boxes.includes(given.box) ? { ...result, type: given.of } : result;
}

function attributeOf(type: Type, name: string, world: World): Inferred {
  switch (type.kind) {
    case "module": {
      const canonical = canonicalOf(`${type.name}.${name}`);
      if (canonical) return certain(typeOfApi(canonical));
      return isKnownModule(`${type.name}.${name}`)
        ? certain({ kind: "module", name: `${type.name}.${name}` })
        : nothing;
    }
    case "class":
    case "instance": {
      const found = member(type.id, name, world);
      if (!found) {
        if (!world.linked && !("api" in type.id)) {
          return certain({ kind: "deferred", operation: { kind: "attribute", name }, of: type });
        }
        const added = type.kind === "instance" ? related(type.id, name, world) : nothing;
        if (added.type.kind !== "unknown") return added;
        const mapped = mappedAttribute(type.id, name, world);
        return mapped.type.kind === "unknown" ? amongHeirs(type, name, world) : mapped;
      }
      if ("api" in found) return certain(boundApi(found.api, type, world));
      const bound = settled(found.member, world);
      const known = owned({ ...bound, type: readThrough(bound.type, type.id) }, type.id);
      if (type.kind !== "instance") return known;
      return isRelationship(known.type) && !known.type.holds
        ? follow(known, related(type.id, name, world))
        : asSeenFromInstance(known, world);
    }
    case "box":
      return type.box === "dict" ? methodOfDictionary(name, type.of) : nothing;
    case "api":
      return isDynamic(type) ? attributeOf(readDynamically(type, world), name, world) : nothing;
    default:
      return nothing;
  }
}

function methodOfDictionary(name: string, of: Type): Inferred {
  const result = Object.hasOwn(dictionary, name) ? dictionary[name]?.(of) : undefined;
  return result ? certain({ kind: "function", result: certain(result), property: false }) : nothing;
}

const dictionary: Readonly<Record<string, (of: Type) => Type>> = {
  get: (of) => ({ kind: "box", box: "optional", of }),
  pop: (of) => of,
  setdefault: (of) => of,
  copy: (of) => ({ kind: "box", box: "dict", of }),
  values: (of) => ({ kind: "box", box: "list", of }),
  items: (of) => ({ kind: "box", box: "list", of: { kind: "tuple", items: [unknown, of] } }),
};

/**
 * What a mixin's own methods ask of `self` or `cls` is what the classes that it is mixed into have. An object that is
 * only known by its base is likely one of those below that has what is asked of it.
 */
function amongHeirs(type: Extract<Type, { kind: "class" | "instance" }>, name: string, world: World): Inferred {
  if ("api" in type.id || (type.kind === "class" && !type.id.self)) return nothing;
  const heirs = world.heirs(type.id).filter((heir) => !isMixin(heir, world));
  const found = union(heirs.map((heir) => attributeOf({ ...type, id: heir }, name, world)));
  return type.id.self ? found : { ...found, certainty: weakest(found.certainty, "likely") };
}

const isMixin = (id: ClassId, world: World): boolean =>
  apiAncestor(id, world) === undefined && "uri" in id && world.heirs(id).length > 0;

type InstanceType = Extract<Type, { kind: "instance" }>;

const isRelationship = (type: Type): type is InstanceType =>
  type.kind === "instance" && "api" in type.id && isSubclass(type.id.api, "sqlalchemy.orm.RelationshipProperty");

/** What a relationship reads as: the other object, a list of them, or a Query where it is dynamic. */
function related(id: ClassId, name: string, world: World): Inferred {
  const found = world.related(id, name);
  if (!found?.targetModel || found.many === undefined || found.keyed || found.lazy === undefined) return nothing;
  const { uri, name: target } = found.targetModel;
  const other: Type = { kind: "instance", id: { uri, name: target } };
  if (found.lazy === "dynamic") return certain(instanceOf("sqlalchemy.orm.Query", other));
  if (found.lazy === "write_only") return nothing;
  return certain({ kind: "box", box: found.many ? "list" : "optional", of: other });
}

/** What mapping a class adds to it. */
function mappedAttribute(id: ClassId, name: string, world: World): Inferred {
  const added = Object.hasOwn(addedByMapping, name) ? addedByMapping[name] : undefined;
  const api = added && apiAncestor(id, world);
  return api && isSubclass(api, declarativeBase) ? certain(instanceOf(added)) : nothing;
}

const addedByMapping: Readonly<Record<string, string>> = {
  __table__: "sqlalchemy.Table",
  __mapper__: "sqlalchemy.orm.Mapper",
};

function settled(found: Inferred, world: World): Inferred {
  const further = isSymbol(found.type) ? world.reduce(found.type) : undefined;
  return further ? follow(found, further) : found;
}

const isSymbol = ({ kind }: Type): boolean => kind === "reference" || kind === "deferred";

/** `query = scoped.query_property()` queries the class through which it is read, unless the class names its Query. */
function owned(found: Inferred, id: ClassId): Inferred {
  const { type } = found;
  if (type.kind !== "instance" || !isOwnerOfProperty(type.holds)) return found;
  return { ...found, type: { ...type, holds: { kind: "instance", id } } };
}

/** A property is called by reading it; an attribute that is mapped reads as a value, not as its column. */
function asSeenFromInstance(found: Inferred, world: World): Inferred {
  const { type } = found;
  if (type.kind === "function" && type.property) return follow(found, type.result);
  if (type.kind !== "instance") return found;
  const api = apiAncestor(type.id, world);
  if (!api || !descriptors.some((descriptor) => isSubclass(api, descriptor))) return found;
  return type.holds ? { ...found, type: type.holds } : nothing;
}

const descriptors = [
  "sqlalchemy.Column",
  "sqlalchemy.orm.MappedColumn",
  "sqlalchemy.orm.Mapped",
  "sqlalchemy.orm.Relationship",
  "sqlalchemy.orm.RelationshipProperty",
  "sqlalchemy.orm.ColumnProperty",
  "sqlalchemy.orm.CompositeProperty",
  "sqlalchemy.orm.Synonym",
  "sqlalchemy.orm.SynonymProperty",
];

function callOf(type: Type, given: Arguments, world: World): Inferred {
  switch (type.kind) {
    case "class": {
      if (!("api" in type.id)) return certain({ kind: "instance", id: type.id });
      const { api } = type.id;
      const made = evaluate(apiOf(api)?.returns, { api, self: type, given, world });
      return certain(made.kind === "unknown" ? instanceOf(api) : made);
    }
    case "api": {
      if (isDynamic(type)) return callOf(readDynamically(type, world), given, world);
      return certain(evaluate(apiOf(type.name)?.returns, { api: type.name, self: type.self, given, world }));
    }
    case "function":
      return type.result;
    case "instance": {
      const called = attributeOf(type, "__call__", world);
      return called.type.kind === "unknown" ? nothing : callOf(called.type, given, world);
    }
    default:
      return nothing;
  }
}

type ApiType = Extract<Type, { kind: "api" }>;

/** `func.lower`, `func.mypkg.fn`: an attribute that the class makes up, whatever its name. */
const isDynamic = ({ name }: ApiType): boolean => name.endsWith(".__getattr__");

function readDynamically({ name, self }: ApiType, world: World): Type {
  return evaluate(apiOf(name)?.returns, { api: name, self, given: noArguments, world });
}

/** What a canonical name stands for when it is read. */
export function typeOfApi(name: string): Type {
  const api = apiOf(name);
  if (!api) return isKnownModule(name) ? { kind: "module", name } : unknown;
  switch (api.kind) {
    case "module":
      return { kind: "module", name };
    case "class":
    case "exception":
      return { kind: "class", id: { api: name } };
    case "function":
    case "method":
    case "classmethod":
      return { kind: "api", name };
    default:
      return api.returns
        ? evaluate(api.returns, { api: name, self: undefined, given: noArguments, world: nowhere })
        : { kind: "api", name };
  }
}

/** A constant's type rests on no file. */
const nowhere: World = {
  linked: true,
  cuts: { count: 0 },
  lineages: new Map(),
  reduce: () => undefined,
  settle: (type) => type,
  classFacts: () => undefined,
  fixture: () => undefined,
  classesNamed: () => [],
  heirs: () => [],
  mappings: () => [],
  related: () => undefined,
};

function boundApi(name: string, self: Type, world: World): Type {
  const api = apiOf(name);
  if (!api) return unknown;
  if (api.kind === "method" || api.kind === "classmethod") return { kind: "api", name, self };
  // A function that a class hands on: Flask-SQLAlchemy's `db.relationship`.
  if (api.kind === "function") return { kind: "api", name };
  if (api.kind === "class" || api.kind === "exception") return { kind: "class", id: { api: name } };
  return evaluate(api.returns, { api: name, self, given: noArguments, world });
}
