import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Hover, MarkupContent, TextDocumentEdit, type WorkspaceDiagnosticReport } from "vscode-languageserver";
import { Lines } from "../../server/src/lsp/lines.ts";
import { ableClient, applied, plainClient, TestProcess } from "./client.ts";

const uri = "untitled:Untitled-1";
const text = `from sqlalchemy import column, select

first = select([column("a")])  # 𝕏
second = select([column("b")])
`;
const at = (line: number, character: number) => ({ start: { line, character }, end: { line, character } });
const selectOf = (line: number, character = 9) => at(line, character);

describe("the language server", () => {
  let client: TestProcess | undefined;
  let folder: string | undefined;

  /** Writes files below a temporary folder and returns its uri. */
  async function disk(files: Readonly<Record<string, string>>): Promise<string> {
    folder ??= await mkdtemp(join(tmpdir(), "coach-lsp-"));
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    return pathToFileURL(folder).href;
  }

  afterEach(async () => {
    client?.kill();
    if (folder) await rm(folder, { recursive: true });
    client = undefined;
    folder = undefined;
  });

  it("says what it can do", async () => {
    client = TestProcess.spawn();
    const { capabilities, serverInfo } = await client.initialize();
    assert.equal(serverInfo?.name, "sqlalchemy-coach");
    assert.deepEqual(capabilities.textDocumentSync, { openClose: true, change: 2, save: { includeText: false } });
    assert.equal(capabilities.positionEncoding, "utf-16");
    assert.equal(capabilities.diagnosticProvider, undefined, "is registered, so that a setting can change it");
    await client.until(() => client?.registered.has("textDocument/diagnostic") ?? false);
    assert.equal(await client.stop(), 0);
  });

  it("offers the pull statically to a client that can't register, and pushes to one that can't pull", async () => {
    client = TestProcess.spawn();
    const { capabilities } = await client.initialize({ capabilities: { textDocument: { diagnostic: {} } } });
    assert.equal(capabilities.diagnosticProvider?.interFileDependencies, true);
    assert.equal(capabilities.diagnosticProvider?.workspaceDiagnostics, false);
    client.kill();
    client = await TestProcess.start({ capabilities: plainClient });
    await client.open(uri, text);
    await client.until(() => client?.pushed.some(({ diagnostics }) => diagnostics.length === 2) ?? false);
  });

  it("finds, through edits in every unit of measure, what a fresh open finds", async () => {
    client = await TestProcess.start();
    const crlf = `\uFEFF${text.replaceAll("\n", "\r\n")}`;
    await client.open(uri, crlf);
    await client.diagnostics(uri);
    await client.change(
      uri,
      2,
      // After an astral character, which is two units wide.
      { range: at(2, 35), text: "\r\n# 𝕐\r" },
      { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } }, text: "" },
      { range: at(0, 0), text: "import sqlalchemy as sa\r\nthird = sa.select([column('c')])\n" },
    );
    const edited = await client.diagnostics(uri);
    let same = crlf;
    const whole = new Lines(same);
    const end = whole.offsetAt({ line: 2, character: 35 });
    same = `${same.slice(0, end)}\r\n# 𝕐\r${same.slice(end)}`.slice(1);
    same = `import sqlalchemy as sa\r\nthird = sa.select([column('c')])\n${same}`;
    await client.open("untitled:fresh", same);
    const fresh = await client.diagnostics("untitled:fresh");
    assert.deepEqual(
      edited.map(({ range, code }) => [range, code]),
      fresh.map(({ range, code }) => [range, code]),
    );
    assert.equal(edited.length, 3);
    const lines = new Lines(same);
    for (const { range } of edited) {
      const { start, end: stop } = lines.spanOf(range);
      assert.match(same.slice(start, stop), /^(sa\.)?select\(\[column\(..?.?\)\]\)$/);
    }
  });

  it("fixes one finding, those of its rule, and all", async () => {
    client = await TestProcess.start();
    await client.open(uri, text);
    const lines = new Lines(text);
    const actions = [
      ...(await client.actions(uri, selectOf(2))),
      ...(await client.actions(uri, selectOf(2), { only: ["source.fixAll"] })),
    ];
    const made = new Map<string, string>();
    for (const action of actions) {
      const change = (await client.resolve(action)).edit?.documentChanges?.find(TextDocumentEdit.is);
      made.set(
        action.title,
        applied(text, change, (position) => lines.offsetAt(position)),
      );
    }
    const one = text.replace('select([column("a")])', 'select(column("a"))');
    const both = one.replace('select([column("b")])', 'select(column("b"))');
    assert.equal(made.get("Unpack the columns"), one);
    const title = "Pass columns to `select()` one by one: 2.0 takes no list and no keywords";
    assert.equal(made.get(`Fix all in this file: ${title}`), both);
    assert.equal(made.get("Apply all safe SQLAlchemy fixes"), both);
    assert.match(made.get("Ignore select-list on this line") ?? "", /# sqla: ignore\[select-list\]/);
  });

  it("hovers", async () => {
    client = await TestProcess.start({ options: { lessonCommand: true } });
    await client.open(uri, text);
    const hover = await client.request<Hover>("textDocument/hover", {
      textDocument: { uri },
      position: selectOf(2).start,
    });
    assert.ok(MarkupContent.is(hover.contents));
    assert.match(hover.contents.value, /^\*\*Core( and ORM)?\*\* · `sqlalchemy\.select`\n/);
    assert.match(hover.contents.value, /because `from sqlalchemy import column, select`/);
    assert.match(hover.contents.value, /command:sqlalchemyCoach\.openLesson/);
    assert.deepEqual(hover.range, { start: { line: 2, character: 8 }, end: { line: 2, character: 14 } });
    const none = await client.request("textDocument/hover", {
      textDocument: { uri },
      position: { line: 1, character: 0 },
    });
    assert.equal(none, null);
  });

  it("hovers over a class that knows nothing of SQLAlchemy, as the call that maps it says now", async () => {
    const mapping = `from sqlalchemy import Column, Integer, MetaData, Table
from sqlalchemy.orm import registry
from shop.domain import Batch
batches = Table("batches", MetaData(), Column("id", Integer, primary_key=True))
registry().map_imperatively(Batch, batches)
`;
    const plain = "class Batch:\n    pass\n";
    const root = await disk({ "shop/__init__.py": "", "shop/domain.py": plain, "shop/orm.py": mapping });
    client = await TestProcess.start({ folders: [root] });
    const domain = `${root}/shop/domain.py`;
    await client.open(domain, plain);
    const told = async (): Promise<string> => {
      const position = { line: 0, character: 7 };
      const hover = await client?.request<Hover | null>("textDocument/hover", {
        textDocument: { uri: domain },
        position,
      });
      return MarkupContent.is(hover?.contents) ? hover.contents.value : "";
    };
    assert.match(
      await told(),
      /^\*\*ORM\*\* · mapped class `Batch`\n[\s\S]*rows of the table `batches`[\s\S]*\| `id` \|/,
    );
    const orm = `${root}/shop/orm.py`;
    await client.open(orm, mapping);
    await client.change(orm, 2, { range: at(3, 17), text: "old_" });
    assert.match(await told(), /rows of the table `old_batches`/);
    await client.change(orm, 3, { range: { start: at(4, 0).start, end: at(5, 0).start }, text: "print(Batch)\n" });
    assert.equal(await told(), "");
  });

  it("answers a cancelled request at once, and the next one rightly", async () => {
    client = await TestProcess.start();
    await client.open(uri, text.repeat(500));
    const cancelled = client.request("textDocument/diagnostic", { textDocument: { uri } });
    await client.notify("$/cancelRequest", { id: client.lastId });
    await assert.rejects(cancelled, { code: -32800 });
    assert.equal((await client.diagnostics(uri)).length, 1000);
  });

  it("follows a name into files that aren't open, and their changes", async () => {
    const root = await disk({
      "app/__init__.py": "",
      "app/db.py": "from sqlalchemy import create_engine\n\nengine = create_engine('sqlite://')\n",
      "app/use.py": "",
      ".venv/pyvenv.cfg": "",
      "venv2/pyvenv.cfg": "",
      "venv2/lib/x.py": "from sqlalchemy import select\nselect([1])\n",
    });
    client = await TestProcess.start({ folders: [root] });
    await client.until(() => (client?.refreshes ?? 0) > 0);
    const use = `${root}/app/use.py`;
    await client.open(use, "from app.db import engine\n\nwith engine.connect() as c:\n    c.execute('select 1')\n");
    const [finding] = await client.diagnostics(use);
    assert.equal(finding?.code, "string-statement");
    assert.ok(finding.relatedInformation?.some(({ location }) => location.uri === `${root}/app/db.py`));
    const before = client.refreshes;
    await disk({ "app/db.py": "engine = 1\n" });
    await client.notify("workspace/didChangeWatchedFiles", { changes: [{ uri: `${root}/app/db.py`, type: 2 }] });
    await client.until(() => (client?.refreshes ?? 0) > before);
    assert.deepEqual(await client.diagnostics(use), []);
  });

  it("judges every workspace folder by its own release", async () => {
    const root = await disk({
      "old/requirements.txt": "sqlalchemy==1.4.54\n",
      "new/uv.lock": '[[package]]\nname = "sqlalchemy"\nversion = "2.0.44"\n',
      "later/none.py": "",
    });
    client = await TestProcess.start({ folders: [`${root}/old`, `${root}/new`] });
    const severityIn = async (name: string): Promise<number | undefined> => {
      await client?.open(`${root}/${name}/a.py`, text);
      return (await client?.diagnostics(`${root}/${name}/a.py`))?.[0]?.severity;
    };
    assert.equal(await severityIn("old"), 2, "works still: a warning");
    assert.equal(await severityIn("new"), 1, "raises already: an error");
    assert.equal(await severityIn("later"), 2);
    await disk({ "later/requirements.txt": "sqlalchemy>=2.0,<2.1\n" });
    const event = { added: [{ uri: `${root}/later`, name: "later" }], removed: [{ uri: `${root}/new`, name: "new" }] };
    await client.notify("workspace/didChangeWorkspaceFolders", { event });
    await client.until(() => (client?.refreshes ?? 0) > 0);
    assert.equal((await client.diagnostics(`${root}/later/a.py`))[0]?.severity, 1);
    assert.equal((await client.diagnostics(`${root}/new/a.py`))[0]?.severity, 2);
  });

  it("takes the cells of a notebook for documents", async () => {
    client = await TestProcess.start();
    const cell = (name: string) => `vscode-notebook-cell:/n.ipynb#${name}`;
    const item = (name: string, content: string) => ({
      uri: cell(name),
      languageId: "python",
      version: 1,
      text: content,
    });
    const notebook = { uri: "file:///n.ipynb", version: 1 };
    await client.notify("notebookDocument/didOpen", {
      notebookDocument: { ...notebook, notebookType: "jupyter-notebook", cells: [{ kind: 2, document: cell("a") }] },
      cellTextDocuments: [item("a", text)],
    });
    assert.equal((await client.diagnostics(cell("a"))).length, 2);
    await client.notify("notebookDocument/didChange", {
      notebookDocument: { ...notebook, version: 2 },
      change: {
        cells: {
          structure: {
            array: { start: 1, deleteCount: 0, cells: [{ kind: 2, document: cell("b") }] },
            didOpen: [item("b", "from sqlalchemy import select\n")],
          },
          textContent: [
            { document: { uri: cell("b"), version: 2 }, changes: [{ range: at(1, 0), text: "select([1])\n" }] },
          ],
        },
      },
    });
    assert.equal((await client.diagnostics(cell("b"))).length, 1);
    await client.notify("notebookDocument/didClose", {
      notebookDocument: notebook,
      cellTextDocuments: [{ uri: cell("a") }, { uri: cell("b") }],
    });
    assert.deepEqual(await client.diagnostics(cell("b")), []);
  });

  it("reports files that aren't open, when asked to, and waits while there is no news", async () => {
    const root = await disk({ "a.py": text, "b.py": "x = 1\n", "c.py": text });
    const options = { settings: { diagnostics: { workspace: true } } };
    client = await TestProcess.start({ folders: [root], options, settings: options.settings });
    await client.until(() => (client?.refreshes ?? 0) > 0);
    const pull = (previousResultIds: { uri: string; value: string }[]) =>
      client?.request<WorkspaceDiagnosticReport>("workspace/diagnostic", { previousResultIds }) ?? assert.fail();
    const { items } = await pull([]);
    assert.deepEqual(
      items.map((item) => [item.uri, item.kind === "full" ? item.items.length : item.kind]),
      [
        [`${root}/a.py`, 2],
        [`${root}/c.py`, 2],
      ],
    );
    const known = items.flatMap(({ uri: file, resultId }) => (resultId ? [{ uri: file, value: resultId }] : []));
    const next = pull(known);
    await rm(join(folder ?? "", "c.py"));
    await client.notify("workspace/didChangeWatchedFiles", { changes: [{ uri: `${root}/c.py`, type: 3 }] });
    const news = (await next).items.map((item) => [item.uri, item.kind === "full" ? item.items.length : item.kind]);
    assert.deepEqual(news, [
      [`${root}/a.py`, "unchanged"],
      [`${root}/c.py`, 0],
    ]);
  });

  it("reports nothing but open files unless asked to", async () => {
    const root = await disk({ "a.py": text });
    client = await TestProcess.start({ folders: [root], capabilities: ableClient });
    await client.until(() => (client?.refreshes ?? 0) > 0);
    assert.deepEqual(await client.request("workspace/diagnostic", { previousResultIds: [] }), { items: [] });
  });
});
