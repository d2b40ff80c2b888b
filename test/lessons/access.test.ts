import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { questionsOf } from "../../content/answers.ts";
import type { Page as Lesson } from "../../content/schema.ts";
import { audit } from "./audit.ts";
import { type Harness, type Opened, type OpenOptions, startHarness } from "./harness.ts";
import { root } from "./root.ts";
import { THEME_NAMES, THEMES, wear } from "./themes.ts";

function allLessons(): string[] {
  const { lessons }: { lessons: { id: string }[] } = JSON.parse(
    readFileSync(join(root, "dist/content/index.json"), "utf8"),
  );
  return lessons.map(({ id }) => id);
}

describe("the lesson is accessible", () => {
  let harness: Harness;
  let opened: Opened | undefined;
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.close());
  afterEach(() => opened?.close());

  async function open(options: OpenOptions = {}): Promise<Opened> {
    opened = await harness.open({ lesson: "core-vs-orm", ...options });
    return opened;
  }

  for (const lesson of allLessons()) {
    it(`to axe and without scrolling sideways, ${lesson}: every section, questions open, right and wrong, in all themes`, async () => {
      const { page } = await open({ lesson });
      await unfold(page);
      for (const width of [320, 1200]) {
        await page.setViewportSize({ width, height: 900 });
        for (const [at, theme] of THEME_NAMES.entries()) {
          await page.evaluate(wear, THEMES[theme]);
          assert.deepEqual(await audit(page, at === 0 ? "all" : "colours"), [], `${theme}, ${width} px`);
        }
        const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert.equal(content, window);
      }
    });
  }

  it("to axe, on a rule's page and in a review with nothing due", async () => {
    const { rules } = JSON.parse(readFileSync(join(root, "dist/content/index.json"), "utf8"));
    for (const lesson of [`rule:${rules[0].id}`, "review"]) {
      const { page, close } = await open({ lesson, theme: "light", width: 320 });
      assert.deepEqual(await audit(page), []);
      await close();
    }
  });

  for (const width of [320, 600, 1200]) {
    it(`at ${width} px without scrolling sideways (600 is 200 % of 1200)`, async () => {
      const { page } = await open({ width });
      await unfold(page);
      const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.equal(content, window);
    });
  }

  it("by keyboard alone, from the first section to the last answer, with the focus always to be seen", async () => {
    const { page, panel } = await open();
    const { page: lesson } = panel.webview.sent.find((message) => Object.hasOwn(message as object, "page")) as {
      page: Lesson;
    };
    for (const [at, section] of lesson.sections.entries()) {
      for (const question of questionsOf({ sections: [section] })) {
        assert.ok(question.form !== "fix", "exercises have a test of their own");
        const fields = `[data-question="${question.id}"] input`;
        await tabTo(page, fields);
        for (const [index, { id }] of question.choices.entries()) {
          const isRight = question.answer.includes(id);
          if (question.form === "multi") {
            if (isRight) await page.keyboard.press("Space");
            if (index < question.choices.length - 1) await page.keyboard.press("Tab");
          } else if (isRight) {
            if (index === 0) await page.keyboard.press("Space");
            else for (let step = 0; step < index; step++) await page.keyboard.press("ArrowDown");
          }
        }
        await page.keyboard.press("Enter");
        assert.equal(await page.locator(`[data-question="${question.id}"]`).getAttribute("data-result"), "right");
        await tabTo(page, `[data-question="${question.id}"] button[type=submit]`);
        await page.keyboard.press("Enter");
      }
      if (at === lesson.sections.length - 1) continue;
      await tabTo(page, `#${section.id} .way-next`);
      await page.keyboard.press("Enter");
    }
    const all = questionsOf(lesson).length;
    assert.equal(await textOf(page.locator(".score")), `${all} of ${all} questions answered right.`);
    assert.equal(await textOf(page.locator(".count")), "13 of 13 sections read");
  });

  it("without movement for readers who want none", async () => {
    const { page } = await open({ lesson: "core-vs-orm#layers", reducedMotion: true });
    const moving = () => page.evaluate(() => document.getAnimations().length);
    await page.locator('input[value="old-new"]').check();
    await page.getByRole("button", { name: "Check answer" }).click();
    await page.locator('[data-part="engine"]').click();
    assert.equal(await moving(), 0);
  });

  it("without movement when VS Code itself says so", async () => {
    const { page } = await open({ lesson: "core-vs-orm#layers" });
    await page.evaluate(() => document.body.classList.add("vscode-reduce-motion"));
    await page.locator('[data-part="engine"]').click();
    assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  });

  it("on paper, with every section and nothing to press", async () => {
    const { page } = await open();
    await page.emulateMedia({ media: "print" });
    const headings = page.locator("main h2");
    assert.deepEqual(
      await headings.evaluateAll((all) => all.filter((heading) => !heading.checkVisibility()).length),
      0,
    );
    assert.equal(await page.locator("button:visible:not(.term)").count(), 0);
  });
});

/** Shows every section at once, and answers the questions: one wrong, one right, one not at all, and so on. */
async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const sheet of document.querySelectorAll(".sheet")) sheet.removeAttribute("hidden");
    for (const details of document.querySelectorAll("details:not([name])")) details.setAttribute("open", "");
    for (const [at, form] of [...document.querySelectorAll<HTMLFormElement>("form.question")].entries()) {
      const inputs = [...form.querySelectorAll("input")];
      for (const input of inputs) {
        if (at % 3 === 2 || form.dataset["result"] === (at % 3 === 0 ? "wrong" : "right")) break;
        for (const other of inputs) other.checked = other === input;
        form.querySelector("fieldset")?.dispatchEvent(new Event("change"));
        form.requestSubmit();
      }
    }
    return Promise.all(document.getAnimations().map((animation) => animation.finished));
  });
}

/** Presses Tab until an element that matches has the focus; on the way, each that has it must show it. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    const { found, seen, what } = await page.evaluate((wanted) => {
      const focused = document.activeElement;
      const shows = (element: Element | null | undefined) =>
        element != null &&
        getComputedStyle(element).outlineStyle !== "none" &&
        getComputedStyle(element).outlineWidth !== "0px";
      const rect = focused?.matches("[data-part]") ? focused.querySelector("rect") : undefined;
      const seen =
        focused === document.body ||
        focused?.tagName === "H2" ||
        shows(focused) ||
        shows(focused?.closest(".choice")) ||
        (rect != null && getComputedStyle(rect).strokeWidth === "3px");
      return { found: focused?.matches(wanted) ?? false, seen, what: focused?.outerHTML.slice(0, 120) };
    }, selector);
    assert.ok(seen, `the focus cannot be seen on ${what}`);
    if (found) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`no Tab leads to ${selector}`);
}

async function textOf(locator: Locator): Promise<string> {
  return (await locator.textContent()) ?? "";
}
