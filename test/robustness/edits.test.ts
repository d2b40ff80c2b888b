import assert from "node:assert/strict";
import fc from "fast-check";
import type { Service } from "../../server/src/service/index.ts";
import { applyEdits, type TextEdit } from "../../server/src/syntax/index.ts";
import { testParser } from "../harness/parser.ts";
import { type Program, programs, put, serviceOf } from "./corpus.ts";
import { Trial } from "./trial.ts";

const lines = [...new Set(programs.flatMap(({ files }) => files.flatMap(({ text }) => text.split("\n"))))];
const pieces = ["x", " ", "\n", "\n    ", "(", ")", ",", '"', "#", ".", "=", ":", "\u{1F40D}", "\r\n", "é", '"""'];

/** Where and what to edit, as parts of the whole: the text that it will meet is not known yet. */
const change = fc.record({
  file: fc.nat(99),
  at: fc.nat(9999),
  how: fc.oneof(
    fc.record({ length: fc.nat(9), piece: fc.constantFrom("", ...pieces) }),
    fc.record({ line: fc.constantFrom("", ...lines) }),
  ),
});

/** Types a piece in the middle of a line, or replaces a whole line. */
function editFor(text: string, { at, how }: typeof change extends fc.Arbitrary<infer T> ? T : never): TextEdit {
  const start = at % (text.length + 1);
  if ("piece" in how) return { span: { start, end: Math.min(start + how.length, text.length) }, text: how.piece };
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const lineEnd = text.indexOf("\n", lineStart);
  return { span: { start: lineStart, end: lineEnd < 0 ? text.length : lineEnd }, text: how.line };
}

/** Findings rest on the meaning of other files: where the reasons stand there may be told late, all else may not. */
const findingsOf = (service: Service, { files }: Program) =>
  files.map(({ uri }) =>
    service.findings(uri).map((finding) => ({
      ...finding,
      because: finding.because.map(({ text, at }) => (at?.uri === uri ? { text, at } : { text })),
    })),
  );

describe("robustness: random edits", () => {
  it("leave the findings of a fresh parse, in every file of the program, and fixes that hold", async () => {
    const parser = await testParser();
    let whole = 0;
    let found = 0;
    let fixes = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...programs),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        async (program, changes) => {
          const service = await serviceOf(program);
          const fresh = await serviceOf(program);
          service.apply(program.files.map(({ uri, text }) => ({ kind: "set", uri, version: 1, text, open: true })));
          findingsOf(service, program);
          changes.forEach((each, index) => {
            const uri = program.files[each.file % program.files.length]?.uri ?? "";
            const { text = "" } = service.document(uri) ?? {};
            const edit = editFor(text, each);
            service.apply([{ kind: "edit", uri, version: index + 2, edits: [edit] }]);
            put(fresh, uri, applyEdits(text, [edit]), index + 2);
            const texts = program.files.map((file) => service.document(file.uri)?.text ?? "");
            if (!texts.every((now) => parser.accepts(now))) return;
            whole++;
            const now = findingsOf(service, program);
            found += now.flat().length;
            assert.deepEqual(now, findingsOf(fresh, program));
            if (index === changes.length - 1) {
              const trial = new Trial(parser);
              trial.try(fresh, program.name, uri, service.document(uri)?.text ?? "");
              fixes += trial.fixes;
              assert.deepEqual(trial.problems, []);
            }
          });
          service.dispose();
          fresh.dispose();
        },
      ),
      { numRuns: 320, seed: 2026, endOnFailure: true },
    );
    const counts = `${whole} texts were whole, with ${found} findings and ${fixes} fixes`;
    assert.ok(whole > 300 && found > 300 && fixes > 50, counts);
  });
});
