import assert from "node:assert/strict";
import { Project } from "../server/src/resolve/index.ts";
import { Name, type Node, type Parser, type SourceFile } from "../server/src/syntax/index.ts";
import { fixturesIn, type Try } from "./harness/markdown.ts";
import { testParser } from "./harness/parser.ts";

const uriOf = (path: string): string => `file:///workspace/${path}`;

function projectOf(attempt: Try, parser: Parser): { project: Project; files: Map<string, SourceFile> } {
  const files = new Map(attempt.files.map(({ path, code }) => [uriOf(path), parser.parse(uriOf(path), 1, code)]));
  const project = new Project({ text: (uri) => files.get(uri)?.text, syntax: (uri) => files.get(uri) });
  for (const uri of files.keys()) project.changed(uri);
  return { project, files };
}

/** `# is: EXPRESSION = NAME certain|likely`, or `= nothing`; several are separated by `;`. */
function assertionsIn(code: string): { line: number; expression: string; answer: string }[] {
  return code.split("\n").flatMap((text, line) => {
    const said = /# is: (.*)$/.exec(text)?.[1];
    return (said?.split(";") ?? []).map((each) => {
      const at = each.lastIndexOf(" = ");
      return { line, expression: each.slice(0, at).trim(), answer: each.slice(at + 3).trim() };
    });
  });
}

function expressionOn(file: SourceFile, line: number, text: string): Node {
  for (const node of file.walk()) {
    if (file.lineOf(node.start) === line && node.text === text && node.type !== "argument_list") return innermost(node);
  }
  throw new assert.AssertionError({ message: `line ${line + 1} has no expression ${text}` });
}

function innermost(node: Node): Node {
  const [only] = node.children;
  return only && node.children.length === 1 && only.text === node.text ? innermost(only) : node;
}

/** "sqlalchemy.orm.Session.query certain"; "Session object certain" for what has no name of its own. */
function answerFor(file: SourceFile, project: Project, expression: Node): string {
  const resolver = project.resolve(file);
  if (!project.reaches(file.uri)) return "nothing";
  const value = resolver.valueOf(expression);
  const name = resolver.nameOf(expression);
  if (value.kind === "unknown" || (value.of === "" && !value.model)) return "nothing";
  const held = value.holds?.model?.name ?? value.holds?.of;
  const what = name ?? `${value.kind} ${value.model?.name ?? value.of}${held ? `[${held}]` : ""}`;
  return `${what} ${value.certainty}`;
}

/** `# query: NAME = …`, as `queryOn` says it. */
function queriesIn(code: string): { line: number; name: string; answer: string }[] {
  return code.split("\n").flatMap((text, line) => {
    const [, name = "", answer = ""] = /# query: (\w+) = (.*)$/.exec(text) ?? [];
    return name === "" ? [] : [{ line, name, answer: answer.trim() }];
  });
}

/**
 * "query Author: 3 begins, 5 builds: 6 all, 8 to caller": what it is and asks for, its writes and its uses by 1-based line,
 * and "likely" where it is no more than that.
 */
function queryOn(file: SourceFile, project: Project, name: Node): string {
  const variable = name instanceof Name ? project.resolve(file).queryVariableOf(name) : undefined;
  if (!variable) return "nothing";
  const lineOf = (node: Node): number => file.lineOf(node.start) + 1;
  const { kind, entities, differs, writes, uses, certainty } = variable;
  const asked = [...new Set(entities.map((each) => each.map(({ text }) => text).join(", ")))];
  assert.equal(differs, asked.length > 1);
  const made = writes.map(({ name: target, how, sources }) => {
    const from = how === "assigned" ? "" : `${how} `;
    return `${lineOf(target)} ${from}${sources.map((source) => source.kind).join("|")}`.trim();
  });
  const used = uses.map(({ name: read, end }) => {
    const how = end.kind === "link" ? end.link.name : end.kind === "escapes" ? `to ${end.to}` : end.kind;
    return `${lineOf(read)} ${how}`;
  });
  const what = [kind, asked.join(" or "), certainty === "certain" ? "" : certainty].filter(Boolean).join(" ");
  return [what, made.join(", "), used.join(", ") || "unused"].join(": ");
}

describe("resolver, as its fixtures say", () => {
  for (const { name, tries } of fixturesIn("test/resolve")) {
    describe(name, () => {
      for (const attempt of tries) {
        it(`${attempt.about.slice(0, 110)} (line ${attempt.line})`, async () => {
          const { project, files } = projectOf(attempt, await testParser());
          let count = 0;
          for (const { path, code } of attempt.files) {
            const file = files.get(uriOf(path));
            assert.ok(file);
            for (const { line, expression, answer } of assertionsIn(code)) {
              count++;
              const found = answerFor(file, project, expressionOn(file, line, expression));
              assert.equal(`${expression} = ${found}`, `${expression} = ${answer}`);
            }
            for (const { line, name: text, answer } of queriesIn(code)) {
              count++;
              const found = queryOn(file, project, expressionOn(file, line, text));
              assert.equal(`${text} = ${found}`, `${text} = ${answer}`);
            }
          }
          assert.ok(count > 0, "the block asserts nothing");
        });
      }
    });
  }
});
