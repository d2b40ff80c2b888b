import assert from "node:assert/strict";
import { DiagnosticTag } from "vscode-languageserver";
import {
  type ExplainResult,
  type JudgeResult,
  judgeRequest,
  type OccurrencesParams,
  type OccurrencesResult,
  occurrencesRequest,
  type StatusResult,
} from "../../server/src/protocol.ts";
import { plainClient, type TestClient } from "./client.ts";
import type { Calls } from "./fake_service.ts";
import { type Disk, startInMemory } from "./in_memory.ts";

const folder = "file:///project";
const uri = `${folder}/app/a.py`;
const at = (line: number, character: number) => ({ start: { line, character }, end: { line, character } });
describe("pulled diagnostics", () => {
  it("are computed once for each state, and told apart from it by an id", async () => {
    const client = await startInMemory();
    await client.open(uri, "legacy_safe()\n");
    const first = await client.pull(uri);
    assert.ok(first.kind === "full");
    assert.deepEqual(first.items[0]?.tags, [DiagnosticTag.Deprecated]);
    assert.deepEqual(await client.pull(uri, first.resultId), { kind: "unchanged", resultId: first.resultId });
    await client.change(uri, 2, { text: "changes_safe()\n" });
    const second = await client.pull(uri, first.resultId);
    assert.ok(second.kind === "full" && second.resultId !== first.resultId);
    assert.equal(second.items[0]?.code, "changes-safe");
  });

  it("follow incremental edits of every kind of text", async () => {
    const client = await startInMemory();
    await client.open(uri, "\uFEFF# 𝕏\r\nx = 1\r\ty\nz");
    await client.change(
      uri,
      2,
      { range: { start: { line: 0, character: 4 }, end: { line: 0, character: 5 } }, text: "" },
      { range: { start: { line: 1, character: 4 }, end: { line: 1, character: 5 } }, text: "raises_safe()" },
      { range: { start: { line: 3, character: 0 }, end: { line: 3, character: 9 } }, text: "𝕐; changes_safe()" },
    );
    const ranges = (await client.diagnostics(uri)).map(({ range }) => [range.start, range.end]);
    assert.deepEqual(ranges, [
      [
        { line: 1, character: 4 },
        { line: 1, character: 17 },
      ],
      [
        { line: 3, character: 4 },
        { line: 3, character: 18 },
      ],
    ]);
  });

  it("of many edits in a row cost one change and one analysis", async () => {
    const calls: Calls = [];
    const client = await startInMemory({ calls });
    await client.open(uri, "");
    await client.diagnostics(uri);
    calls.length = 0;
    for (let version = 2; version <= 1001; version++) {
      await client.change(uri, version, { range: at(0, 0), text: "x" });
    }
    await client.change(uri, 1002, { range: at(0, 0), text: "raises_safe() " });
    assert.equal((await client.diagnostics(uri)).length, 1);
    assert.deepEqual(calls, ["edit a.py 1002", "findings a.py"]);
  });

  it("are refreshed when a setting changes them", async () => {
    const options = { settings: { diagnostics: { legacy: "hint" } as Record<string, unknown> } };
    const client = await startInMemory(options);
    await client.until(() => client.registered.has("workspace/didChangeConfiguration"));
    await client.open(uri, "legacy_safe()\nraises_safe()\n");
    assert.equal((await client.diagnostics(uri)).length, 2);
    for (const [settings, count] of [
      [{ legacy: "off" }, 1],
      [{ enabled: false }, 0],
      [{}, 2],
    ] as const) {
      options.settings.diagnostics = settings;
      const before = client.refreshes;
      await client.notify("workspace/didChangeConfiguration", { settings: null });
      await client.until(() => client.refreshes > before);
      assert.equal((await client.diagnostics(uri)).length, count);
    }
  });

  it("of an unknown document are none", async () => {
    const client = await startInMemory();
    assert.deepEqual(await client.diagnostics("file:///nowhere.py"), []);
  });

  it("of a document over 10 MB are one line of information", async () => {
    const client = await startInMemory();
    await client.open(uri, "x".repeat(10_000_001));
    const [only, ...others] = await client.diagnostics(uri);
    assert.match(String(only?.message), /10 MB/);
    assert.equal(others.length, 0);
  });

  it("of a large document stand until it is saved", async () => {
    const client = await startInMemory();
    await client.open(uri, `raises_safe()\n${"\n".repeat(50_001)}`);
    const opened = await client.pull(uri);
    assert.ok(opened.kind === "full" && opened.items.length === 1);
    await client.change(uri, 2, { range: at(1, 0), text: "changes_safe()" });
    assert.equal((await client.pull(uri, opened.resultId)).kind, "unchanged");
    await client.notify("textDocument/didSave", { textDocument: { uri } });
    const saved = await client.pull(uri, opened.resultId);
    assert.ok(saved.kind === "full" && saved.items.length === 2);
  });
});

describe("pushed diagnostics", () => {
  const lastOf = (client: TestClient) => client.pushed.filter((each) => each.uri === uri).at(-1);

  it("carry the version, follow edits and go when the document does", async () => {
    const client = await startInMemory({ capabilities: plainClient });
    await client.open(uri, "raises_safe()");
    await client.until(() => lastOf(client)?.version === 1);
    assert.equal(lastOf(client)?.diagnostics.length, 1);
    await client.change(uri, 2, { text: "" });
    await client.until(() => lastOf(client)?.version === 2);
    assert.deepEqual(lastOf(client)?.diagnostics, []);
    await client.close(uri);
    await client.until(() => lastOf(client)?.version === undefined);
    assert.deepEqual(lastOf(client)?.diagnostics, []);
  });

  it("take settings as such clients send them", async () => {
    const client = await startInMemory({
      capabilities: plainClient,
      options: { settings: { diagnostics: { legacy: "off" } } },
    });
    await client.open(uri, "legacy_safe()");
    await client.until(() => lastOf(client) !== undefined);
    assert.deepEqual(lastOf(client)?.diagnostics, []);
    await client.notify("workspace/didChangeConfiguration", { settings: { sqlalchemyCoach: {} } });
    await client.until(() => lastOf(client)?.diagnostics.length === 1);
  });
});

describe("the analyser's failures", () => {
  it("cost an answer, are told without the person's source, and end nothing", async () => {
    const client = await startInMemory({ poison: "SECRET" });
    await client.open(uri, "SECRET = 1");
    assert.deepEqual(await client.diagnostics(uri), []);
    assert.ok(
      client.logged.some((line) => line.includes("poisoned")) && !client.logged.some((line) => line.includes("SECRET")),
    );
    await client.change(uri, 2, { text: "raises_safe()" });
    assert.equal((await client.diagnostics(uri)).length, 1);
  });

  it("leave word of the document that they happened on", async () => {
    const client = await startInMemory({ options: { status: true } });
    await client.open(uri, "raises_safe()", 4);
    await client.diagnostics(uri);
    const crumbs = client.noticed
      .filter(({ method }) => method === "sqlalchemyCoach/analysing")
      .map(({ params }) => params);
    assert.deepEqual(crumbs[0], { on: { uri, version: 4 } });
    assert.deepEqual(crumbs.at(-1), { on: null });
  });

  it("keep a document aside until it changes", async () => {
    const calls: Calls = [];
    const client = await startInMemory({ calls, options: { status: true, quarantine: [{ uri, version: 4 }] } });
    await client.open(uri, "raises_safe()", 4);
    assert.deepEqual(await client.diagnostics(uri), []);
    assert.deepEqual(
      calls.filter((call) => call.includes("a.py")),
      [],
    );
    const status = await client.request<StatusResult>("sqlalchemyCoach/status", { uri });
    assert.deepEqual(status.excluded, [{ uri, why: "quarantined" }]);
    await client.change(uri, 5, { range: at(0, 0), text: " " });
    assert.equal((await client.diagnostics(uri)).length, 1);
  });
});

describe("what our client asks", () => {
  it("hears of target and counts", async () => {
    const disk: Disk = new Map([[`${folder}/requirements.txt`, "sqlalchemy==2.1.0\n"]]);
    const client = await startInMemory({ disk, folders: [folder] });
    await client.open(uri, "raises_safe() changes_safe() changes_safe()");
    await client.diagnostics(uri);
    const { target, targetBecause, files, findings } = await client.request<StatusResult>("sqlalchemyCoach/status", {
      uri,
    });
    assert.deepEqual([target, targetBecause, files], ["2.1", "requirements.txt:1 sqlalchemy==2.1.0", 1]);
    assert.deepEqual(findings, { raises: 1, changes: 2, deprecated: 0, legacy: 0 });
  });

  it("has a text judged that is no document, and only the part that is asked about", async () => {
    const calls: Calls = [];
    const client = await startInMemory({ calls });
    const setup = "raises_safe()\n";
    const judged = await client.request<JudgeResult>(judgeRequest, { setup, code: "x = 1\nlegacy_review()\n" });
    assert.deepEqual(
      judged.findings.map(({ line, rule }) => [line, rule]),
      [[2, "legacy-review"]],
    );
    assert.deepEqual(await client.request(judgeRequest, { setup, code: "" }), { findings: [] });
  });

  it("has a place explained", async () => {
    const client = await startInMemory();
    await client.open(uri, "if x:\n    orm.get(1)\n");
    const explained = await client.request("sqlalchemyCoach/explain", { uri, position: { line: 1, character: 5 } });
    assert.deepEqual(explained, {
      api: "sqlalchemy.orm.Session",
      layer: "orm",
      lesson: "session",
      code: "orm.get(1)",
      mark: { start: 0, end: 3 },
      source: "/project/app/a.py:2",
      text: "ORM · sqlalchemy.orm.Session\n\nKeeps objects.\n\nbecause `import x` (/project/app/a.py:1)\n\nLesson: session · Documentation",
      summary: "Keeps objects.",
      because: [{ text: "`import x`", where: "/project/app/a.py:1" }],
      modern: null,
      slice: null,
    });
    assert.equal(await client.request("sqlalchemyCoach/explain", { uri, position: { line: 0, character: 0 } }), null);
  });

  it("has a finding explained before and after its fix", async () => {
    const client = await startInMemory();
    await client.open(uri, "if x:\n    raises_safe(orm)\n");
    const { modern, code, mark } = await client.request<ExplainResult>("sqlalchemyCoach/explain", {
      uri,
      position: { line: 1, character: 17 },
    });
    assert.deepEqual([code, code.slice(mark.start, mark.end)], ["raises_safe(orm)", "orm"]);
    assert.deepEqual(modern, {
      message: "raises-safe found",
      before: "raises_safe(orm)",
      after: "fixed(orm)",
      conditions: [],
    });
  });
});

describe("where a lesson's idea occurs", () => {
  const ask = (client: TestClient, params: Partial<OccurrencesParams> = {}): Promise<OccurrencesResult> =>
    client.request(occurrencesRequest, { lesson: "session", files: 100, ...params });
  const disk = (): Disk =>
    new Map([
      [`${folder}/z/far.py`, "import sqlalchemy\norm\n"],
      [`${folder}/app/b.py`, "import sqlalchemy\n\torm # <img onerror=x>\n"],
    ]);
  const indexed = async (): Promise<TestClient> => {
    const client = await startInMemory({ disk: disk(), folders: [folder], options: { status: true } });
    await client.open(uri, "orm; orm\n");
    while ((await client.request<StatusResult>("sqlalchemyCoach/status", { uri })).busy) await client.diagnostics(uri);
    return client;
  };

  it("the document looked at comes first, then the files nearest to it", async () => {
    const client = await indexed();
    const { places, counts, files, left } = await ask(client, { near: uri });
    assert.deepEqual(
      places.map(({ path, line, text }) => `${path}:${line} ${text}`),
      ["app/a.py:0 orm; orm", "app/a.py:0 orm; orm", "app/b.py:1 orm # <img onerror=x>", "z/far.py:1 orm"],
    );
    assert.deepEqual([counts, files, left], [{ open: 4 }, 3, 0]);
    assert.deepEqual(places[2]?.sections, ["open"]);
    assert.deepEqual([places[2]?.start, places[2]?.end], [1, 4]);
  });

  it("a search that comes before the files are read says that there may be more", async () => {
    let open = (): void => undefined;
    const searchable = new Promise<void>((resolve) => {
      open = resolve;
    });
    const client = await startInMemory({ disk: disk(), folders: [folder], searchable });
    assert.equal((await ask(client)).busy, true);
    open();
  });

  it("an edit counts before anyone asked for it", async () => {
    const client = await indexed();
    await client.change(uri, 2, { text: "x\norm\n" });
    const { places } = await ask(client, { near: uri });
    assert.deepEqual([places[0]?.line, places[0]?.uri], [1, uri]);
  });

  it("files beyond the bound are counted, not read", async () => {
    const client = await indexed();
    const { files, left, counts } = await ask(client, { near: uri, files: 1 });
    assert.deepEqual([files, left, counts], [1, 2, { open: 2 }]);
  });

  it("at most fifty places of a section are listed, and all are counted", async () => {
    const client = await startInMemory();
    await client.open(uri, "orm\n".repeat(70));
    const { places, counts } = await ask(client);
    assert.deepEqual([places.length, counts], [50, { open: 70 }]);
  });

  it("a cancelled search ends", async () => {
    const client = await indexed();
    const asked = ask(client);
    const id = client.lastId;
    await client.notify("$/cancelRequest", { id });
    await assert.rejects(asked, /cancelled/);
  });

  it("a lesson that nothing leads to has no places", async () => {
    const client = await indexed();
    assert.deepEqual((await ask(client, { lesson: "session#open" })).places, []);
  });
});
