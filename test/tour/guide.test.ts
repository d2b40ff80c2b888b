import assert from "node:assert/strict";
import { bundleTour, Code, finding, startTour, type UnderTest } from "./harness.ts";

describe("the guided migration", () => {
  let load: () => Promise<UnderTest>;
  before(async () => {
    load = await bundleTour();
  });

  const sample = () =>
    new Code({ a: ["old.safe1", "gone.safe1", "old.explain"], b: ["gone.review", "old.safe2", "odd.safe"] });

  it("goes one family at a time, the worst effect first", async () => {
    const { guide, places, label } = await startTour(load, sample());
    await guide.start();
    assert.equal(label(), "1 of 2 · gone");
    for (let step = 0; step < 5; step++) await guide.next();
    assert.deepEqual(places, [
      "a gone.safe1",
      "b gone.review",
      "b odd.safe",
      "a old.safe1",
      "a old.explain",
      "b old.safe2",
    ]);
    assert.equal(label(), "3 of 3 · old");
  });

  it("says after a fix that the finding is gone, and stays there until the person goes on", async () => {
    const { guide, places, note, label } = await startTour(load, sample());
    await guide.start();
    assert.match(note(), /On SQLAlchemy 2\\\.0 this raises/);
    await guide.apply();
    assert.match(note(), /analysed again, and this finding is no longer there/);
    assert.match(note(), /run your tests/);
    assert.equal(label(), "1 of 2 done · gone");
    assert.equal(places.length, 1);
    await guide.next();
    assert.equal(label(), "2 of 2 · gone");
  });

  it("says when nothing was changed, as where a preview was rejected", async () => {
    const { guide, code, fake, label } = await startTour(load, sample());
    await guide.start();
    code.remove = () => false;
    await guide.apply();
    assert.deepEqual(fake.seen.messages, ["Nothing was changed."]);
    assert.equal(label(), "1 of 2 · gone");
  });

  it("goes on while a preview waits for its answer", async () => {
    const { guide, code, places } = await startTour(load, sample());
    await guide.start();
    let answer: (isApplied: boolean) => void = () => undefined;
    code.remove = () => new Promise<boolean>((done) => (answer = done));
    const applying = guide.apply();
    await guide.next();
    assert.equal(places.at(-1), "b gone.review");
    answer(false);
    await applying;
  });

  it("ends with what remains, and why, and goes through that again when asked to", async () => {
    const { guide, fake, label, places } = await startTour(load, sample());
    await guide.start();
    await guide.applyFamily();
    await guide.next();
    for (let step = 0; step < 5; step++) await guide.skip();
    assert.equal(label(), undefined);
    assert.deepEqual(fake.seen.messages, [
      "Guided migration: at its end. 1 findings are gone, 5 remain because you skipped them: gone (1), odd (1), old (3).",
    ]);
    fake.seen.press = "Go through them";
    await guide.start();
    assert.equal(places.at(-1), "b gone.review");
  });

  it("ends well when nothing remains", async () => {
    const { guide, fake, label, note } = await startTour(load, new Code({ a: ["old.safe1", "old.safe2"] }));
    await guide.start();
    await guide.applyFamily();
    await guide.next();
    assert.deepEqual(fake.seen.messages, [
      "Guided migration: done. All 2 findings are gone. Run your tests once more.",
    ]);
    assert.equal(label(), undefined);
    assert.equal(note(), "");
  });

  it("says so where there is nothing to do", async () => {
    const { guide, fake, places } = await startTour(load, new Code({ a: [] }));
    await guide.start();
    assert.match(fake.seen.messages.join(), /^Guided migration: nothing to do/);
    assert.deepEqual(places, []);
  });

  it("survives a reload at its step, and takes the editor there only if that shows nothing", async () => {
    const before = await startTour(load, sample());
    await before.guide.start();
    await before.guide.skip();
    const { guide, label, places, placesIfEmpty, note, view } = await startTour(load, before.code, before.store.value);
    await guide.resume();
    assert.equal(label(), "2 of 2 · gone");
    assert.deepEqual(places, []);
    assert.deepEqual(placesIfEmpty, before.places.slice(-1));
    assert.match(note(), /Found gone/);
    assert.equal(view()?.families[0]?.skipped, 1);
  });

  it("starts anew where what was kept is damaged", async () => {
    for (const kept of [7, "x", { version: 2 }, { version: 1, running: true, families: { old: { files: 3 } } }]) {
      const { guide, label } = await startTour(load, sample(), kept);
      await guide.resume();
      assert.equal(label(), undefined);
      await guide.start();
      assert.equal(label(), "1 of 2 · gone");
    }
  });

  it("knows a finding whose code was edited for the same one: skipped it stays skipped, and none is done", async () => {
    const { guide, code, view } = await startTour(load, sample());
    await guide.start();
    await guide.skip();
    code.files.set("a", ["old.safe1", "gone.safe1edited", "old.explain"]);
    await guide.changed();
    const family = view()?.families[0];
    assert.deepEqual([family?.rule, family?.done, family?.total, family?.skipped], ["gone", 0, 2, 1]);
  });

  it("counts what a person fixes by hand, and takes an undo back", async () => {
    const { guide, code, label } = await startTour(load, sample());
    await guide.start();
    code.files.set("a", ["old.safe1", "old.explain"]);
    await guide.changed();
    assert.equal(label(), "1 of 2 done · gone");
    code.files.set("a", ["old.safe1", "gone.safe1", "old.explain"]);
    await guide.changed();
    assert.equal(label(), "1 of 2 · gone");
  });

  it("does one thing at a time, however fast the buttons are pressed", async () => {
    const { guide, places } = await startTour(load, sample());
    await Promise.all([guide.start(), guide.next(), guide.next(), guide.previous()]);
    assert.deepEqual(places, ["a gone.safe1", "b gone.review", "b odd.safe", "b gone.review"]);
  });

  it("keeps its progress when it is stopped, and goes on from there", async () => {
    const { guide, label, places } = await startTour(load, sample());
    await guide.start();
    await guide.skip();
    await guide.stop();
    assert.equal(label(), undefined);
    await guide.changed();
    assert.equal(label(), undefined);
    await guide.start();
    assert.equal(places.at(-1), "b gone.review");
  });

  it("lets a note run its own commands only, and shows hostile names as text", async () => {
    const { stopNote } = await load();
    const hostile = "[x](command:evil) <b>$(zap)</b> ![i](http://x) `` ` ";
    const stop = {
      ...finding("a", "old.review", 0),
      rule: "old",
      message: hostile,
      fix: hostile,
      conditions: [hostile, "a `b](command:evil)` c"],
    };
    const counts = { done: 0, left: 1, skipped: 0, total: 1, safe: 0 };
    const family = { rule: "old", title: hostile, effect: "legacy", lesson: "x", stops: [stop], ...counts } as const;
    const { value, isTrusted, supportHtml } = stopNote(stop, family, hostile);
    const { enabledCommands } = isTrusted as { enabledCommands: string[] };
    assert.ok(enabledCommands.every((command) => /^sqlalchemyCoach\.(tour\.\w+|openLesson)$/.test(command)));
    assert.equal(supportHtml, false);
    const links = [...value.matchAll(/(?<!\\)\]\(([^)]*)\)/g)].map(([, target]) => target ?? "");
    assert.deepEqual(
      links.filter((target) => !/^command:sqlalchemyCoach\.(tour\.\w+|openLesson\?[\w%.-]+)$/.test(target)),
      ["command:evil"],
      "the one within code, where it is no link",
    );
    assert.match(value, /`b\]\(command:evil\)`/);
    assert.doesNotMatch(value, /(?<!\\)<b>|(?<!\\)!\[/);
  });
});
