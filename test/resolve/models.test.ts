import assert from "node:assert/strict";
import { type Model, type ModelRelationship, Project } from "../../server/src/resolve/index.ts";
import type { SourceFile } from "../../server/src/syntax/index.ts";
import { testParser } from "../harness/parser.ts";

const uriOf = (path: string): string => `file:///workspace/${path}`;

/** The models that a workspace's classes are, by class name. */
async function modelsOf(texts: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, Model>> {
  const parser = await testParser();
  const files = new Map<string, SourceFile>(
    Object.entries(texts).map(([path, text]) => [uriOf(path), parser.parse(uriOf(path), 1, text)]),
  );
  const project = new Project({ text: (uri) => files.get(uri)?.text, syntax: (uri) => files.get(uri) });
  for (const uri of files.keys()) project.changed(uri);
  const found = new Map<string, Model>();
  for (const uri of files.keys()) {
    const resolver = project.resolverOf(uri);
    for (const node of resolver?.inference.bound.classes ?? []) {
      const model = resolver?.modelOf(node);
      if (model) found.set(model.name, model);
    }
  }
  return found;
}

async function modelsIn(text: string): Promise<ReadonlyMap<string, Model>> {
  return modelsOf({ "models.py": text });
}

function relationship(models: ReadonlyMap<string, Model>, model: string, attribute: string): ModelRelationship {
  const found = models.get(model)?.relationships.find((each) => each.attribute === attribute);
  assert.ok(found, `${model}.${attribute} is no relationship`);
  return found;
}

const base = `
from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import backref, declarative_base, relationship
Base = declarative_base()
`;

describe("models", () => {
  it("are complete where every base and attribute is understood", async () => {
    const models = await modelsIn(`${base}
class Mixin:
    created = Column(Integer)
class Author(Mixin, Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)
    LIMIT = 3
    kinds = {"a": 1}
    def f(self): ...
`);
    const author = models.get("Author");
    assert.equal(author?.complete, true);
    assert.deepEqual(
      author.columns.map(({ attribute }) => attribute),
      ["id", "created"],
    );
  });

  it("are not where a base, an attribute or a statement is not understood", async () => {
    const models = await modelsIn(`${base}
from elsewhere import Unknown, make
from sqlalchemy.ext.automap import automap_base
class A(Unknown, Base): ...
class B(Base):
    things = make("Thing")
class C(Base):
    things = make
class D(Base):
    if make:
        things = relationship("A")
@make
class E(Base): ...
class F(automap_base()): ...
class G(B): ...
def shared():
    return Column(Integer)
class H(Base):
    id = shared()
`);
    for (const name of ["A", "B", "C", "D", "E", "F", "G", "H"]) {
      assert.equal(models.get(name)?.complete, false, `${name} is said to be complete`);
    }
  });

  it("stay complete under bases of other libraries that map nothing", async () => {
    const models = await modelsIn(`${base}
from abc import ABC
from typing import Generic, TypeVar
from flask_login import UserMixin
T = TypeVar("T")
class A(UserMixin, Base): ...
class B(Generic[T], Base): ...
class C(ABC, object, Base): ...
`);
    for (const name of ["A", "B", "C"]) assert.equal(models.get(name)?.complete, true, `${name} is not complete`);
  });

  it("have the relationships that backrefs of the same file add", async () => {
    const models = await modelsIn(`${base}
class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)
class Book(Base):
    __tablename__ = "book"
    author_id = Column(ForeignKey("author.id"))
    author = relationship("Author", backref=backref("books", lazy="joined"))
    editor = relationship("Author", backref="edited")
`);
    const books = relationship(models, "Author", "books");
    assert.deepEqual(
      [books.target, books.lazy, books.many, books.backPopulates, books.targetModel?.name],
      ["Book", "joined", true, "author", "Book"],
    );
    assert.equal(relationship(models, "Author", "edited").lazy, "select");
    assert.equal(relationship(models, "Book", "author").many, false);
  });

  it("lead to a class of another file that is not imported, if there is one such", async () => {
    const shared = `${base}`;
    const models = await modelsOf({
      "app/base.py": shared,
      "app/author.py": `
from app.base import Base, Column, ForeignKey, Integer, relationship
class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)
    books = relationship("Book")
    dotted = relationship("app.book.Book")
    wrong = relationship("app.other.Book")
    twins = relationship("Twin")
    plain = relationship("Plain")
`,
      "app/book.py": `
from app.base import Base, Column, ForeignKey, Integer, relationship
class Book(Base):
    __tablename__ = "book"
    author_id = Column(Integer, ForeignKey("author.id"))
    author = relationship("Author")
class Twin(Base): ...
class Plain: ...
`,
      "app/other.py": "from app.base import Base\nclass Twin(Base): ...\n",
    });
    assert.equal(relationship(models, "Author", "books").targetModel?.uri, uriOf("app/book.py"));
    assert.equal(relationship(models, "Author", "books").many, true);
    assert.equal(relationship(models, "Book", "author").many, false);
    assert.equal(relationship(models, "Author", "dotted").targetModel?.name, "Book");
    for (const name of ["wrong", "twins", "plain"]) {
      assert.equal(relationship(models, "Author", name).targetModel, undefined, name);
    }
  });

  it("of two with one name lead to the one that shares the base", async () => {
    const models = await modelsOf({
      "one.py": `
from sqlalchemy.orm import DeclarativeBase, relationship
class OneBase(DeclarativeBase): ...
class Author(OneBase):
    books = relationship("Book")
`,
      "two.py": "from one import OneBase\nclass Book(OneBase): ...\n",
      "three.py": `
from sqlalchemy.orm import DeclarativeBase
class OtherBase(DeclarativeBase): ...
class Book(OtherBase): ...
`,
    });
    assert.equal(relationship(models, "Author", "books").targetModel?.uri, uriOf("two.py"));
  });

  it("are all that is mapped, by whatever means", async () => {
    const models = await modelsOf({
      "maps.py": `
from sqlalchemy import Table
from sqlalchemy.ext.automap import automap_base
from sqlalchemy.ext.declarative import as_declarative
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass, mapper, registry
from plain import Imperative
reg = registry()
@as_declarative()
class Base: ...
@reg.as_declarative_base()
class Second: ...
class Fourth(MappedAsDataclass, DeclarativeBase): ...
Generated = reg.generate_base()
class A(Base): ...
class B(Second): ...
@reg.mapped
class C: ...
class D(Fourth): ...
class E(Generated): ...
class F(automap_base()): ...
class Old: ...
class Plain: ...
mapper(Old, table)
reg.map_imperatively(Imperative, table)
print(Plain, table)
`,
      "plain.py": "class Imperative: ...\nclass Other: ...\n",
      "decorated.py": "from maps import reg\n@reg.mapped\nclass G: ...\n",
    });
    for (const name of ["A", "B", "C", "D", "E", "F", "G", "Old", "Imperative"]) {
      assert.ok(models.has(name), `${name} is not mapped`);
    }
    for (const name of ["Plain", "Other"]) assert.ok(!models.has(name), `${name} is mapped`);
    assert.equal(models.get("Imperative")?.complete, false);
  });

  it("by a call have the columns of its table and what properties= says, and are as complete as those", async () => {
    const models = await modelsOf({
      "domain.py": "class Batch: ...\nclass Line: ...\nclass Half: ...\nclass Opaque: ...\n",
      "orm.py": `
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table
from sqlalchemy.orm import mapper, relationship
import domain
metadata = MetaData()
batches = Table("batches", metadata, Column("id", Integer, primary_key=True), Column("ref", String, nullable=False))
lines = Table("lines", metadata, Column("id", Integer, primary_key=True), Column("batch_id", ForeignKey("batches.id")))
line_mapper = mapper(domain.Line, lines)
mapper(domain.Batch, batches, properties={
    "reference": batches.c.ref,
    "lines": relationship(line_mapper, backref="batch", lazy="joined"),  # the collection
})
mapper(domain.Half, Table("half", metadata, Column("id", Integer, primary_key=True), *more))
mapper(domain.Opaque, lines, properties={"other": made(), **further})
`,
    });
    const batch = models.get("Batch");
    assert.deepEqual([batch?.tableName, batch?.complete, batch?.imperative], ["batches", true, true]);
    assert.deepEqual(
      batch?.columns.map(({ attribute, column, owner }) => [attribute, column, owner.name]),
      [
        ["id", "id", "Batch"],
        ["reference", "ref", "Batch"],
      ],
    );
    const read = relationship(models, "Batch", "lines");
    assert.deepEqual(
      [read.target, read.targetModel?.uri, read.many, read.lazy],
      ["Line", uriOf("domain.py"), true, "joined"],
    );
    const back = relationship(models, "Line", "batch");
    assert.deepEqual([back.target, back.many, back.backPopulates, back.added], ["Batch", false, "lines", true]);
    assert.equal(models.get("Line")?.complete, true);
    const added = await modelsIn(`${base}
from sqlalchemy import Table
from sqlalchemy.orm import registry
class Plain: ...
plain = Table("plain", Base.metadata, Column("id", Integer, primary_key=True))
registry().map_imperatively(Plain, plain).add_property("more", made())
`);
    assert.equal(added.get("Plain")?.complete, false, "what is added to a mapper is not read");
    for (const name of ["Half", "Opaque"]) assert.equal(models.get(name)?.complete, false, name);
  });

  it("of SQLModel have their fields as columns, and are tables where they say so", async () => {
    const models = await modelsIn(`
from typing import Optional
from sqlmodel import Field, Relationship, SQLModel
class HeroBase(SQLModel):
    name: str
class Team(SQLModel, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    heroes: list["Hero"] = Relationship(back_populates="team", sa_relationship_kwargs={"lazy": "joined"})
class Hero(HeroBase, table=True):
    id: Optional[int] = Field(default=None, primary_key=True)
    team_id: Optional[int] = Field(default=None, foreign_key="team.id")
    team: Optional[Team] = Relationship(back_populates="heroes")
`);
    assert.equal(models.get("HeroBase")?.abstract, true);
    assert.equal(models.get("Hero")?.abstract, false);
    assert.deepEqual(
      models.get("Hero")?.columns.map(({ attribute }) => attribute),
      ["id", "team_id", "name"],
    );
    const heroes = relationship(models, "Team", "heroes");
    assert.deepEqual([heroes.many, heroes.lazy, heroes.targetModel?.name], [true, "joined", "Hero"]);
    assert.deepEqual(relationship(models, "Hero", "team").many, false);
  });
});
