import assert from "node:assert/strict";
import { apiOf, canonicalOf, isSubclass, memberOf, type Release } from "../../server/src/knowledge/index.ts";
import { ask } from "./oracle.ts";
import { parseType, type Type } from "./types.ts";

interface Description {
  readonly is: readonly string[];
  readonly class?: readonly string[];
  readonly element?: Description;
  readonly entered?: Description;
  readonly awaited?: Description;
}

/** What the holes of a type stand for in one case. */
type Holes = Readonly<Record<string, string>>;

const user = {
  $T: "cases.User",
  "$instance(0)": "cases.User",
  $rows: "cases.User",
  "$arg(0)": "cases.User",
  "$argT(0)": "cases.User",
};
const cases: readonly (readonly [api: string, code: string, holes?: Holes])[] = [
  ["sqlalchemy.create_engine", "engine"],
  ["sqlalchemy.engine.Engine.connect", "engine.connect()"],
  ["sqlalchemy.engine.Engine.begin", "engine.begin()"],
  ["sqlalchemy.engine.Connection.execute", "rows()"],
  ["sqlalchemy.engine.Connection.begin", "engine.connect().begin()"],
  ["sqlalchemy.engine.Connection.begin_nested", "connection.begin_nested()"],
  [
    "sqlalchemy.engine.Connection.execution_options",
    "engine.connect().execution_options()",
    { $self: "sqlalchemy.engine.Connection" },
  ],
  ["sqlalchemy.engine.Connection.exec_driver_sql", "connection.exec_driver_sql('select 1')"],
  ["sqlalchemy.engine.Connection.scalars", "connection.scalars(select(users))"],
  ["sqlalchemy.engine.Result.all", "rows().all()"],
  ["sqlalchemy.engine.Result.first", "rows().first()"],
  ["sqlalchemy.engine.Result.one", "rows().one()"],
  ["sqlalchemy.engine.Result.mappings", "rows().mappings()"],
  ["sqlalchemy.engine.Result.partitions", "rows().partitions(5)"],
  ["sqlalchemy.engine.Result.scalars", "result().scalars()", user],
  ["sqlalchemy.engine.Result.scalar_one", "result().scalar_one()", user],
  ["sqlalchemy.engine.Result.unique", "result().unique()", { $self: "sqlalchemy.engine.Result" }],
  ["sqlalchemy.engine.Result.__iter__", "next(iter(rows()))"],
  ["sqlalchemy.engine.ScalarResult.all", "result().scalars().all()", user],
  ["sqlalchemy.engine.ScalarResult.first", "result().scalars().first()", user],
  ["sqlalchemy.engine.MappingResult.all", "rows().mappings().all()"],
  ["sqlalchemy.engine.MappingResult.one", "rows().mappings().one()"],
  ["sqlalchemy.engine.Row._mapping", "rows().one()._mapping"],
  ["sqlalchemy.orm.Session.execute", "session.execute(select(User))", user],
  ["sqlalchemy.orm.Session.scalars", "session.scalars(select(User))", user],
  ["sqlalchemy.orm.Session.scalar", "session.scalar(select(User))", user],
  ["sqlalchemy.orm.Session.get", "session.get(User, 1)", user],
  ["sqlalchemy.orm.Session.merge", "session.merge(session.get(User, 1))", user],
  ["sqlalchemy.orm.Session.query", "session.query(User)", user],
  ["sqlalchemy.orm.Session.connection", "session.connection()"],
  ["sqlalchemy.orm.Session.begin_nested", "session.begin_nested()"],
  ["sqlalchemy.orm.Session.no_autoflush", "session.no_autoflush", { $self: "sqlalchemy.orm.Session" }],
  ["sqlalchemy.orm.Session.get_bind", "Session(engine).get_bind()"],
  ["sqlalchemy.orm.sessionmaker", "make"],
  ["sqlalchemy.orm.sessionmaker.__call__", "make()", { $T: "sqlalchemy.orm.Session" }],
  ["sqlalchemy.orm.sessionmaker.begin", "make.begin()", { $T: "sqlalchemy.orm.Session" }],
  ["sqlalchemy.orm.scoped_session.__call__", "scoped()", { $T: "sqlalchemy.orm.Session" }],
  ["sqlalchemy.orm.Query.filter_by", "session.query(User).filter_by(id=1)", { $self: "sqlalchemy.orm.Query" }],
  ["sqlalchemy.orm.Query.join", "session.query(User).join(User.addresses)", { $self: "sqlalchemy.orm.Query" }],
  ["sqlalchemy.orm.Query.all", "session.query(User).all()", user],
  ["sqlalchemy.orm.Query.first", "session.query(User).first()", user],
  ["sqlalchemy.orm.Query.get", "session.query(User).get(1)", user],
  ["sqlalchemy.orm.Query.count", "session.query(User).count()"],
  ["sqlalchemy.orm.Query.__iter__", "next(iter(session.query(User)))", user],
  ["sqlalchemy.orm.Query.subquery", "session.query(User).subquery()"],
  ["sqlalchemy.orm.Query.statement", "session.query(User).statement", user],
  ["sqlalchemy.select", "select(User)", user],
  ["sqlalchemy.sql.Select.where", "select(User).where(User.id == 1)", { $self: "sqlalchemy.sql.Select" }],
  ["sqlalchemy.sql.expression.SelectBase.subquery", "select(User).subquery()"],
  ["sqlalchemy.sql.expression.SelectBase.scalar_subquery", "select(User.id).scalar_subquery()"],
  ["sqlalchemy.sql.expression.HasCTE.cte", "select(User).cte()"],
  ["sqlalchemy.sql.Select.union", "select(User).union(select(User))", user],
  ["sqlalchemy.insert", "insert(users)"],
  ["sqlalchemy.sql.expression.ValuesBase.values", "insert(users).values(id=2)", { $self: "sqlalchemy.sql.Insert" }],
  ["sqlalchemy.Table.c", "users.c"],
  ["sqlalchemy.sql.ColumnCollection.__getattr__", "users.c.id", { $T: "sqlalchemy.Column" }],
  ["sqlalchemy.sql.FromClause.select", "users.select()"],
  ["sqlalchemy.sql.FromClause.join", "users.join(Address.__table__)"],
  ["sqlalchemy.sql.TableClause.insert", "users.insert()"],
  ["sqlalchemy.MetaData.tables", "metadata.tables"],
  ["sqlalchemy.text", "text('select 1')"],
  ["sqlalchemy.sql.expression.ColumnOperators.in_", "users.c.id.in_([1])"],
  ["sqlalchemy.sql.ColumnElement.label", "users.c.id.label('x')"],
  ["sqlalchemy.sql.functions._FunctionGenerator.__call__", "func.lower(users.c.name)"],
  ["sqlalchemy.orm.relationship", "User.addresses.property"],
  ["sqlalchemy.orm.joinedload", "joinedload(User.addresses)"],
];
const asyncCases: typeof cases = [
  ["sqlalchemy.ext.asyncio.AsyncConnection.execute", "async_connection.execute(select(users))"],
  ["sqlalchemy.ext.asyncio.AsyncSession.execute", "async_session.execute(select(User))", user],
  ["sqlalchemy.ext.asyncio.AsyncSession.get", "async_session.get(User, 1)", user],
  ["sqlalchemy.ext.asyncio.AsyncSession.scalar", "async_session.scalar(select(User))", user],
  ["sqlalchemy.ext.asyncio.AsyncSession.stream", "async_session.stream(select(User))", user],
  ["sqlalchemy.ext.asyncio.AsyncEngine.begin", "async_engine.begin()"],
  ["sqlalchemy.ext.asyncio.AsyncSession.begin_nested", "async_session.begin_nested()"],
];

const isClass = (name: string) => name.startsWith("cases.") || ["class", "exception"].includes(apiOf(name)?.kind ?? "");

describe("what calls really give is what the table says", () => {
  for (const release of ["1.4", "2.0", "2.1"] satisfies readonly Release[]) {
    it(`on ${release}`, async () => {
      const input = {
        sync: Object.fromEntries(cases.map(([api, code]) => [api, code])),
        enter: cases.map(([api]) => api).filter((api) => apiAt(api).returns?.startsWith("cm[")),
        async: Object.fromEntries(asyncCases.map(([api, code]) => [api, code])),
      };
      const found = await ask<Record<string, Description>>(release, "describe.py", input);
      const wrong = [...cases, ...asyncCases].flatMap(([api, code, holes = {}]) => {
        const returns = apiAt(api).returns ?? "nothing";
        const filled = Object.entries(holes).reduce((text, [hole, name]) => text.replaceAll(hole, name), returns);
        const actual = found[api];
        return actual && agrees(parseType(filled, isClass), actual)
          ? []
          : [`${api}: ${filled}, but ${code} gave ${actual?.is[0]}`];
      });
      assert.deepEqual(wrong, []);
    });
  }
});

function apiAt(name: string) {
  const dot = name.lastIndexOf(".");
  const api = apiOf(name) ?? memberOf(name.slice(0, dot), name.slice(dot + 1));
  assert.ok(api, name);
  return api;
}

function agrees(type: Type, actual: Description): boolean {
  const inner = type.argument;
  if (type.name === "any") return true;
  if (type.name === "none") return actual.is[0] === "builtins.NoneType";
  if (type.name === "class") return actual.class !== undefined;
  if (type.name === "cm") return inner !== undefined && actual.entered !== undefined && agrees(inner, actual.entered);
  if (type.name === "await")
    return inner !== undefined && actual.awaited !== undefined && agrees(inner, actual.awaited);
  if (type.name === "acm") return actual.is.length > 0;
  if (["list", "iter", "aiter", "dict"].includes(type.name)) {
    return inner !== undefined && actual.element !== undefined && agrees(inner, actual.element);
  }
  if (["int", "str", "bool", "tuple"].includes(type.name)) return actual.is.includes(`builtins.${type.name}`);
  // sessionmaker makes a subclass of its own; what a class inherits is in the table by its canonical name.
  return actual.is.some((path) => path === type.name || isSubclass(canonicalOf(path) ?? "", type.name));
}
