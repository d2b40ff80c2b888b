import assert from "node:assert/strict";
import { join } from "node:path";
import { compileSuite, projectRoot, runSuite } from "../host/index.ts";
import { runWebSuite } from "../web/index.ts";

const suiteFile = join(projectRoot, "test/lsp/editor.suite.ts");
const workspace = join(projectRoot, "test/lsp/fixtures/workspace");

describe("the extension", () => {
  it("works in a real VS Code", async () => {
    // The browser's workbench brings no notebook editor.
    const notebooks = join(projectRoot, "test/lsp/notebook.suite.ts");
    const suite = await compileSuite([suiteFile, notebooks], "node");
    const { code, output } = await runSuite({ extensionDir: projectRoot, workspace, suite });
    assert.equal(code, 0, output.join("\n"));
  });

  it("works in a browser alone, on a virtual file system", async () => {
    const suite = await compileSuite([suiteFile], "web");
    const { code, output } = await runWebSuite({ extensionDir: projectRoot, workspace, suite });
    assert.equal(code, 0, output.join("\n"));
  });
});
