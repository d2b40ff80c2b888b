import assert from "node:assert/strict";
import { Project } from "../../server/src/resolve/index.ts";
import { Call, type SourceFile } from "../../server/src/syntax/index.ts";
import { testParser } from "../harness/parser.ts";

/** What `db.query` in the module is, in a workspace where `others` files have a `get` of their own. */
async function answer(others: number, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const texts = new Map<string, string>([
    ["app/author/service.py", "import sqlalchemy\ndef get(*, db, key):\n    return db.query(key)\n"],
    [
      "app/author/views.py",
      "from sqlalchemy.orm import Session\nfrom .service import get\ndef view(db: Session, key):\n    return get(db=db, key=key)\n",
    ],
    ...Object.entries(more),
  ]);
  for (let i = 0; i < others; i++) texts.set(`app/other${i}.py`, `def get(key):\n    return cache.get(key)\n`);
  const parser = await testParser();
  const files = new Map<string, SourceFile>();
  for (const [path, code] of texts) files.set(`file:///w/${path}`, parser.parse(`file:///w/${path}`, 1, code));
  const project = new Project({ text: (uri) => files.get(uri)?.text, syntax: (uri) => files.get(uri) });
  for (const uri of files.keys()) project.changed(uri);
  const file = files.get("file:///w/app/author/service.py");
  assert.ok(file);
  const call = [...file.walk()].find((node): node is Call => node instanceof Call);
  assert.ok(call);
  const resolver = project.resolve(file);
  return `${resolver.nameOf(call.callee)} ${resolver.valueOf(call.callee).certainty}`;
}

describe("callers of a function whose name is common", () => {
  it("are those that can reach its module", async () => {
    assert.equal(await answer(0), "sqlalchemy.orm.Session.query certain");
    assert.equal(await answer(90), "sqlalchemy.orm.Session.query certain");
  });
  it("may name a package instead that hands it on: then they are not all known", async () => {
    const handed = { "app/author/__init__.py": "from app.author.service import get\n" };
    assert.equal(await answer(90, handed), "sqlalchemy.orm.Session.query likely");
  });
  it("are not looked for where the module's own name is as common", async () => {
    const common = Object.fromEntries(
      Array.from({ length: 90 }, (_, i) => [`app/more${i}.py`, "from app.author import service\nservice.get(key=1)\n"]),
    );
    assert.equal(await answer(0, common), "undefined unknown");
  });
});
