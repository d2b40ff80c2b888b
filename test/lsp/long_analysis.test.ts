import assert from "node:assert/strict";
import type { StatusResult } from "../../server/src/protocol.ts";
import { startInMemory } from "./in_memory.ts";

const folder = "file:///project";
const long = `${folder}/long.py`;
const short = `${folder}/short.py`;

/** Works on `long` for as long as `isEndless` says, and notes what becomes of the work. */
function work(isEndless: () => boolean): {
  readonly ends: readonly string[];
  readonly run: (uri: string) => Generator<void, void>;
  readonly steps: () => number;
} {
  const ends: string[] = [];
  let steps = 0;
  function* run(uri: string): Generator<void, void> {
    if (uri !== long) return;
    let isDone = false;
    try {
      while (isEndless()) {
        steps++;
        yield;
      }
      isDone = true;
    } finally {
      ends.push(isDone ? "done" : "stopped");
    }
  }
  return { ends, run, steps: () => steps };
}

describe("a long analysis", () => {
  it("lets others in, hears that no one waits any more, and goes on where it stopped", async () => {
    let isEndless = true;
    const { run, ends, steps } = work(() => isEndless);
    const client = await startInMemory({ folders: [folder], steps: run });
    await client.open(long, "legacy_safe()\n");
    await client.open(short, "changes_safe()\n");
    const asked = client.pull(long);
    const { lastId } = client;
    assert.equal((await client.diagnostics(short)).length, 1);
    const taken = steps();
    assert.ok(taken > 0);
    const status = await client.request<StatusResult>("sqlalchemyCoach/status", { uri: long });
    assert.equal(status.files, 1, "what is under way is not counted yet");
    await client.notify("$/cancelRequest", { id: lastId });
    await assert.rejects(asked, { code: -32800 });
    assert.deepEqual(ends, []);
    isEndless = false;
    assert.equal((await client.diagnostics(long)).length, 1);
    assert.deepEqual(ends, ["done"]);
  });

  it("is of no use for another text, and begins anew", async () => {
    const { run, ends } = work(() => ends.length === 0);
    const client = await startInMemory({ folders: [folder], steps: run });
    await client.open(long, "legacy_safe()\n");
    const asked = client.pull(long);
    await client.pull(short);
    await client.change(long, 2, { text: "legacy_safe()\nlegacy_safe()\n" });
    const report = await asked;
    assert.ok(report.kind === "full");
    assert.equal(report.items.length, 2);
    assert.deepEqual(ends, ["stopped", "done"]);
  });

  it("ends with its document", async () => {
    const { run, ends } = work(() => true);
    const client = await startInMemory({ folders: [folder], steps: run });
    await client.open(long, "legacy_safe()\n");
    const asked = client.pull(long);
    await client.pull(short);
    await client.close(long);
    assert.deepEqual(await asked, { kind: "full", items: [] });
    assert.deepEqual(ends, ["stopped"]);
  });
});
