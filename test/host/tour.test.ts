import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openWorkbench, projectRoot } from "./index.ts";
import { temporaryCopy } from "./temporary.ts";

describe("the guided migration in a real VS Code", () => {
  it("leads through the sample workspace: start, apply, next, reload, done", async () => {
    const workspace = await temporaryCopy(join(projectRoot, "content/sample"), "sample");
    // On 1.4, which it names, the fixes of its columns would have to be reviewed.
    await writeFile(join(workspace, "requirements.txt"), "SQLAlchemy==2.0.58\n");
    const { page, reload, close } = await openWorkbench({ extensionDir: projectRoot, workspace });
    const note = page.locator(".review-widget");
    const press = (link: string) => note.getByRole("link", { name: link, exact: true }).click();
    const status = page.locator(".statusbar");
    try {
      await page.locator(".activitybar a[aria-label='SQLAlchemy Coach']").click();
      await page.getByRole("button", { name: "Start guided migration" }).click();
      await note.getByText("1 of 2 · select-list").waitFor();
      await note.getByText("On SQLAlchemy 2.0 this raises an error.").waitFor();
      await page.locator(".editor-instance .view-line", { hasText: "select([authors.c.name, age])" }).waitFor();

      await press("Apply");
      await note.getByText("Gone: the code was analysed again").waitFor();
      await page.locator(".editor-instance .view-line", { hasText: "select(authors.c.name, age)" }).waitFor();
      await status.getByText("1 of 2 done · select-list").waitFor();
      await press("Next");
      await status.getByText("2 of 2 · select-list").waitFor();

      await page.keyboard.press("Control+S");
      await page.locator(".tab.dirty").first().waitFor({ state: "detached" });
      await reload();
      await status.getByText("2 of 2 · select-list").waitFor();
      await note.getByText("2 of 2 · select-list").waitFor();

      const title = note.locator(".review-title", { hasText: " of " });
      const ended = page.locator(".notifications-toasts", { hasText: "Guided migration: at its end" });
      const labels = new Set<string>();
      for (;;) {
        // Between two steps there is neither.
        await title.or(ended).first().waitFor();
        if (await ended.isVisible()) break;
        let label = (await title.textContent()) ?? "";
        labels.add(label);
        if (label.includes("bare-column")) {
          await press("Apply all 8 safe ones");
          label = "8 of 8 done · bare-column";
          await title.getByText(label).waitFor();
          await note.getByText("Gone: the code was analysed again").waitFor();
          await press("Next");
        } else await press("Skip");
        await page.waitForFunction(
          (before) => document.querySelector(".review-widget .review-title")?.textContent !== before,
          label,
        );
      }
      assert.equal(labels.size, 21, [...labels].join("\n"));
      assert.match(
        await ended.innerText(),
        /9 findings are gone, 20 remain because you skipped them: select-list \(1\)/,
      );
      await note.waitFor({ state: "hidden" });
      assert.equal(await status.getByText("select-list").count(), 0);
    } finally {
      await close();
      await rm(workspace, { recursive: true, force: true });
    }
  });

  it("is started from a lesson without covering it, opens no file twice, and no panel of the editor's", async () => {
    const { page, openFile, runCommand, webview, close } = await openWorkbench({
      extensionDir: projectRoot,
      workspace: join(projectRoot, "content/sample"),
    });
    try {
      await openFile("library/reports.py");
      await runCommand("SQLAlchemy Coach: Open a lesson");
      const panel = await webview();
      await panel.getByText("One toolkit, two layers").click();
      await runCommand("SQLAlchemy Coach: Start guided migration");
      await page.locator(".review-widget").getByText("1 of 2 · select-list").waitFor();
      assert.deepEqual(await page.locator(".tab .label-name").allInnerTexts(), [
        "reports.py",
        "What SQLAlchemy is: Core and ORM",
      ]);
      assert.equal(await panel.getByText("One toolkit, two layers").isVisible(), true);
      assert.equal(await page.locator(".comments-panel").count(), 0);
    } finally {
      await close();
    }
  });
});
