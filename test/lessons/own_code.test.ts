import assert from "node:assert/strict";
import { Explanation, Places, parse } from "../../client/src/lessons/messages.ts";
import { audit } from "./audit.ts";
import { type Harness, type Opened, type OpenOptions, startHarness } from "./harness.ts";
import { explanation, hostile, places } from "./own_code.ts";
import { THEME_NAMES } from "./themes.ts";

describe("the reader's own code in a lesson", () => {
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
    const one = await harness.open({ lesson: "core-vs-orm#orm", ...options });
    opened.push(one);
    await one.settled();
    return one;
  }
  const code = { places: async () => places, explain: async () => explanation };

  it("is of the shapes that both sides agree on", () => {
    assert.deepEqual(parse(Places, places), places);
    assert.deepEqual(parse(Explanation, explanation), explanation);
  });

  it("is listed by file and line, with its layer, and each opens where it is", async () => {
    const asked: unknown[] = [];
    const { page, settled } = await open({ code: { ...code, open: async (...place) => void asked.push(place) } });
    await page.getByText("Show me in my code").click();
    const head = page.locator("header .places");
    assert.deepEqual(await head.locator(".place-file").allTextContents(), [
      "app/views.py",
      "app/reports.py",
      `app/${hostile}.py`,
    ]);
    assert.deepEqual(await head.locator(".place-line").allTextContents(), ["12", "13", "48", "7", "1"]);
    assert.deepEqual(await head.locator(".badge").allTextContents(), [
      "ORM",
      "ORM",
      "ORM",
      "Core",
      "ORM",
      "Core and ORM",
    ]);
    await head.locator(".place").nth(3).press("Enter");
    await settled();
    assert.deepEqual(asked, [["core-vs-orm", 3]]);
  });

  it("is shown once a line, with the layers of all its calls", async () => {
    const { page } = await open({ code });
    for (const list of [page.locator("header .places"), page.locator("#core .places-section")]) {
      const line = list.locator(".place", { hasText: "books.c.title" });
      assert.equal(await line.count(), 1);
      assert.deepEqual(await line.locator(".badge").allTextContents(), ["Core", "ORM"]);
    }
  });

  it("is looked into again by itself when the last look came too early, and only then", async () => {
    let asked = 0;
    const early = { ...places, places: [], counts: {}, busy: true };
    const { page, lessons, settled } = await open({ code: { places: async () => (++asked === 1 ? early : places) } });
    await page.getByText("Show me in my code").click();
    assert.match((await page.locator(".places-body").textContent()) ?? "", /Your files are still being read/);
    for (let change = 0; change < 3; change++) {
      lessons.codeChanged();
      await settled();
    }
    assert.equal(await page.locator("header .place").count(), 5);
    assert.equal(asked, 2);
  });

  it("is counted, and listed, in the section that teaches it; a section without any says nothing", async () => {
    const { page } = await open({ code });
    const here = page.locator("#orm .places-section");
    assert.equal(await here.locator("summary").textContent(), "In your code: 53 places");
    await here.locator("summary").click();
    assert.equal(await here.locator(".place").count(), 3);
    assert.match((await here.textContent()) ?? "", /… and 50 more/);
    assert.equal(await page.locator("#django .places-section").isHidden(), true);
  });

  it("is looked for again, and in all files, when that is asked for, and the answer is heard", async () => {
    const asked: boolean[] = [];
    const { page, settled } = await open({
      code: {
        places: async (_, all) => {
          asked.push(all);
          return { ...places, left: all ? 0 : 31 };
        },
      },
    });
    await page.getByText("Show me in my code").click();
    await page.getByRole("button", { name: "Look again" }).click();
    await settled();
    await page.getByRole("button", { name: "Look into the other 31 files" }).click();
    await settled();
    assert.deepEqual(asked, [false, false, true]);
    assert.equal(await page.getByRole("button", { name: /^Look into/ }).count(), 0);
    assert.match((await page.locator("[role=status]").textContent()) ?? "", /^5 places in 214 files/);
  });

  for (const [what, state, sentence] of [
    ["nothing of it is there", "found", /^Nothing in this workspace uses/],
    ["no folder is open", "noFolder", /^Open a folder/],
    ["there is no server", "unavailable", /does not answer now/],
  ] as const) {
    it(`says in a sentence that ${what}`, async () => {
      const { page } = await open({
        code: { places: async () => ({ ...places, state, places: [], counts: {}, left: 0 }) },
      });
      await page.getByText("Show me in my code").click();
      assert.match((await page.locator(".places-body p").first().textContent()) ?? "", sentence);
    });
  }

  it("is run as SQL, in the page's own Python, when the reader says so", async () => {
    const slice = {
      ...explanation.slice,
      kind: "program" as const,
      setup: "from sqlalchemy import column, select, table\n\nauthors = table('authors', column('name'))\n",
      code: "print(select(authors).where(authors.c.name == 'Toni'))\n",
      dialect: "default",
      parameters: [],
      notes: [],
    };
    const { page } = await open({ code: { ...code, explain: async () => ({ ...explanation, slice }) } });
    const program = page.locator(".slice .program");
    await program.getByRole("button", { name: "Run" }).click();
    await program.getByText("WHERE authors.name = :name_1").waitFor();
  });

  it("stays text, whatever it is", async () => {
    const evil: Explanation = {
      ...explanation,
      code: hostile,
      source: hostile,
      summary: hostile,
      mark: { start: 2, end: 9_000 },
      because: [{ text: hostile, where: hostile }],
      modern: { message: hostile, before: hostile, after: hostile, conditions: [hostile] },
      slice: { kind: "refused", why: hostile },
    };
    const { page } = await open({ example: { code: "x", source: "x" }, code: { ...code, explain: async () => evil } });
    await page.getByText("Show me in my code").click();
    assert.equal(await page.locator("img, main script").count(), 0);
    assert.equal(await page.locator(".explained pre code").first().textContent(), hostile);
    assert.equal(await page.locator(".explained mark").textContent(), hostile.slice(2));
  });

  it("is explained at the section that was asked for: the line, why, the form of 2.0, and a program for its SQL", async () => {
    const { page, fake, settled } = await open({ example: { code: "x", source: "x:1" }, code });
    const figure = page.locator("#orm .explained");
    assert.equal(await figure.locator("mark").textContent(), "session.query");
    assert.deepEqual(await figure.locator(".badge").allTextContents(), ["ORM"]);
    const text = (await figure.textContent()) ?? "";
    for (const part of ["app/db.py:4", "What to write", "stands for", "The labels of the columns"]) {
      assert.ok(text.includes(part), part);
    }
    await figure.getByRole("button", { name: "Open this program in an editor" }).click();
    await settled();
    const [document] = fake.seen.documents;
    assert.match(document?.content ?? "", /^from sqlalchemy import[\s\S]*bindparam\("name"\)/);
    assert.equal(await page.locator(".example").count(), 1);
  });

  it("is gone from a page that is opened without a line", async () => {
    const { page, lessons, settled } = await open({ example: { code: "x", source: "x:1" }, code });
    await lessons.open({ lesson: "core-vs-orm#core" });
    await settled();
    assert.equal(await page.locator(".example").count(), 0);
  });

  for (const theme of THEME_NAMES) {
    for (const width of [320, 1200]) {
      it(`is accessible to axe and does not scroll sideways, ${theme}, ${width} px`, async () => {
        const { page } = await open({ theme, width, example: { code: "x", source: "x:1" }, code });
        await page.evaluate(() => {
          for (const details of document.querySelectorAll("details:not([name])")) details.setAttribute("open", "");
        });
        assert.deepEqual(await audit(page), []);
        const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert.equal(content, window);
      });
    }
  }
});
