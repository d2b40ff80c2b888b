import assert from "node:assert/strict";
import { optionOf, parameterOf } from "../../server/src/knowledge/index.ts";

describe("parameters", () => {
  it("have a sentence, a default and a history", () => {
    const future = parameterOf("sqlalchemy.create_engine", "future");
    assert.match(future?.summary ?? "", /2\.0/);
    assert.equal(future?.history, undefined);
    const commit = parameterOf("sqlalchemy.orm.Session", "expire_on_commit");
    assert.equal(commit?.default, "True");
    assert.equal(commit?.optional, true);
    assert.equal(parameterOf("sqlalchemy.orm.Session", "autocommit")?.history, "Warns on 1.4. Raises since 2.0.");
    assert.equal(parameterOf("sqlalchemy.orm.Session", "join_transaction_mode")?.history, "Since 2.0.");
    assert.deepEqual(parameterOf("sqlalchemy.create_engine", "convert_unicode")?.releases, ["1.4"]);
  });

  it("are known by their signatures where nobody has described them", () => {
    const stream = parameterOf("sqlalchemy.orm.Session.bulk_save_objects", "return_defaults");
    assert.deepEqual([stream?.default, stream?.summary], ["False", undefined]);
  });

  it("reach through what hands them on, and keep what is said of them there", () => {
    const echo = parameterOf("sqlalchemy.ext.asyncio.create_async_engine", "echo");
    assert.equal(echo?.of, "sqlalchemy.create_engine");
    assert.ok(parameterOf("sqlalchemy.ext.asyncio.async_sessionmaker", "autoflush")?.summary);
  });

  it("are unknown where nothing takes them", () => {
    for (const name of ["no_such", "constructor", "toString", "__proto__", ""]) {
      assert.equal(parameterOf("sqlalchemy.create_engine", name), undefined, name);
    }
    assert.equal(parameterOf("sqlalchemy.no_such", "echo"), undefined);
    assert.ok(parameterOf("sqlalchemy.orm.declarative_base", "constructor")?.summary);
  });

  it("have values that are described, with their releases", () => {
    assert.match(optionOf("sqlalchemy.orm.relationship", "lazy", "selectin")?.summary ?? "", /IN/);
    assert.equal(optionOf("sqlalchemy.orm.backref", "lazy", "write_only")?.history, "Since 2.0.");
    assert.equal(optionOf("sqlalchemy.orm.relationship", "lazy", "no such"), undefined);
    assert.equal(optionOf("sqlalchemy.orm.relationship", "info", "selectin"), undefined);
  });
});
