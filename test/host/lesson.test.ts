import assert from "node:assert/strict";
import { join } from "node:path";
import { openWorkbench, projectRoot } from "./index.ts";

describe("a lesson in a real VS Code", () => {
  it("runs a program of lesson 1, under the panel's own policy and in high contrast, and shows the rows that came back", async () => {
    const workbench = await openWorkbench({
      extensionDir: projectRoot,
      workspace: join(projectRoot, "content/sample"),
      theme: "highContrast",
    });
    const refused: string[] = [];
    workbench.page.on("console", (message) => {
      if (/Content Security Policy/.test(message.text())) refused.push(message.text());
    });
    try {
      await workbench.openFile("library/catalogue.py");
      await workbench.runCommand("SQLAlchemy Coach: Open a lesson");
      const panel = await workbench.webview();
      assert.match((await panel.locator("body").getAttribute("class")) ?? "", /\bvscode-high-contrast\b/);
      await panel.locator("#start .way-next").click();
      const program = panel.locator('.program:has([data-program="why-map-1"])');
      await program.getByRole("button", { name: "Run", exact: true }).click();
      await program.locator(".rows").first().waitFor();
      assert.match(await program.locator(".rows").first().innerText(), /Toni Morrison/);
      assert.match(await program.locator(".step.sql").last().innerText(), /session\.commit\(\)[\s\S]*INSERT INTO book/);
      assert.deepEqual(refused, []);
    } finally {
      await workbench.close();
    }
  });
});
