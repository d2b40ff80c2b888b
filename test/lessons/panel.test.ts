import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { questionsOf } from "../../content/answers.ts";
import { type Page as Lesson, Page as PageShape } from "../../content/schema.ts";
import { type Harness, type Opened, type OpenOptions, startHarness } from "./harness.ts";
import { memoryStore } from "./memory_store.ts";
import { root } from "./root.ts";

const DAY = 24 * 60 * 60 * 1000;

describe("the lesson panel", () => {
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

  describe("opens", () => {
    it("at the section that was asked for", async () => {
      const { page } = await open({ lesson: "core-vs-orm#when-which" });
      assert.deepEqual(await visibleHeadings(page), ["When to use which"]);
      assert.match(await textOf(page.locator(".outline [aria-current]")), /^When to use which \(read\)$/);
    });

    it("at the start for a section that does not exist", async () => {
      const { page } = await open({ lesson: "core-vs-orm#nowhere" });
      assert.deepEqual(await visibleHeadings(page), ["Two things under one name"]);
    });

    it("on a rule's page, and in its place on a lesson", async () => {
      const [rule] = JSON.parse(readFileSync(join(root, "dist/content/index.json"), "utf8")).rules;
      const { page, lessons, panel, settled } = await open({ lesson: `rule:${rule.id}` });
      assert.equal(await textOf(page.locator("h1")), rule.title);
      assert.equal(panel.title, rule.title);
      assert.ok((await page.locator("main h3").count()) >= 2);
      await lessons.open({ lesson: "core-vs-orm" });
      await settled();
      assert.deepEqual(await visibleHeadings(page), ["Two things under one name"]);
    });

    it("beside the editor, once, and is used again", async () => {
      const { lessons, fake, page, settled } = await open();
      await lessons.open({ lesson: "core-vs-orm#orm" });
      await settled();
      assert.equal(fake.seen.panels.length, 1);
      assert.equal(fake.seen.panels[0]?.column, fake.ViewColumn.Beside);
      assert.equal(fake.seen.panels[0]?.revealed, 1);
      assert.deepEqual(await visibleHeadings(page), ["The ORM: objects that save themselves"]);
    });

    it("with a sentence, and no page, for what does not exist", async () => {
      for (const lesson of ["no-such-lesson", "rule:no-such-rule"]) {
        const { page } = await open({ lesson });
        assert.match(await textOf(page.getByRole("alert")), /^There is no (lesson|rule) "no-such-/);
      }
    });

    it("under a policy that lets in no more than running a program takes, and may read only its own folders", async () => {
      const { panel } = await open();
      const policy = /Content-Security-Policy" content="([^"]+)"/.exec(panel.webview.html)?.[1] ?? "";
      const own = panel.webview.cspSource;
      assert.deepEqual(policy.replace(/nonce-[0-9a-f]{32}/, "nonce").split("; "), [
        "default-src 'none'",
        "script-src 'nonce' 'wasm-unsafe-eval'",
        `style-src ${own}`,
        `connect-src ${own}`,
        "worker-src blob:",
        "base-uri 'none'",
        "form-action 'none'",
      ]);
      const { localResourceRoots } = panel.webview.options as { localResourceRoots: { path: string }[] };
      const folders = localResourceRoots.map(({ path }) => path.slice(path.indexOf("/dist")));
      assert.deepEqual(folders, ["/dist/webview", "/dist/content", "/dist/runtime"]);
    });
  });

  it("lets the text be read, and says what is wrong, where the rest of the page can't be loaded", async () => {
    const { page, close } = await harness.open({ lesson: "core-vs-orm#layers", missing: /activities\.js/ });
    assert.match(await textOf(page.locator("main [role=alert]")), /activities\.js/);
    assert.match(await textOf(page.locator("#layers")), /The ORM is built out of Core/);
    await page.getByRole("button", { name: /^Next/ }).click();
    assert.deepEqual(await visibleHeadings(page), ["Core: SQL as Python values"]);
    await close();
  });

  describe("shows the reader's own line", () => {
    const hostile = `session.query("<img src=x onerror=alert(1)>")\n</code><script>alert(1)</script>{0}`;

    it("as text, at the top of the section, whatever is in it", async () => {
      const { page } = await open({
        lesson: "core-vs-orm#orm",
        example: { code: hostile, source: `<b onclick="x">app.py</b>:3` },
      });
      const example = page.locator("#orm .example");
      assert.equal(await example.locator("code").textContent(), hostile);
      assert.equal(await example.locator(".source").textContent(), `<b onclick="x">app.py</b>:3`);
      assert.equal(await page.locator("main img, main script, .example b").count(), 0);
    });

    it("and leaves out one that is not of the agreed shape", async () => {
      const { page } = await open({ example: { code: "x".repeat(9_000), source: "" } });
      assert.equal(await page.locator(".example").count(), 0);
    });
  });

  describe("moves", () => {
    it("to the next section and back, with the focus on its heading", async () => {
      const { page } = await open();
      await page.getByRole("button", { name: /^Next/ }).click();
      assert.deepEqual(await visibleHeadings(page), ["Why map objects to tables?"]);
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Why map objects to tables?");
      await page.getByRole("button", { name: /^Previous/ }).click();
      assert.deepEqual(await visibleHeadings(page), ["Two things under one name"]);
    });

    it("by the contents, and counts what was read", async () => {
      const { page, settled, store } = await open();
      await page.locator(".outline").getByRole("link", { name: "The picture" }).click();
      await settled();
      assert.deepEqual(await visibleHeadings(page), ["The picture"]);
      assert.equal(await textOf(page.locator(".count")), "2 of 13 sections read");
      assert.deepEqual(store.values.get("sqlalchemyCoach.lessons.place"), "core-vs-orm#layers");
    });

    it("from the last answer to the end, and from there to the next lesson", async () => {
      const { page, settled } = await open({ lesson: "core-vs-orm#which-layer" });
      await answer(page.locator('[data-question="layer-execute"]'), "core");
      await page.getByRole("button", { name: "Continue" }).click();
      assert.equal(await page.evaluate(() => document.activeElement?.closest(".end") !== null), true);
      await page.getByRole("button", { name: "Next lesson: The Engine and connecting" }).click();
      await settled();
      assert.equal(await textOf(page.locator("h1")), "The Engine and connecting");
    });

    it("nowhere from the end of the last lesson", async () => {
      const { page } = await open({ lesson: "frameworks" });
      assert.equal(await page.getByRole("button", { name: /^Next lesson/, includeHidden: true }).count(), 0);
    });

    it("back to what teaches a question that was missed", async () => {
      const { page } = await open({ lesson: "core-vs-orm#quiz" });
      await answer(page.locator('[data-question="django-bargain"]'), "plugin");
      await page.locator('[data-question="django-bargain"]').getByText("Read about it again").click();
      assert.deepEqual(await visibleHeadings(page), ["If you know Django's ORM"]);
    });

    it("to the section in which Find finds something", async () => {
      const { page } = await open();
      await page.evaluate(() => {
        document.querySelector("#django")?.parentElement?.dispatchEvent(new Event("beforematch", { bubbles: true }));
      });
      assert.deepEqual(await visibleHeadings(page), ["If you know Django's ORM"]);
    });
  });

  describe("draws the layers", () => {
    it("with parts that open their explanations, one at a time", async () => {
      const { page } = await open({ lesson: "core-vs-orm#layers" });
      for (const [part, title] of [
        ["engine", "Core: Engine, pool and dialect"],
        ["direct", "Straight to Core"],
      ] as const) {
        await page.locator(`[data-part="${part}"]`).click();
        assert.deepEqual(await page.locator(".parts details[open] > summary").allTextContents(), [title]);
        assert.equal(await page.locator('[data-part][aria-expanded="true"]').getAttribute("data-part"), part);
      }
    });

    it("and shows the explanation that is open from the start, where that is out of sight", async () => {
      const { page } = await open({ lesson: "core-vs-orm#layers" });
      await page.setViewportSize({ width: 500, height: 500 });
      const isSeen = () =>
        (document.querySelector('[data-explains="code"]')?.getBoundingClientRect().top ?? 0) < innerHeight;
      // The window takes its new size, and the drawing the width that it has there, some frames later.
      await page.waitForFunction(() => {
        document.querySelector('[data-part="code"]')?.scrollIntoView({ block: "center" });
        const explanation = document.querySelector('[data-explains="code"]');
        return explanation !== null && explanation.getBoundingClientRect().top >= innerHeight;
      });
      assert.equal(await page.evaluate(isSeen), false);
      await page.locator('[data-part="code"]').press("Enter");
      await page.waitForFunction(isSeen);
      assert.equal(await page.locator('[data-part="code"]').getAttribute("aria-expanded"), "true");
    });

    it("with parts that answer to the keyboard", async () => {
      const { page } = await open({ lesson: "core-vs-orm#layers" });
      for (const key of ["Enter", " "]) {
        await page.locator('[data-part="orm"]').press(key);
        const open = await page
          .locator('details[data-explains="orm"]')
          .evaluate((details) => details.hasAttribute("open"));
        assert.equal(open, key === "Enter");
      }
    });
  });

  it("explains a term where it is used", async () => {
    const { page } = await open({ lesson: "core-vs-orm#orm" });
    await page.getByRole("button", { name: "unit of work" }).press("Enter");
    assert.match(await textOf(page.locator(".term-card:popover-open")), /^Unit of work/);
    await page.keyboard.press("Escape");
    assert.equal(await page.locator(".term-card:popover-open").count(), 0);
  });

  it("gives the focus back to the term when its explanation is closed", async () => {
    const { page } = await open({ lesson: "core-vs-orm#orm" });
    const term = page.getByRole("button", { name: "unit of work" });
    await term.press("Enter");
    const card = page.getByRole("dialog", { name: "Unit of work" });
    await card.waitFor();
    await page.keyboard.press("Escape");
    await card.waitFor({ state: "hidden" });
    assert.equal(await term.evaluate((button) => button === document.activeElement), true);
  });

  it("copies a block of code or SQL, and says so", async () => {
    const { page } = await open({ lesson: "core-vs-orm#orm" });
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const code = page.locator("#orm .program-code pre.code").first();
    const button = page.locator("#orm .program-code .copy").first();
    const caption = await textOf(page.locator("#orm .program figcaption").first());
    assert.equal(await button.getAttribute("aria-label"), `Copy: ${caption}`);
    await button.focus();
    await page.keyboard.press("Enter");
    await page.locator("[role=status]", { hasText: "Copied" }).waitFor({ state: "attached" });
    assert.equal(await textOf(button), "Copied");
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await textOf(code));
    const sql = page.locator("#orm .program-result .copy").first();
    assert.equal(await sql.getAttribute("aria-label"), "Copy: SQL");
    await sql.focus();
    assert.equal(await textOf(button), "Copy");
  });

  it("opens a program in an editor, with what it needs to run", async () => {
    const { page, fake, settled } = await open({ lesson: "core-vs-orm#orm" });
    await page.locator("#orm").getByRole("button", { name: "Open in an editor" }).click();
    await settled();
    const [document] = fake.seen.documents;
    assert.equal(document?.language, "python");
    assert.match(document?.content ?? "", /^from sqlalchemy import[\s\S]+author\.name = "Ursula K\. Le Guin"\n/);
  });

  describe("asks", () => {
    it("and says of each wrong choice of each question why it is wrong, once to a screen reader", async () => {
      const { page, panel } = await open();
      const questions = questionsOf(shownLesson(panel.webview.sent)).filter((question) => question.form !== "fix");
      for (const { id, choices, answer: right } of questions) {
        for (const { id: choice, why } of choices) {
          const said = await page.evaluate(tryChoice, { id, choice });
          if (right.length === 1 && right[0] === choice) assert.equal(said.result, "right", id);
          else assert.equal(said.result, "wrong", id);
          assert.deepEqual(said.heard, [said.feedback.join(" ")], `${id}: heard once`);
          if (why !== undefined) assert.ok((said.feedback[1]?.length ?? 0) > 20, `${id}: why ${choice} is wrong`);
        }
      }
    });

    it("and takes back what it said when the choice is changed", async () => {
      const { page } = await open({ lesson: "core-vs-orm#layers" });
      const form = page.locator('[data-question="two-layers"]');
      await answer(form, "old-new");
      await form.locator('input[value="orm-on-core"]').check();
      assert.equal(await form.getAttribute("data-result"), null);
      assert.equal(await form.locator(".feedback").isVisible(), false);
    });

    it("for an answer before it checks one", async () => {
      const { page, store } = await open({ lesson: "core-vs-orm#layers" });
      await page.getByRole("button", { name: "Check answer" }).click();
      assert.equal(await textOf(page.locator(".feedback:visible")), "Choose an answer first.");
      assert.equal(JSON.stringify([...store.values]).includes("two-layers"), false);
    });

    it("and does not believe the page what is right", async () => {
      const { panel, store, settled } = await open();
      const sent = { type: "answered", lesson: "core-vs-orm", question: "two-layers", chosen: ["old-new"] };
      panel.webview.received.fire({ ...sent, right: true });
      panel.webview.received.fire({ ...sent, lesson: "no-such-lesson" });
      panel.webview.received.fire({ ...sent, question: "no-such-question" });
      panel.webview.received.fire(sent);
      await settled();
      const state = store.values.get("sqlalchemyCoach.lessons.core-vs-orm") as { answers: Record<string, unknown> };
      assert.deepEqual(Object.keys(state.answers), ["two-layers"]);
      assert.deepEqual((state.answers["two-layers"] as { right: boolean }).right, false);
    });

    it("again another day what was missed, and says when that is done", async () => {
      const store = memoryStore();
      const first = await open({ lesson: "core-vs-orm#layers", store, now: () => 0 });
      await answer(first.page.locator('[data-question="two-layers"]'), "old-new");
      await first.settled();

      const next = await open({ lesson: "review", store, now: () => DAY });
      const form = next.page.locator("form.question");
      assert.equal(await form.count(), 1);
      assert.equal(await form.getAttribute("data-result"), null);
      await answer(form, "orm-on-core");
      await next.settled();
      await next.lessons.open({ lesson: "review" });
      await next.settled();
      assert.match(await textOf(next.page.locator(".idea")), /^Nothing is due today/);
    });

    it("all of it again when the reader starts over", async () => {
      const { page, settled, store } = await open({ lesson: "core-vs-orm#which-layer" });
      await answer(page.locator('[data-question="layer-get"]'), "orm");
      await page.getByRole("button", { name: "Start this lesson over" }).click();
      await settled();
      assert.deepEqual(await visibleHeadings(page), ["Two things under one name"]);
      assert.equal(await page.locator("form[data-result]").count(), 0);
      const kept = store.values.get("sqlalchemyCoach.lessons.core-vs-orm");
      assert.ok(typeof kept === "object" && kept !== null && "since" in kept);
      // When the reader started over, so that another window's older answers stay away.
      assert.deepEqual({ ...kept, since: 0 }, { visited: ["start"], answers: {}, since: 0 });
    });
  });
});

async function answer(form: Locator, ...choices: string[]): Promise<void> {
  for (const box of await form.locator("input[type=checkbox]:checked").all()) await box.uncheck();
  for (const choice of choices) await form.locator(`input[value="${choice}"]`).check();
  await form.getByRole("button", { name: "Check answer" }).click();
}

/** Runs in the page: makes one choice, checks it, and listens as a screen reader does. */
async function tryChoice({ id, choice }: { id: string; choice: string }) {
  const form = document.querySelector<HTMLFormElement>(`[data-question="${id}"]`);
  const region = document.querySelector("[role=status]");
  if (form === null || region === null) throw new Error(`no question ${id}`);
  const heard: string[] = [];
  const listener = new MutationObserver(() => {
    if (region.textContent) heard.push(region.textContent);
  });
  listener.observe(region, { childList: true });
  for (const input of form.querySelectorAll("input")) input.checked = input.value === choice;
  form.querySelector("fieldset")?.dispatchEvent(new Event("change"));
  form.requestSubmit();
  for (let frame = 0; frame < 2; frame++) await new Promise((done) => requestAnimationFrame(done));
  listener.disconnect();
  const feedback = [...form.querySelectorAll(".feedback p")].map((paragraph) => paragraph.textContent ?? "");
  return { result: form.dataset["result"], heard, feedback };
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

function shownLesson(sent: readonly unknown[]): Lesson {
  const last = sent.findLast((message) => Object.hasOwn(message as object, "page")) as { page: unknown };
  return PageShape.parse(last.page);
}

async function textOf(locator: Locator): Promise<string> {
  return (await locator.textContent()) ?? "";
}
