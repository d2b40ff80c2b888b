import { isSubclass } from "../knowledge/index.ts";
import type { World } from "./facts.ts";
import { lawOf } from "./laws.ts";
import { type Box, instanceOf, type Type, unknown } from "./type.ts";
import { parseTypeExpression, type TypeExpression } from "./type_expression.ts";

/** The class that stands for "a declarative base" in the knowledge table. */
export const declarativeBase = "sqlalchemy.orm.DeclarativeBase";
const row = "sqlalchemy.engine.Row";

export interface Arguments {
  readonly args: readonly Type[];
  readonly keywords: Readonly<Record<string, Type>>;
}
export const noArguments: Arguments = { args: [], keywords: {} };

/** One call of a name of the knowledge table, or one reading of an attribute. */
export interface Asked {
  readonly api: string;
  readonly self: Type | undefined;
  readonly given: Arguments;
  readonly world: World;
}

/** What `returns`, the table's type expression for what is asked, comes to; laws of our own come first. */
export function evaluate(returns: string | undefined, asked: Asked): Type {
  const law = lawOf(asked);
  if (law) return law;
  return returns === undefined ? unknown : typeOf(parseTypeExpression(returns), asked);
}

const boxes: ReadonlySet<string> = new Set(["list", "iter", "aiter", "cm", "acm", "await", "dict"]);
const plains: ReadonlySet<string> = new Set(["int", "str", "bool", "tuple", "float", "bytes"]);

function typeOf(expression: TypeExpression, asked: Asked): Type {
  if (expression.kind === "variable") return variable(expression.name, expression.args, asked);
  if (expression.kind === "union") {
    const members = expression.members.map((part) => typeOf(part, asked));
    const some = members.filter((part) => part.kind !== "none");
    const [first] = some;
    if (!first) return { kind: "none" };
    return some.length < members.length && first.kind !== "unknown"
      ? { kind: "box", box: "optional", of: first }
      : first;
  }
  const { name } = expression;
  const holds = expression.holds && typeOf(expression.holds, asked);
  if (name === "none") return { kind: "none" };
  if (name === "any") return unknown;
  if (name === "class") return holds?.kind === "instance" ? { kind: "class", id: holds.id } : unknown;
  if (name === "declarative") return instanceOf(declarativeBase);
  if (boxes.has(name)) return { kind: "box", box: name as Box, of: holds ?? unknown };
  if (plains.has(name)) return { kind: "plain", name };
  return holds && holds.kind !== "unknown" ? instanceOf(name, holds) : instanceOf(name);
}

function variable(name: string, args: readonly string[], asked: Asked): Type {
  const { self, given, world } = asked;
  const argument = (): Type => world.settle(given.args[Number(args[0] ?? 0)] ?? unknown);
  switch (name) {
    case "self":
      return self?.kind === "class" ? { kind: "instance", id: self.id } : (self ?? unknown);
    case "T":
      return held(self, asked) ?? sessionBehind(asked);
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
    case "argT":
      if (registries.test(asked.api)) return madeBy(argument(), world);
      return heldByStatement(argument(), asked);
    case "class": {
      const [keyword = "", fallback = ""] = args;
      const named = given.keywords[keyword];
      // A class that is named and cannot be told may be any.
      return named ? instantiated(world.settle(named)) : instanceOf(fallback);
    }
    default:
      throw new Error(`no variable $${name} in type expressions`);
  }
}

/** Names that take the first column out of every row: of rows that are no entities, a value of which we know nothing. */
const takesScalar = /\.(scalar|scalars|scalar_one|scalar_one_or_none|stream_scalars|exec)$/;

function held(from: Type | undefined, { api }: Asked): Type | undefined {
  const holds = from?.kind === "instance" ? from.holds : undefined;
  return holds && isRow(holds) && takesScalar.test(api) ? unknown : holds;
}

/** What a statement's rows are for who executes it. Core knows no entities: a Connection gives their columns. */
function heldByStatement(statement: Type, asked: Asked): Type {
  const bare = takesScalar.test(asked.api) ? unknown : instanceOf(row);
  return core.test(asked.api) ? bare : (held(statement, asked) ?? bare);
}

const core = /\.(Async)?(Connection|Engine)\.\w+$/;

const registries = /\.(async_)?scoped_session$/;

/** What a registry's factory makes: a `sessionmaker`'s sessions, a class's instances, a function's results. */
function madeBy(factory: Type, world: World): Type {
  if (factory.kind === "function") return world.settle(factory.result.type);
  return factory.kind === "instance" && factory.holds ? factory.holds : instantiated(factory);
}

/** What a registry or a factory of sessions hands out, where nothing tells more of it than its own class does. */
function sessionBehind({ api }: Asked): Type {
  const session = sessionsBehind.find(([owner]) => `${api}.`.startsWith(`${owner}.`))?.[1];
  return session === undefined ? unknown : instanceOf(session);
}

/** A sessionmaker is missing: in 1.4 it makes AsyncSessions too. What its `begin()` is entered for is a Session. */
const sessionsBehind = [
  ["sqlalchemy.orm.scoped_session", "sqlalchemy.orm.Session"],
  ["sqlalchemy.orm.sessionmaker.begin", "sqlalchemy.orm.Session"],
  ["sqlalchemy.ext.asyncio.async_scoped_session", "sqlalchemy.ext.asyncio.AsyncSession"],
  ["sqlalchemy.ext.asyncio.async_sessionmaker", "sqlalchemy.ext.asyncio.AsyncSession"],
] as const;

const isRow = (type: Type): boolean => type.kind === "instance" && "api" in type.id && type.id.api === row;

/** An instance of a class; an alias of an entity holds what the entity's instances are. */
export function instantiated(type: Type): Type {
  if (type.kind === "class") return { kind: "instance", id: type.id };
  if (type.kind === "instance" && "api" in type.id && isSubclass(type.id.api, "sqlalchemy.orm.util.AliasedClass")) {
    return type.holds ?? unknown;
  }
  return unknown;
}
