import assert from "node:assert/strict";
import { type Hover, MarkupContent, TextDocumentEdit, type WorkspaceEdit } from "vscode-languageserver";
import { Lines } from "../../server/src/lsp/lines.ts";
import { type ExplainResult, explainRequest, type TourResult, tourRequest } from "../../server/src/protocol.ts";
import { ableClient, applied, plainClient, TestProcess } from "./client.ts";

const notebook = "file:///project/notes.ipynb";
const cellUri = (name: string): string => `vscode-notebook-cell:/project/notes.ipynb#${name}`;

const imports = "%matplotlib inline\nfrom sqlalchemy import select\nfrom sqlalchemy.orm import Session";
const session = "session = Session(engine)\nrows = !ls -l";
const use = 'session.execute("select 1")\nfound = select([1])\n';

describe("a notebook", () => {
  let client: TestProcess | undefined;
  let version = 1;
  let texts = new Map<string, string>();

  afterEach(() => {
    client?.kill();
    client = undefined;
  });

  const started = (): TestProcess => {
    assert.ok(client);
    return client;
  };

  const item = (name: string, text: string) => ({ uri: cellUri(name), languageId: "python", version: 1, text });

  async function open(cells: Readonly<Record<string, string>>, capabilities = ableClient): Promise<TestProcess> {
    client = await TestProcess.start({ capabilities, options: { lessonCommand: true } });
    version = 1;
    texts = new Map(Object.entries(cells));
    await client.notify("notebookDocument/didOpen", {
      notebookDocument: {
        ...{ uri: notebook, notebookType: "jupyter-notebook", version },
        cells: Object.keys(cells).map((name) => ({ kind: 2, document: cellUri(name) })),
      },
      cellTextDocuments: Object.entries(cells).map(([name, text]) => item(name, text)),
    });
    return client;
  }

  const change = (cells: object): Promise<void> =>
    started().notify("notebookDocument/didChange", {
      notebookDocument: { uri: notebook, version: ++version },
      change: { cells },
    });

  function edit(name: string, text: string, cell: number): Promise<void> {
    texts.set(name, text);
    return change({ textContent: [{ document: { uri: cellUri(name), version: cell }, changes: [{ text }] }] });
  }

  const codes = async (name: string): Promise<unknown[]> =>
    (await started().diagnostics(cellUri(name))).map(({ code }) => code);

  function edited(name: string, made: WorkspaceEdit | undefined): string {
    const text = texts.get(name) ?? "";
    const lines = new Lines(text);
    const changes = (made?.documentChanges ?? []).filter(TextDocumentEdit.is);
    const own = changes.find(({ textDocument }) => textDocument.uri === cellUri(name));
    return applied(text, own, (position) => lines.offsetAt(position));
  }

  it("is one program: a later cell knows the names of an earlier one", async () => {
    const asked = await open({ a: imports, b: session, c: use });
    assert.deepEqual(await codes("a"), []);
    assert.deepEqual(await codes("b"), []);
    const found = await asked.diagnostics(cellUri("c"));
    assert.deepEqual(
      found.map(({ code, range }) => [code, range.start]),
      [
        ["string-statement", { line: 0, character: 0 }],
        ["select-list", { line: 1, character: 8 }],
      ],
    );
    const [related] = found[0]?.relatedInformation ?? [];
    assert.equal(related?.location.uri, cellUri("b"));
    assert.deepEqual(related?.location.range.start, { line: 0, character: 0 });
  });

  it("hovers and explains with the reasons of other cells", async () => {
    const asked = await open({ a: imports, b: session, c: use });
    const position = { line: 0, character: 2 };
    const hover = await asked.request<Hover>("textDocument/hover", { textDocument: { uri: cellUri("c") }, position });
    assert.ok(MarkupContent.is(hover.contents));
    assert.match(hover.contents.value, /\*\*ORM\*\*/);
    assert.match(
      hover.contents.value,
      /because `session = Session\(engine\)` \(\/project\/notes\\\.ipynb\\:cell 2\\:1\)/,
    );
    assert.deepEqual(hover.range, { start: { line: 0, character: 0 }, end: { line: 0, character: 7 } });
    const explained = await asked.request<ExplainResult>(explainRequest, { uri: cellUri("c"), position });
    assert.match(explained.source, /notes\.ipynb:cell 3:1$/);
    assert.match(explained.because[0]?.where ?? "", /notes\.ipynb:cell 2:1$/);
    assert.equal(explained.code.slice(explained.mark.start, explained.mark.end), "session");
    const magic = { textDocument: { uri: cellUri("a") }, position };
    assert.equal(await asked.request("textDocument/hover", magic), null);
  });

  it("is fixed cell by cell: an import goes where the imports are, each edit to the version of its cell", async () => {
    const asked = await open({ a: imports, b: session, c: use });
    const at = { start: { line: 0, character: 20 }, end: { line: 0, character: 20 } };
    const [action] = await asked.actions(cellUri("c"), at);
    assert.ok(action);
    const { edit: made } = await asked.resolve(action);
    assert.equal(edited("a", made), imports.replace("import select", "import select, text"));
    assert.equal(edited("b", made), session);
    assert.equal(edited("c", made), use.replace('"select 1"', 'text("select 1")'));
    const versions = (made?.documentChanges ?? []).filter(TextDocumentEdit.is).map(({ textDocument }) => textDocument);
    assert.deepEqual(
      versions.sort((a, b) => (a.uri < b.uri ? -1 : 1)),
      [
        { uri: cellUri("a"), version: 1 },
        { uri: cellUri("c"), version: 1 },
      ],
    );
    await edit("a", `${imports}\n`, 2);
    await assert.rejects(asked.resolve(action), { code: -32801 }, "another cell changed, and with it all offsets");
    const anew = { only: ["source.fixAll"] };
    const [all] = await asked.actions(cellUri("c"), at, anew);
    assert.ok(all);
    const whole = (await asked.resolve(all)).edit;
    assert.match(edited("c", whole), /text\("select 1"\)\)\nfound = select\(1\)/);
  });

  it("means something else where another cell changes, comes, goes or moves", async () => {
    const asked = await open({ a: imports, b: session, c: use });
    assert.equal((await codes("c")).length, 2);
    const before = asked.refreshes;
    await edit("b", "session = object()\n", 2);
    await asked.until(() => asked.refreshes > before);
    assert.deepEqual(await codes("c"), ["select-list"]);
    await edit("b", `${session}\n`, 3);
    assert.equal((await codes("c")).length, 2);
    await change({ structure: { array: { start: 0, deleteCount: 1 }, didClose: [{ uri: cellUri("a") }] } });
    assert.deepEqual(await codes("c"), []);
    await change({
      structure: {
        array: { start: 0, deleteCount: 0, cells: [{ kind: 2, document: cellUri("d") }] },
        didOpen: [item("d", imports)],
      },
    });
    assert.equal((await codes("c")).length, 2);
  });

  it("can lose all its cells, and get others", async () => {
    await open({ a: imports, c: "select([1])" });
    assert.deepEqual(await codes("c"), ["select-list"]);
    const didClose = ["a", "c"].map((name) => ({ uri: cellUri(name) }));
    await change({ structure: { array: { start: 0, deleteCount: 2 }, didClose } });
    assert.deepEqual(await codes("c"), []);
    const cells = ["d", "e"].map((name) => ({ kind: 2, document: cellUri(name) }));
    const didOpen = [item("d", imports), item("e", "select([2])")];
    await change({ structure: { array: { start: 0, deleteCount: 0, cells }, didOpen } });
    assert.deepEqual(await codes("e"), ["select-list"]);
  });

  it("leaves other languages and unfinished cells out, and what is said of the others stands", async () => {
    const asked = await open({ a: imports, sh: "%%bash\nselect([1]", b: session, c: use });
    assert.deepEqual(await codes("sh"), []);
    assert.equal((await codes("c")).length, 2);
    await edit("b", `${session}\nprint((`, 2);
    const report = await asked.pull(cellUri("b"), "known");
    assert.deepEqual(report, { kind: "unchanged", resultId: "known" }, "until it is whole again");
    assert.deepEqual(await codes("c"), ["select-list"]);
    await edit("b", session, 3);
    assert.equal((await codes("c")).length, 2);
  });

  it("is part of the guided migration, by its cells", async () => {
    const asked = await open({ a: imports, b: session, c: use });
    const { families } = await asked.request<TourResult>(tourRequest);
    const places = families.flatMap(({ findings }) =>
      findings.map(({ uri, range, code }) => [uri, range.start.line, code]),
    );
    assert.deepEqual(places, [
      [cellUri("c"), 1, "select([1])"],
      [cellUri("c"), 0, 'session.execute("select 1")'],
    ]);
  });

  it("is pushed cell by cell, and taken back when it closes", async () => {
    const asked = await open({ a: imports, b: session, c: use }, plainClient);
    const lastOf = (name: string) => asked.pushed.findLast(({ uri }) => uri === cellUri(name))?.diagnostics.length;
    await asked.until(() => lastOf("c") === 2 && lastOf("a") === 0);
    await edit("b", "session = 1", 2);
    await asked.until(() => lastOf("c") === 1);
    await asked.notify("notebookDocument/didClose", {
      notebookDocument: { uri: notebook },
      cellTextDocuments: ["a", "b", "c"].map((name) => ({ uri: cellUri(name) })),
    });
    await asked.until(() => lastOf("c") === 0);
  });
});
