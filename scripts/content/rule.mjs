import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { escapeHtml } from "./highlight.mjs";
import { createMarkdown, listing } from "./markdown.mjs";

/**
 * @typedef {object} RuleInfo
 * @property {string} id
 * @property {string} title may hold `code`
 * @property {string} lesson `lesson#section`
 * @property {Readonly<Record<string, string>>} effects by release
 * @property {readonly { bad: string, good?: string }[]} examples
 */

/**
 * The page of a rule: its title, effects and first example from the rule itself, then the prose of content/rules/ID.md, and the way to
 * the lesson where there is one.
 *
 * @param {readonly import("../../content/schema.ts").Page[]} lessons
 * @returns {Promise<import("../../content/schema.ts").Page>}
 */
export async function buildRule(file, lessons, { schema, highlight, terms, analyser }) {
  const id = basename(file, ".md");
  const rule = analyser.rules().find((candidate) => candidate.id === id);
  if (!rule) throw new Error("no rule has this id");
  const markdown = createMarkdown(highlight);
  const html = [
    effects(rule),
    example(rule, highlight),
    // The page's own heading is of the second level.
    markdown.render((await readFile(file, "utf8")).replaceAll(/^## /gm, "### ")),
    lesson(rule, lessons),
  ];
  const title = rule.title.replaceAll("`", "");
  return schema.Page.parse({
    kind: "rule",
    id,
    title,
    idea: "",
    minutes: 0,
    sections: [{ id: "rule", title, blocks: [{ kind: "html", html: html.join("") }] }],
    terms: markdown.usedTerms(terms),
    programs: [],
  });
}

function effects(rule) {
  const items = Object.entries(rule.effects).map(([release, effect]) => `${release}: ${effect}`);
  return `<p class="effects"><code>${escapeHtml(rule.id)}</code> ${escapeHtml(items.join(" · "))}</p>\n`;
}

function example({ examples: [first] }, highlight) {
  if (!first) return "";
  const before = listing({ title: "Before", code: first.bad, language: "py", highlight, old: true });
  return first.good === undefined
    ? before
    : before + listing({ title: "After", code: first.good, language: "py", highlight });
}

function lesson(rule, lessons) {
  const [id, section] = rule.lesson.split("#");
  const page = lessons.find((candidate) => candidate.id === id);
  const target = page?.sections.find((candidate) => candidate.id === section) ?? page?.sections[0];
  if (!page || !target) return "";
  return `<p>In the lessons: <a href="#" data-target="${id}#${target.id}">${escapeHtml(page.title)}</a></p>\n`;
}
