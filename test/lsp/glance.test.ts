import assert from "node:assert/strict";
import type { Diagnostic } from "vscode-languageserver";
import { ableClient, TestProcess } from "./client.ts";

const uri = "file:///project/long.py";
const functions = 400;

/** A text of more than a thousand lines: many functions that ask one session of the module. */
const text = [
  "from sqlalchemy import create_engine",
  "from sqlalchemy.orm import sessionmaker",
  "from models import Author",
  "",
  'session = sessionmaker(create_engine("sqlite://"))()',
  "",
  ...Array.from({ length: functions }, (_, index) => [
    "",
    `def find_${index}(key):`,
    "    # by its key, and no more than one",
    "    found = session.query(Author).get(key)",
    "    return found",
    "",
  ]).flat(),
].join("\n");

const typed = (line: number, character: number, inserted: string) => ({
  range: { start: { line, character }, end: { line, character } },
  text: inserted,
});

const linesOf = (all: readonly Diagnostic[]): number[] => all.map(({ range }) => range.start.line);

describe("diagnostics of a long document while somebody types", () => {
  let client: TestProcess;
  afterEach(() => client.kill());

  it("come at once, moved along, and again as soon as a pause shows that the edit meant more", async () => {
    client = await TestProcess.start({ folders: ["file:///project"] });
    await client.open(uri, text);
    const before = linesOf(await client.diagnostics(uri));
    assert.equal(before.length, functions);

    assert.ok(text.length > 30_000);
    await client.change(uri, 2, typed(0, 0, "import os\n"), typed(9, 0, "    log = 1\n"));
    const after = linesOf(await client.diagnostics(uri));
    assert.deepEqual(after, linesOf(await client.diagnostics(uri)));
    assert.deepEqual(
      after.slice(1),
      before.slice(1).map((line) => line + 2),
    );

    // What a finding rests on is edited: it is looked at again at once.
    await client.change(uri, 3, {
      range: { start: { line: 5, character: 0 }, end: { line: 5, character: "session".length } },
      text: "other",
    });
    assert.ok((await client.diagnostics(uri)).length < functions);
    // That there is something to find again shows when typing pauses.
    const { refreshes } = client;
    await client.change(uri, 4, {
      range: { start: { line: 5, character: 0 }, end: { line: 5, character: "other".length } },
      text: "session",
    });
    await client.pull(uri);
    await client.until(() => client.refreshes > refreshes);
    assert.equal((await client.diagnostics(uri)).length, functions);

    // A second definition, at the start of the second function's piece: all that was found is likely now, no longer certain.
    const refreshed = client.refreshes;
    await client.change(uri, 5, typed(15, 0, "session = {}\n"));
    const glanced = await client.pull(uri);
    await client.until(() => client.refreshes > refreshed);
    const whole = await client.pull(uri, glanced.resultId);
    assert.equal(whole.kind, "full");
    assert.equal((await client.pull(uri, whole.resultId)).kind, "unchanged");
    assert.equal(await client.stop(), 0);
  });

  it("come whole at once to a client that can't be told to ask again", async () => {
    const { diagnostics: _, ...workspace } = ableClient.workspace ?? {};
    client = await TestProcess.start({ folders: ["file:///project"], capabilities: { ...ableClient, workspace } });
    await client.open(uri, text);
    assert.equal((await client.diagnostics(uri)).length, functions);
    await client.change(uri, 2, {
      range: { start: { line: 4, character: 0 }, end: { line: 4, character: "session".length } },
      text: "other",
    });
    assert.ok((await client.diagnostics(uri)).length < functions);
  });
});
