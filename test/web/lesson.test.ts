import assert from "node:assert/strict";
import { join } from "node:path";
import { projectRoot } from "../host/index.ts";
import { openWebWorkbench } from "./index.ts";

describe("a lesson in the serverless workbench", () => {
  it("opens, runs its first program in the browser, takes an answer, finds the reader's own code, and comes back after a reload", async () => {
    const { page, webview, runCommand, close } = await openWebWorkbench({
      extensionDir: projectRoot,
      workspace: join(projectRoot, "content/sample"),
    });
    const refused: string[] = [];
    page.on("console", (message) => {
      if (/Content Security Policy/.test(message.text())) refused.push(message.text());
    });
    try {
      // The palette lists what is there when it opens.
      await page.locator(".activitybar a[aria-label='SQLAlchemy Coach']").waitFor();
      await runCommand("SQLAlchemy Coach: Open a lesson");
      const panel = await webview();
      await panel.locator("#start .way-next").click();
      const program = panel.locator('.program:has([data-program="why-map-1"])');
      await program.getByRole("button", { name: "Run", exact: true }).click();
      await program.locator(".rows").first().waitFor();
      assert.match(await program.locator(".rows").first().innerText(), /Toni Morrison/);
      assert.match(await program.locator(".step.sql").last().innerText(), /session\.commit\(\)[\s\S]*INSERT INTO book/);

      await panel.locator("#why-map .way-next").click();
      const question = panel.locator('[data-question="two-layers"]');
      await question.getByRole("button", { name: "Check answer" }).click();
      await question.getByText("Choose an answer first.").waitFor();
      await question.locator('input[value="core-on-orm"]').check();
      await question.getByRole("button", { name: "Check answer" }).click();
      await question.getByText("It is the other way round.").waitFor();
      await question.locator('input[value="orm-on-core"]').check();
      await question.getByRole("button", { name: "Check answer" }).click();
      await question.getByRole("button", { name: "Continue" }).waitFor();

      // The analyser is a worker here, the files are virtual.
      await panel.locator(".places summary").first().click();
      await panel.locator(".place", { hasText: "declarative_base" }).first().waitFor();

      await page.evaluate(kept, "two-layers:{chosen:[orm-on-core],right:true");
      await page.evaluate(kept, "target:core-vs-orm#layers");
      await page.reload();
      const restored = await webview();
      const answered = restored.locator('[data-question="two-layers"]');
      await answered.getByRole("button", { name: "Continue" }).waitFor();
      assert.equal(await answered.getAttribute("data-result"), "right");
      assert.deepEqual(refused, []);
    } finally {
      await close();
    }
  });
});

/** Resolves when the workbench has written a text down, quotation marks aside: it does so some seconds after it was asked to. */
async function kept(text: string): Promise<void> {
  const done = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const valuesOf = async (name: string): Promise<unknown[]> => {
    const database = await done(indexedDB.open(name));
    try {
      const stores = [...database.objectStoreNames];
      return (
        await Promise.all(stores.map((store) => done(database.transaction(store).objectStore(store).getAll())))
      ).flat();
    } finally {
      database.close();
    }
  };
  for (;;) {
    const databases = await indexedDB.databases();
    const values = (await Promise.all(databases.map(({ name = "" }) => valuesOf(name)))).flat();
    if (values.some((value) => typeof value === "string" && value.replace(/[\\"]/g, "").includes(text))) return;
    await new Promise(requestAnimationFrame);
  }
}
