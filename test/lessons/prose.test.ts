import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import MarkdownIt from "markdown-it";
import { type Analyser, createAnalyser } from "../../server/src/main/analyser.ts";
import { root } from "./root.ts";

/** Terms that are also everyday words: a lesson may use these without a link. */
const EVERYDAY = new Set(["row", "result", "cascade"]);
/** Names that are written as code: their own type says what they are. */
const CODE = new Set(["metadata", "executemany"]);

/** Of the Flesch-Kincaid formula, in school years. Short sentences of short words, in all lessons alike. */
const GRADE = { least: 2, most: 6, apart: 2.5 };
const SHORTEST_READ = 5;
const LONGEST_READ = 10;
/** Words of text that are read in a minute, code and pictures looked at on the way. */
const PACE = { least: 150, most: 250 };

const lessons = readLessons();

describe("the prose of the lessons", () => {
  const terms = readTerms();

  for (const lesson of lessons) {
    it(`${lesson.id} is read in ${SHORTEST_READ} to ${LONGEST_READ} minutes, and says in how many`, () => {
      assert.ok(lesson.minutes >= SHORTEST_READ && lesson.minutes <= LONGEST_READ);
      const pace = lesson.words / lesson.minutes;
      assert.ok(pace >= PACE.least && pace <= PACE.most, `${pace.toFixed(0)} words a minute`);
    });

    it(`${lesson.id} links each term of the glossary that it speaks of`, () => {
      const unlinked = terms.filter(({ id, spoken }) => !lesson.terms.has(id) && spoken.test(lesson.unlinked));
      assert.deepEqual(
        unlinked.map(({ id }) => id),
        [],
      );
    });

    it(`${lesson.id} is easy to read`, () => {
      const grade = gradeOf(lesson.prose);
      assert.ok(grade >= GRADE.least && grade <= GRADE.most, `its grade is ${grade.toFixed(1)}`);
    });
  }

  it("is as easy in one lesson as in another", () => {
    const grades = lessons.map(({ prose }) => gradeOf(prose));
    assert.ok(Math.max(...grades) - Math.min(...grades) <= GRADE.apart, grades.map((it) => it.toFixed(1)).join(" "));
  });

  it("speaks of every term that the glossary explains", () => {
    const linked = new Set(lessons.flatMap(({ terms: found }) => [...found]));
    assert.deepEqual(
      terms.filter(({ id }) => !linked.has(id)).map(({ id }) => id),
      [],
    );
  });
});

describe("the code of the lessons", () => {
  let analyser: Analyser;
  before(async () => {
    analyser = await createAnalyser(root);
  });
  after(() => analyser.dispose());

  for (const lesson of lessons) {
    it(`${lesson.id} shows 1.x only where it says so`, () => {
      for (const { code, old } of lesson.listings) {
        const found = findingsIn(lesson.prelude, code);
        if (!old) assert.deepEqual(found, [], code);
      }
    });
  }

  it("is found to be old, where it says that it is", () => {
    const old = lessons.flatMap(({ prelude, listings }) =>
      listings.filter((listing) => listing.old).map(({ code }) => findingsIn(prelude, code).length > 0),
    );
    assert.ok(old.length >= lessons.length / 2 && old.filter(Boolean).length >= old.length / 2);
  });

  function findingsIn(prelude: string, code: string): string[] {
    const before = prelude.split("\n").length;
    return analyser
      .findings(`${prelude}\n${code}`)
      .filter(({ startLine }) => startLine > before)
      .map(({ rule, startLine }) => `${rule} in line ${startLine - before}`);
  }
});

interface Lesson {
  readonly id: string;
  readonly minutes: number;
  /** Of all text, tables and headings too, without code. */
  readonly words: number;
  /** Paragraphs and list items, each ended by an empty line; inline code is the word "code". */
  readonly prose: string;
  /** The same without the texts of links. */
  readonly unlinked: string;
  readonly terms: ReadonlySet<string>;
  readonly prelude: string;
  readonly listings: readonly { readonly code: string; readonly old: boolean }[];
}

function readLessons(): Lesson[] {
  const folder = join(root, "content/lessons");
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "lesson.md")))
    .map((name) => {
      const source = readFileSync(join(folder, name, "lesson.md"), "utf8");
      const prelude = join(folder, name, "prelude.py");
      const tokens: Token[] = new MarkdownIt().parse(source.replace(/^---\n[\s\S]*?\n---\n/, ""), {});
      const fences = tokens.filter(({ type, info }) => type === "fence" && /^py\b/.test(info));
      return {
        id: /^id: (.+)$/m.exec(source)?.[1] ?? name,
        minutes: Number(/^minutes: (\d+)$/m.exec(source)?.[1]),
        words: tokens.filter(({ type }) => type === "inline").flatMap(({ content }) => content.match(/\S+/g) ?? [])
          .length,
        prose: proseOf(tokens, { links: true }),
        unlinked: proseOf(tokens, { links: false }),
        terms: new Set([...source.matchAll(/\]\(term:([\w-]+)\)/g)].map(([, id = ""]) => id)),
        prelude: existsSync(prelude) ? readFileSync(prelude, "utf8") : "",
        listings: fences.map(({ content, info }) => ({
          code: content,
          old: /\s(1\.x|mistake)\s/.test(info.replace(/".*"/, "")),
        })),
      };
    });
}

/** What is used of markdown-it's tokens; the package comes without types. */
interface Token {
  readonly type: string;
  readonly content: string;
  readonly info: string;
  readonly children: readonly Token[] | null;
}

function proseOf(tokens: readonly Token[], { links }: { links: boolean }): string {
  const paragraphs: string[] = [];
  for (const [at, token] of tokens.entries()) {
    if (token.type !== "inline" || tokens[at - 1]?.type !== "paragraph_open") continue;
    let inLink = false;
    const words = (token.children ?? []).map((child) => {
      if (child.type.startsWith("link_")) inLink = child.type === "link_open";
      if (inLink && !links) return "";
      if (child.type === "code_inline") return "code";
      return child.type === "softbreak" ? " " : child.content;
    });
    paragraphs.push(words.join(""));
  }
  return paragraphs.join("\n\n");
}

function readTerms(): { id: string; spoken: RegExp }[] {
  const source = readFileSync(join(root, "content/glossary/terms.md"), "utf8");
  return [...source.matchAll(/^## (.+) \{#(.+)\}$/gm)]
    .map(([, title = "", id = ""]) => ({ id, spoken: new RegExp(`\\b${casesOf(title)}(?:s|es)?\\b`) }))
    .filter(({ id }) => !EVERYDAY.has(id) && !CODE.has(id));
}

/** "Foreign key" is met as "foreign key" too; "Session" with a small letter is another thing. */
function casesOf(title: string): string {
  const [first = "", ...rest] = title;
  const isName = title === title.toUpperCase() || ["Engine", "Session"].includes(title);
  return isName ? title : `[${first}${first.toLowerCase()}]${rest.join("")}`;
}

function gradeOf(prose: string): number {
  const sentences = prose.split(/[.!?:;](?:\s|$)|\n\n/).filter((sentence) => /\w/.test(sentence));
  const words = prose.match(/[A-Za-z']+/g) ?? [];
  const syllables = words.reduce((sum, word) => sum + syllablesOf(word), 0);
  return 0.39 * (words.length / sentences.length) + 11.8 * (syllables / words.length) - 15.59;
}

function syllablesOf(word: string): number {
  const letters = word.toLowerCase().replaceAll(/[^a-z]/g, "");
  if (letters.length <= 3) return 1;
  const sounded = letters.replace(/(?:[^laeiouy]es|ed|[^laeiouy]e)$/, "").replace(/^y/, "");
  return sounded.match(/[aeiouy]{1,2}/g)?.length ?? 1;
}
