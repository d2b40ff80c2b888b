import type { Words } from "../../src/lessons/messages.ts";
import { element, fill } from "../dom.ts";
import type { Outcome, Statement, Table } from "../runtime/runtime.ts";
import { codeBlock } from "./highlight.ts";

interface Options {
  readonly outcome: Outcome;
  /** The program's lines. */
  readonly code: readonly string[];
  readonly words: Words;
  /** How the program ended, in words, where that is more than that it did. */
  readonly ending: string | undefined;
  readonly goTo: (line: number) => void;
}

/** What a program did, as elements: the error first, then its SQL by the line that sent it, its output, its warnings. */
export function resultElements({ outcome, code, words, ending, goTo }: Options): HTMLElement[] {
  const { error, statements, output, warnings, unsaid } = outcome;
  const where = (line: number | null) => {
    if (line === null || code[line - 1] === undefined) return undefined;
    const link = element("button", { type: "button", class: "line-link" }, fill(words.line, line));
    link.addEventListener("click", () => goTo(line));
    return element(
      "p",
      { class: "step-line" },
      link,
      " ",
      element("code", { class: "code" }, code[line - 1]?.trim() ?? ""),
    );
  };
  const made: (HTMLElement | undefined)[] = [];
  if (ending !== undefined) made.push(element("p", { class: "run-ending" }, ending));
  if (error !== undefined) {
    const more = error.full !== error.traceback;
    made.push(
      element(
        "div",
        { class: "run-error" },
        label(words.error),
        where(error.line),
        codeBlock(error.traceback.trimEnd()),
        more &&
          element(
            "details",
            { class: "otherwise" },
            element("summary", {}, words.wholeTraceback),
            codeBlock(error.full.trimEnd()),
          ),
      ),
    );
  }
  if (statements.length > 0) {
    made.push(label("SQL"));
    for (const step of byLine(statements)) {
      const shown = step.flatMap((statement) => statementElements(statement, words));
      made.push(element("div", { class: "step sql" }, where(step[0]?.line ?? null), ...shown));
    }
  }
  if (unsaid.statements > 0) made.push(note(fill(words.moreStatements, unsaid.statements)));
  if (output !== "")
    made.push(label(words.output), element("div", { class: "run-output" }, codeBlock(output.replace(/\n$/, ""))));
  if (unsaid.output > 0) made.push(note(fill(words.moreOutput, unsaid.output)));
  if (warnings.length > 0) {
    made.push(label(words.warnings));
    for (const { category, message, line } of warnings) {
      made.push(element("div", { class: "step" }, where(line), codeBlock(`${category}: ${message}`)));
    }
  }
  if (unsaid.warnings > 0) made.push(note(fill(words.moreWarnings, unsaid.warnings)));
  return made.filter((each) => each !== undefined);
}

/** Statements that one line sent, one after another, stand together. */
function byLine(statements: readonly Statement[]): Statement[][] {
  const steps: Statement[][] = [];
  for (const statement of statements) {
    const last = steps.at(-1);
    if (last?.[0]?.line === statement.line) last.push(statement);
    else steps.push([statement]);
  }
  return steps;
}

function statementElements({ sql, parameters, table, changed }: Statement, words: Words): (HTMLElement | undefined)[] {
  return [
    codeBlock(parameters === "" ? sql.trim() : `${sql.trim()}\n-- ${parameters}`, "sql"),
    table && (table.fetched > 0 ? tableElement(table, words) : note(words.noRows)),
    changed !== undefined && changed > 0 ? note(fill(words.rowsChanged, changed)) : undefined,
  ];
}

function tableElement({ columns, rows, fetched }: Table, words: Words): HTMLElement {
  const text = fetched > rows.length ? fill(words.rowsOf, rows.length, fetched) : fill(words.rows, fetched);
  const cells = (row: readonly (string | null)[]) =>
    row.map((value) => (value === null ? element("td", { class: "null" }, "NULL") : element("td", {}, value)));
  return element(
    "div",
    { class: "rows", tabindex: "0", role: "group", "aria-label": text },
    element(
      "table",
      {},
      element("caption", {}, text),
      element("thead", {}, element("tr", {}, ...columns.map((name) => element("th", { scope: "col" }, name)))),
      element("tbody", {}, ...rows.map((row) => element("tr", {}, ...cells(row)))),
    ),
  );
}

function label(text: string): HTMLElement {
  return element("p", { class: "result-label" }, text);
}

function note(text: string): HTMLElement {
  return element("p", { class: "run-note" }, text);
}
