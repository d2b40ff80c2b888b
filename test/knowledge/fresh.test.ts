import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { root } from "../harness/parser.ts";

describe("the generated knowledge", () => {
  it("is what `npm run knowledge` would write", async () => {
    const generate = join(root, "scripts/knowledge/generate.mjs");
    const { code, output } = await new Promise<{ code: number; output: string }>((done) => {
      execFile(process.execPath, [generate, "--check"], (error, stdout, stderr) => {
        done({ code: typeof error?.code === "number" ? error.code : 0, output: stdout + stderr });
      });
    });
    assert.equal(code, 0, output);
  });
});
