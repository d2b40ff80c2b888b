/**
 * Builds content/ (Markdown, JSON, SVG) into static JSON for the panel: HTML per section, highlighted, with the questions and
 * their answer keys. Neither a Markdown parser nor a highlighter ships.
 *
 *   node scripts/build.mjs content      builds with the analyser
 *
 * @typedef {object} Analyser  lines and columns are 1-based, columns in UTF-16 units
 * @property {(code: string, line: number, col: number) => "core" | "orm" | "both" | null} layerAt
 * @property {(code: string) => readonly { rule: string, startLine: number, endLine: number }[]} findings
 * @property {() => readonly import("./content/rule.mjs").RuleInfo[]} rules
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createHighlighting } from "./content/highlight.mjs";
import { buildLesson } from "./content/lesson.mjs";
import { checkLinks } from "./content/links.mjs";
import { createMarkdown, splitSections } from "./content/markdown.mjs";
import { buildRule } from "./content/rule.mjs";
import { loadSchema } from "./content/schema.mjs";
import { toSearchIndex } from "./content/search.mjs";

/**
 * Writes `outDir`: index.json, search.json, lessons/ID.json and rules/ID.json, each checked against content/schema.ts.
 *
 * @param {{ root: string, outDir: string, analyser: Analyser }} options `root` holds content/
 * @throws {Error} with the file's name where the content breaks a law: a question without a clear key, a dead link, a wrong
 *   choice that does not say why
 */
export async function buildContent({ root, outDir, analyser }) {
  const schema = await loadSchema();
  const highlight = await createHighlighting();
  const terms = await readTerms(join(root, "content/glossary"), createMarkdown(highlight));
  const tools = { schema, highlight, terms, analyser };

  const lessons = [];
  for (const folder of await list(join(root, "content/lessons"), "")) {
    if (existsSync(join(folder, "lesson.md"))) lessons.push(await named(folder, () => buildLesson(folder, tools)));
  }
  const rules = [];
  for (const file of await list(join(root, "content/rules"), ".md")) {
    rules.push(await named(file, () => buildRule(file, lessons, tools)));
  }
  checkLinks([...lessons, ...rules]);

  await rm(outDir, { recursive: true, force: true });
  await mkdir(join(outDir, "lessons"), { recursive: true });
  await mkdir(join(outDir, "rules"), { recursive: true });
  for (const page of lessons) await write(join(outDir, "lessons", `${page.id}.json`), schema.Page, page);
  for (const page of rules) await write(join(outDir, "rules", `${page.id}.json`), schema.Page, page);
  await write(join(outDir, "index.json"), schema.Index, toIndex(lessons, rules));
  await write(join(outDir, "search.json"), schema.SearchIndex, toSearchIndex(lessons, rules, terms));
}

async function readTerms(folder, markdown) {
  const terms = new Map();
  for (const file of await list(folder, ".md")) {
    for (const { id, title, tokens } of splitSections(markdown, await readFile(file, "utf8"))) {
      if (terms.has(id)) throw new Error(`${file}: the term "${id}" is there twice`);
      terms.set(id, { id, title, html: markdown.renderTokens(tokens) });
    }
  }
  return terms;
}

function toIndex(lessons, rules) {
  return {
    lessons: lessons.map(({ id, title, idea, minutes, sections }) => ({
      id,
      title,
      idea,
      minutes,
      sections: sections.map((section) => ({
        id: section.id,
        title: section.title,
        questions: section.blocks.flatMap((block) => (block.kind === "question" ? [block.question.id] : [])),
      })),
    })),
    rules: rules.map(({ id, title }) => ({ id, title })),
  };
}

async function list(folder, ending) {
  if (!existsSync(folder)) return [];
  const names = await readdir(folder);
  return names
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(folder, name));
}

async function named(file, build) {
  try {
    return await build();
  } catch (error) {
    const problem = Array.isArray(error?.issues) ? error.issues.map(toLine).join("; ") : (error?.message ?? error);
    throw new Error(`${file}: ${problem}`, { cause: error });
  }
}

function toLine({ path, message }) {
  return path.length === 0 ? message : `${path.join(".")}: ${message}`;
}

async function write(file, shape, value) {
  await named(file, () => shape.parse(value));
  await writeFile(file, `${JSON.stringify(value)}\n`);
}
