/** @typedef {import("../../content/schema.ts").Page} Page */

/**
 * What there is to be found: lessons, their sections, rules, and the glossary's terms, each of which opens where a lesson first speaks
 * of it.
 *
 * @param {readonly Page[]} lessons
 * @param {readonly Page[]} rules
 * @param {ReadonlyMap<string, { id: string, title: string, html: string }>} terms
 * @returns {import("../../content/schema.ts").SearchIndex}
 */
export function toSearchIndex(lessons, rules, terms) {
  const found = [];
  for (const { id, title, idea, sections } of lessons) {
    found.push({ kind: "lesson", target: id, title, where: idea, names: [] });
    for (const section of sections) {
      const target = `${id}#${section.id}`;
      found.push({ kind: "section", target, title: section.title, where: title, names: namesIn(htmlOf(section)) });
    }
  }
  for (const { id, title, sections } of rules) {
    const names = namesIn(sections.map(htmlOf).join(""));
    found.push({ kind: "rule", target: `rule:${id}`, title, where: id, names });
  }
  for (const { id, title, html } of terms.values()) {
    const target = firstPlaceOf(id, lessons);
    if (target) found.push({ kind: "term", target, title, where: sentenceOf(html), names: [] });
  }
  return found;
}

function htmlOf({ blocks }) {
  return blocks.map((block) => (block.kind === "html" ? block.html : "")).join("");
}

/** What Python and SQL bring along: no one looks for the library by them. */
const OTHERS =
  /^([A-Z]{2,}|None|True|False|from|import|with|for|in|is|not|and|or|def|class|as|async|await|return|yield)$/;

/** Names in running text, with or without a call's parentheses; of a listing, the methods that it calls. */
function namesIn(html) {
  const listings = html.match(/<pre[\s\S]*?<\/pre>/g) ?? [];
  const methods = listings.flatMap((listing) => textOf(listing).match(/\b[a-z_]\w*\.[a-z]\w*(?=\()/g) ?? []);
  const running = html.replaceAll(/<pre[\s\S]*?<\/pre>/g, "");
  const codes = [...running.matchAll(/<code[^>]*>([\s\S]*?)<\/code>/g)].map(([, code]) => textOf(code).trim());
  const names = codes.flatMap((code) => /^\.?([A-Za-z_][\w.]{1,60})(?:$|\()/.exec(code)?.[1] ?? []);
  return [...new Set([...names, ...methods].filter((name) => !OTHERS.test(name)))].sort();
}

function firstPlaceOf(term, lessons) {
  for (const { id, sections } of lessons) {
    const section = sections.find((candidate) => htmlOf(candidate).includes(`"term-${term}"`));
    if (section) return `${id}#${section.id}`;
  }
  return undefined;
}

function sentenceOf(html) {
  const text = textOf(html);
  return /^.*?[.:](?=\s|$)/s.exec(text)?.[0].replaceAll(/\s+/g, " ") ?? text.trim();
}

function textOf(html) {
  return html
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}
