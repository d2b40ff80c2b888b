import { createCssVariablesTheme, createHighlighter } from "shiki";

/** What Markdown's fences call a language, and what the highlighter calls it. */
const LANGUAGES = { py: "python", python: "python", sql: "sql" };
const PREFIX = "--tok-";

let made;

/**
 * Colours become classes (`t-keyword`), not inline styles: the panel's policy forbids those, and classes follow the theme.
 *
 * @returns {Promise<{ lines(code: string, language: string): string[], block(code: string, language: string): string }>}
 *   `lines` gives the HTML of each line; an unknown language is escaped and left plain
 */
export function createHighlighting() {
  made ??= make();
  return made;
}

async function make() {
  const theme = createCssVariablesTheme({ name: "classes", variablePrefix: PREFIX, fontStyle: false });
  const highlighter = await createHighlighter({ themes: [theme], langs: [...new Set(Object.values(LANGUAGES))] });

  function lines(code, language) {
    const lang = LANGUAGES[language];
    if (lang === undefined) return code.split("\n").map(escapeHtml);
    return highlighter
      .codeToTokensBase(code, { lang, theme: "classes" })
      .map((tokens) => tokens.map((token) => span(token.content, kindOf(token.color))).join(""));
  }
  return { lines, block: (code, language) => lines(code, language).join("\n") };
}

export function escapeHtml(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** `var(--tok-token-string-expression)` names a string. Plain text and punctuation stay in the text's colour. */
function kindOf(colour = "") {
  const kind = new RegExp(`${PREFIX}token-(\\w+)`).exec(colour)?.[1];
  return kind === "punctuation" ? undefined : kind;
}

function span(text, kind) {
  return kind === undefined ? escapeHtml(text) : `<span class="t-${kind}">${escapeHtml(text)}</span>`;
}
