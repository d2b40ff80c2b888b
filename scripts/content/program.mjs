import { escapeHtml } from "./highlight.mjs";
import { codeBlock, parseInfo } from "./markdown.mjs";

const LAYERS = { core: "Core", orm: "ORM", both: "Core + ORM" };
/** What a program shows that nobody should copy: old style, or a mistake made on purpose. */
const WARNINGS = ["1.x", "mistake"];
/** What is built on greenlet, of which there is none for WebAssembly. */
const NEEDS_GREENLET = /^\s*from sqlalchemy\.ext\.asyncio\b/m;

/**
 * Reads a program (`py run`) and the fences after it that say what it prints (`text prints`) and emits (`sql emits`, or one
 * `sql emits RELEASE` for each release where they differ). `setup` puts the lesson's prelude ahead of it.
 *
 * @returns {{ program: import("../../content/schema.ts").Program, badges: string, taken: number }} `taken` counts the tokens read
 */
export function readProgram(id, tokens, prelude) {
  const { words, title, layer } = parseInfo(tokens[0].info);
  if (layer !== "" && !(layer in LAYERS)) throw new Error(`program ${id}: there is no layer "${layer}"`);
  const program = {
    id,
    title,
    setup: words.includes("setup") ? prelude : "",
    code: tokens[0].content,
    prints: "",
    emits: [],
  };
  if (NEEDS_GREENLET.test(`${program.setup}\n${program.code}`)) program.needs = "greenlet";
  let taken = 1;
  for (; tokens[taken]?.type === "fence"; taken++) {
    const { language, words: said } = parseInfo(tokens[taken].info);
    if (language === "text" && said[0] === "prints") program.prints = tokens[taken].content;
    else if (language === "sql" && said[0] === "emits")
      program.emits.push({ releases: said.slice(1), sql: tokens[taken].content.trimEnd() });
    else break;
  }
  if (program.prints === "" && program.emits.length === 0) {
    throw new Error(`program ${id} says neither what it prints nor what it emits`);
  }
  return { program, badges: badgesOf(layer, words), taken };
}

/** The code, and beside it what it really did. `data-program` is where the panel puts its buttons. */
export function programHtml(program, badges, highlight) {
  const [emitted, ...otherwise] = program.emits;
  const results = [
    emitted && result("SQL", codeBlock(emitted.sql, "sql", highlight)),
    ...otherwise.map(
      ({ releases, sql }) =>
        `<details class="otherwise"><summary>SQL on ${escapeHtml(releases.join(", "))}</summary>${codeBlock(sql, "sql", highlight)}</details>`,
    ),
    program.prints && result("Output", codeBlock(program.prints, "text", highlight)),
  ];
  const setup = program.setup
    ? `<details class="setup"><summary>What runs before this</summary>${codeBlock(program.setup, "py", highlight)}</details>`
    : "";
  return `<figure class="program"><figcaption>${badges}${escapeHtml(program.title)}</figcaption>
<div class="program-body"><div class="program-code">${codeBlock(program.code, "py", highlight)}</div>
<div class="program-result">${results.filter(Boolean).join("\n")}</div></div>
<div class="program-foot" data-program="${program.id}">${setup}</div></figure>\n`;
}

function badgesOf(layer, words) {
  const warning = WARNINGS.find((word) => words.includes(word));
  return [
    layer && `<span class="badge badge-${layer}">${LAYERS[layer]}</span> `,
    warning && `<span class="badge badge-old">${warning}</span> `,
  ]
    .filter(Boolean)
    .join("");
}

function result(label, html) {
  return `<p class="result-label">${label}</p>${html}`;
}
