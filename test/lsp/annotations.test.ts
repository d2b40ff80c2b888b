import assert from "node:assert/strict";
import type { CodeLens, InlayHint, InlayHintLabelPart } from "vscode-languageserver";
import { showFindingsCommand } from "../../server/src/protocol.ts";
import { ableClient, plainClient, type TestClient } from "./client.ts";
import { startInMemory } from "./in_memory.ts";

const uri = "file:///project/app/a.py";
const capabilities = {
  ...ableClient,
  textDocument: { ...ableClient.textDocument, inlayHint: {}, codeLens: {} },
  workspace: { ...ableClient.workspace, inlayHint: { refreshSupport: true }, codeLens: { refreshSupport: true } },
};
const on = { inlayHints: { enabled: true }, codeLens: { enabled: true } };

const hintsOf = (client: TestClient, lines: number): Promise<InlayHint[]> =>
  client.request("textDocument/inlayHint", {
    textDocument: { uri },
    range: { start: { line: 0, character: 0 }, end: { line: lines, character: 0 } },
  });
const lensesOf = (client: TestClient): Promise<CodeLens[]> =>
  client.request("textDocument/codeLens", { textDocument: { uri } });

describe("inlay hints", () => {
  it("stand behind the calls of the range that is asked for, where the setting wants them", async () => {
    const client = await startInMemory({ capabilities, options: { settings: on } });
    await client.open(uri, "orm()\nx = orm()\norm()\n");
    const hints = await hintsOf(client, 1);
    assert.deepEqual(
      hints.map(({ position }) => position),
      [{ line: 0, character: 5 }],
    );
    const [hint] = hints;
    const [label] = (hint?.label ?? []) as InlayHintLabelPart[];
    assert.equal(label?.value, "ORM");
    assert.equal(hint?.paddingLeft, true);
    assert.deepEqual(label?.tooltip, {
      kind: "markdown",
      value: "**ORM** · `sqlalchemy.orm.Session`\n\nbecause `import x`",
    });
  });

  it("are off until they are asked for", async () => {
    const client = await startInMemory({ capabilities });
    await client.open(uri, "orm()\nlegacy_safe()\n");
    assert.deepEqual(await hintsOf(client, 9), []);
    assert.deepEqual(await lensesOf(client), []);
  });

  it("and lenses come and go with their settings", async () => {
    const options = { capabilities, settings: {} as Record<string, unknown> };
    const client = await startInMemory(options);
    const refreshed = { hints: 0, lenses: 0 };
    const woken: (() => void)[] = [];
    const told = (name: keyof typeof refreshed) => () => {
      refreshed[name]++;
      for (const go of woken.splice(0)) go();
      return null;
    };
    client.connection.onRequest("workspace/inlayHint/refresh", told("hints"));
    client.connection.onRequest("workspace/codeLens/refresh", told("lenses"));
    await client.until(() => client.registered.has("workspace/didChangeConfiguration"));
    await client.open(uri, "orm()\nlegacy_safe()\n");
    for (const [settings, count] of [
      [on, 1],
      [{}, 0],
    ] as const) {
      const before = { ...refreshed };
      options.settings = settings;
      await client.notify("workspace/didChangeConfiguration", { settings: null });
      while (refreshed.hints === before.hints || refreshed.lenses === before.lenses) {
        await new Promise<void>((go) => woken.push(go));
      }
      assert.equal((await hintsOf(client, 9)).length, count);
      assert.equal((await lensesOf(client)).length, count);
    }
  });

  it("are not asked to be drawn anew while all are off", async () => {
    const options = { capabilities, settings: {} as Record<string, unknown> };
    const client = await startInMemory(options);
    const asked: string[] = [];
    for (const method of ["workspace/inlayHint/refresh", "workspace/codeLens/refresh"]) {
      client.connection.onRequest(method, () => {
        asked.push(method);
        return null;
      });
    }
    await client.until(() => client.registered.has("workspace/didChangeConfiguration"));
    await client.open(uri, "orm()\n");
    const before = client.refreshes;
    options.settings = { diagnostics: { legacy: "off" } };
    await client.notify("workspace/didChangeConfiguration", { settings: null });
    await client.until(() => client.refreshes > before);
    // What was sent before the answer has arrived before it.
    assert.deepEqual(await hintsOf(client, 9), []);
    assert.deepEqual(asked, []);
  });

  it("are not offered to a client that does not know them", async () => {
    const client = await startInMemory({ capabilities: plainClient, options: { settings: on } });
    await client.open(uri, "orm()\n");
    assert.equal((await hintsOf(client, 9)).length, 1, "who asks nevertheless is answered");
  });
});

describe("code lenses", () => {
  const text = "raises_safe()\ndef one():\n    legacy_safe()\n    legacy_review()\ndef two():\n    pass\n";

  it("count what a file and its definitions have, and list it", async () => {
    const client = await startInMemory({ capabilities, options: { settings: on, findingsCommand: true } });
    await client.open(uri, text);
    const lenses = await lensesOf(client);
    assert.deepEqual(
      lenses.map(({ range, command }) => [range.start.line, command?.title]),
      [
        [0, "3 patterns of SQLAlchemy 1.x"],
        [1, "2 patterns of SQLAlchemy 1.x"],
      ],
    );
    const [, one] = lenses;
    assert.equal(one?.command?.command, showFindingsCommand);
    const [argument] = one?.command?.arguments ?? [];
    assert.equal(argument.uri, uri);
    assert.deepEqual(argument.at, { line: 1, character: 4 });
    assert.deepEqual(
      argument.ranges.map(({ start }: { start: { line: number } }) => start.line),
      [2, 3],
    );
  });

  it("leave out what is not shown", async () => {
    const settings = { ...on, diagnostics: { legacy: "off" } };
    const client = await startInMemory({ capabilities, options: { settings } });
    await client.open(uri, text);
    const lenses = await lensesOf(client);
    assert.deepEqual(
      lenses.map(({ command }) => [command?.title, command?.command]),
      [["1 pattern of SQLAlchemy 1.x", ""]],
    );
  });
});
