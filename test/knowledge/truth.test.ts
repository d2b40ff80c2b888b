import assert from "node:assert/strict";
import {
  type Api,
  apiOf,
  canonicalOf,
  memberOf,
  moduleExports,
  type Release,
  releasesOfPath,
} from "../../server/src/knowledge/index.ts";
import { allNames } from "./names.ts";
import { ask } from "./oracle.ts";

const RELEASES: readonly Release[] = ["1.4", "2.0", "2.1"];
const MODULES = [
  "sqlalchemy",
  "sqlalchemy.orm",
  "sqlalchemy.engine",
  "sqlalchemy.exc",
  "sqlalchemy.types",
  "sqlalchemy.ext.asyncio",
];
const CLASSES = [
  "sqlalchemy.engine.Engine",
  "sqlalchemy.engine.Connection",
  "sqlalchemy.engine.Result",
  "sqlalchemy.engine.ScalarResult",
  "sqlalchemy.engine.CursorResult",
  "sqlalchemy.orm.Session",
  "sqlalchemy.orm.sessionmaker",
  "sqlalchemy.orm.scoped_session",
  "sqlalchemy.orm.Query",
  "sqlalchemy.sql.Select",
  "sqlalchemy.sql.Insert",
  "sqlalchemy.sql.Update",
  "sqlalchemy.Table",
  "sqlalchemy.MetaData",
  "sqlalchemy.Column",
  "sqlalchemy.ext.asyncio.AsyncSession",
  "sqlalchemy.ext.asyncio.AsyncConnection",
  "sqlalchemy.orm.InstrumentedAttribute",
];

const isOfSqlalchemy = ({ name }: Api) => name.startsWith("sqlalchemy");
const LIBRARIES: readonly (readonly [environment: string, release: Release])[] = [
  ["1.4-libs", "1.4"],
  ["2.0-libs", "2.0"],
];

describe("the knowledge table agrees with the installed releases", () => {
  for (const release of RELEASES) {
    it(`${release} has every name that the table says it has`, async () => {
      const names = allNames().filter((api) => isOfSqlalchemy(api) && api.releases.includes(release));
      assert.ok(names.length > 3000, `only ${names.length} names`);
      assert.deepEqual(
        await ask(
          release,
          "exists.py",
          names.map(({ name }) => name),
        ),
        [],
      );
    });

    it(`${release} lacks every name that the table says it removed`, async () => {
      const names = allNames().filter((api) => isOfSqlalchemy(api) && api.status[release] === "removed");
      if (release !== "1.4") assert.ok(names.length > 50, `only ${names.length} names`);
      // mapper() is still there in 2.x, to say that it is gone; as a path it is also that of a module.
      const gone = names.map(({ name }) => name).filter((name) => name !== "sqlalchemy.orm.mapper");
      const missing = await ask<string[]>(release, "exists.py", gone);
      assert.deepEqual(
        gone.filter((name) => !missing.includes(name)),
        [],
      );
    });

    it(`the table knows everything that ${release} offers in its main modules and classes`, async () => {
      const asked = { modules: MODULES, classes: CLASSES };
      const { names, members } = await ask<Inventory>(release, "inventory.py", asked);
      const unknownNames = Object.entries(names).flatMap(([module, found]) =>
        found.map((name) => `${module}.${name}`).filter((path) => !canonicalOf(path)),
      );
      const unknownMembers = Object.entries(members).flatMap(([owner, found]) =>
        found.filter((name) => !memberOf(owner, name)).map((name) => `${owner}.${name}`),
      );
      assert.deepEqual({ unknownNames, unknownMembers }, { unknownNames: [], unknownMembers: [] });
      const counts = [Object.values(names).flat().length, Object.values(members).flat().length];
      assert.ok(
        counts.every((count) => count > 300),
        `${counts}`,
      );
    });
  }

  for (const [environment, release] of LIBRARIES) {
    it(`${environment} has the names of Flask-SQLAlchemy and SQLModel that the table gives to ${release}`, async () => {
      const names = allNames().filter((api) => !isOfSqlalchemy(api) && api.releases.includes(release));
      assert.ok(names.length >= 40, `only ${names.length} names`);
      const spellings = names.flatMap(({ name }) => spellingsOf(name, release));
      const missing = new Set(await ask<string[]>(environment, "exists.py", spellings));
      const found = new Set(spellings.filter((path) => !missing.has(path)).map((path) => canonicalOf(path)));
      assert.deepEqual(
        names.filter(({ name }) => !found.has(name)).map(({ name }) => name),
        [],
      );
    });
  }

  it("every name can be imported by its canonical path, so that an import can be written with it", () => {
    const unreachable = allNames().filter(({ name }) => apiOf(name)?.name !== name || canonicalOf(name) !== name);
    assert.deepEqual(unreachable, []);
  });
});

/** A name as it is, and by the paths that the libraries' modules had for its owner: Flask-SQLAlchemy 2.5 had few modules. */
function spellingsOf(name: string, release: Release): readonly string[] {
  const dot = name.lastIndexOf(".");
  const [owner, last] = [name.slice(0, dot), name.slice(dot + 1)];
  const paths = moduleExports("flask_sqlalchemy").map((exported) => `flask_sqlalchemy.${exported}`);
  const usable = paths.filter((path) => releasesOfPath(path).includes(release));
  return [
    name,
    ...usable.filter((path) => canonicalOf(path) === name),
    ...usable.filter((path) => canonicalOf(path) === owner).map((path) => `${path}.${last}`),
  ];
}

interface Inventory {
  readonly names: Readonly<Record<string, readonly string[]>>;
  readonly members: Readonly<Record<string, readonly string[]>>;
}
