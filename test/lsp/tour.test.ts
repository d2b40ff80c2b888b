import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  CancellationTokenSource,
  type TextDocumentEdit,
  type WorkspaceEdit,
} from "vscode-languageserver-protocol/node";
import { Lines } from "../../server/src/lsp/lines.ts";
import {
  type TourFamily,
  type TourFinding,
  type TourFixParams,
  type TourFixResult,
  type TourResult,
  tourFixRequest,
  tourRequest,
} from "../../server/src/protocol.ts";
import { projectRoot } from "../host/project.ts";
import { applied, type TestClient, TestProcess } from "./client.ts";
import { type Disk, startInMemory } from "./in_memory.ts";

const sample = join(projectRoot, "content/sample");
const uriOf = (name: string): string => pathToFileURL(join(sample, "library", name)).href;
const textOf = (name: string): string => readFileSync(join(sample, "library", name), "utf8");
const tourOf = (client: TestClient): Promise<TourResult> => client.request(tourRequest, null);
const fixOf = (client: TestClient, params: TourFixParams): Promise<TourFixResult> =>
  client.request(tourFixRequest, params);
const changesOf = ({ edit }: TourFixResult): TextDocumentEdit[] =>
  ((edit as WorkspaceEdit | null)?.documentChanges ?? []) as TextDocumentEdit[];

function familyOf({ families }: TourResult, rule: string): TourFamily {
  const family = families.find((each) => each.rule === rule);
  assert.ok(family, `no family ${rule}`);
  return family;
}

function firstOf(family: TourFamily): TourFinding {
  const [finding] = family.findings;
  assert.ok(finding);
  return finding;
}

describe("the guided migration's server, over stdio", () => {
  let client: TestProcess;
  before(async () => {
    client = await TestProcess.start({ folders: [pathToFileURL(sample).href] });
  });
  after(async () => {
    assert.equal(await client.stop(), 0);
  });

  it("walks a whole workspace, no file of which is open: the worst effect first, then the most findings", async () => {
    const tour = await tourOf(client);
    assert.deepEqual(
      tour.families.map(({ rule, effect, count }) => [rule, effect, count]),
      [
        ["select-list", "raises", 2],
        ["bound-metadata", "raises", 1],
        ["case-list", "raises", 1],
        ["dml-arguments", "raises", 1],
        ["engine-execute", "raises", 1],
        ["execute-parameters", "raises", 1],
        ["join-string", "raises", 1],
        ["loader-string", "raises", 1],
        ["mapper-function", "raises", 1],
        ["row-key", "raises", 1],
        ["string-statement", "raises", 1],
        ["table-select-arguments", "raises", 1],
        ["unmapped-annotation", "raises", 1],
        ["autocommit-dml", "changes", 1],
        ["declarative-base-import", "deprecated", 1],
        ["query-get", "deprecated", 1],
        ["bare-column", "legacy", 8],
        ["query-to-select", "legacy", 4],
      ],
    );
    assert.equal(tour.files, readdirSync(join(sample, "library")).length);
  });

  it("says of a finding what it is, where, and what the fix would do", async () => {
    const { key, uri, ...found } = firstOf(familyOf(await tourOf(client), "query-get"));
    assert.match(key, /^query-get\.[a-z0-9]+\.0$/);
    assert.equal(uri, uriOf("catalogue.py"));
    assert.deepEqual(found, {
      path: "library/catalogue.py",
      range: { start: { line: 9, character: 11 }, end: { line: 9, character: 41 } },
      message: "Ask the Session: `session.get(Author, 1)` replaces `session.query(Author).get(1)`",
      target: "2.0",
      safety: "safe",
      conditions: [],
      fix: found.fix,
      code: "session.query(Author).get(key)",
    });
    assert.ok(found.fix);
  });

  it("keeps a finding's key when lines come before it, and drops the finding once it is fixed", async () => {
    const uri = uriOf("catalogue.py");
    const before = firstOf(familyOf(await tourOf(client), "query-get"));
    const text = `# one\n# two\n${textOf("catalogue.py")}`;
    await client.open(uri, text);
    const moved = firstOf(familyOf(await tourOf(client), "query-get"));
    assert.equal(moved.key, before.key);
    assert.equal(moved.range.start.line, before.range.start.line + 2);

    const fix = await fixOf(client, { rule: "query-get", finding: { uri, key: moved.key } });
    const [change] = changesOf(fix);
    assert.deepEqual(change?.textDocument, { uri, version: 1 });
    const lines = new Lines(text);
    const fixed = applied(text, change, (position) => lines.offsetAt(position));
    assert.match(fixed, /return session\.get\(Author, key\)/);
    await client.change(uri, 2, { text: fixed });
    assert.ok(!(await tourOf(client)).families.some(({ rule }) => rule === "query-get"));
    assert.deepEqual(await fixOf(client, { rule: "query-get", finding: { uri, key: moved.key } }), {
      edit: null,
      files: 0,
    });
    await client.close(uri);
  });

  it("rests on what editors have open, also where nothing was asked about that yet", async () => {
    const own = await TestProcess.start({ folders: [pathToFileURL(sample).href] });
    try {
      assert.equal(firstOf(familyOf(await tourOf(own), "join-string")).safety, "safe");
      // The path that the string names is nowhere to be seen any more: catalogue.py, which comes first, is to know that.
      await own.open(uriOf("models.py"), "");
      assert.equal(firstOf(familyOf(await tourOf(own), "join-string")).safety, "review");
    } finally {
      assert.equal(await own.stop(), 0);
    }
  });

  it("makes every safe fix of a family at once, of files that are closed too", async () => {
    const fix = await fixOf(client, { rule: "select-list" });
    const [change] = changesOf(fix);
    assert.equal(fix.files, 1);
    assert.deepEqual(change?.textDocument, { uri: uriOf("reports.py"), version: null });
    const text = textOf("reports.py");
    const lines = new Lines(text);
    const fixed = applied(text, change, (position) => lines.offsetAt(position));
    assert.doesNotMatch(fixed, /select\(\[/);
    assert.match(fixed, /case\(\[/, "another family's finding is left alone");
  });

  it("has the person confirm a fix that needs review", async () => {
    const tour = await tourOf(client);
    const finding = tour.families.flatMap(({ findings }) => findings).find(({ safety }) => safety === "review");
    assert.ok(finding);
    const rule = finding.key.slice(0, finding.key.indexOf("."));
    const { edit } = await fixOf(client, { rule, finding });
    const [annotation] = Object.values((edit as WorkspaceEdit).changeAnnotations ?? {});
    assert.equal(annotation?.needsConfirmation, true);
    assert.ok(annotation.description);
  });
});

describe("the guided migration's server", () => {
  const folder = "file:///project";

  it("tells findings with the same code apart, and leaves hints out for those who turned them off", async () => {
    const disk: Disk = new Map([
      [`${folder}/a.py`, "import sqlalchemy\nchanges_safe()\nchanges_safe()\nlegacy_safe()\n"],
    ]);
    const settings = { diagnostics: { legacy: "off" } };
    const client = await startInMemory({ disk, folders: [folder], settings, options: { settings } });
    const { families } = await tourOf(client);
    assert.deepEqual(
      families.map(({ rule, count, safe }) => [rule, count, safe]),
      [["changes-safe", 2, 2]],
    );
    const keys = families.flatMap(({ findings }) => findings.map(({ key }) => key));
    assert.equal(new Set(keys).size, 2);
  });

  it("stops when it is cancelled, between two files", async () => {
    const names = Array.from({ length: 300 }, (_, index) => `${folder}/m${index}.py`);
    const disk: Disk = new Map(names.map((uri) => [uri, "import sqlalchemy\nchanges_safe()\n"]));
    const client = await startInMemory({ disk, folders: [folder] });
    const source = new CancellationTokenSource();
    const asked = client.connection.sendRequest(tourRequest, null, source.token);
    source.cancel();
    await assert.rejects(asked, /cancel/i);
  });

  it("refuses a fix of a closed file that changed on the disk since", async () => {
    const uri = `${folder}/a.py`;
    const disk: Disk = new Map([[uri, "import sqlalchemy\nchanges_safe()\n"]]);
    const client = await startInMemory({ disk, folders: [folder] });
    const { key } = firstOf(familyOf(await tourOf(client), "changes-safe"));
    disk.set(uri, "# new\nimport sqlalchemy\nchanges_safe()\n");
    await assert.rejects(fixOf(client, { rule: "changes-safe", finding: { uri, key } }), /changed/);
    await assert.rejects(fixOf(client, { rule: "changes-safe" }), /changed/);
  });

  it("walks several folders, each with its own target", async () => {
    const disk: Disk = new Map([
      ["file:///one/a.py", "import sqlalchemy\nchanges_safe()\n"],
      ["file:///two/a.py", "import sqlalchemy\nchanges_safe()\n"],
      ["file:///two/requirements.txt", "sqlalchemy==2.1.0\n"],
    ]);
    const client = await startInMemory({ disk, folders: ["file:///one", "file:///two"] });
    const { findings } = familyOf(await tourOf(client), "changes-safe");
    assert.deepEqual(
      findings.map(({ uri, path, target }) => [uri, path, target]),
      [
        ["file:///one/a.py", "a.py", "2.0"],
        ["file:///two/a.py", "a.py", "2.1"],
      ],
    );
    const changes = changesOf(await fixOf(client, { rule: "changes-safe" }));
    assert.equal(changes.length, 2);
  });
});
