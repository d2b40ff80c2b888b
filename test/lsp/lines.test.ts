import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Lines } from "../../server/src/lsp/lines.ts";

/** Texts of the units that matter: every line end, an astral character's halves, a byte order mark, tabs. */
const hostileText = fc
  .array(fc.constantFrom("a", "\n", "\r", "\r\n", "𝕏", "\uFEFF", "\t", "\u2028", "é"), { maxLength: 30 })
  .map((parts) => parts.join(""));

describe("lines", () => {
  it("count UTF-16 units and end at \\n, \\r\\n and a lone \\r only", () => {
    const lines = new Lines("\uFEFFa\r\n𝕏b\rc\u2028d\n");
    assert.equal(lines.count, 4);
    assert.deepEqual(lines.positionAt(0), { line: 0, character: 0 });
    assert.deepEqual(lines.positionAt(4), { line: 1, character: 0 });
    assert.deepEqual(lines.positionAt(6), { line: 1, character: 2 });
    assert.deepEqual(lines.positionAt(8), { line: 2, character: 0 });
    assert.deepEqual(lines.positionAt(12), { line: 3, character: 0 });
  });

  it("take a position past a line's end for that end, and one past the text for its end", () => {
    const lines = new Lines("ab\r\ncd");
    assert.equal(lines.offsetAt({ line: 0, character: 99 }), 2);
    assert.equal(lines.offsetAt({ line: 1, character: 99 }), 6);
    assert.equal(lines.offsetAt({ line: 7, character: 0 }), 6);
    assert.equal(lines.offsetAt({ line: -1, character: 5 }), 0);
    assert.equal(lines.offsetAt({ line: 0, character: -5 }), 0);
  });

  it("turn a range that is the wrong way round", () => {
    const span = new Lines("abc").spanOf({ start: { line: 0, character: 2 }, end: { line: 0, character: 1 } });
    assert.deepEqual(span, { start: 1, end: 2 });
  });

  it("give back whole lines around a span, and not the one that it ends before", () => {
    const lines = new Lines("one\r\n  two\r\nthree");
    assert.equal(lines.linesAround({ start: 8, end: 9 }), "  two");
    assert.equal(lines.linesAround({ start: 5, end: 12 }), "  two");
    assert.equal(lines.linesAround({ start: 1, end: 9 }), "one\r\n  two");
  });

  it("find every offset again from its position", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const lines = new Lines(text);
        for (let offset = 0; offset <= text.length; offset++) {
          // Between the halves of \r\n there is no position.
          if (text[offset - 1] === "\r" && text[offset] === "\n") continue;
          assert.equal(lines.offsetAt(lines.positionAt(offset)), offset);
        }
      }),
    );
  });

  it("after an edit are those of the edited text", () => {
    fc.assert(
      fc.property(hostileText, hostileText, fc.nat(), fc.nat(), (text, inserted, a, b) => {
        const from = a % (text.length + 1);
        const to = b % (text.length + 1);
        const span = { start: Math.min(from, to), end: Math.max(from, to) };
        const edited = new Lines(text).replaced(span, inserted);
        assert.deepEqual(edited, new Lines(text.slice(0, span.start) + inserted + text.slice(span.end)));
        const whole = { start: 0, end: edited.text.length };
        assert.deepEqual(edited.rangeOf(whole), new Lines(edited.text).rangeOf(whole));
        assert.equal(edited.count, new Lines(edited.text).count);
        for (let offset = 0; offset <= edited.text.length; offset++) {
          assert.deepEqual(edited.positionAt(offset), new Lines(edited.text).positionAt(offset));
        }
      }),
      { numRuns: 500 },
    );
  });
});
