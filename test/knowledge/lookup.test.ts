import assert from "node:assert/strict";
import {
  apiOf,
  canonicalOf,
  isKnownModule,
  isSubclass,
  memberOf,
  moduleExports,
  releasesOfPath,
} from "../../server/src/knowledge/index.ts";
import { allNames } from "./names.ts";
import { parseType } from "./types.ts";

const isClass = (name: string) => ["class", "exception"].includes(apiOf(name)?.kind ?? "");

describe("canonicalOf", () => {
  const paths: Readonly<Record<string, string>> = {
    "sqlalchemy.orm.session.Session": "sqlalchemy.orm.Session",
    "sqlalchemy.engine.base.Engine": "sqlalchemy.engine.Engine",
    "sqlalchemy.Engine": "sqlalchemy.engine.Engine",
    "sqlalchemy.future.Engine": "sqlalchemy.engine.Engine",
    "sqlalchemy.engine.result.Row": "sqlalchemy.engine.Row",
    "sqlalchemy.ext.declarative.declarative_base": "sqlalchemy.orm.declarative_base",
    "sqlalchemy.ext.declarative.declared_attr": "sqlalchemy.orm.declared_attr",
    "sqlalchemy.sql.expression.select": "sqlalchemy.select",
    "sqlalchemy.sql.select": "sqlalchemy.select",
    "sqlalchemy.future.select": "sqlalchemy.select",
    "sqlalchemy.Select": "sqlalchemy.sql.Select",
    "sqlalchemy.sql.selectable.Select": "sqlalchemy.sql.Select",
    "sqlalchemy.types.Integer": "sqlalchemy.Integer",
    "sqlalchemy.schema.Column": "sqlalchemy.Column",
    "sqlalchemy.sql.schema.Table": "sqlalchemy.Table",
    "sqlalchemy.sql.func": "sqlalchemy.func",
    "sqlalchemy.orm.exc.NoResultFound": "sqlalchemy.exc.NoResultFound",
    "sqlalchemy.orm.query.Query": "sqlalchemy.orm.Query",
    "sqlalchemy.orm.query.Query.get": "sqlalchemy.orm.Query.get",
    "sqlalchemy.orm.scoping.scoped_session": "sqlalchemy.orm.scoped_session",
    "sqlalchemy.dialects.postgresql.json.JSONB": "sqlalchemy.dialects.postgresql.JSONB",
    "sqlalchemy.ext.asyncio.session.AsyncSession": "sqlalchemy.ext.asyncio.AsyncSession",
    "sqlalchemy.pool.base.Pool": "sqlalchemy.pool.Pool",
    "sqlalchemy.orm.session": "sqlalchemy.orm.session",
    "flask_sqlalchemy.BaseQuery": "flask_sqlalchemy.query.Query",
    "flask_sqlalchemy.Model": "flask_sqlalchemy.model.Model",
    "sqlmodel.create_engine": "sqlalchemy.create_engine",
    "sqlmodel.orm.session.Session": "sqlmodel.Session",
  };
  for (const [path, name] of Object.entries(paths)) {
    it(`${path} is ${name}`, () => assert.equal(canonicalOf(path), name));
  }

  it("keeps the names that rules and resolver are written with", () => {
    for (const name of [
      ...[
        "Connection",
        "CursorResult",
        "Engine",
        "MappingResult",
        "Result",
        "Row",
        "ScalarResult",
        "Transaction",
        "URL",
      ].map((last) => `sqlalchemy.engine.${last}`),
      ...["Query", "Session", "sessionmaker", "scoped_session", "declarative_base"].map(
        (last) => `sqlalchemy.orm.${last}`,
      ),
      ...["Column", "MetaData", "Table", "select", "text"].map((last) => `sqlalchemy.${last}`),
      ...["Delete", "Insert", "Select", "Update"].map((last) => `sqlalchemy.sql.${last}`),
    ]) {
      assert.equal(apiOf(name)?.name, name);
      assert.equal(canonicalOf(name), name);
    }
  });

  it("does not know what is not SQLAlchemy's, or is misspelt", () => {
    for (const path of [
      "",
      "os",
      "os.path",
      "sqlalchemy.Sesion",
      "sqlalchemy.orm.Session.quer",
      "sqlalchemy.constructor",
      "__proto__",
    ]) {
      assert.equal(canonicalOf(path), undefined, path);
    }
  });

  it("tells the releases in which a path works", () => {
    assert.deepEqual(releasesOfPath("sqlalchemy.Engine"), ["2.0", "2.1"]);
    assert.deepEqual(releasesOfPath("sqlalchemy.engine.Engine"), ["1.4", "2.0", "2.1"]);
    assert.deepEqual(releasesOfPath("sqlalchemy.orm.eagerload"), ["1.4"]);
    assert.deepEqual(releasesOfPath("sqlalchemy.nothing"), []);
  });
});

describe("memberOf", () => {
  const members: readonly (readonly [cls: string, member: string, name: string | undefined])[] = [
    ["sqlalchemy.engine.CursorResult", "scalars", "sqlalchemy.engine.Result.scalars"],
    ["sqlalchemy.orm.Session", "query", "sqlalchemy.orm.Session.query"],
    ["sqlalchemy.orm.scoped_session", "query", "sqlalchemy.orm.Session.query"],
    ["sqlalchemy.orm.scoped_session", "remove", "sqlalchemy.orm.scoped_session.remove"],
    ["sqlalchemy.orm.scoped_session", "__call__", "sqlalchemy.orm.scoped_session.__call__"],
    ["sqlalchemy.ext.asyncio.async_scoped_session", "execute", "sqlalchemy.ext.asyncio.AsyncSession.execute"],
    ["sqlmodel.Session", "commit", "sqlalchemy.orm.Session.commit"],
    ["sqlmodel.Session", "exec", "sqlmodel.Session.exec"],
    ["flask_sqlalchemy.SQLAlchemy", "session", "flask_sqlalchemy.SQLAlchemy.session"],
    ["flask_sqlalchemy.SQLAlchemy", "Column", "sqlalchemy.Column"],
    ["flask_sqlalchemy.SQLAlchemy", "relationship", "sqlalchemy.orm.relationship"],
    ["flask_sqlalchemy.query.Query", "filter_by", "sqlalchemy.orm.Query.filter_by"],
    ["sqlalchemy.sql.Select", "where", "sqlalchemy.sql.Select.where"],
    ["sqlalchemy.sql.Select", "subquery", "sqlalchemy.sql.expression.SelectBase.subquery"],
    ["sqlalchemy.dialects.postgresql.Insert", "values", "sqlalchemy.sql.expression.ValuesBase.values"],
    ["sqlalchemy.Table", "insert", "sqlalchemy.sql.TableClause.insert"],
    ["sqlalchemy.Column", "in_", "sqlalchemy.sql.expression.ColumnOperators.in_"],
    ["sqlalchemy.sql.ColumnCollection", "user_id", "sqlalchemy.sql.ColumnCollection.__getattr__"],
    ["sqlalchemy.sql.functions._FunctionGenerator", "lower", "sqlalchemy.sql.functions._FunctionGenerator.__getattr__"],
    ["sqlalchemy", "select", "sqlalchemy.select"],
    ["sqlalchemy.orm", "Session", "sqlalchemy.orm.Session"],
    ["sqlalchemy.orm", "attribute_keyed_dict", "sqlalchemy.orm.collections.attribute_mapped_collection"],
    ["sqlalchemy.orm.Session", "quer", undefined],
    ["sqlalchemy.orm.scoped_session", "quer", undefined],
    ["sqlalchemy.orm.Nothing", "query", undefined],
    ["sqlalchemy.sql.functions._FunctionGenerator", "__len__", undefined],
  ];
  for (const [cls, member, name] of members) {
    it(`${cls} ${member}: ${name ?? "nothing"}`, () => assert.equal(memberOf(cls, member)?.name, name));
  }
});

describe("isSubclass", () => {
  it("follows Python's bases, and says which classes make mapped classes", () => {
    assert.ok(isSubclass("sqlalchemy.engine.CursorResult", "sqlalchemy.engine.Result"));
    assert.ok(isSubclass("sqlalchemy.orm.Session", "sqlalchemy.orm.Session"));
    assert.ok(isSubclass("flask_sqlalchemy.session.Session", "sqlalchemy.orm.Session"));
    assert.ok(isSubclass("sqlalchemy.exc.IntegrityError", "sqlalchemy.exc.SQLAlchemyError"));
    for (const base of ["sqlalchemy.orm.DeclarativeBase", "flask_sqlalchemy.model.Model", "sqlmodel.SQLModel"]) {
      assert.ok(isSubclass(base, "declarative"), base);
    }
  });

  it("is false for strangers, functions and the other way round", () => {
    assert.ok(!isSubclass("sqlalchemy.engine.Result", "sqlalchemy.engine.CursorResult"));
    assert.ok(!isSubclass("sqlalchemy.select", "sqlalchemy.select"));
    assert.ok(!isSubclass("int", "int"));
    assert.ok(!isSubclass("sqlalchemy.orm.Session", "declarative"));
  });
});

describe("modules", () => {
  it("knows public and private ones, of the libraries too", () => {
    for (const path of ["sqlalchemy", "sqlalchemy.orm", "sqlalchemy.orm.session", "flask_sqlalchemy", "sqlmodel"]) {
      assert.ok(isKnownModule(path), path);
      assert.equal(apiOf(path)?.kind, "module");
    }
    for (const path of ["", "sqlalchemy.orm.Session", "sqlalchemyorm", "flask"]) assert.ok(!isKnownModule(path), path);
  });

  it("lists what a star import brings", () => {
    const core = moduleExports("sqlalchemy");
    for (const name of ["select", "Column", "create_engine", "Engine", "func", "Integer"])
      assert.ok(core.includes(name), name);
    assert.ok(!core.includes("Session"));
    assert.ok(moduleExports("sqlalchemy.orm").includes("Session"));
    assert.ok(moduleExports("sqlalchemy.ext.declarative").includes("declarative_base"));
    assert.deepEqual(moduleExports("os"), []);
  });
});

describe("every name of the table", () => {
  it("has a `returns` that the grammar allows and that names classes of the table", () => {
    const types = new Set(allNames().flatMap(({ returns }) => returns ?? []));
    assert.ok(types.size > 200);
    for (const type of types) parseType(type, isClass);
  });

  it("refuses a `returns` that is not of the grammar", () => {
    for (const wrong of [
      "",
      "list",
      "list[int",
      "sqlalchemy.Sesion",
      "$arg",
      "int none",
      "cm[]",
      "$class(class_)",
      "int|str",
    ]) {
      assert.throws(() => parseType(wrong, isClass), wrong);
    }
  });

  it("has a sentence, a release and bases that exist", () => {
    for (const { name, summary, releases, bases } of allNames()) {
      assert.match(summary, /^\S.*[.)!?]$/, name);
      assert.ok(releases.length > 0, name);
      for (const base of bases ?? [])
        assert.ok(isClass(base) || /^(?:declarative|dict|list|set|tuple|str|int)$/.test(base), base);
    }
  });
});

describe("what a name says of itself", () => {
  it("says layer, status, history and documentation", () => {
    const get = apiOf("sqlalchemy.orm.Query.get");
    assert.equal(get?.layer, "orm");
    assert.deepEqual(get?.status, { "1.4": "deprecated", "2.0": "deprecated", "2.1": "deprecated" });
    assert.equal(get?.history, "Deprecated since 2.0: use Session.get().");
    assert.equal(get?.doc, "https://docs.sqlalchemy.org/en/20/orm/queryguide/query.html#sqlalchemy.orm.Query.get");
    assert.deepEqual(apiOf("sqlalchemy.engine.Engine.execute")?.status, {
      "1.4": "deprecated",
      "2.0": "removed",
      "2.1": "removed",
    });
    assert.deepEqual(apiOf("sqlalchemy.orm.mapped_column")?.releases, ["2.0", "2.1"]);
    assert.equal(apiOf("sqlalchemy.orm.mapped_column")?.history, "Since 2.0.");
    assert.equal(apiOf("sqlalchemy.select")?.history, undefined);
    assert.deepEqual(apiOf("sqlalchemy.orm.Session.query")?.status, { "2.0": "legacy", "2.1": "legacy" });
  });

  const layers: Readonly<Record<string, string>> = {
    "sqlalchemy.Integer": "both",
    "sqlalchemy.dialects.postgresql.JSONB": "both",
    "sqlalchemy.exc.IntegrityError": "both",
    "sqlalchemy.inspect": "both",
    "sqlalchemy.event.listen": "both",
    "sqlalchemy.select": "core",
    "sqlalchemy.engine.Connection.execute": "core",
    "sqlalchemy.Table": "core",
    "sqlalchemy.ext.asyncio.AsyncEngine": "core",
    "sqlalchemy.ext.asyncio.AsyncSession.execute": "orm",
    "sqlalchemy.orm.Session.execute": "orm",
    "sqlalchemy.orm.exc.StaleDataError": "orm",
    "sqlalchemy.ext.hybrid.hybrid_property": "orm",
    "flask_sqlalchemy.SQLAlchemy.engine": "core",
    "flask_sqlalchemy.SQLAlchemy.session": "orm",
    "sqlmodel.Session.exec": "orm",
  };
  for (const [name, layer] of Object.entries(layers)) {
    it(`${name} is ${layer}`, () => assert.equal(apiOf(name)?.layer, layer));
  }
});
