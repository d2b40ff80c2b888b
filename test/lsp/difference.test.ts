import assert from "node:assert/strict";
import * as fc from "fast-check";
import { difference } from "../../server/src/lsp/difference.ts";
import { applyEdits } from "../../server/src/syntax/text.ts";

const lines = fc
  .array(fc.constantFrom("a = 1\n", "b = 2\r\n", "\n", "é𝕏𝕐\n", "a = 12\n", "c\r", "tail"), { maxLength: 12 })
  .map((all) => all.join(""));

describe("difference", () => {
  it("turns the one text into the other", () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => assert.equal(applyEdits(before, difference(before, after)), after)),
      {
        numRuns: 500,
      },
    );
  });

  it("touches only what differs", () => {
    const before = "one\ntwo = select([a])\nthree\nfour = select([b])\n";
    const edits = difference(before, before.replaceAll("([", "(").replaceAll("])", ")"));
    assert.deepEqual(edits, [
      { span: { start: 17, end: 20 }, text: "a" },
      { span: { start: 42, end: 45 }, text: "b" },
    ]);
    assert.deepEqual(difference(before, before), []);
  });

  it("parts neither a surrogate pair nor a line end", () => {
    // 𝕏 and 𝕐 share their first unit.
    assert.deepEqual(difference("x = '𝕏'", "x = '𝕐'"), [{ span: { start: 5, end: 7 }, text: "𝕐" }]);
    assert.deepEqual(difference("a\n", "a\r\n"), [{ span: { start: 1, end: 2 }, text: "\r\n" }]);
  });
});
