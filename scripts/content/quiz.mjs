import { escapeHtml } from "./highlight.mjs";

const LAYER_LABELS = { core: "Core", orm: "ORM", both: "Both: the two layers share it" };

/**
 * One question for the panel, with its key. For `layer` and `spot` the key is what the analyser says, and it must agree with
 * which choices the author explained as wrong.
 *
 * @param {import("../../content/schema.ts").WrittenQuestion} question
 * @returns {import("../../content/schema.ts").Question}
 */
export function buildQuestion(question, tools) {
  const { markdown, lesson } = tools;
  const shared = {
    id: question.id,
    form: question.form,
    teaches: `${lesson}#${question.section}`,
    prompt: markdown.renderInline(question.prompt),
    because: markdown.renderInline(question.because),
  };
  try {
    return { ...shared, ...FORMS[question.form](question, tools) };
  } catch (error) {
    throw new Error(`question "${question.id}": ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

const FORMS = {
  single: (question, tools) => ({ ...chosen(question, tools), answer: [question.answer] }),
  multi: (question, tools) => ({ ...chosen(question, tools), answer: question.answer }),

  sql: ({ choices, code, answer }, { markdown, highlight }) => ({
    code: codeLines(code, highlight),
    choices: choices.map(({ id, sql, why }) => ({
      id,
      html: sql === "" ? "Nothing is sent." : `<code class="code">${highlight.block(sql, "sql")}</code>`,
      ...whyOf(why, markdown),
    })),
    answer: [answer],
  }),

  layer({ code, mark, line, why }, { markdown, highlight, analyser }) {
    const column = columnOf(code[line - 1], mark);
    const key = analyser.layerAt(code.join("\n"), line, column + 1);
    if (key === null) throw new Error("the analyser does not know the layer of the marked call");
    if (why[key] !== undefined) throw new Error(`the analyser says "${key}", which the question explains as wrong`);
    return {
      code: codeLines(code, highlight, { line: line - 1, mark }),
      choices: Object.keys(LAYER_LABELS).map((id) => ({ id, html: LAYER_LABELS[id], ...whyOf(why[id], markdown) })),
      answer: [key],
    };
  },

  spot({ code }, { markdown, highlight, analyser }) {
    const texts = code.map((line) => (typeof line === "string" ? line : line.code));
    const found = analyser.findings(texts.join("\n")).map(({ startLine }) => startLine - 1);
    const expected = code.findIndex((line) => typeof line !== "string" && line.why === undefined);
    if (found.length === 0 || found.some((line) => line !== expected)) {
      const lines = found.map((line) => line + 1).join(", ");
      throw new Error(
        `line ${expected + 1} is the one without a \`why\`, but the analyser finds ${lines || "nothing"}`,
      );
    }
    const html = highlight.lines(texts.join("\n"), "py");
    const choosable = code.flatMap((line, at) => (typeof line === "string" ? [] : [{ line, at }]));
    return {
      code: html.map((text, at) => ({
        html: text,
        ...(typeof code[at] === "string" ? {} : { choice: `line-${at + 1}` }),
      })),
      choices: choosable.map(({ line, at }) => ({
        id: `line-${at + 1}`,
        html: html[at],
        ...whyOf(line.why, markdown),
      })),
      answer: [`line-${expected + 1}`],
    };
  },

  fix(question, { markdown, highlight, analyser, prelude, keys }) {
    const setup = question.setup === undefined ? prelude : toText(question.setup);
    const code = toText(question.code);
    const findings = (text) => findingsIn(analyser, setup, text);
    if (findings(code).length === 0) throw new Error("the analyser finds nothing to fix");
    const solution = question.solution === undefined ? fixedBy(analyser, setup, code) : toText(question.solution);
    const left = findings(solution);
    if (left.length > 0) throw new Error(`the solution still has ${left.join(", ")}`);
    const prints = keys[question.id];
    if (prints === undefined) throw new Error("there is no key for it: run `npm run quiz-keys`");
    return {
      setup,
      code,
      html: highlight.block(code.trimEnd(), "py"),
      prints,
      hints: (question.hints ?? []).map((hint) => markdown.renderInline(hint)),
      solution: { code: solution, html: highlight.block(solution.trimEnd(), "py") },
    };
  },
};

/** The rules that find something in the code, which runs after the setup. */
function findingsIn(analyser, setup, code) {
  const before = setup.split("\n").length;
  return analyser
    .findings(`${setup}\n${code}`)
    .filter(({ startLine }) => startLine > before)
    .map(({ rule }) => rule);
}

/** The analyser's own fix of the code; edits of imports above it are the setup's, so there may be none. */
export function fixedBy(analyser, setup, code) {
  const fixed = analyser.fixed(`${setup}\n${code}`, "review");
  if (!fixed.startsWith(`${setup}\n`)) throw new Error("the fix edits what runs before the code: write a `solution`");
  return fixed.slice(setup.length + 1);
}

export function toText(lines) {
  return `${lines.join("\n")}\n`;
}

function chosen({ code, choices }, { markdown, highlight }) {
  return {
    ...(code ? { code: codeLines(code, highlight) } : {}),
    choices: choices.map(({ id, text, why }) => ({ id, html: markdown.renderInline(text), ...whyOf(why, markdown) })),
  };
}

function whyOf(why, markdown) {
  return why === undefined ? {} : { why: markdown.renderInline(why) };
}

function codeLines(code, highlight, marked) {
  return highlight.lines(code.join("\n"), "py").map((html, at) => {
    if (at !== marked?.line) return { html };
    return { html: withMark(code[at], marked.mark, highlight), marked: true };
  });
}

/** Highlights each side of the mark by itself, for a highlighter's token may reach over its edge. */
function withMark(line, mark, highlight) {
  const column = columnOf(line, mark);
  const [before = ""] = highlight.lines(line.slice(0, column), "py");
  const [after = ""] = highlight.lines(line.slice(column + mark.length), "py");
  return `${before}<mark>${escapeHtml(mark)}</mark>${after}`;
}

/** 0-based, in UTF-16 units. */
function columnOf(line = "", mark) {
  const places = [...line.matchAll(/\w+/g)].filter((match) => match[0] === mark);
  if (places.length !== 1) throw new Error(`the mark "${mark}" is not exactly once in its line`);
  return places[0].index;
}
