import assert from "node:assert/strict";
import { testService } from "./harness/analyser.ts";

const uri = "file:///workspace/main.py";

/** The code with each hint written where it is shown. */
async function hinted(code: string, from = 0, to = code.length): Promise<string> {
  const service = await testService([]);
  service.apply([{ kind: "set", uri, version: 1, text: code, open: false }]);
  const hints = service.layerHints(uri, { start: from, end: to });
  service.dispose();
  return hints.reduceRight((text, { at, layer }) => `${text.slice(0, at)}«${layer}»${text.slice(at)}`, code);
}

const models = `from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, select
from sqlalchemy.orm import Session, declarative_base, sessionmaker
Base = declarative_base()
class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)
`;

describe("layer hints", () => {
  it("end a chain, and show inside of arguments only where the layer is another", async () => {
    const code = `${models}users = Table("users", MetaData(), Column("id", Integer), Column("name", String(5)))
with Session(create_engine("sqlite://")) as session:
    session.query(Author).filter(Author.id == 1).all()
    session.execute(select(Author).where(Author.id == 1)).scalars().all()
    print(len([]), dict(a=1))
make = sessionmaker()
make(autoflush=False)
`;
    const lines = (await hinted(code)).split("\n").slice(2);
    assert.deepEqual(lines, [
      "Base = declarative_base()«orm»",
      "class Author(Base):",
      '    __tablename__ = "author"',
      "    id = Column(Integer, primary_key=True)«core»",
      'users = Table("users", MetaData(), Column("id", Integer), Column("name", String(5)))«core»',
      'with Session(create_engine("sqlite://")«core»)«orm» as session:',
      "    session.query(Author).filter(Author.id == 1).all()«orm»",
      "    session.execute(select(Author).where(Author.id == 1)«both»).scalars().all()«core»",
      "    print(len([]), dict(a=1))",
      "make = sessionmaker()«orm»",
      "make(autoflush=False)«orm»",
      "",
    ]);
  });

  it("are those of the span that is asked for", async () => {
    const code = `${models}create_engine("a")\ncreate_engine("b")\n`;
    const start = code.indexOf('create_engine("b")');
    assert.equal((await hinted(code, start, code.length)).match(/«/g)?.length, 1);
  });

  it("are none in a file that has nothing to do with SQLAlchemy", async () => {
    assert.equal(await hinted("print(select(1))\n"), "print(select(1))\n");
  });
});
