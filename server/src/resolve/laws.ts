import { type Asked, declarativeBase, instantiated } from "./evaluate.ts";
import type { World } from "./facts.ts";
import { inspected } from "./inspection.ts";
import { ancestors, apiAncestor, member } from "./lineage.ts";
import { type ClassId, certain, instanceOf, type Type, unknown } from "./type.ts";

/**
 * What calls give where it depends on more than the table's type expressions can say. `undefined`: no law of ours.
 */
export function lawOf(asked: Asked): Type | undefined {
  return Object.hasOwn(laws, asked.api) ? laws[asked.api]?.(asked) : undefined;
}

/** Stands for "the class through which this is read" until it is read. */
const ownerOfProperty: Type = { kind: "plain", name: "the class it is read through" };

export const isOwnerOfProperty = (type: Type | undefined): boolean =>
  type?.kind === "plain" && type.name === ownerOfProperty.name;

/** Whether what a call gives depends on what is handed to it. */
export const restsOnArguments = (api: string, returns: string | undefined): boolean =>
  Object.hasOwn(laws, api) || /\$(arg|argT|instance|rows|class)\b/.test(returns ?? "");

/** What collects DDL in an Engine's place: it has `execute()`, in 2.0 too, but neither `connect()` nor `begin()`. */
export const standIn: Type = { kind: "plain", name: "a stand-in for an Engine" };

type Law = (asked: Asked) => Type | undefined;

const query = "sqlalchemy.orm.Query";

const laws: Readonly<Record<string, Law>> = {
  "sqlalchemy.orm.declarative_base": basedOn,
  "sqlalchemy.orm.registry.generate_base": basedOn,
  "sqlalchemy.create_mock_engine": () => standIn,
  "sqlalchemy.inspect": ({ given, world }) => inspected(world.settle(given.args[0] ?? unknown)),
  // The registry behind a scoped_session is called for the session itself.
  "sqlalchemy.orm.scoped_session.registry": registry,
  "sqlalchemy.ext.asyncio.async_scoped_session.registry": registry,
  "sqlalchemy.orm.scoped_session.query_property": ({ given, self }) => {
    const chosen = instantiated(given.args[0] ?? given.keywords["query_cls"] ?? unknown);
    const made = chosen.kind === "instance" ? chosen : queryOf(self);
    return made && { ...made, holds: ownerOfProperty };
  },
  "flask_sqlalchemy.SQLAlchemy": (asked) => databaseBy(asked),
  "flask_sqlalchemy.SQLAlchemy.Model": ({ self }) => {
    const [lent, asking] = madeWith(self);
    if (!lent && !asking) return undefined;
    const over = lent && !("api" in lent) ? { over: lent } : {};
    return { kind: "class", id: { api: flaskModel, ...over, ...(asking ? { asking } : {}) } };
  },
  "flask_sqlalchemy.SQLAlchemy.session": ({ self }) => {
    const [, asking] = madeWith(self);
    const holds: Type | undefined = asking && { kind: "class", id: asking };
    return holds && instanceOf("sqlalchemy.orm.scoped_session", instanceOf("flask_sqlalchemy.session.Session", holds));
  },
  "flask_sqlalchemy.model.Model.query": ({ self, world }) => {
    const id = self?.kind === "class" || self?.kind === "instance" ? self.id : undefined;
    const asking = id && queryClassOf(id, world);
    return asking && { kind: "instance", id: asking, holds: { kind: "instance", id } };
  },
  "sqlalchemy.ext.asyncio.AsyncSession.run_sync": ran,
  "sqlalchemy.ext.asyncio.AsyncConnection.run_sync": ran,
  "sqlalchemy.orm.sessionmaker": (asked) => {
    const session = sessionBy(asked);
    return session && { kind: "instance", id: { api: "sqlalchemy.orm.sessionmaker" }, holds: session };
  },
  "sqlalchemy.orm.Session": sessionBy,
  "sqlalchemy.orm.Session.query": ({ given, self, world }) => {
    const made = customQuery(self);
    if (!made) return undefined;
    const [only, ...more] = given.args;
    const entity = only && more.length === 0 ? instantiated(world.settle(only)) : unknown;
    return { ...made, holds: entity.kind === "unknown" ? instanceOf("sqlalchemy.engine.Row") : entity };
  },
};

/** `declarative_base(cls=Model)`: the base has Model's members. */
function basedOn({ given, world }: Asked): Type | undefined {
  const lent = world.settle(given.keywords["cls"] ?? unknown);
  if (lent.kind !== "class" || "api" in lent.id) return undefined;
  return { kind: "class", id: { api: declarativeBase, over: lent.id } };
}

/** `SQLAlchemy(model_class=Model, query_class=Query)`: the object carries both along. */
function databaseBy({ given, world }: Asked): Type | undefined {
  const items = ["model_class", "query_class"].map((name) => world.settle(given.keywords[name] ?? unknown));
  return items.some(({ kind }) => kind === "class")
    ? instanceOf("flask_sqlalchemy.SQLAlchemy", { kind: "tuple", items })
    : undefined;
}

function madeWith(self: Type | undefined): readonly (ClassId | undefined)[] {
  const held = self?.kind === "instance" ? self.holds : undefined;
  return held?.kind === "tuple" ? held.items.map((item) => (item.kind === "class" ? item.id : undefined)) : [];
}

/** The Query class of what a Flask-SQLAlchemy object makes; `undefined` for any other object. */
export function queryClassBehind(database: Type, world: World): ClassId | undefined {
  const api = database.kind === "instance" ? apiAncestor(database.id, world) : undefined;
  if (api !== "flask_sqlalchemy.SQLAlchemy") return undefined;
  const [, asking] = madeWith(database);
  return asking ?? { api: "flask_sqlalchemy.query.Query" };
}

const flaskModel = "flask_sqlalchemy.model.Model";

/** `query_class = Query` in the class or a base of it, else what the base was made with. */
function queryClassOf(id: ClassId, world: World): ClassId | undefined {
  const said = member(id, "query_class", world);
  const type = said && "member" in said ? world.settle(said.member.type) : unknown;
  if (type.kind === "class") return type.id;
  for (const each of ancestors(id, world)) if ("api" in each && each.asking) return each.asking;
  return undefined;
}

function registry({ self }: Asked): Type | undefined {
  const session = self?.kind === "instance" ? self.holds : undefined;
  return session && { kind: "function", result: certain(session), property: false };
}

/** `run_sync(f, …)` awaits what `f(session, …)` returns. */
function ran({ given, world }: Asked): Type | undefined {
  const run = world.settle(given.args[0] ?? unknown);
  return run.kind === "function" ? { kind: "box", box: "await", of: run.result.type } : undefined;
}

/** `query_cls=` makes every query of the session one of a class of the project: the session carries it along. */
function sessionBy({ given, world }: Asked): Type | undefined {
  const custom = world.settle(given.keywords["query_cls"] ?? unknown);
  if (custom.kind !== "class" || "api" in custom.id) return undefined;
  const chosen = instantiated(world.settle(given.keywords["class_"] ?? unknown));
  const session = chosen.kind === "instance" ? chosen : instanceOf("sqlalchemy.orm.Session");
  return session.kind === "instance" ? { ...session, holds: custom } : undefined;
}

/** The Query class that a session, or what hands calls on to one, was made with. */
function customQuery(session: Type | undefined): Extract<Type, { kind: "instance" }> | undefined {
  let at: Type | undefined = session;
  for (let step = 0; at?.kind === "instance" && step < 3; step++) at = at.holds;
  return at?.kind === "class" ? { kind: "instance", id: at.id } : undefined;
}

function queryOf(session: Type | undefined): Extract<Type, { kind: "instance" }> {
  return customQuery(session) ?? { kind: "instance", id: { api: query } };
}
