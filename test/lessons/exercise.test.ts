import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { Code } from "../../client/src/lessons/code.ts";
import { questionsOf } from "../../content/answers.ts";
import type { FixQuestion, Page as Lesson } from "../../content/schema.ts";
import { type Analyser, createAnalyser } from "../../server/src/main/analyser.ts";
import { lineAt, lineStarts } from "../../server/src/syntax/index.ts";
import { type Harness, type Opened, startHarness } from "./harness.ts";
import { root } from "./root.ts";

/** The real page, the real Python in it, and the real analyser; an editor's server is all that is missing. */
describe("an exercise", () => {
  let harness: Harness;
  let analyser: Analyser;
  let opened: Opened | undefined;
  before(async () => {
    harness = await startHarness();
    analyser = await createAnalyser(root);
  });
  after(async () => {
    await harness.close();
    analyser.dispose();
  });
  afterEach(async () => {
    await opened?.close();
    assert.deepEqual(opened?.errors, []);
    assert.deepEqual(opened?.strays, []);
    opened = undefined;
  });

  const judge: Code["judge"] = async ({ setup, code }) => {
    const text = `${setup}\n${code}`;
    const starts = lineStarts(text);
    const ahead = setup.split("\n").length;
    const found = analyser.fullFindings(text).flatMap(({ span, rule, message }) => {
      const line = lineAt(starts, span.start) + 1 - ahead;
      return line > 0 ? [{ line, rule, message }] : [];
    });
    return { findings: found };
  };

  async function open(lesson: string, id: string, options: { code?: Pick<Code, "judge">; state?: unknown } = {}) {
    opened = await harness.open({ lesson, code: { judge }, ...options });
    const { panel, page } = opened;
    const shown = panel.webview.sent.findLast(
      (message): message is { page: Lesson } => typeof message === "object" && message !== null && "page" in message,
    );
    assert.ok(shown);
    const question = questionsOf(shown.page).find((each): each is FixQuestion => each.form === "fix" && each.id === id);
    assert.ok(question);
    return { ...opened, page, question, form: page.locator(`[data-question="${id}"]`) };
  }

  it("is done by keyboard alone: tried as it is, mended, right, and on to what follows", async () => {
    const { page, question, form, store, settled } = await open("session#old-code", "fix-get");
    await tabTo(page, "[data-question=fix-get] button[type=submit]");
    await page.keyboard.press("Enter");
    await form.locator(".verdict").waitFor();
    assert.equal(await form.getAttribute("data-result"), "wrong");
    assert.match((await form.locator(".feedback").textContent()) ?? "", /Line 2: .*Line 4: /s);
    await tabTo(page, "[data-question=fix-get] textarea", "Shift+Tab");
    await write(page, question.solution.code);
    await page.keyboard.press("Escape");
    assert.equal(await form.getAttribute("data-result"), null, "what was said of the old text is taken back");
    await page.keyboard.press("Enter");
    await page.locator("[data-question=fix-get][data-result=right]").waitFor();
    await page.locator(":focus", { hasText: /^Continue$/ }).waitFor();
    await page
      .getByRole("status")
      .filter({ hasText: /^Right\. / })
      .waitFor({ state: "attached" });
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement?.closest(".question-fix") === null);
    await settled();
    const kept = store.get("sqlalchemyCoach.lessons.session") as { answers: Record<string, { right: boolean }> };
    assert.equal(kept.answers["fix-get"]?.right, true);
  });

  it("is not right when it prints something else, or stops with an error", async () => {
    const { page, form } = await open("engine#quiz", "fix-lost-write");
    await form.getByRole("button", { name: "Edit" }).click();
    await form.locator("textarea:focus").waitFor();
    await write(page, "print(2)\n");
    await form.getByRole("button", { name: "Run and check" }).click();
    await form.locator(".verdict").waitFor();
    assert.match((await form.locator(".feedback").textContent()) ?? "", /It prints something else\./);
    await form.locator("textarea").focus();
    await write(page, "print(1)\n1 / 0\n");
    await form.getByRole("button", { name: "Run and check" }).click();
    await form.locator(".verdict").waitFor();
    assert.match(
      (await form.locator(".feedback").textContent()) ?? "",
      /did not come to its end\..*ZeroDivisionError/s,
    );
  });

  it("keeps what was written across a reload, and goes back to how it was", async () => {
    const { page, form, state, settled, question } = await open("session#old-code", "fix-get");
    await form.getByRole("button", { name: "Edit" }).click();
    await form.locator("textarea:focus").waitFor();
    await write(page, "mine = '<img src=x onerror=alert(1)>'\n");
    await settled();
    const kept = state();
    await opened?.close();
    const again = await open("session#old-code", "fix-get", { state: kept });
    const field = again.form.locator("textarea");
    await field.waitFor();
    assert.equal(await field.inputValue(), "mine = '<img src=x onerror=alert(1)>'\n");
    assert.equal(await again.page.locator("main img").count(), 0);
    await again.form.getByRole("button", { name: "Reset" }).click();
    assert.equal(await field.inputValue(), question.code.trimEnd());
  });

  it("says so where no analyser runs", async () => {
    const { form } = await open("session#old-code", "fix-get", { code: { judge: async () => undefined } });
    await form.getByRole("button", { name: "Run and check" }).click();
    await form.getByText("The analyser is not running").waitFor();
    assert.equal(await form.getAttribute("data-result"), null);
  });
});

/** Replaces what is in the focused field, as a person does; the editor is loaded when it is first asked for. */
async function write(page: Page, text: string): Promise<void> {
  await page.locator("textarea:focus").waitFor();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText(text);
}

async function tabTo(page: Page, selector: string, key = "Tab"): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
    await page.keyboard.press(key);
  }
  assert.fail(`no ${key} leads to ${selector}`);
}
