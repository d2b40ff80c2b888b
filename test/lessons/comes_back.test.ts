import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { PageState } from "../../client/src/lessons/messages.ts";
import { type Harness, type Opened, type OpenOptions, startHarness } from "./harness.ts";
import { memoryStore } from "./memory_store.ts";

describe("a lesson comes back", () => {
  let harness: Harness;
  let opened: Opened[] = [];
  before(async () => {
    harness = await startHarness();
  });
  after(() => harness.close());
  afterEach(async () => {
    for (const one of opened) {
      await one.close();
      assert.deepEqual(one.errors, [], "errors in the page");
      assert.deepEqual(one.strays, [], "requests to elsewhere");
    }
    opened = [];
  });

  async function open(options: OpenOptions = {}): Promise<Opened> {
    const one = await harness.open({ lesson: "core-vs-orm", ...options });
    opened.push(one);
    return one;
  }

  it("after a reload of the window to the same section, answers, choices, line and scroll", async () => {
    const store = memoryStore();
    const example = { code: "session.get(Author, 1)", source: "app.py:3" };
    const first = await open({ lesson: "core-vs-orm#quiz", store, example });
    await answer(first.page.locator('[data-question="engine-room"]'), "right");
    await first.page.locator('[data-question="drop-down"] input[value="report"]').check();
    await first.page.evaluate(() => window.scrollTo(0, 700));
    await first.settled();
    const kept = first.state();
    assert.ok(PageState.safeParse(kept).success);

    const again = await open({ store, state: kept });
    assert.deepEqual(await visibleHeadings(again.page), ["Check yourself"]);
    assert.equal(await again.page.evaluate(() => window.scrollY), 700);
    assert.equal(await again.page.locator('[data-question="engine-room"]').getAttribute("data-result"), "wrong");
    assert.equal(await again.page.locator('[data-question="drop-down"] input[value="report"]').isChecked(), true);
    assert.equal(await again.page.locator(".example code").textContent(), example.code);
  });

  it("after being hidden, when VS Code throws the page away", async () => {
    const { page, panel, settled } = await open({ lesson: "core-vs-orm#layers" });
    await page.getByRole("button", { name: /^Next/ }).click();
    await settled();
    panel.setVisible(false);
    panel.setVisible(true);
    await page.reload();
    await page.locator("main:not([aria-busy])").waitFor();
    assert.deepEqual(await visibleHeadings(page), ["Core: SQL as Python values"]);
  });

  it("to the last place when it is opened without saying where", async () => {
    const store = memoryStore();
    const first = await open({ lesson: "core-vs-orm#django", store });
    await first.settled();
    const again = await harness.open({ store });
    opened.push(again);
    assert.deepEqual(await visibleHeadings(again.page), ["If you know Django's ORM"]);
  });

  it("at the start when what was kept is damaged", async () => {
    for (const state of ["x", null, { target: "../x", scroll: 0, drafts: {} }, { scroll: -1 }]) {
      const { page } = await open({ state });
      assert.deepEqual(await visibleHeadings(page), ["Two things under one name"]);
    }
  });

  it("with the answer, where all that was kept of the page is the choice that became it", async () => {
    const store = memoryStore();
    const first = await open({ lesson: "core-vs-orm#layers", store });
    const question = first.page.locator('[data-question="two-layers"]');
    await question.locator('input[value="orm-on-core"]').check();
    await first.settled();
    // An editor that ends may have written the page's own state down before the answer was checked.
    const kept = first.state();
    await answer(question, "orm-on-core");
    await first.settled();
    const again = await open({ store, state: kept });
    assert.equal(await again.page.locator('[data-question="two-layers"]').getAttribute("data-result"), "right");
  });

  describe("to a window that it was left open in, when another has gone on with it", () => {
    async function twoWindows() {
      const store = memoryStore();
      const here = await open({ lesson: "core-vs-orm#quiz", store });
      await here.settled();
      const there = await open({ lesson: "core-vs-orm#layers", store });
      return { here, there };
    }

    it("with what was answered and read there, and without turning the page", async () => {
      const { here, there } = await twoWindows();
      await answer(there.page.locator('[data-question="two-layers"]'), "orm-on-core");
      await there.lessons.open({ lesson: "core-vs-orm#quiz" });
      await answer(there.page.locator('[data-question="engine-room"]'), "right");
      await there.settled();
      assert.equal(await here.page.locator("form[data-result]").count(), 0);
      await here.page.evaluate(() => window.scrollTo(0, 300));
      await here.lessons.refocused();
      await here.settled();
      assert.equal(await here.page.locator('[data-question="engine-room"]').getAttribute("data-result"), "wrong");
      assert.match((await here.page.locator(".count").textContent()) ?? "", /^2 of 13/);
      assert.match((await here.page.locator(".score").textContent()) ?? "", /^1 of /);
      assert.equal(await here.page.getByRole("button", { name: "Review what you missed" }).count(), 0);
      assert.deepEqual(await visibleHeadings(here.page), ["Check yourself"]);
      assert.equal(await here.page.evaluate(() => window.scrollY), 300);
    });

    it("but for a question that is just being answered here", async () => {
      const { here, there } = await twoWindows();
      const question = here.page.locator('[data-question="drop-down"]');
      await question.locator('input[value="report"]').check();
      await there.lessons.open({ lesson: "core-vs-orm#quiz" });
      await answer(there.page.locator('[data-question="drop-down"]'), "report", "import");
      await there.settled();
      await here.lessons.refocused();
      await here.settled();
      assert.equal(await question.getAttribute("data-result"), null);
      assert.equal(await question.locator('input[value="import"]').isChecked(), false);
      assert.equal(await question.locator('input[value="report"]').isChecked(), true);
    });

    it("and starts over with it", async () => {
      const { here, there } = await twoWindows();
      await answer(here.page.locator('[data-question="engine-room"]'), "underneath");
      await here.settled();
      await there.lessons.open({ lesson: "core-vs-orm#which-layer" });
      await there.page.getByRole("button", { name: "Start this lesson over" }).click();
      await there.settled();
      await here.lessons.refocused();
      await here.settled();
      assert.equal(await here.page.locator("form[data-result], input:checked").count(), 0);
    });

    it("when its tab is turned to, too", async () => {
      const { here, there } = await twoWindows();
      await there.lessons.open({ lesson: "core-vs-orm#quiz" });
      await answer(there.page.locator('[data-question="engine-room"]'), "underneath");
      await there.settled();
      here.panel.setVisible(true);
      await here.page.locator('[data-question="engine-room"][data-result=right]').waitFor();
    });
  });
});

async function answer(form: Locator, ...choices: string[]): Promise<void> {
  for (const box of await form.locator("input[type=checkbox]:checked").all()) await box.uncheck();
  for (const choice of choices) await form.locator(`input[value="${choice}"]`).check();
  await form.getByRole("button", { name: "Check answer" }).click();
}

function visibleHeadings(page: Opened["page"]): Promise<string[]> {
  return page
    .locator("main section")
    .evaluateAll((sections) =>
      sections
        .filter((section) => !section.parentElement?.hasAttribute("hidden"))
        .map((section) => section.querySelector("h2")?.textContent ?? ""),
    );
}
