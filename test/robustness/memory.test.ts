import assert from "node:assert/strict";
import fc from "fast-check";
import { rules } from "../../server/src/rules/index.gen.ts";
import { createService, defaultConfig, type Memory, type Service } from "../../server/src/service/index.ts";
import { testParser } from "../harness/parser.ts";
import { type Program, programs } from "./corpus.ts";

/** A project whose files rest on one another: a Session through three files, models through imports and by name. */
const layered: Program = {
  name: "layered",
  target: "2.0",
  files: Object.entries({
    "app/__init__.py": "from app.db import *\n",
    "app/db.py": `from sqlalchemy import create_engine
from sqlalchemy.orm import Session, declarative_base, sessionmaker

__all__ = ["Base", "Maker", "get"]
Base = declarative_base()
Maker = sessionmaker(create_engine("sqlite://"))
def get() -> Session:
    return Maker()
`,
    "app/models.py": `from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import relationship
from app import Base

class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)
    books = relationship("Book", backref="author")
`,
    "app/books.py": `from sqlalchemy import Column, ForeignKey, Integer
from . import Base

class Book(Base):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("author.id"))
`,
    "app/api.py": `import app
from app import get
from app.models import Author
from .books import Book

def one(key):
    return get().query(Author).get(key)

def joined():
    return app.Maker().query(Book).join("author").all()
`,
    "app/more.py": `from app.models import Author, Book

def books(session):
    return session.query(Author).join("books").all()
`,
    "tests/conftest.py": `import pytest
from app import Maker

@pytest.fixture
def session():
    yield Maker()
`,
    "tests/test_api.py": `from app.models import Author

def test_one(session):
    assert session.query(Author).get(1)
`,
  }).map(([path, text]) => ({ uri: `file:///workspace/${path}`, text })),
};
const projects = [layered, layered, ...programs.filter(({ files }) => files.length > 1)];
const lines = [...new Set(projects.flatMap(({ files }) => files.flatMap(({ text }) => text.split("\n"))))];

/** Replaces a line, puts one in, takes one out, or a file as a whole. */
const change = fc.record({
  file: fc.nat(99),
  at: fc.nat(99),
  how: fc.oneof(
    fc.record({ line: fc.constantFrom(...lines), keep: fc.boolean() }),
    fc.constant("remove line" as const),
    fc.constant("remove file" as const),
  ),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(files: Program["files"], { file, at, how }: Change): Program["files"] {
  const index = file % Math.max(1, files.length);
  if (how === "remove file") return files.filter((_, each) => each !== index);
  return files.map(({ uri, text }, each) => {
    if (each !== index) return { uri, text };
    const all = text.split("\n");
    const place = at % all.length;
    if (how === "remove line") all.splice(place, 1);
    else all.splice(place, how.keep ? 0 : 1, how.line);
    return { uri, text: all.join("\n") };
  });
}

class FakeDisk implements Memory {
  readonly entries = new Map<string, string>();
  recalled = 0;
  kept = 0;

  recall(key: string): string | undefined {
    return this.entries.get(key);
  }

  keep(key: string, value: string): void {
    this.kept++;
    this.entries.set(key, value);
  }

  digest(text: string): string {
    return text;
  }
}

/** What a process of its own finds. */
async function findingsOf(files: Program["files"], memory?: Memory) {
  const log = { fault: (message: string) => assert.fail(message) };
  const service: Service = createService({ parser: await testParser(), rules, log, ...(memory && { memory }) });
  service.configure(defaultConfig);
  service.apply(files.map(({ uri, text }) => ({ kind: "set", uri, version: 1, text, open: false })));
  const found = files.map(({ uri }) => ({ uri, findings: service.findings(uri) }));
  service.dispose();
  return JSON.stringify(found);
}

describe("robustness: findings kept between runs", () => {
  it("are those of a fresh run, whatever changed in between", async () => {
    let found = 0;
    let recalled = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...projects),
        fc.array(change, { minLength: 1, maxLength: 5 }),
        async (project, changes) => {
          const memory = new FakeDisk();
          let { files } = project;
          await findingsOf(files, memory);
          for (const each of changes) {
            files = changed(files, each);
            const before = memory.kept;
            const now = await findingsOf(files, memory);
            assert.equal(now, await findingsOf(files));
            found += now.split('"rule"').length - 1;
            recalled += files.length - (memory.kept - before);
          }
        },
      ),
      { numRuns: 150, seed: 74, endOnFailure: true },
    );
    assert.ok(found > 500 && recalled > 150, `${found} findings, ${recalled} files were not analysed`);
  });

  it("an unchanged project is not analysed again, and a changed file only with those that rest on it", async () => {
    const memory = new FakeDisk();
    const keptBy = async (files: Program["files"]): Promise<number> => {
      const before = memory.kept;
      await findingsOf(files, memory);
      return memory.kept - before;
    };
    assert.equal(await keptBy(layered.files), layered.files.length);
    assert.equal(await keptBy(layered.files), 0);
    const edited = (path: string, more: string): Program["files"] =>
      layered.files.map(({ uri, text }) => ({ uri, text: uri.endsWith(path) ? text + more : text }));
    // The file itself, and the one whose function is handed a Session: any text may hold one more call of it.
    assert.equal(await keptBy(edited("app/api.py", "x = 1\n")), 2);
    assert.equal(await keptBy(edited("app/db.py", "x = 1\n")), 2, "to the others it means the same");
    assert.ok((await keptBy(edited("app/db.py", "Maker = object()\n"))) > 3);
    assert.ok((await keptBy(layered.files.slice(1))) > 3, "imports are looked up anew where a file is gone");
  });

  it("a file that means the same to others as before costs itself alone, and their reasons stand where they stand now", async () => {
    const plain = layered.files.filter(({ uri }) => /db\.py$|__init__\.py$|api\.py$/.test(uri));
    for (const [what, edit] of [
      ["a comment above", (text: string) => `# one\n# two\n\n${text}`],
      ["a function's body", (text: string) => text.replace("return Maker()", "made = Maker()\n    return made")],
    ] as const) {
      const memory = new FakeDisk();
      await findingsOf(plain, memory);
      const files = plain.map(({ uri, text }) => ({ uri, text: uri.endsWith("app/db.py") ? edit(text) : text }));
      const before = memory.kept;
      const found = await findingsOf(files, memory);
      assert.equal(found, await findingsOf(files), what);
      assert.match(found, /app\/db\.py/);
      assert.equal(memory.kept - before, 1, what);
      assert.equal(await findingsOf(files, memory), found);
    }
  });

  it("a class that is defined somewhere else as well is news for those who asked for its name", async () => {
    const memory = new FakeDisk();
    await findingsOf(layered.files, memory);
    const before = memory.kept;
    const twice = layered.files.map(({ uri, text }) => {
      return { uri, text: uri.endsWith("test_api.py") ? `${text}\nclass Book(Author):\n    pass\n` : text };
    });
    assert.equal(await findingsOf(twice, memory), await findingsOf(twice));
    assert.ok(memory.kept - before > 1, "no other file imports the changed one");
  });

  it("what is no entry is none", async () => {
    const memory = new FakeDisk();
    const wanted = await findingsOf(layered.files, memory);
    for (const nonsense of [
      "",
      "{",
      "null",
      "[]",
      '{"findings":[],"files":""}',
      '{"findings":1,"texts":[],"names":[]}',
    ]) {
      for (const key of memory.entries.keys()) memory.entries.set(key, nonsense);
      assert.equal(await findingsOf(layered.files, memory), wanted);
    }
  });
});
