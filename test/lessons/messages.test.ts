import assert from "node:assert/strict";
import fc from "fast-check";
import { FromPage, PageState, parse, ToPage } from "../../client/src/lessons/messages.ts";
import { parseTarget } from "../../client/src/lessons/target.ts";

describe("messages between the client and the lesson page", () => {
  const good: FromPage[] = [
    { type: "ready" },
    { type: "visited", page: "core-vs-orm", section: "layers" },
    { type: "answered", lesson: "core-vs-orm", question: "two-layers", chosen: ["orm-on-core"] },
    { type: "follow", target: "rule:query-get" },
    { type: "follow", target: "core-vs-orm#select" },
    { type: "openProgram", lesson: "core-vs-orm", program: "core-1" },
    { type: "startOver", lesson: "core-vs-orm" },
  ];

  it("come through as they were sent", () => {
    for (const message of good) assert.deepEqual(parse(FromPage, message), message);
  });

  it("are dropped when they carry anything more", () => {
    for (const message of good) assert.equal(parse(FromPage, { ...message, command: "x" }), undefined);
  });

  it("are dropped when a name could be anything but a name", () => {
    for (const evil of [
      "../../etc",
      "a b",
      "<b>",
      "__proto__",
      "constructor.x",
      "",
      "A",
      "x".repeat(65),
      7,
      null,
      {},
    ]) {
      assert.equal(parse(FromPage, { type: "visited", page: evil, section: "layers" }), undefined, String(evil));
      assert.equal(parse(FromPage, { type: "follow", target: `${evil}://x` }), undefined, String(evil));
    }
  });

  it("are dropped when they are too long", () => {
    const chosen = Array.from({ length: 17 }, (_, at) => `c${at}`);
    assert.equal(parse(FromPage, { type: "answered", lesson: "a", question: "b", chosen }), undefined);
    assert.equal(
      parse(PageState, { target: "a", scroll: 0, drafts: {}, example: { code: "x".repeat(8_001), source: "" } }),
      undefined,
    );
  });

  it("never throw, whatever arrives", () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withMap: true, withDate: true }), (data) => {
        for (const shape of [FromPage, ToPage, PageState]) parse(shape, data);
        return true;
      }),
    );
  });

  it("stay below 64 KB from the page, even the longest", () => {
    const name = "x".repeat(64);
    const longest: FromPage = { type: "answered", lesson: name, question: name, chosen: Array(16).fill(name) };
    assert.deepEqual(parse(FromPage, longest), longest);
    assert.ok(JSON.stringify(longest).length < 64 * 1024);
  });
});

describe("targets", () => {
  it("name a lesson, a section of one, a rule's page or the review", () => {
    assert.deepEqual(parseTarget("core-vs-orm"), { kind: "lesson", id: "core-vs-orm", section: undefined });
    assert.deepEqual(parseTarget("core-vs-orm#when-which"), {
      kind: "lesson",
      id: "core-vs-orm",
      section: "when-which",
    });
    assert.deepEqual(parseTarget("rule:query-get"), { kind: "rule", id: "query-get" });
    assert.deepEqual(parseTarget("review"), { kind: "review" });
  });

  it("are nothing else", () => {
    for (const text of ["", "#x", "a/b", "../a", "rule:", "rule:a/b", "A", "a#", "http:a", "a#b#c"]) {
      assert.equal(parseTarget(text), undefined, text);
    }
  });
});
