import assert from "node:assert/strict";
import { createProgress } from "../../client/src/lessons/progress.ts";
import { memoryStore } from "./memory_store.ts";

const DAY = 24 * 60 * 60 * 1000;
const right = { chosen: ["a"], right: true };
const wrong = { chosen: ["b"], right: false };

describe("progress", () => {
  let day = 20_000;
  const now = () => day * DAY + 1;
  const start = (store = memoryStore()) => ({ store, progress: createProgress(store, ["one", "two"], now) });
  beforeEach(() => {
    day = 20_000;
  });

  it("survives a restart", async () => {
    const { store, progress } = start();
    await progress.visit("one", "intro");
    await progress.visit("one", "intro");
    await progress.answer("one", "q", wrong);
    await progress.setPlace("one#intro");
    const again = start(store).progress;
    assert.deepEqual(again.visited("one"), ["intro"]);
    assert.deepEqual(again.answerTo("one", "q"), wrong);
    assert.equal(again.place(), "one#intro");
    assert.deepEqual(again.visited("two"), []);
  });

  it("travels with settings sync: every key that it writes is one of those it names", async () => {
    const { store, progress } = start();
    await progress.visit("one", "intro");
    await progress.answer("two", "q", right);
    await progress.setPlace("one#intro");
    assert.deepEqual(
      [...store.values.keys()].filter((key) => !store.synced().includes(key)),
      [],
    );
  });

  it("costs a lesson its own state when that is damaged, and no other's", async () => {
    const { store, progress } = start();
    await progress.visit("one", "intro");
    await progress.visit("two", "intro");
    for (const damage of [7, "x", [], { visited: 3 }, { visited: [], answers: { q: { chosen: "a" } } }]) {
      store.values.set("sqlalchemyCoach.lessons.one", damage);
      const restarted = start(store).progress;
      assert.deepEqual(restarted.visited("one"), []);
      assert.deepEqual(restarted.visited("two"), ["intro"]);
      assert.deepEqual(restarted.due(), []);
      assert.deepEqual(progress.visited("one"), ["intro"], "a window that knows better is not misled");
    }
    const restarted = start(store).progress;
    await restarted.visit("one", "layers");
    assert.deepEqual(restarted.visited("one"), ["layers"]);
  });

  describe("in two windows, each of which writes all that it knows", () => {
    /** A window's copy of the shared store: written as a whole, and read anew when the editor says so. */
    function openWindow(shared: { values: Map<string, unknown> }) {
      const store = memoryStore();
      const refresh = () => {
        store.values.clear();
        for (const [key, value] of shared.values) store.values.set(key, value);
      };
      const update = store.update;
      const written: typeof store = {
        ...store,
        async update(key, value) {
          await update(key, value);
          shared.values = new Map(store.values);
        },
      };
      refresh();
      return { refresh, ...start(written) };
    }

    it("loses no answer and no section read", async () => {
      const shared = { values: new Map<string, unknown>() };
      const [a, b] = [openWindow(shared), openWindow(shared)];
      await a.progress.visit("one", "intro");
      await a.progress.answer("one", "q", wrong);
      await b.progress.visit("one", "layers");
      await b.progress.answer("one", "r", right);
      a.refresh();
      assert.deepEqual(a.progress.answerTo("one", "q"), wrong, "its own, which the other has overwritten");
      assert.deepEqual(a.progress.answerTo("one", "r"), right);
      await a.progress.sync();
      b.refresh();
      await b.progress.sync();
      const restarted = openWindow(shared).progress;
      assert.deepEqual([...restarted.visited("one")].sort(), ["intro", "layers"]);
      assert.deepEqual(restarted.answerTo("one", "q"), wrong);
      assert.deepEqual(restarted.answerTo("one", "r"), right);
    });

    it("takes the later of two answers to one question", async () => {
      const shared = { values: new Map<string, unknown>() };
      const [a, b] = [openWindow(shared), openWindow(shared)];
      await b.progress.answer("one", "q", wrong);
      day += 1;
      await a.progress.answer("one", "q", right);
      b.refresh();
      await b.progress.sync();
      assert.deepEqual(b.progress.answerTo("one", "q"), right);
      assert.deepEqual(openWindow(shared).progress.answerTo("one", "q"), right);
    });

    it("brings nothing back of a lesson that one of them started over", async () => {
      const shared = { values: new Map<string, unknown>() };
      const a = openWindow(shared);
      await a.progress.visit("one", "intro");
      await a.progress.answer("one", "q", wrong);
      const b = openWindow(shared);
      assert.deepEqual(b.progress.visited("one"), ["intro"]);
      day += 1;
      await a.progress.reset("one");
      b.refresh();
      await b.progress.sync();
      assert.deepEqual(b.progress.visited("one"), []);
      assert.equal(openWindow(shared).progress.answerTo("one", "q"), undefined);
    });

    it("writes nothing where nothing was lost", async () => {
      const { store, progress } = start();
      await progress.visit("one", "intro");
      const before = new Map(store.values);
      await progress.sync();
      assert.deepEqual(store.values, before);
      assert.equal(store.values.get("sqlalchemyCoach.lessons.one"), before.get("sqlalchemyCoach.lessons.one"));
    });
  });

  it("asks again the next day what was missed, then after 3, 7 and 16 days, and then no more", async () => {
    const { progress } = start();
    await progress.answer("one", "q", wrong);
    assert.deepEqual(progress.due(), []);
    for (const wait of [1, 3, 7, 16]) {
      day += wait - 1;
      assert.deepEqual(progress.due(), [], `a day before ${wait} are over`);
      day += 1;
      assert.deepEqual(progress.due(), [{ lesson: "one", question: "q" }], `after ${wait}`);
      await progress.answer("one", "q", right);
      assert.deepEqual(progress.due(), []);
    }
    day += 400;
    assert.deepEqual(progress.due(), []);
  });

  it("does not take a second try on the same day for knowledge", async () => {
    const { progress } = start();
    await progress.answer("one", "q", wrong);
    await progress.answer("one", "q", right);
    day += 1;
    assert.deepEqual(progress.due(), [{ lesson: "one", question: "q" }]);
  });

  it("starts a question over when it is missed in review", async () => {
    const { progress } = start();
    await progress.answer("one", "q", wrong);
    day += 1;
    await progress.answer("one", "q", right);
    day += 3;
    await progress.answer("one", "q", wrong);
    day += 1;
    assert.deepEqual(progress.due(), [{ lesson: "one", question: "q" }]);
  });

  it("never asks again what was right at once", async () => {
    const { progress } = start();
    await progress.answer("one", "q", right);
    day += 400;
    assert.deepEqual(progress.due(), []);
  });

  it("forgets one lesson on request", async () => {
    const { progress } = start();
    await progress.visit("one", "intro");
    await progress.answer("one", "q", wrong);
    await progress.visit("two", "intro");
    await progress.reset("one");
    assert.deepEqual(progress.visited("one"), []);
    assert.equal(progress.answerTo("one", "q"), undefined);
    assert.deepEqual(progress.visited("two"), ["intro"]);
  });
});
