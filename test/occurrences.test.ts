import assert from "node:assert/strict";
import { testService } from "./harness/analyser.ts";

const uri = "file:///w/app.py";

/** "2 Session.get orm session#identity-map …", a place a line. */
async function placesIn(text: string): Promise<readonly string[]> {
  const service = await testService();
  service.apply([{ kind: "set", uri, version: 1, text, open: false }]);
  return service.occurrences(uri).map(({ span, name, layer, sections }) => {
    const line = text.slice(0, span.start).split("\n").length;
    return [line, name, layer, ...sections].join(" ");
  });
}

describe("where what lessons teach occurs", () => {
  it("is what the analyser says a name is, not how it is spelled", async () => {
    const text = `from sqlalchemy import select as pick
from sqlalchemy.orm import Session
def f(s: Session, get): return s.get(Author, 1), get(1), {}.get(1), pick(1)
`;
    assert.deepEqual(await placesIn(text), [
      "3 Session.get orm session#identity-map core-vs-orm#orm",
      "3 select core select-core#select core-vs-orm#core",
    ]);
  });

  it("is a mapped class, and the columns that only an annotation declares", async () => {
    const text = `from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
class Base(DeclarativeBase): pass
class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    note: str = ""
class Plain:
    name: Mapped[str]
`;
    assert.deepEqual(
      (await placesIn(text)).filter((place) => !place.startsWith("2")),
      [
        "3 class Author orm models#start core-vs-orm#orm",
        "5 mapped_column orm models#annotation core-vs-orm#orm",
        "6 Mapped orm models#annotation",
      ],
    );
  });

  it("is a finding, by its effect, in the lesson about 2.0", async () => {
    const text = `from sqlalchemy import create_engine
engine = create_engine("sqlite://")
engine.execute("delete from a")
`;
    const found = await placesIn(text);
    assert.ok(found.some((place) => place.startsWith("3 engine-execute") && place.includes("migrate#effects")));
  });

  it("is one place of a section a line, however many calls a chain has", async () => {
    const text = `from sqlalchemy import select
x = select(1).where(True).where(False)
`;
    const sections = (await placesIn(text)).flatMap((place) => place.split(" ").slice(3));
    assert.equal(new Set(sections).size, sections.length);
  });

  it("is nothing where a file can't reach SQLAlchemy, and of no file that is not known", async () => {
    assert.deepEqual(await placesIn("session.get(Author, 1)\n"), []);
    const service = await testService();
    assert.deepEqual(service.occurrences("file:///w/other.py"), []);
  });

  it("is the same list until something that it rests on changes", async () => {
    const service = await testService();
    const set = (text: string): void => service.apply([{ kind: "set", uri, version: 1, text, open: false }]);
    set("from sqlalchemy import select\nselect(1)\n");
    const before = service.occurrences(uri);
    assert.equal(service.occurrences(uri), before);
    set("from sqlalchemy import select\n\nselect(1)\n");
    assert.notEqual(service.occurrences(uri), before);
  });
});
