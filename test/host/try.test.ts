import assert from "node:assert/strict";
import { join } from "node:path";
import { projectRoot } from "./index.ts";
import { run } from "./run.ts";

describe("npm run try", () => {
  it("prints an address, and the extension activates in the workbench there", async () => {
    // What other tests are reading just now is not built once more.
    const output = await run(process.execPath, [join(projectRoot, "scripts/try.mjs"), "--check", "--no-build"]);
    assert.match(output, /^http:\/\/127\.0\.0\.1:\d+\/\?folder=/m);
    assert.match(output, /activates for a Python file/);
  });
});
