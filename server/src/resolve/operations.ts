import { apiOf, canonicalOf, isKnownModule, isSubclass, memberOf } from "../knowledge/index.ts";
import type { ClassFacts, World } from "./facts.ts";
import {
  type Box,
  type ClassId,
  certain,
  type Inferred,
  instanceOf,
  nothing,
  type Operation,
  sameType,
  type Type,
  unknown,
} from "./type.ts";
import { parseTypeExpression, type TypeExpression } from "./type_expression.ts";
import { type Evidence, weakest } from "./value.ts";

/** The class that stands for "a declarative base" in the knowledge table. */
export const declarativeBase = "sqlalchemy.orm.DeclarativeBase";
const row = "sqlalchemy.engine.Row";

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
  if (type.kind === "reference" || type.kind === "deferred") {
    const reduced = world.reduce(type);
    if (!reduced) return { ...to, type: { kind: "deferred", operation, of: type } };
    return apply(operation, follow(to, reduced), world);
  }
  if (type.kind === "box" && type.box === "optional") return apply(operation, { ...to, type: type.of }, world);
  if (type.kind === "function" && type.property && operation.kind !== "attribute") return nothing;
  return follow(to, steps[operation.kind](operation as never, type, world));
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
  const agree = known.length === told.length && others.every((other) => sameType(other.type, first.type));
  const certainty = known.map((answer) => answer.certainty).reduce(weakest);
  return { type: first.type, certainty: agree ? certainty : weakest(certainty, "likely"), because };
}

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
  item: ({ index }, type) => {
    if (type.kind === "tuple") return certain(type.items[index] ?? unknown);
    return type.kind === "box" && type.box !== "cm" && type.box !== "acm" ? certain(type.of) : nothing;
  },
  instantiate: ({ holds }, type) => {
    if (type.kind !== "class") return nothing;
    return certain(holds ? { kind: "instance", id: type.id, holds } : { kind: "instance", id: type.id });
  },
};

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

interface Arguments {
  readonly args: readonly Type[];
  readonly keywords: Readonly<Record<string, Type>>;
}
const noArguments: Arguments = { args: [], keywords: {} };

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
      if (!found) return mappedAttribute(type.id, name, world);
      if ("api" in found) return certain(boundApi(found.api, type, world));
      return type.kind === "instance" ? asSeenFromInstance(found.member, world) : found.member;
    }
    case "api":
      // `func.lower`, `func.mypkg.fn`: every attribute of a generator of functions is one.
      return type.name.startsWith("sqlalchemy.func") ? certain(type) : nothing;
    default:
      return nothing;
  }
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
      const returns = apiOf(type.id.api)?.returns;
      return certain(returns ? evaluate(returns, type, given, world) : instanceOf(type.id.api));
    }
    case "api": {
      const returns = apiOf(type.name)?.returns;
      if (type.name.startsWith("sqlalchemy.func")) return certain(instanceOf("sqlalchemy.sql.ColumnElement"));
      return returns ? certain(evaluate(returns, type.self, given, world)) : nothing;
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
      return api.returns ? evaluate(api.returns, undefined, noArguments, nowhere) : { kind: "api", name };
  }
}

/** A constant's type rests on no file. */
const nowhere: World = {
  reduce: () => undefined,
  settle: (type) => type,
  classFacts: () => undefined,
  fixture: () => undefined,
};

function boundApi(name: string, self: Type, world: World): Type {
  const api = apiOf(name);
  if (!api) return unknown;
  if (api.kind === "method" || api.kind === "classmethod") return { kind: "api", name, self };
  // A function that a class hands on: Flask-SQLAlchemy's `db.relationship`.
  if (api.kind === "function") return { kind: "api", name };
  if (api.kind === "class" || api.kind === "exception") return { kind: "class", id: { api: name } };
  return api.returns ? evaluate(api.returns, self, noArguments, world) : unknown;
}

type Member = { readonly api: string } | { readonly member: Inferred };

/** Looks a member up along the bases: the workspace's classes first, each with its own members before its bases'. */
export function member(id: ClassId, name: string, world: World): Member | undefined {
  for (const ancestor of ancestors(id, world)) {
    if ("api" in ancestor) {
      const api = memberOf(ancestor.api, name);
      if (api) return { api: api.name };
    } else {
      const found = world.classFacts(ancestor)?.member(name);
      if (found) return { member: found };
    }
  }
  return undefined;
}

/** The class and its ancestors, nearest first; an ancestor of the knowledge table stands for all of its own. */
export function ancestors(id: ClassId, world: World): readonly ClassId[] {
  const found: ClassId[] = [];
  const seen = new Set<string>();
  const pending: ClassId[] = [id];
  for (let next = pending.shift(); next && found.length < 64; next = pending.shift()) {
    const key = "api" in next ? next.api : `${next.uri}#${next.name}`;
    if (seen.has(key)) continue;
    seen.add(key);
    found.push(next);
    if (!("api" in next)) pending.unshift(...basesOf(world.classFacts(next), world));
  }
  return found;
}

function basesOf(facts: ClassFacts | undefined, world: World): readonly ClassId[] {
  return (facts?.bases ?? []).flatMap((base) => {
    const type = world.settle(base.type);
    return type.kind === "class" ? [type.id] : [];
  });
}

/** The nearest class of the knowledge table that a class is or descends from. */
export function apiAncestor(id: ClassId, world: World): string | undefined {
  for (const ancestor of ancestors(id, world)) if ("api" in ancestor) return ancestor.api;
  return undefined;
}

function evaluate(returns: string, self: Type | undefined, given: Arguments, world: World): Type {
  return typeOf(parseTypeExpression(returns), self, given, world);
}

const boxes: ReadonlySet<string> = new Set(["list", "iter", "aiter", "cm", "acm", "await", "dict"]);
const plains: ReadonlySet<string> = new Set(["int", "str", "bool", "tuple", "float", "bytes"]);

function typeOf(expression: TypeExpression, self: Type | undefined, given: Arguments, world: World): Type {
  if (expression.kind === "variable") return variable(expression.name, expression.args, self, given, world);
  if (expression.kind === "union") {
    const members = expression.members.map((part) => typeOf(part, self, given, world));
    const some = members.filter((part) => part.kind !== "none");
    const [first] = some;
    if (!first) return { kind: "none" };
    return some.length < members.length && first.kind !== "unknown"
      ? { kind: "box", box: "optional", of: first }
      : first;
  }
  const { name } = expression;
  const holds = expression.holds && typeOf(expression.holds, self, given, world);
  if (name === "none") return { kind: "none" };
  if (name === "any") return unknown;
  if (name === "class") return holds?.kind === "instance" ? { kind: "class", id: holds.id } : unknown;
  if (name === "declarative") return instanceOf(declarativeBase);
  if (boxes.has(name)) return { kind: "box", box: name as Box, of: holds ?? unknown };
  if (plains.has(name)) return { kind: "plain", name };
  return holds && holds.kind !== "unknown" ? instanceOf(name, holds) : instanceOf(name);
}

function variable(name: string, args: readonly string[], self: Type | undefined, given: Arguments, world: World): Type {
  const argument = (): Type => world.settle(given.args[Number(args[0] ?? 0)] ?? unknown);
  switch (name) {
    case "self":
      return self?.kind === "class" ? { kind: "instance", id: self.id } : (self ?? unknown);
    case "T":
      return (self?.kind === "instance" && self.holds) || unknown;
    case "owner":
      return self?.kind === "class" || self?.kind === "instance" ? { kind: "instance", id: self.id } : unknown;
    case "instance":
      return instantiated(argument());
    case "rows": {
      const [only, ...more] = given.args;
      const entity = only && more.length === 0 ? instantiated(world.settle(only)) : unknown;
      return entity.kind === "unknown" ? instanceOf(row) : entity;
    }
    case "arg":
      return argument();
    case "argT": {
      const type = argument();
      return (type.kind === "instance" && type.holds) || instanceOf(row);
    }
    case "class": {
      const [keyword = "", fallback = ""] = args;
      const chosen = instantiated(world.settle(given.keywords[keyword] ?? unknown));
      return chosen.kind === "unknown" ? instanceOf(fallback) : chosen;
    }
    default:
      throw new Error(`no variable $${name} in type expressions`);
  }
}

/** An instance of a class; an alias of an entity holds what the entity's instances are. */
function instantiated(type: Type): Type {
  if (type.kind === "class") return { kind: "instance", id: type.id };
  if (type.kind === "instance" && "api" in type.id && isSubclass(type.id.api, "sqlalchemy.orm.util.AliasedClass")) {
    return type.holds ?? unknown;
  }
  return unknown;
}
