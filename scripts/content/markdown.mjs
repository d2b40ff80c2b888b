import MarkdownIt from "markdown-it";
import { escapeHtml } from "./highlight.mjs";

const HEADING = /^(.+?)\s*\{#([a-z0-9]+(?:-[a-z0-9]+)*)\}$/;
const TARGET = /^[a-z0-9-]*#[a-z0-9-]+$|^rule:[a-z0-9-]+$/;

/**
 * A Markdown renderer for one page. HTML in Markdown is off. Links lead to sections (`#id`, `lesson#id`, `rule:id`) or to the
 * glossary (`term:id`), never out of the extension: a lesson works offline.
 *
 * @param {{ block(code: string, language: string): string }} highlight
 */
export function createMarkdown(highlight) {
  const md = new MarkdownIt({ html: false, linkify: false, typographer: false });
  const used = new Set();

  md.renderer.rules.link_open = (tokens, index) => {
    const href = tokens[index].attrGet("href") ?? "";
    if (href.startsWith("term:")) {
      used.add(href.slice("term:".length));
      return `<button type="button" class="term" popovertarget="term-${escapeHtml(href.slice("term:".length))}">`;
    }
    if (!TARGET.test(href)) throw new Error(`a link leads to "${href}": only sections, rules and terms can be linked`);
    return `<a href="#" data-target="${escapeHtml(href)}">`;
  };
  md.renderer.rules.link_close = (tokens, index) => (isTermAt(tokens, index) ? "</button>" : "</a>");
  // A wide table scrolls by itself, and then it has to be reachable by keyboard.
  md.renderer.rules.table_open = () => '<div class="table" tabindex="0" role="group"><table>\n';
  md.renderer.rules.table_close = () => "</table></div>\n";
  md.renderer.rules.fence = (tokens, index) => {
    const { title, language, words } = parseInfo(tokens[index].info);
    return listing({ title, code: tokens[index].content, language, highlight, old: words.includes("1.x") });
  };

  return {
    parse: (source) => md.parse(source, {}),
    render: (source) => md.render(source),
    renderInline: (source) => md.renderInline(source),
    renderTokens: (tokens) => md.renderer.render(tokens, md.options, {}),
    /** The terms that this page has linked so far; throws where one is not in the glossary. */
    usedTerms(terms) {
      return [...used].sort().map((id) => {
        const term = terms.get(id);
        if (!term) throw new Error(`the glossary has no term "${id}"`);
        return term;
      });
    },
  };
}

/**
 * @returns {{ id: string, title: string, tokens: import("markdown-it").Token[] }[]} one for each `## Title {#id}`
 * @throws where a heading has no id, two have the same, or text comes ahead of the first
 */
export function splitSections(markdown, source) {
  const sections = [];
  const tokens = markdown.parse(source);
  for (let at = 0; at < tokens.length; at++) {
    if (tokens[at].type === "heading_open" && tokens[at].tag === "h2") {
      const [, title, id] = HEADING.exec(tokens[at + 1].content) ?? [];
      if (!id) throw new Error(`the heading "${tokens[at + 1].content}" does not end in {#id}`);
      if (sections.some((section) => section.id === id)) throw new Error(`two sections are called "${id}"`);
      sections.push({ id, title: title.replaceAll("`", ""), tokens: [] });
      at += 2;
    } else if (sections.length === 0) {
      throw new Error("text stands ahead of the first `## Title {#id}`");
    } else {
      sections.at(-1).tokens.push(tokens[at]);
    }
  }
  return sections;
}

/** Reads what follows a fence's ticks: `py run setup layer=orm title="A taste"`. */
export function parseInfo(info) {
  const named = {};
  const bare = info.replaceAll(/(\w+)=(?:"([^"]*)"|(\S+))/g, (_, key, quoted, plain) => {
    named[key] = quoted ?? plain;
    return "";
  });
  const [language = "", ...words] = bare.split(/\s+/).filter(Boolean);
  return { language, words, title: named.title ?? "", layer: named.layer ?? "" };
}

/** A figure with code; `old` marks what a reader meets in 1.x code and should not copy. */
export function listing({ title, code, language, highlight, old = false }) {
  const label = old ? '<span class="badge badge-old">1.x</span> ' : "";
  const caption = title || old ? `<figcaption>${label}${escapeHtml(title)}</figcaption>` : "";
  return `<figure class="listing${old ? " old" : ""}">${caption}${codeBlock(code, language, highlight)}</figure>\n`;
}

/** Code scrolls sideways on a narrow panel, so it takes the keyboard's focus. */
export function codeBlock(code, language, highlight) {
  const html = highlight.block(code.replace(/\n$/, ""), language);
  return `<pre class="code" tabindex="0"><code>${html}</code></pre>`;
}

function isTermAt(tokens, index) {
  let depth = 0;
  for (let at = index; at >= 0; at--) {
    if (tokens[at].type === "link_close") depth++;
    if (tokens[at].type === "link_open" && --depth === 0) return tokens[at].attrGet("href").startsWith("term:");
  }
  return false;
}
