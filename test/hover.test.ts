import assert from "node:assert/strict";
import type { Label, Service } from "../server/src/service/index.ts";
import { testService } from "./harness/analyser.ts";
import { fixturesIn, type Try } from "./harness/markdown.ts";

const uriOf = (path: string): string => `file:///workspace/${path}`;

interface Assertion {
  readonly offset: number;
  readonly needle: string;
  readonly expected: readonly string[];
}

/** `# hover: NEEDLE = PART | without PART`, or `= nothing`; `‸` in the needle is the pointer, which else is at its start; `^` before a part: a line begins with it. */
function assertionsIn(code: string): readonly Assertion[] {
  let start = 0;
  return code.split("\n").flatMap((line) => {
    const from = start;
    start += line.length + 1;
    const at = line.indexOf("# hover: ");
    if (at < 0) return [];
    return line
      .slice(at + "# hover: ".length)
      .split("; ")
      .map((each) => {
        const [needle = "", expected = ""] = each.split(/ = (.*)/);
        const pointer = Math.max(needle.indexOf("‸"), 0);
        const found = line.indexOf(needle.replace("‸", ""));
        assert.ok(found >= 0 && found < at, `no ${needle} on "${line}"`);
        return { offset: from + found + pointer, needle, expected: expected.split(" | ") };
      });
  });
}

/** Everything that a label says, a thing a line: "orm column Author.name". */
function said({ kind, title, api, layer, certainty, summary, history, facts, rows, because }: Label): string {
  const place = (at: { readonly uri: string; readonly line: number } | undefined): string =>
    at ? ` ${at.uri.slice(uriOf("").length)}:${at.line}` : "";
  const name = kind === "name" || kind === "parameter" || kind === "option" ? `${title} ${api}`.trim() : title;
  return [
    `${layer} ${kind} ${name}`,
    certainty === "likely" ? "likely" : "",
    summary,
    history,
    ...facts.map((fact) => `${fact.name}: ${fact.text}${place(fact.at)}`),
    ...rows.map((row) => row.join(", ")),
    ...because.map(({ text, at }) => `because ${text}${place(at)}`),
  ].join("\n");
}

function assertPart(text: string, part: string, needle: string): void {
  const unwanted = part.startsWith("without ") ? part.slice("without ".length) : undefined;
  if (unwanted === undefined) assert.ok(isSaid(part, text), `${needle}: no "${part}" in\n${text}`);
  else assert.ok(!text.includes(unwanted), `${needle}: "${unwanted}" in\n${text}`);
}

/** A part that begins with `^` begins a line. */
function isSaid(part: string, text: string): boolean {
  return part.startsWith("^") ? `\n${text}`.includes(`\n${part.slice(1)}`) : text.includes(part);
}

function serve(attempt: Try, service: Service): void {
  service.apply(
    attempt.files.map(({ path, code }) => ({ kind: "set", uri: uriOf(path), version: 1, text: code, open: false })),
  );
}

describe("hovers, as their fixtures say", () => {
  for (const { name, tries } of fixturesIn("test/hover")) {
    describe(name, () => {
      for (const attempt of tries) {
        it(`${attempt.about.slice(0, 110)} (line ${attempt.line})`, async () => {
          const service = await testService([]);
          serve(attempt, service);
          let count = 0;
          for (const { path, code } of attempt.files) {
            for (const { offset, needle, expected } of assertionsIn(code)) {
              count++;
              const label = service.label(uriOf(path), offset);
              const text = label ? said(label) : "nothing";
              if (expected[0] === "nothing") assert.equal(text, "nothing", needle);
              else for (const part of expected) assertPart(text, part, needle);
            }
          }
          service.dispose();
          assert.ok(count > 0, "the block asserts nothing");
        });
      }
    });
  }
});
