import assert from "node:assert/strict";
import { type CodeAction, TextDocumentEdit } from "vscode-languageserver";
import { Lines } from "../../server/src/lsp/lines.ts";
import { ableClient, applied, plainClient, type TestClient } from "./client.ts";
import { type Disk, startInMemory } from "./in_memory.ts";

const folder = "file:///project";
const uri = `${folder}/app/a.py`;
const at = (line: number, character: number) => ({ start: { line, character }, end: { line, character } });
const changesOf = ({ edit }: CodeAction) =>
  (edit?.documentChanges ?? []).filter((change) => TextDocumentEdit.is(change));

/** The text that an action makes of a document, once resolved. */
async function resultOf(client: TestClient, action: CodeAction | undefined, text: string): Promise<string> {
  assert.ok(action);
  const lines = new Lines(text);
  return applied(text, changesOf(await client.resolve(action))[0], (position) => lines.offsetAt(position));
}

describe("code actions", () => {
  const options = { options: { lessonCommand: true } };

  it("are listed as a person is to meet them, edits to follow", async () => {
    const client = await startInMemory(options);
    await client.open(uri, "changes_safe()\nchanges_safe()\n");
    const actions = await client.actions(uri, at(0, 3), { diagnostics: await client.diagnostics(uri) });
    assert.deepEqual(
      actions.map(({ title, kind, isPreferred }) => [title, kind, isPreferred]),
      [
        ["Fix changes-safe", "quickfix", true],
        ["Fix all in this file: changes-safe", "quickfix", undefined],
        ["Ignore changes-safe on this line", "quickfix", undefined],
        ["Learn why: session › identity map", "quickfix", undefined],
      ],
    );
    assert.ok(actions.every(({ edit }) => edit === undefined));
    assert.equal(actions[0]?.diagnostics?.length, 1);
    const [fix, all, ignore, learn] = actions;
    const text = "changes_safe()\nchanges_safe()\n";
    assert.equal(await resultOf(client, fix, text), "fixed()\nchanges_safe()\n");
    assert.equal(await resultOf(client, all, text), "fixed()\nfixed()\n");
    assert.equal(
      await resultOf(client, ignore, text),
      "changes_safe()  # sqla: ignore[changes-safe]\nchanges_safe()\n",
    );
    assert.deepEqual(learn?.command?.arguments, [
      {
        lesson: "session#identity-map",
        example: {
          code: "changes_safe()",
          source: "/project/app/a.py:1",
          at: { uri, position: { line: 0, character: 12 } },
        },
      },
    ]);
  });

  it("name the version that they are for", async () => {
    const client = await startInMemory();
    await client.open(uri, "changes_safe()", 5);
    const [fix] = await client.actions(uri, at(0, 0));
    assert.ok(fix);
    assert.deepEqual(changesOf(await client.resolve(fix))[0]?.textDocument, { uri, version: 5 });
  });

  it("are refused for a text that is gone", async () => {
    const client = await startInMemory();
    await client.open(uri, "changes_safe()");
    const [fix] = await client.actions(uri, at(0, 0));
    assert.ok(fix);
    await client.change(uri, 2, { range: at(0, 0), text: "x\n" });
    await assert.rejects(client.resolve(fix), { code: -32801 });
    await client.close(uri);
    assert.equal((await client.resolve(fix)).edit, undefined);
  });

  it("ask for confirmation of what needs a review", async () => {
    const client = await startInMemory();
    await client.open(uri, "changes_review()");
    const [fix] = await client.actions(uri, at(0, 0));
    assert.deepEqual(
      [fix?.title, fix?.kind, fix?.isPreferred],
      ["Fix changes-review (needs review)", "quickfix", undefined],
    );
    assert.ok(fix);
    const { edit } = await client.resolve(fix);
    assert.deepEqual(Object.values(edit?.changeAnnotations ?? {}), [
      { label: "Fix changes-review (needs review)", needsConfirmation: true, description: "Is it so?" },
    ]);
    const kinds = (await client.actions(uri, at(0, 0), { only: ["refactor"] })).map(({ kind }) => kind);
    assert.deepEqual(kinds, ["refactor.rewrite"]);
  });

  it("keep what needs a review to refactorings where the client can't ask", async () => {
    const { workspace, ...capabilities } = ableClient;
    const client = await startInMemory({
      capabilities: { ...capabilities, workspace: { ...workspace, workspaceEdit: {} } },
    });
    await client.open(uri, "changes_review()");
    const [fix] = await client.actions(uri, at(0, 0));
    assert.equal(fix?.kind, "refactor.rewrite");
  });

  it("offer every safe fix of the file to those who ask for source actions", async () => {
    const client = await startInMemory();
    const text = "legacy_safe()\r\nchanges_review()\r\nraises_safe()\r\n";
    await client.open(uri, text);
    const listed = await client.actions(uri, at(1, 0), { only: ["source.fixAll.sqlalchemyCoach"] });
    assert.deepEqual(
      listed.map(({ kind }) => kind),
      ["source.fixAll.sqlalchemyCoach"],
    );
    assert.equal(await resultOf(client, listed[0], text), "fixed()\r\nchanges_review()\r\nfixed()\r\n");
    assert.equal((await client.actions(uri, at(1, 0), { only: ["source.fixAll"] })).length, 1);
    assert.equal((await client.actions(uri, at(1, 0), { only: ["source.organizeImports"] })).length, 0);
    assert.ok((await client.actions(uri, at(1, 0))).every(({ kind }) => !kind?.startsWith("source")));
  });

  it("explain only, where there is no edit", async () => {
    const client = await startInMemory(options);
    await client.open(uri, "changes_explain()");
    const titles = (await client.actions(uri, at(0, 0))).map(({ title }) => title);
    assert.deepEqual(titles, ["Ignore changes-explain on this line", "Learn why: session › identity map"]);
  });

  it("come with their edits for a client that resolves none", async () => {
    const client = await startInMemory({ capabilities: plainClient });
    await client.open(uri, "changes_safe()");
    const [fix] = await client.actions(uri, at(0, 0));
    assert.ok(fix?.edit);
    assert.equal(fix.isPreferred, undefined);
  });

  it("edit several documents at once, or none when one of them is another by now", async () => {
    const other = `${folder}/app/b.py`;
    const disk: Disk = new Map([
      [uri, ""],
      [other, "sqlalchemy\n"],
    ]);
    const client = await startInMemory({ disk, folders: [folder] });
    await client.until(() => client.refreshes > 0);
    await client.open(uri, "changes_safe(in_b)", 3);
    const [fix] = await client.actions(uri, at(0, 0));
    assert.ok(fix);
    assert.deepEqual(
      changesOf(await client.resolve(fix)).map(({ textDocument }) => textDocument),
      [
        { uri, version: 3 },
        { uri: other, version: null },
      ],
    );
    disk.set(other, "changed behind our back\n");
    await assert.rejects(client.resolve(fix), { code: -32801 });
  });

  it("take data of any shape", async () => {
    const client = await startInMemory();
    for (const data of [undefined, 1, {}, { uri: 1 }, { uri, version: 1, does: "rm" }]) {
      assert.equal((await client.resolve({ title: "x", data })).edit, undefined);
    }
  });
});
