import assert from "node:assert/strict";
import { programs, put, serviceOf } from "./corpus.ts";

/** A prime, so that the offsets fall on every kind of place in the course of the corpus. */
const step = 97;

describe("robustness: truncated files", () => {
  it("never throw, and leave a service that still works", async () => {
    let phase = 0;
    let tried = 0;
    for (const program of programs) {
      const service = await serviceOf(program);
      const before = program.files.map(({ uri }) => service.findings(uri));
      for (const { uri, text } of program.files) {
        let at = phase;
        for (; at < text.length; at += step) {
          for (const part of [text.slice(0, at), text.slice(at)]) {
            put(service, uri, part);
            for (const other of program.files) service.findings(other.uri);
            service.label(uri, part.length);
            service.fixAll(uri, { safety: "review" });
            tried++;
          }
        }
        phase = at - text.length;
        put(service, uri, text);
      }
      assert.deepEqual(
        program.files.map(({ uri }) => service.findings(uri)),
        before,
        program.name,
      );
      service.dispose();
    }
    assert.ok(tried > 1500, `only ${tried} texts`);
  });
});
