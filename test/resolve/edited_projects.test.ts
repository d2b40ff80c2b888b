import assert from "node:assert/strict";
import { Project } from "../../server/src/resolve/index.ts";
import type { SourceFile } from "../../server/src/syntax/index.ts";
import { testParser } from "../harness/parser.ts";

const uriOf = (path: string): string => `file:///workspace/${path}`;

/** A project whose files can be written anew. */
async function editable(texts: Readonly<Record<string, string>>) {
  const parser = await testParser();
  const known = new Map<string, { readonly text: string; file?: SourceFile }>();
  const project = new Project({
    text: (uri) => known.get(uri)?.text,
    syntax(uri) {
      const each = known.get(uri);
      if (each) each.file ??= parser.parse(uri, 1, each.text);
      return each?.file;
    },
  });
  const write = (path: string, text: string): void => {
    known.set(uriOf(path), { text });
    project.changed(uriOf(path));
  };
  for (const [path, text] of Object.entries(texts)) write(path, text);
  return { project, write };
}

/** Of the class `Batch` of domain.py. */
function attributesOf(project: Project): readonly string[] | undefined {
  const uri = uriOf("domain.py");
  const model = project.resolverOf(uri)?.modelOf({ uri, name: "Batch" });
  return model?.columns.map(({ attribute }) => attribute);
}

describe("a class that a call of another file maps", () => {
  const domain = "class Batch:\n    def __init__(self, ref):\n        self.ref = ref\n";
  const mapping = (columns: string, call: string): string => `
from sqlalchemy import Column, Integer, MetaData, Table
from sqlalchemy.orm import registry
from domain import Batch
batches = Table("batches", MetaData(), ${columns})
${call}
`;
  const call = "registry().map_imperatively(Batch, batches)";

  it("is what that file makes of it now", async () => {
    const { project, write } = await editable({ "domain.py": domain });
    const uri = uriOf("domain.py");
    const attributes = (): readonly string[] | undefined => attributesOf(project);
    assert.equal(attributes(), undefined);
    assert.equal(project.mapsClassesOf(uri), false);
    write("orm.py", mapping('Column("id", Integer)', call));
    assert.deepEqual(attributes(), ["id"]);
    assert.deepEqual([project.mapsClassesOf(uri), project.reaches(uri)], [true, false]);
    write("orm.py", mapping('Column("id", Integer), Column("ref", Integer)', call));
    assert.deepEqual(attributes(), ["id", "ref"]);
    write("orm.py", mapping('Column("id", Integer)', "print(Batch, batches)"));
    assert.equal(attributes(), undefined);
    assert.equal(project.mapsClassesOf(uri), false);
  });
});

describe("a table of another file", () => {
  const tables = (columns: string): string =>
    `from sqlalchemy import Column, Integer, MetaData, Table\nbatches = Table("batches", MetaData(), ${columns})\n`;

  const mapping = (from: string, call: string): string =>
    `from sqlalchemy.orm import registry\nfrom domain import Batch\nfrom tables import ${from}\n${call}.map_imperatively(Batch, batches)\n`;
  const both = (columns: string): string =>
    `from sqlalchemy.orm import registry\nmappers = registry()\n${tables(columns)}`;

  for (const [what, made, orm] of [
    ["by who maps it, and by who is mapped", tables, mapping("batches", "registry()")],
    ["where its file makes the registry, too", both, mapping("batches, mappers", "mappers")],
  ] as const) {
    it(`is read anew ${what}`, async () => {
      const { project, write } = await editable({
        "domain.py": "class Batch: ...\n",
        "tables.py": made('Column("id", Integer)'),
        "orm.py": orm,
      });
      assert.deepEqual(attributesOf(project), ["id"]);
      write("tables.py", made('Column("id", Integer), Column("ref", Integer)'));
      assert.deepEqual(attributesOf(project), ["id", "ref"]);
    });
  }

  it("is that of its name, wherever a key or a relationship means its variable", async () => {
    const key = (name: string): Readonly<Record<string, string>> => ({
      "tables.py": `from sqlalchemy import Column, Integer, MetaData, Table\nbatches = Table("${name}", MetaData(), Column("id", Integer))\n`,
    });
    const { project, write } = await editable({
      ...key("old"),
      "models.py": `
from sqlalchemy import Column, ForeignKey
from sqlalchemy.orm import declarative_base, relationship
Base = declarative_base()
from tables import batches
class Line(Base):
    __tablename__ = "line"
    id = Column(ForeignKey(batches.c.id), primary_key=True)
    lines = relationship("Line", secondary=batches)
`,
    });
    const uri = uriOf("models.py");
    const told = (): readonly unknown[] => {
      const model = project.resolverOf(uri)?.modelOf({ uri, name: "Line" });
      return [model?.columns[0]?.foreignKey, model?.relationships[0]?.options["secondary"]];
    };
    assert.deepEqual(told(), ["old.id", "old"]);
    write("tables.py", key("new")["tables.py"] ?? "");
    assert.deepEqual(told(), ["new.id", "new"]);
  });
});

describe("a file that reaches SQLAlchemy no more", () => {
  it("says nothing to others, and all of it again when it does", async () => {
    const lines = "from sqlalchemy.orm import sessionmaker\n";
    const rest = `Session = sessionmaker()
def dbsession(request):
    return Session()
def includeme(config):
    config.add_request_method(dbsession, "db", reify=True)
`;
    const { project, write } = await editable({
      "db.py": lines + rest,
      "views.py": "import db\ndef view(request):\n    request.db.query(1)\n",
    });
    const uri = uriOf("views.py");
    const name = (): string | undefined => {
      const resolver = project.resolverOf(uri);
      const [call] = resolver?.inference.bound.calls ?? [];
      return call && resolver?.nameOf(call.callee);
    };
    for (const reaches of [true, false, true]) {
      write("db.py", reaches ? lines + rest : rest);
      assert.equal(project.reaches(uri), reaches);
      assert.equal(name(), reaches ? "sqlalchemy.orm.Session.query" : undefined);
    }
  });
});

describe("evidence from another file", () => {
  it("stands where that file has it now", async () => {
    const { project, write } = await editable({
      "db.py": "from sqlalchemy.orm import Session\nsession = Session()\n",
      "use.py": "from db import session\nsession.query(1)\n",
    });
    const lineNow = (): number | undefined => {
      const resolver = project.resolverOf(uriOf("use.py"));
      const [call] = resolver?.inference.bound.calls ?? [];
      assert.ok(call && resolver);
      return resolver.valueOf(call.callee).because.find(({ at }) => at?.uri === uriOf("db.py"))?.at?.line;
    };
    assert.equal(lineNow(), 2);
    const before = project.resolverOf(uriOf("use.py"));
    for (const line of [4, 7]) {
      write("db.py", `from sqlalchemy.orm import Session\n${"\n".repeat(line - 2)}session = Session()\n`);
      assert.equal(lineNow(), line);
    }
    assert.equal(project.resolverOf(uriOf("use.py")), before, "the resolver was made again");
  });
});
