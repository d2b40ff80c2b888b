import assert from "node:assert/strict";
import { rules } from "../../server/src/rules/index.gen.ts";
import { defaultConfig, type Service } from "../../server/src/service/index.ts";
import { testService } from "../harness/analyser.ts";
import { type Program, programs, put } from "./corpus.ts";

/** Forgets what it parsed before each file that it analyses. */
const forgetful = (): Promise<Service> => testService(rules, { mostParsed: 0 });

/** Lets go of every open document that it was asked about before. */
const sleepy = (): Promise<Service> => testService(rules, { mostAwake: 0 });

async function filled(make: () => Promise<Service>, { files, target }: Program): Promise<Service> {
  const service = await make();
  service.configure({ ...defaultConfig, target });
  for (const { uri, text } of files) put(service, uri, text);
  return service;
}

describe("robustness: a workspace that is too large to be kept parsed", () => {
  const several = programs.filter(({ files }) => files.length > 1);

  it("has the findings of one that is kept, in any order, and again after an edit", async () => {
    let found = 0;
    for (const program of several) {
      const [kept, forgotten] = [await filled(testService, program), await filled(forgetful, program)];
      const uris = program.files.map(({ uri }) => uri);
      const [first = ""] = uris;
      const compare = (order: readonly string[], when: string): void => {
        for (const uri of order) {
          const expected = kept.findings(uri);
          assert.deepEqual(forgotten.findings(uri), expected, `${program.name}, ${uri}, ${when}`);
          found += expected.length;
        }
      };
      compare(uris, "at first");
      compare([...uris].reverse(), "again");
      const edited = `import os\n${kept.document(first)?.text ?? ""}`;
      for (const service of [kept, forgotten]) put(service, first, edited, 2);
      compare(uris, "after an edit");
      for (const service of [kept, forgotten]) service.dispose();
    }
    assert.ok(found > 200, `only ${found} findings`);
  });

  it("tells what stands there of an open document, whatever was forgotten", async () => {
    for (const program of several.slice(0, 20)) {
      const [kept, forgotten] = [await filled(testService, program), await filled(forgetful, program)];
      const [{ uri, text } = { uri: "", text: "" }] = program.files;
      for (const service of [kept, forgotten]) service.apply([{ kind: "set", uri, version: 2, text, open: true }]);
      for (const { uri: other } of program.files) {
        forgotten.findings(other);
        for (let offset = 0; offset < text.length; offset += 11) {
          assert.deepEqual(forgotten.label(uri, offset), kept.label(uri, offset), `${program.name}, offset ${offset}`);
        }
      }
    }
  });

  it("has the findings and labels of open documents that are all kept parsed, edit by edit", async () => {
    let found = 0;
    for (const program of several) {
      const [kept, sleeping] = [await filled(testService, program), await filled(sleepy, program)];
      const each = [kept, sleeping];
      for (const { uri, text } of program.files) {
        for (const service of each) service.apply([{ kind: "set", uri, version: 1, text, open: true }]);
      }
      let version = 1;
      const compare = (when: string): void => {
        for (const { uri, text } of program.files) {
          const what = `${program.name}, ${uri}, ${when}`;
          const expected = kept.findings(uri);
          assert.deepEqual(sleeping.findings(uri), expected, what);
          const offset = (version * 97) % (text.length + 1);
          assert.deepEqual(sleeping.label(uri, offset), kept.label(uri, offset), what);
          assert.deepEqual(sleeping.occurrences(uri), kept.occurrences(uri), what);
          found += expected.length;
        }
      };
      compare("at first");
      for (const { uri, text } of program.files.slice(0, 4)) {
        const line = text.indexOf("\n") + 1;
        const edits = [
          [{ span: { start: line, end: line }, text: "\n\nvalue = 1\n" }],
          [{ span: { start: line, end: line + 13 }, text: "" }],
          [{ span: { start: 0, end: line }, text: "" }],
        ];
        for (const edit of edits) {
          version++;
          for (const service of each) {
            service.apply([{ kind: "edit", uri, version, edits: edit }]);
            assert.ok(service.glance(uri));
          }
          compare(`after edit ${version} of ${uri}`);
        }
      }
      for (const service of each) service.dispose();
    }
    assert.ok(found > 1000, `only ${found} findings`);
  });

  it("finds anew what an older resolver found, though a newer one was asked about something else since", async () => {
    const models =
      "from sqlalchemy import Column, Integer\nfrom sqlalchemy.orm import declarative_base\nBase = declarative_base()\nclass Author(Base):\n    __tablename__ = 'a'\n    id = Column(Integer, primary_key=True)\n";
    const main =
      "from sqlalchemy.orm import Session\nfrom models import Author\ndef run(session: Session):\n    return session.query(Author).all()\n";
    const uriOf = (path: string): string => `file:///workspace/${path}`;
    const edited = models.replace("Base = declarative_base()\n", "");
    const service = await sleepy();
    const fresh = await testService(rules);
    for (const [path, text] of [
      ["models.py", models],
      ["main.py", main],
    ] as const)
      service.apply([{ kind: "set", uri: uriOf(path), version: 1, text, open: true }]);
    for (const [path, text] of [
      ["models.py", edited],
      ["main.py", main],
    ] as const)
      fresh.apply([{ kind: "set", uri: uriOf(path), version: 1, text, open: true }]);
    service.findings(uriOf("main.py"));
    service.apply([{ kind: "set", uri: uriOf("models.py"), version: 2, text: edited, open: true }]);
    service.layerHints(uriOf("main.py"), { start: 0, end: 0 });
    for (const path of ["models.py", "main.py"])
      assert.deepEqual(service.findings(uriOf(path)), fresh.findings(uriOf(path)), path);
  });
});
