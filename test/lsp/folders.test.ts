import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { WorkspaceDiagnosticReport } from "vscode-languageserver";
import { TestProcess } from "./client.ts";

const engine = "from sqlalchemy import create_engine\n\nengine = create_engine('sqlite://')\n";
const use = "from shared.db import engine\n\nwith engine.connect() as c:\n    c.execute('select 1')\n";

describe("a reason in another file", () => {
  let client: TestProcess | undefined;

  afterEach(() => client?.kill());

  it("is shown where it stands now, though the finding is the same", async () => {
    client = await TestProcess.start();
    const [hub, user] = ["file:///project/shared/db.py", "file:///project/use.py"];
    await client.open(hub, engine);
    await client.open(user, use);
    const placeOf = async (): Promise<unknown> => {
      const [finding] = (await client?.diagnostics(user)) ?? [];
      return finding?.relatedInformation?.find(({ location }) => location.uri === hub)?.location.range.start;
    };
    assert.deepEqual(await placeOf(), { line: 2, character: 0 });
    await client.change(hub, 2, { range: { start: at(0), end: at(0) }, text: "# one\n# two\n" });
    assert.deepEqual(await placeOf(), { line: 4, character: 0 });
    await client.change(hub, 3, { range: { start: at(0), end: at(1) }, text: "" });
    assert.deepEqual(await placeOf(), { line: 3, character: 0 });
  });
});

const at = (line: number) => ({ line, character: 0 });

describe("several workspace folders", () => {
  let client: TestProcess | undefined;
  let root = "";

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "coach-folders-"));
  });

  afterEach(async () => {
    client?.kill();
    client = undefined;
    await rm(root, { recursive: true });
  });

  async function disk(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    }
  }

  const uriOf = (path: string): string => pathToFileURL(join(root, path)).href;

  async function start(...folders: string[]): Promise<TestProcess> {
    const settings = { diagnostics: { workspace: true } };
    client = await TestProcess.start({ folders: folders.map(uriOf), settings, options: { settings } });
    return client;
  }

  const codes = async (asked: TestProcess, path: string): Promise<unknown[]> =>
    (await asked.diagnostics(uriOf(path))).map(({ code }) => code);

  /** Folders are read while questions are answered: as many questions as it may take. */
  async function settled(asked: TestProcess, path: string, expected: readonly string[]): Promise<void> {
    let found: unknown[] = [];
    for (let count = 0; count < 2000; count++) {
      found = await codes(asked, path);
      if (found.join() === expected.join()) return;
    }
    assert.deepEqual(found, expected);
  }

  const changeFolders = (asked: TestProcess, added: readonly string[], removed: readonly string[]): Promise<void> => {
    const named = (paths: readonly string[]) => paths.map((path) => ({ uri: uriOf(path), name: path }));
    return asked.notify("workspace/didChangeWorkspaceFolders", {
      event: { added: named(added), removed: named(removed) },
    });
  };

  it("import from each other: through packages, src/ and relative imports of the other", async () => {
    await disk({
      "app/use.py": use,
      "app/main.py": "from shared import Model\n\nModel.query\n",
      "lib/src/shared/__init__.py": "from .base import Model\n",
      "lib/src/shared/base.py": "from .db import engine\nfrom sqlalchemy.orm import declarative_base\n",
      "lib/src/shared/db.py": "from ..internal import engine\n",
      "lib/src/internal.py": engine,
    });
    const asked = await start("app", "lib");
    await asked.open(uriOf("app/use.py"), use);
    await settled(asked, "app/use.py", ["string-statement"]);
    const [finding] = await asked.diagnostics(uriOf("app/use.py"));
    assert.ok(finding?.relatedInformation?.some(({ location }) => location.uri === uriOf("lib/src/internal.py")));
    const { items } = await asked.request<WorkspaceDiagnosticReport>("workspace/diagnostic", { previousResultIds: [] });
    assert.deepEqual(
      items.map(({ uri }) => uri).filter((uri) => uri.includes("/lib/")),
      [],
      "what is borrowed is reported once, by its owner: here, not at all",
    );
  });

  it("come in order: a folder's own files first, then the others as the client lists them", async () => {
    await disk({
      "app/use.py": use,
      "first/shared/db.py": "engine = 1\n",
      "second/shared/db.py": engine,
    });
    const asked = await start("app", "second", "first");
    await asked.open(uriOf("app/use.py"), use);
    await settled(asked, "app/use.py", ["string-statement"]);
    await disk({ "app/shared/db.py": "engine = 1\n" });
    await asked.notify("workspace/didChangeWatchedFiles", { changes: [{ uri: uriOf("app/shared/db.py"), type: 1 }] });
    await settled(asked, "app/use.py", []);
  });

  it("come and go at run time", async () => {
    await disk({ "app/use.py": use, "lib/shared/db.py": engine });
    const asked = await start("app");
    await asked.open(uriOf("app/use.py"), use);
    assert.deepEqual(await codes(asked, "app/use.py"), []);
    await changeFolders(asked, ["lib"], []);
    await settled(asked, "app/use.py", ["string-statement"]);
    await changeFolders(asked, [], ["lib"]);
    await settled(asked, "app/use.py", []);
  });

  it("see what is typed and written in each other", async () => {
    await disk({ "app/use.py": use, "lib/shared/db.py": "engine = 1\n", "lib/other.py": engine });
    const asked = await start("app", "lib");
    await asked.open(uriOf("app/use.py"), use);
    const shared = uriOf("lib/shared/db.py");
    await asked.open(shared, "engine = 1\n");
    assert.deepEqual(await codes(asked, "app/use.py"), []);
    await asked.change(shared, 2, { text: engine });
    await settled(asked, "app/use.py", ["string-statement"]);
    await asked.change(shared, 3, { text: "from other import engine\n" });
    await settled(asked, "app/use.py", ["string-statement"]);
    await asked.close(shared);
    await settled(asked, "app/use.py", []);
    await rm(join(root, "lib/shared/db.py"));
    await disk({ "lib/shared/db.py": engine });
    await asked.notify("workspace/didChangeWatchedFiles", { changes: [{ uri: shared, type: 2 }] });
    await settled(asked, "app/use.py", ["string-statement"]);
  });
});
