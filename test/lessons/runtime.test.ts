import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AxeResults } from "axe-core";
import type { Locator, Page } from "playwright-core";
import type { Page as Lesson } from "../../content/schema.ts";
import { type Harness, type Opened, startHarness } from "./harness.ts";
import { root } from "./root.ts";
import { THEME_NAMES, THEMES } from "./themes.ts";

const lessons = readdirSync(join(root, "dist/content/lessons"))
  .sort()
  .map((file): Lesson => JSON.parse(readFileSync(join(root, "dist/content/lessons", file), "utf8")));

/** One page for all of these tests, with one warm interpreter, as a reader has it. */
describe("programs run in the lesson page", () => {
  let harness: Harness;
  let opened: Opened;
  before(async () => {
    harness = await startHarness();
    opened = await harness.open({ lesson: "core-vs-orm#why-map" });
  });
  after(() => harness.close());

  async function program(lesson: string, id: string): Promise<Locator> {
    if (!(await opened.page.locator("h1").innerText()).includes(titleOf(lesson))) {
      await opened.lessons.open({ lesson });
      await opened.page.locator("h1", { hasText: titleOf(lesson) }).waitFor();
    }
    await opened.page.evaluate(() => {
      for (const sheet of document.querySelectorAll(".sheet")) sheet.removeAttribute("hidden");
    });
    return opened.page.locator(`.program:has([data-program="${id}"])`);
  }

  async function edit(shown: Locator, code: string): Promise<Locator> {
    await shown.getByRole("button", { name: "Edit", exact: true }).click();
    const field = shown.getByRole("textbox");
    await field.fill(code);
    return field;
  }

  async function runTo(shown: Locator, code?: string): Promise<Locator> {
    const button = shown.locator("button.run");
    if (code === undefined) await button.click();
    else await (await edit(shown, code)).press("Control+Enter");
    await shown.locator('.program-result[aria-busy="false"]').waitFor();
    return shown.locator(".program-result");
  }

  it("loads nothing of Python until one is run, and says how far it is", async () => {
    const { page, close } = await harness.open({ lesson: "core-vs-orm#why-map" });
    const loaded = () => page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
    assert.deepEqual(
      (await loaded()).filter((name) => /runtime|program/.test(name)),
      [],
    );
    const shown = page.locator('.program:has([data-program="why-map-1"])');
    const told = shown.evaluate(progressTold);
    await shown.locator("button.run").click();
    assert.match((await told).at(-1) ?? "", /^Reading Python and SQLAlchemy: (2\d\.\d) of \1 MB$/);
    await shown.locator(".rows").first().waitFor();
    assert.match(await shown.locator(".rows").first().innerText(), /author_name[\s\S]*Toni Morrison/);
    await close();
  });

  for (const { id: lesson, programs } of lessons) {
    it(`${lesson}: what each program does is what the lesson says`, async () => {
      for (const { id, prints, emits, needs } of programs) {
        const shown = await program(lesson, id);
        if (needs !== undefined) {
          assert.equal(await shown.locator("button.run").count(), 0, id);
          assert.match(await shown.locator(".shown-only").innerText(), /Only shown here/);
          continue;
        }
        const result = await runTo(shown);
        const sent = (await result.locator(".step.sql pre").allTextContents()).join("\n\n");
        const printed = (await result.locator(".run-output pre").allTextContents()).join("");
        const said = emits.find(({ releases }) => releases.length === 0 || releases.includes("2.0"))?.sql ?? "";
        assert.deepEqual({ id, printed }, { id, printed: prints.replace(/\n$/, "") });
        assert.deepEqual({ id, sent: squeezed(sent) }, { id, sent: squeezed(said) });
        assert.equal(await result.locator(".run-error").count(), 0, id);
      }
    });
  }

  it("marks the line that raised, and says so to those who hear the page", async () => {
    const shown = await program("core-vs-orm", "why-map-1");
    const result = await runTo(shown, "x = 1\nprint(y)");
    assert.match(
      await result.locator(".run-error pre").first().innerText(),
      /line 2, in <module>[\s\S]*NameError: name 'y'/,
    );
    assert.equal(await shown.locator(".row.raised").innerText(), "print(y)\n");
    assert.equal(await shown.getByRole("textbox").getAttribute("aria-invalid"), "true");
    await opened.settled();
    assert.match(await opened.page.locator("[role=status]").innerText(), /NameError: name 'y' is not defined.*Line 2/);
    await result.getByRole("button", { name: "Line 2" }).click();
    assert.equal(await opened.page.evaluate(selected), "print(y)");
  });

  it("takes what a program says for text, whatever it says", async () => {
    const shown = await program("core-vs-orm", "why-map-1");
    const hostile = "<img src=x onerror=alert(1)><script>alert(1)</script>";
    const result = await runTo(
      shown,
      `print("${hostile}")\nsession = Session(engine)\nfrom sqlalchemy import text\n` +
        `session.execute(text("SELECT '${hostile}' AS \\"<b>x</b>\\"")).all()\nraise ValueError("${hostile}")`,
    );
    assert.equal(await result.locator(".run-output pre").innerText(), hostile);
    assert.equal(await result.locator("img, script, b").count(), 0);
    assert.equal(await shown.locator(".editor img, .editor script").count(), 0);
  });

  it("resets to the lesson's own program and result, and keeps an edit across a reload", async () => {
    const shown = await program("core-vs-orm", "why-map-1");
    await runTo(shown, "raise ValueError");
    const { edits } = opened.state() as { edits: Record<string, string> };
    assert.match(edits["core-vs-orm/why-map-1"] ?? "", /raise ValueError/);
    await shown.getByRole("button", { name: "Reset" }).click();
    assert.match(await shown.getByRole("textbox").inputValue(), /^with Session\(engine\) as session:/);
    assert.equal(await shown.locator(".run-error, .rows").count(), 0);
    assert.equal(await shown.locator(".program-result .otherwise").count(), 1);
    assert.equal(await shown.getByRole("button", { name: "Reset" }).isVisible(), false);
    assert.deepEqual((opened.state() as { edits: object }).edits, {});
  });

  it("stops a program that never ends, shows what it did until then, and runs the next", async () => {
    const shown = await program("core-vs-orm", "why-map-1");
    await (await edit(shown, "print('before')\nwhile True: pass")).press("Control+Enter");
    await shown.locator(".run-output", { hasText: "before" }).waitFor();
    await shown.getByRole("button", { name: "Stop" }).click();
    await shown.locator(".run-ending", { hasText: "Stopped." }).waitFor();
    assert.equal(await shown.locator(".run-output pre").innerText(), "before");
    const result = await runTo(shown, "print(1 + 1)");
    assert.equal(await result.locator(".run-output pre").innerText(), "2");
  });

  it("ends a program that wants all memory", async () => {
    const shown = await program("core-vs-orm", "why-map-1");
    const result = await runTo(shown, "hoard = []\nwhile True: hoard.append(bytearray(50_000_000))");
    assert.match(await result.locator(".run-error pre").first().innerText(), /MemoryError/);
  });

  it("traps no key: Enter indents, Escape goes to Run, Tab moves on", async () => {
    const shown = await program("core-vs-orm", "why-map-1");
    const field = await edit(shown, "");
    await field.pressSequentially("if True:\nprint(1)");
    assert.equal(await field.inputValue(), "if True:\n    print(1)");
    await field.press("Escape");
    assert.equal(await opened.page.evaluate(() => document.activeElement?.textContent), "Run");
    await field.focus();
    await field.press("Tab");
    assert.notEqual(await opened.page.evaluate(() => document.activeElement?.tagName), "TEXTAREA");
  });

  for (const width of [320, 1200]) {
    it(`is accessible with a result and an error, ${width} px, in every theme`, async () => {
      const shown = await program("core-vs-orm", "why-map-1");
      await opened.page.setViewportSize({ width, height: 900 });
      await runTo(shown, "session = Session(engine)\nprint(session.scalars(select(Author)).all())\nsession.nothing");
      for (const theme of THEME_NAMES) {
        await opened.page.evaluate(dress, THEMES[theme]);
        assert.deepEqual(await audit(opened.page), [], theme);
      }
      const [content, window] = await opened.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.equal(content, window);
    });
  }

  it("did all this without breaking the page's policy, and without a network", () => {
    assert.deepEqual(opened.errors, []);
    assert.deepEqual(
      opened.strays.filter((address) => !address.startsWith("blob:")),
      [],
    );
  });
});

function titleOf(lesson: string): string {
  return lessons.find(({ id }) => id === lesson)?.title ?? lesson;
}

/** What is said of the bytes that have come, until something else is said. It is gone too soon to be asked for from outside. */
function progressTold(shown: Element): Promise<string[]> {
  return new Promise((done) => {
    const labels: string[] = [];
    const observer = new MutationObserver(() => {
      const label = shown.querySelector(".program-result progress")?.getAttribute("aria-label");
      if (label != null) labels.push(label);
      else if (labels.length > 0) {
        observer.disconnect();
        done(labels);
      }
    });
    observer.observe(shown, { childList: true, subtree: true });
  });
}

/** Statements that begin or end with line breaks are shown without them. */
function squeezed(text: string): string {
  return text.replaceAll(/\n{2,}/g, "\n").trim();
}

function selected(): string {
  const field = document.activeElement;
  return field instanceof HTMLTextAreaElement ? field.value.slice(field.selectionStart, field.selectionEnd) : "";
}

function dress({ bodyClass, variables }: { bodyClass: string; variables: Readonly<Record<string, string>> }): void {
  for (const [name, value] of Object.entries(variables)) {
    document.documentElement.style.setProperty(`--vscode-${name}`, value);
  }
  document.body.className = bodyClass;
}

async function audit(page: Page): Promise<readonly unknown[]> {
  await page.evaluate(readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8"));
  const violations: AxeResults["violations"] = await page.evaluate(
    "axe.run('.program:has(.editor)', { resultTypes: ['violations'] }).then(({ violations }) => violations)",
  );
  return violations.map(({ id, nodes }) => ({ id, where: nodes.map(({ html }) => html.slice(0, 160)) }));
}
