import { apiOf, canonicalOf, isKnownModule, isSubclass } from "../knowledge/index.ts";
import { defaulted, follow, isSymbol, union } from "./answers.ts";
import { boundApi, typeOfApi } from "./api_types.ts";
import { methodOfBox } from "./boxes.ts";
import { type Arguments, type Asked, declarativeBase, evaluate, noArguments } from "./evaluate.ts";
import { handedOnTo, type World } from "./facts.ts";
import { givenByForeign, hasLaws, isOtherSession } from "./foreign.ts";
import { amongHeirs, settled } from "./heirs.ts";
import { inspectedFor } from "./inspection.ts";
import { isOwnerOfProperty, lawOf, restsOnArguments } from "./laws.ts";
import { apiAncestor, member } from "./lineage.ts";
import { collectionOf, instrumented, mappedAttribute, mappedByCall, operable, related } from "./mapped_attributes.ts";
import { readThrough } from "./self_type.ts";
import { sharedObjects } from "./shared_names.ts";
import {
  asHook,
  type Box,
  type ClassId,
  certain,
  type Inferred,
  instanceOf,
  isAgain,
  isHook,
  nothing,
  type Operation,
  type Type,
  unknown,
} from "./type.ts";

/** Applies `operation` to what is known of a value; reasons accumulate, certainty can only fall. */
export function apply(operation: Operation, to: Inferred, world: World): Inferred {
  return applied(operation, to, world, 0);
}

/** Branches within branches, and branches that lead to themselves, are followed so far. */
const mostBranches = 6;

function applied(operation: Operation, to: Inferred, world: World, branching: number): Inferred {
  const { type } = to;
  if (type.kind === "reference" && type.name === undefined) {
    // A module of the workspace: only its names can be asked for.
    if (operation.kind !== "attribute") return nothing;
    const named: Type = { ...type, name: operation.name };
    const found = world.reduce(named);
    return found ? follow(to, found) : { ...to, type: named };
  }
  if (type.kind === "deferred" && type.operation.kind === "either" && world.linked) {
    if (branching > mostBranches) return nothing;
    if (type.operation.instead !== undefined) {
      const found = linkedEither({ operation: type.operation, of: type.of }, world);
      return applied(operation, follow(to, found), world, branching + 1);
    }
    // Each branch by itself.
    const branches = [certain(type.of), ...type.operation.others];
    return follow(to, union(branches.map((branch) => applied(operation, branch, world, branching + 1))));
  }
  if (type.kind === "reference" || type.kind === "deferred") {
    const reduced = world.reduce(type);
    if (!reduced || (reduced.type.kind === "deferred" && !isEither(reduced.type))) {
      const deferred: Type = { kind: "deferred", operation, of: type };
      const law = givenByForeign(deferred);
      return (law ? undefined : instead(operation, world)) ?? { ...to, type: law ?? deferred };
    }
    return applied(operation, follow(to, reduced), world, branching);
  }
  if (type.kind === "box" && type.box === "optional") {
    return applied(operation, { ...to, type: type.of }, world, branching);
  }
  if (operation.kind === "call" && !world.linked && awaitsLink(type, operation, world)) {
    return { ...to, type: { kind: "deferred", operation, of: type } };
  }
  if (type.kind === "function" && type.property && operation.kind !== "attribute") return nothing;
  if (type.kind === "unknown") return isAgain(to) ? to : (instead(operation, world) ?? nothing);
  return follow(to, steps[operation.kind](operation as never, type, world));
}

/** What stands in for what is done to something that no file explains: what all files put there, or a default. */
export function instead(operation: Operation, world: World): Inferred | undefined {
  if (!world.linked) return undefined;
  if (operation.kind === "handed" || operation.kind === "default") return operation.otherwise;
  const name = operation.kind === "attribute" || operation.kind === "item" ? operation.shared : undefined;
  return name === undefined ? undefined : world.reduce({ kind: "reference", from: "", module: sharedObjects, name });
}

/** Whether a call's answer depends on an argument that only another file can tell. */
function awaitsLink(type: Type, { args, keywords }: Extract<Operation, { kind: "call" }>, world: World): boolean {
  const api = type.kind === "api" ? type.name : type.kind === "class" ? makerOf(type.id, world) : undefined;
  if (api === undefined || !restsOnArguments(api, apiOf(api)?.returns)) return false;
  return args.some(isSymbol) || Object.values(keywords).some(isSymbol);
}

/** One or the other once the files behind both can be asked; what they don't explain disagrees with the rest. */
export function linkedEither({ operation, of }: Either, world: World): Inferred {
  const { others, instead: replaced } = operation;
  const linked = (answer: Inferred): Inferred => {
    if (!isSymbol(answer.type)) return answer;
    const found = world.reduce(answer.type);
    if (found && !isSymbol(found.type)) return follow(answer, found);
    return hasLaws(answer.type) ? answer : nothing;
  };
  if (replaced === undefined) return union([certain(of), ...others].map(linked));
  const [first = nothing, ...rest] = others.map(linked);
  // Nobody leaves a session of SQLAlchemy's out for one of another kind.
  const isOther = others.slice(1).every(({ type }) => isOtherSession(type));
  return first.certainty !== "certain" && isOther ? nothing : defaulted(replaced, first, rest);
}

type Either = { readonly operation: Extract<Operation, { kind: "either" }>; readonly of: Type };

/** What only its own branches can be asked. */
export const isEither = (type: Type): boolean => type.kind === "deferred" && type.operation.kind === "either";

type Step<K extends Operation["kind"]> = (
  operation: Extract<Operation, { kind: K }>,
  type: Type,
  world: World,
) => Inferred;

const steps: { readonly [K in Operation["kind"]]: Step<K> } = {
  attribute: ({ name }, type, world) => attributeOf(type, name, world),
  call: ({ args, keywords }, type, world) => callOf(type, { args, keywords }, world),
  element: ({ isAsync }, type, world) => special(type, isAsync ? "__aiter__" : "__iter__", elementBoxes, world),
  enter: ({ isAsync }, type, world) => {
    const entered = special(type, isAsync ? "__aenter__" : "__enter__", isAsync ? ["acm"] : ["cm"], world);
    return isAsync && entered.type.kind === "unknown" ? asynchronously(type) : entered;
  },
  await: (_, type, world) => special(type, "__await__", ["await"], world),
  either: (operation, of, world) => linkedEither({ operation, of }, world),
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
  handed: ({ parameter, place, called, otherwise }, type) => {
    const handing = type.kind === "function" ? type.hands : undefined;
    const hands = called && !handing?.optional ? undefined : handing;
    const known = [hands?.keywords[parameter], hands?.args[place]].find((each) => each && each.type.kind !== "unknown");
    return known ?? otherwise;
  },
  default: (_, type) => certain(type),
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
      const placed = world.mapsByCall(type.id, name) ? mappedByCall(type, name, world) : nothing;
      if (placed.type.kind !== "unknown") return placed;
      const found = member(type.id, name, world);
      if (name === "__class__" && type.kind === "instance") return certain({ kind: "class", id: type.id });
      if (!found) {
        if (!world.linked && !("api" in type.id)) {
          return certain({ kind: "deferred", operation: { kind: "attribute", name }, of: type });
        }
        const shown = type.kind === "instance" ? operable(type) : undefined;
        if (shown) return attributeOf(shown, name, world);
        const added = type.kind === "instance" ? related(type.id, name, world) : nothing;
        if (added.type.kind !== "unknown") return added;
        const mapped = mappedAttribute(type.id, name, world);
        if (mapped.type.kind !== "unknown") return mapped;
        const handed = type.kind === "instance" ? handedOn(type, name, world) : nothing;
        return handed.type.kind === "unknown" ? amongHeirs(type, name, attributeOf, world) : handed;
      }
      if ("api" in found) return certain(boundApi(found.api, type, world));
      const bound = settled(found.member, world);
      if (isHook(bound) && !("api" in type.id)) {
        if (!world.linked) return certain({ kind: "deferred", operation: { kind: "attribute", name }, of: type });
        const below = amongHeirs(type, name, attributeOf, world);
        if (below.type.kind !== "unknown") return asHook(below, bound);
      }
      const known = owned({ ...bound, type: readThrough(bound.type, type.id) }, type.id);
      // A hybrid property is SQL there, whatever its function gives.
      if (type.kind !== "instance") return isHybrid(known.type) ? { ...known, type: instanceOf(instrumented) } : known;
      return isRelationship(known.type) && !known.type.holds
        ? follow(known, related(type.id, name, world))
        : asSeenFromInstance(known, world);
    }
    case "plain": {
      const shown = inspectedFor(type, name);
      return shown ? attributeOf(shown, name, world) : nothing;
    }
    case "box":
      return methodOfBox(type.box, name, type.of);
    case "api":
      return isDynamic(type) ? attributeOf(readDynamically(type, world), name, world) : nothing;
    default:
      return nothing;
  }
}

/** What a class lacks its `__getattr__` may ask of another object, which may have one in its turn. */
function handedOn(type: InstanceType, name: string, world: World): Inferred {
  let at = type;
  let reasons: Inferred | undefined;
  for (let step = 0; step < mostBranches && !name.startsWith("__"); step++) {
    const found = "api" in at.id ? undefined : member(at.id, handedOnTo, world);
    if (!found || "api" in found) return nothing;
    const object = settled(found.member, world);
    reasons = reasons ? follow(reasons, object) : object;
    if (object.type.kind !== "instance" || "api" in object.type.id || member(object.type.id, name, world)) {
      return apply({ kind: "attribute", name }, reasons, world);
    }
    at = object.type;
  }
  return nothing;
}

type InstanceType = Extract<Type, { kind: "instance" }>;

const isHybrid = (type: Type): boolean => type.kind === "function" && type.property === "hybrid";

const isRelationship = (type: Type): type is InstanceType =>
  type.kind === "instance" && "api" in type.id && isSubclass(type.id.api, "sqlalchemy.orm.RelationshipProperty");

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
  const collection = api === undefined ? undefined : collectionOf(api);
  if (collection) return { ...found, type: instanceOf(collection, type.holds) };
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
  "sqlalchemy.ext.associationproxy.AssociationProxy",
];

function callOf(type: Type, given: Arguments, world: World): Inferred {
  switch (type.kind) {
    case "class": {
      const api = makerOf(type.id, world);
      if (!("api" in type.id))
        return certain(carrying({ kind: "instance", id: type.id }, api, { self: type, given, world }));
      if (api === undefined) return nothing;
      const made = evaluate(apiOf(api)?.returns, { api, self: type, given, world });
      return certain(made.kind === "unknown" ? instanceOf(api) : made);
    }
    case "api": {
      if (isDynamic(type)) return callOf(readDynamically(type, world), given, world);
      const made = evaluate(apiOf(type.name)?.returns, { api: type.name, self: type.self, given, world });
      return made.kind === "unknown" ? madeByFactory(type) : certain(made);
    }
    case "function":
      return type.result;
    // `ContextVar[Session]("session")`
    case "box":
      return type.box === "variable" ? certain(type) : nothing;
    case "instance": {
      const called = attributeOf(type, "__call__", world);
      return called.type.kind === "unknown" ? nothing : callOf(called.type, given, world);
    }
    default:
      return nothing;
  }
}

/** A sessionmaker of which nothing more is known makes Sessions; in 1.4 it was what made AsyncSessions too. */
const madeByFactory = ({ name }: ApiType): Inferred =>
  name === `${maker}.__call__` ? { ...certain(instanceOf("sqlalchemy.orm.Session")), certainty: "likely" } : nothing;

/** A Session is no asynchronous context: what was taken for one, and is entered so, is an AsyncSession. */
function asynchronously(type: Type): Inferred {
  const isSession = type.kind === "instance" && "api" in type.id && type.id.api === "sqlalchemy.orm.Session";
  return isSession ? { ...certain(instanceOf("sqlalchemy.ext.asyncio.AsyncSession")), certainty: "likely" } : nothing;
}

const maker = "sqlalchemy.orm.sessionmaker";

/** The class of the knowledge table whose construction says what an object of a class is made with. */
function makerOf(id: ClassId, world: World): string | undefined {
  return "api" in id ? id.api : apiAncestor(id, world);
}

/** An object of a class of the workspace carries what its base does: `class Database(SQLAlchemy)` its Query class. */
function carrying(made: InstanceType, api: string | undefined, asked: Omit<Asked, "api">): Type {
  const base = api === undefined ? undefined : lawOf({ ...asked, api });
  return base?.kind === "instance" && base.holds ? { ...made, holds: base.holds } : made;
}

type ApiType = Extract<Type, { kind: "api" }>;

/** `func.lower`, `func.mypkg.fn`: an attribute that the class makes up, whatever its name. */
const isDynamic = ({ name }: ApiType): boolean => name.endsWith(".__getattr__");

function readDynamically({ name, self }: ApiType, world: World): Type {
  return evaluate(apiOf(name)?.returns, { api: name, self, given: noArguments, world });
}
