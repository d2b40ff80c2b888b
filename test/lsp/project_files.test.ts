import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { WorkspaceDiagnosticReport } from "vscode-languageserver";
import { Lines } from "../../server/src/lsp/lines.ts";
import { type StatusResult, statusRequest, type TourResult, tourRequest } from "../../server/src/protocol.ts";
import { TestProcess } from "./client.ts";
import { type Disk, startInMemory } from "./in_memory.ts";

const text = "from sqlalchemy import select\nfrom sqlalchemy.orm import Session\n\n";
const raises = `${text}found = select([1])\n`;
const legacy = `${text}def get(session: Session):\n    return session.query(int)\n`;
const both = `${raises}\n\ndef get(session: Session):\n    return session.query(int)\n`;
const table = (lines: string): string => `[tool.sqlalchemy-coach]\n${lines}\n`;

/** Files are read again while questions are answered: as many questions as it may take. */
async function settled(is: () => Promise<boolean>): Promise<void> {
  for (let asked = 0; asked < 2000; asked++) if (await is()) return;
  assert.fail("it never came to that");
}

describe("what the project's files say", () => {
  let client: TestProcess | undefined;
  let folder: string | undefined;

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

  /** A client that has been told that the files are read. */
  async function start(root: string, settings: Record<string, unknown> = {}): Promise<TestProcess> {
    const options = { folders: [root], settings, options: { settings } };
    client = await TestProcess.start(options);
    for (;;) {
      const status = await client.request<StatusResult | null>(statusRequest, { uri: `${root}/x.py` });
      if (status && !status.busy && status.known > 0) return client;
    }
  }

  async function tell(changed: TestProcess, ...uris: string[]): Promise<void> {
    const before = changed.refreshes;
    await changed.notify("workspace/didChangeWatchedFiles", { changes: uris.map((uri) => ({ uri, type: 2 })) });
    await changed.until(() => changed.refreshes > before);
  }

  const rulesOf = async (asked: TestProcess, uri: string): Promise<unknown[]> =>
    (await asked.diagnostics(uri)).map(({ code }) => code);

  async function paths(asked: TestProcess, root: string): Promise<string[]> {
    const { items } = await asked.request<WorkspaceDiagnosticReport>("workspace/diagnostic", { previousResultIds: [] });
    return items.map(({ uri }) => uri.slice(root.length + 1)).sort();
  }

  it("holds in the editor as on the command line, and a change of it at once", async () => {
    const root = await disk({ "a.py": both, "pyproject.toml": table('target = "1.4"\nignore = ["query"]') });
    const uri = `${root}/a.py`;
    const open = await start(root);
    await open.open(uri, both);
    assert.deepEqual(await rulesOf(open, uri), ["select-list"]);
    const status = await open.request<StatusResult>(statusRequest, { uri });
    assert.deepEqual([status.target, status.targetBecause], ["1.4", "pyproject.toml [tool.sqlalchemy-coach] target"]);
    await disk({ "pyproject.toml": table('select = ["query"]') });
    await tell(open, `${root}/pyproject.toml`);
    assert.deepEqual(await rulesOf(open, uri), ["query-to-select"]);
    await disk({ "pyproject.toml": table('effect = ["raises"]') });
    await tell(open, `${root}/pyproject.toml`);
    assert.deepEqual(await rulesOf(open, uri), ["select-list"]);
  });

  it("gives way to what the editor's settings say", async () => {
    const root = await disk({
      "a.py": both,
      "pyproject.toml": table('target = "1.4"\nselect = ["query"]'),
      "requirements.txt": "sqlalchemy==2.1.0\n",
    });
    const uri = `${root}/a.py`;
    const open = await start(root, { target: "2.0", rules: { select: ["core"] } });
    await open.open(uri, both);
    assert.deepEqual(await rulesOf(open, uri), ["select-list"]);
    const status = await open.request<StatusResult>(statusRequest, { uri });
    assert.equal(status.targetBecause, "the setting sqlalchemyCoach.target");
  });

  it("is that of the nearest file that has our table, above the folder as well", async () => {
    const root = await disk({
      "pyproject.toml": table('select = ["query"]'),
      "app/pyproject.toml": '[project]\nname = "app"\n',
      "app/a.py": both,
    });
    const open = await start(`${root}/app`);
    await open.open(`${root}/app/a.py`, both);
    assert.deepEqual(await rulesOf(open, `${root}/app/a.py`), ["query-to-select"]);
  });

  it("is told where it is wrong, and then what is right holds", async () => {
    const root = await disk({
      "a.py": raises,
      "pyproject.toml": table('targte = "1.4"\nignore = ["selct-list"]\nselect = ["core"]'),
    });
    const open = await start(root);
    await open.open(`${root}/a.py`, raises);
    assert.deepEqual(await rulesOf(open, `${root}/a.py`), ["select-list"]);
    const told = (): string[] => open.logged.filter((line) => line.includes("pyproject.toml"));
    await open.until(() => told().length === 2);
    assert.match(told()[0] ?? "", /does not know "targte" \(did you mean "target"\?\)/);
    assert.match(told()[1] ?? "", /unknown rule "selct-list"; did you mean "select-list"\?/);
    await disk({ "pyproject.toml": "[tool.sqlalchemy-coach\n" });
    await open.notify("workspace/didChangeWatchedFiles", { changes: [{ uri: `${root}/pyproject.toml`, type: 2 }] });
    await open.until(() => told().length === 3);
    assert.match(told()[2] ?? "", /pyproject\.toml:1:\d+ is not TOML/);
    assert.deepEqual(await rulesOf(open, `${root}/a.py`), ["select-list"]);
  });

  it("leaves files out: what is excluded has no findings, but hovers", async () => {
    const root = await disk({
      "a.py": raises,
      "migrations/b.py": raises,
      "pyproject.toml": table('exclude = ["migrations/"]'),
    });
    const open = await start(root, { diagnostics: { workspace: true } });
    assert.deepEqual(await paths(open, root), ["a.py"]);
    const uri = `${root}/migrations/b.py`;
    await open.open(uri, raises);
    assert.deepEqual(await rulesOf(open, uri), []);
    const range = { start: { line: 3, character: 9 }, end: { line: 3, character: 9 } };
    assert.deepEqual(await open.actions(uri, range), []);
    assert.ok(await open.request("textDocument/hover", { textDocument: { uri }, position: range.start }));
    await open.close(uri);
    await disk({ "pyproject.toml": "" });
    await tell(open, `${root}/pyproject.toml`);
    await settled(async () => (await paths(open, root)).join() === "a.py,migrations/b.py");
  });

  it("holds for stubs and notebooks that no editor has open as well", async () => {
    const cells = JSON.stringify(
      {
        cells: [
          { cell_type: "markdown", metadata: {}, source: ["select([1])"] },
          { cell_type: "code", metadata: {}, outputs: [], source: ["%time\n", "from sqlalchemy import select"] },
          {
            cell_type: "code",
            metadata: {},
            outputs: [],
            source: ['x = "\\té"; select([1])\n', "select([\n", "  2])"],
          },
          { cell_type: "code", metadata: {}, outputs: [], source: "y = 1\nselect([3])" },
        ],
        metadata: {},
        nbformat: 4,
        nbformat_minor: 5,
      },
      undefined,
      1,
    );
    const root = await disk({ "a.pyi": raises, "b.ipynb": cells, "c.ipynb": "no JSON" });
    const open = await start(root, { diagnostics: { workspace: true } });
    const ask = async (previousResultIds: readonly object[] = []) =>
      (await open.request<WorkspaceDiagnosticReport>("workspace/diagnostic", { previousResultIds })).items;
    const items = await ask();
    assert.deepEqual(
      items.map(({ uri }) => uri.slice(root.length + 1)),
      ["a.pyi", "b.ipynb"],
    );
    const notebook = items[1];
    assert.ok(notebook?.kind === "full");
    const lines = new Lines(cells);
    const marked = notebook.items.map(({ range }) => lines.textIn(lines.spanOf(range)));
    assert.deepEqual(marked, ["select([1])", 'select([\\n",\n    "  2])', "select([3])"]);
    const uri = `${root}/b.ipynb`;
    const cell = { uri: "vscode-notebook-cell:x#1", languageId: "python", version: 1, text: raises };
    await open.notify("notebookDocument/didOpen", {
      notebookDocument: { uri, notebookType: "jupyter-notebook", version: 1, cells: [{ kind: 2, document: cell.uri }] },
      cellTextDocuments: [cell],
    });
    assert.deepEqual(await rulesOf(open, cell.uri), ["select-list"]);
    const again = await ask([{ uri, value: notebook.resultId }]);
    assert.deepEqual(
      again.filter((item) => item.uri === uri),
      [{ kind: "full", uri, version: null, items: [] }],
      "its cells have the findings now",
    );
    await open.notify("notebookDocument/didClose", {
      notebookDocument: { uri },
      cellTextDocuments: [{ uri: cell.uri }],
    });
    await settled(async () => (await ask()).some((item) => item.uri === uri));
    assert.equal(
      (await open.request<TourResult>(tourRequest)).families[0]?.count,
      1,
      "the tour is for what it can change",
    );
  });

  it("leaves out what git ignores, until it doesn't", async () => {
    const root = await disk({
      ".git/HEAD": "ref: refs/heads/main\n",
      ".gitignore": "*_pb.py\ngenerated/\n",
      "app/a.py": raises,
      "app/b_pb.py": raises,
      "app/generated/c.py": raises,
      "app/.gitignore": "!kept_pb.py\n",
      "app/kept_pb.py": raises,
    });
    const open = await start(`${root}/app`, { diagnostics: { workspace: true } });
    assert.deepEqual(await paths(open, `${root}/app`), ["a.py", "kept_pb.py"]);
    await open.open(`${root}/app/b_pb.py`, raises);
    assert.deepEqual(await rulesOf(open, `${root}/app/b_pb.py`), ["select-list"], "a file that is open was asked for");
    await open.close(`${root}/app/b_pb.py`);
    await disk({ "app/.gitignore": "a.py\n!*_pb.py\n" });
    await tell(open, `${root}/app/.gitignore`);
    await disk({ "app/d_pb.py": legacy });
    await tell(open, `${root}/app/d_pb.py`);
    await settled(async () => (await paths(open, `${root}/app`)).join() === "b_pb.py,d_pb.py,kept_pb.py");
  });
});

describe("a folder that is no folder of this machine", () => {
  const folder = "vscode-vfs://github/owner/a%20repository";

  it("is read, left out and kept up with like any other", async () => {
    const disk: Disk = new Map([
      [`${folder}/.gitignore`, "out/\n"],
      [`${folder}/app/a.py`, "# sqlalchemy\nlegacy_safe()\n"],
      [`${folder}/app/out/b.py`, "legacy_safe()\n"],
    ]);
    const settings = { diagnostics: { workspace: true } };
    const client = await startInMemory({ folders: [folder], disk, settings, options: { settings } });
    const known = async (): Promise<string[]> => {
      const asked = { previousResultIds: [] };
      const { items } = await client.request<WorkspaceDiagnosticReport>("workspace/diagnostic", asked);
      return items.map(({ uri }) => uri.slice(folder.length + 1));
    };
    await client.until(() => client.refreshes > 0);
    assert.deepEqual(await known(), ["app/a.py"]);
    const changed = async (uri: string): Promise<void> => {
      const before = client.refreshes;
      await client.notify("workspace/didChangeWatchedFiles", { changes: [{ uri, type: 2 }] });
      await client.until(() => client.refreshes > before);
    };
    disk.set(`${folder}/app/a.py`, "# sqlalchemy\nlegacy_safe()\nlegacy_safe()\n");
    await changed(`${folder}/app/a.py`);
    assert.equal((await known()).length, 1);
    disk.delete(`${folder}/.gitignore`);
    await changed(`${folder}/.gitignore`);
    await settled(async () => (await known()).join() === "app/a.py,app/out/b.py");
  });
});
