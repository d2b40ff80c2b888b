import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { questionsOf } from "../../content/answers.ts";
import { type ChoiceQuestion, type FixQuestion, Index, type Page, Page as PageShape } from "../../content/schema.ts";
import { root } from "./root.ts";

/** An analyser that knows the little that the lesson below asks it. */
const analyser = {
  layerAt: (code: string, line: number, col: number) =>
    code
      .split("\n")
      [line - 1]?.slice(col - 1)
      .startsWith("get")
      ? "orm"
      : null,
  findings: (code: string) =>
    code
      .split("\n")
      .flatMap((text, line) =>
        text.includes(".query(") ? [{ rule: "r", startLine: line + 1, endLine: line + 1 }] : [],
      ),
  fixed: (code: string) => code.replaceAll("session.query(A)", "select(A)"),
  rules: () => [
    {
      id: "some-rule",
      title: "Some `rule`",
      lesson: "tiny#second",
      effects: { "2.0": "legacy" },
      examples: [{ bad: "x = 1 < 2\n", good: "x = 2 > 1\n" }],
    },
  ],
};

/** A calm pace for prose; its programs are not counted. */
const WORDS_A_MINUTE = 220;

const LESSON = `---
id: tiny
title: Tiny
idea: One idea.
minutes: 1
---

## First {#first}

See [below](#second), and what a [thing](term:thing) is. <b>not HTML</b>

\`\`\`py run
print("1 < 2")
\`\`\`

\`\`\`text prints
1 < 2
\`\`\`

## Second {#second}

\`\`\`quiz
one two three four five
\`\`\`
`;

const choices = [
  { id: "a", text: "A" },
  { id: "b", text: "B", why: "No." },
  { id: "c", text: "C", why: "No." },
];
const asked = { section: "first", prompt: "Which?", because: "Because." };
const QUIZ = {
  one: { ...asked, form: "single", choices, answer: "a" },
  two: { ...asked, form: "single", choices, answer: "a" },
  three: { ...asked, form: "multi", choices, answer: ["a"] },
  four: {
    ...asked,
    form: "layer",
    code: ["session.get(A, 1)"],
    mark: "get",
    line: 1,
    why: { core: "No.", both: "No." },
  },
  five: {
    ...asked,
    form: "spot",
    code: [{ code: "x = 1", why: "No." }, { code: "session.query(A)" }, { code: "y = 1", why: "No." }],
  },
};
type Quiz = Record<keyof typeof QUIZ | "six", Record<string, unknown>>;

describe("building the content", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "coach-content-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function build(
    change: { lesson?: string; quiz?: Partial<Quiz>; files?: Record<string, string> } = {},
  ): Promise<Page> {
    const lesson = join(folder, "content/lessons/01-tiny");
    mkdirSync(lesson, { recursive: true });
    mkdirSync(join(folder, "content/glossary"), { recursive: true });
    mkdirSync(join(folder, "content/rules"), { recursive: true });
    writeFileSync(join(folder, "content/glossary/terms.md"), "## Thing {#thing}\n\nA thing.\n");
    writeFileSync(join(folder, "content/rules/some-rule.md"), "## Why\n\nSee [it](tiny#first).\n");
    writeFileSync(join(lesson, "lesson.md"), change.lesson ?? LESSON);
    const questions = Object.entries({ ...QUIZ, ...change.quiz }).map(([id, question]) => ({ id, ...question }));
    writeFileSync(join(lesson, "quiz.json"), JSON.stringify({ questions }));
    for (const [name, text] of Object.entries(change.files ?? {})) writeFileSync(join(lesson, name), text);
    const { buildContent } = await import(pathToFileURL(join(root, "scripts/content.mjs")).href);
    await buildContent({ root: folder, outDir: join(folder, "out"), analyser });
    return JSON.parse(readFileSync(join(folder, "out/lessons/tiny.json"), "utf8"));
  }

  const htmlOf = (page: Page) => JSON.stringify(page.sections);
  const questionOf = (page: Page, id: string): ChoiceQuestion | undefined =>
    questionsOf(page).find((found): found is ChoiceQuestion => found.form !== "fix" && found.id === id);

  it("makes pages and an index of the shape that the panel expects", async () => {
    const page = await build();
    assert.ok(PageShape.safeParse(page).success);
    const index = JSON.parse(readFileSync(join(folder, "out/index.json"), "utf8"));
    assert.deepEqual(Index.parse(index), {
      lessons: [
        {
          id: "tiny",
          title: "Tiny",
          idea: "One idea.",
          minutes: 1,
          sections: [
            { id: "first", title: "First", questions: [] },
            { id: "second", title: "Second", questions: ["one", "two", "three", "four", "five"] },
          ],
        },
      ],
      rules: [{ id: "some-rule", title: "Some rule" }],
    });
    const rule = JSON.parse(readFileSync(join(folder, "out/rules/some-rule.json"), "utf8"));
    const html = htmlOf(PageShape.parse(rule));
    for (const part of ["2.0: legacy", "Before", "&lt;", "After", "<h3>Why</h3>", "tiny#first", "tiny#second"]) {
      assert.ok(html.includes(part), part);
    }
  });

  it("is the same bytes each time", async () => {
    const first = await build();
    assert.deepEqual(await build(), first);
  });

  it("takes the keys of layer and spot questions from the analyser", async () => {
    const page = await build();
    assert.deepEqual(questionOf(page, "four")?.answer, ["orm"]);
    assert.deepEqual(questionOf(page, "five")?.answer, ["line-2"]);
  });

  it("leaves HTML in Markdown as text", async () => {
    assert.match(htmlOf(await build()), /&lt;b&gt;not HTML&lt;\/b&gt;/);
  });

  it("keeps programs as they were written, with what they print", async () => {
    const [program] = (await build()).programs;
    assert.equal(program?.code, 'print("1 < 2")\n');
    assert.equal(program?.prints, "1 < 2\n");
  });

  const exercise = { ...asked, id: "six", form: "fix", code: ["print(session.query(A))"], hints: ["Use `select()`."] };
  const keys = { "keys.gen.json": JSON.stringify({ generated: "", prints: { six: "rows\n" } }) };
  const placed = LESSON.replace("five\n", "five six\n");

  it("makes an exercise of code that the analyser can mend, with what it prints", async () => {
    const page = await build({ lesson: placed, quiz: { six: exercise }, files: keys });
    const question = questionsOf(page).find((found): found is FixQuestion => found.form === "fix");
    assert.equal(question?.code, "print(session.query(A))\n");
    assert.equal(question?.solution.code, "print(select(A))\n");
    assert.equal(question?.prints, "rows\n");
    assert.deepEqual(question?.hints, ["Use <code>select()</code>."]);
  });

  const laws: [law: string, change: Parameters<typeof build>[0], says: RegExp][] = [
    ["the answer is among the choices", { quiz: { one: { ...QUIZ.one, answer: "d" } } }, /"d" is not among/],
    [
      "every wrong choice says why",
      { quiz: { one: { ...QUIZ.one, choices: [choices[0], choices[1], { id: "c", text: "C" }] } } },
      /"c" does not say why/,
    ],
    [
      "choices differ",
      { quiz: { one: { ...QUIZ.one, choices: [choices[0], choices[1], { ...choices[1], id: "c" }] } } },
      /say the same/,
    ],
    [
      "a right choice does not say why it is wrong",
      { quiz: { three: { ...QUIZ.three, answer: ["a", "b"] } } },
      /right choice "b" says why/,
    ],
    [
      "the analyser and the author agree on the layer",
      { quiz: { four: { ...QUIZ.four, why: { orm: "No.", both: "No." } } } },
      /the analyser says "orm"/,
    ],
    [
      "the analyser knows the layer",
      { quiz: { four: { ...QUIZ.four, code: ["session.put(A, 1)"], mark: "put" } } },
      /does not know the layer/,
    ],
    ["the mark is in its line once", { quiz: { four: { ...QUIZ.four, mark: "A1" } } }, /exactly once/],
    [
      "the analyser and the author agree on the old line",
      {
        quiz: {
          five: { ...QUIZ.five, code: [{ code: "x.query(A)", why: "No." }, { code: "z" }, { code: "y", why: "No." }] },
        },
      },
      /line 2 is the one without a `why`, but the analyser finds 1/,
    ],
    [
      "the analyser finds something",
      { quiz: { five: { ...QUIZ.five, code: [{ code: "x", why: "No." }, { code: "z" }, { code: "y", why: "No." }] } } },
      /finds nothing/,
    ],
    [
      "an exercise holds something old",
      { lesson: placed, quiz: { six: { ...exercise, code: ["print(1)"] } }, files: keys },
      /finds nothing to fix/,
    ],
    [
      "the solution of an exercise holds nothing old",
      { lesson: placed, quiz: { six: { ...exercise, solution: ["print(x.query(A))"] } }, files: keys },
      /the solution still has r/,
    ],
    [
      "what an exercise prints was found by running it",
      { lesson: placed, quiz: { six: exercise } },
      /there is no key for it/,
    ],
    ["every question is placed", { lesson: LESSON.replace(" five", "") }, /places no five/],
    [
      "no question is placed twice",
      { lesson: LESSON.replace("five", "five one") },
      /"one" is not in quiz.json, or is placed twice/,
    ],
    [
      "a question leads to a section",
      { quiz: { one: { ...QUIZ.one, section: "third" } } },
      /"tiny#third", which does not exist/,
    ],
    [
      "a link leads to a section",
      { lesson: LESSON.replace("(#second)", "(#third)") },
      /"tiny#third", which does not exist/,
    ],
    [
      "a link never leads out",
      { lesson: LESSON.replace("(#second)", "(https://example.org)") },
      /only sections, rules and terms/,
    ],
    ["a term is in the glossary", { lesson: LESSON.replace("term:thing", "term:nothing") }, /no term "nothing"/],
    ["a section has an id", { lesson: LESSON.replace(" {#second}", "") }, /does not end in/],
    ["a program says what it does", { lesson: LESSON.replace(/```text prints[^`]*```/, "") }, /neither what it prints/],
    [
      "each part of a drawing is explained",
      {
        lesson: LESSON.replace("```quiz", "```diagram d\n```\n\n```quiz"),
        files: { "d.svg": '<svg><g data-part="x"/></svg>', "d.md": "## Y {#y}\n\nText.\n" },
      },
      /disagree about x, y/,
    ],
    [
      "a drawing holds no script and no style",
      {
        lesson: LESSON.replace("```quiz", "```diagram d\n```\n\n```quiz"),
        files: { "d.svg": '<svg onload="x()"><g data-part="x"/></svg>', "d.md": "## X {#x}\n\nText.\n" },
      },
      /holds "onload="/,
    ],
  ];
  for (const [law, change, says] of laws) {
    it(`holds that ${law}`, async () => {
      await assert.rejects(build(change), says);
    });
  }
});

/** What the panel parses as HTML; every other text of a page is put in as text. */
function htmlIn(value: unknown, key = ""): string[] {
  if (typeof value === "string") return /^(html|svg|prompt|because|why)$/i.test(key) ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => htmlIn(inner, Array.isArray(value) ? key : name));
}

describe("the built lessons", () => {
  const folder = join(root, "dist/content/lessons");
  for (const file of readdirSync(folder)) {
    const page = PageShape.parse(JSON.parse(readFileSync(join(folder, file), "utf8")));
    const html = htmlIn(page).join("\n");

    it(`${page.id} holds nothing that the panel's policy forbids or that leads out`, () => {
      assert.doesNotMatch(html, /<script|\sstyle=|\son[a-z]+="|https?:\/\/(?!www\.w3\.org\/2000\/svg)|<img|<iframe/);
    });

    it(`${page.id} asks at least five questions in three forms or more, and no two are alike`, () => {
      const questions = questionsOf(page);
      assert.ok(questions.length >= 5);
      assert.ok(new Set(questions.map(({ form }) => form)).size >= 3);
      assert.equal(new Set(questions.map(({ id, prompt }) => `${id}${prompt}`)).size, questions.length);
    });

    it(`${page.id} takes about as long to read as it says`, () => {
      const prose = page.sections.flatMap(({ blocks }) =>
        blocks.flatMap((block) => (block.kind === "html" ? block.html : [])),
      );
      const text = prose.join(" ").replaceAll(/<(details|pre).*?<\/\1>|<[^>]+>/gs, " ");
      const words = text.split(/\s+/).length;
      const minutes = words / WORDS_A_MINUTE;
      assert.ok(Math.abs(minutes - page.minutes) <= 2, `${words} words are about ${minutes.toFixed(1)} minutes`);
    });
  }
});
