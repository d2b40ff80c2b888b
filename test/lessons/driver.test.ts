import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Event, type Source } from "../../client/webview/runtime/messages.ts";
import { collect, type Outcome } from "../../client/webview/runtime/outcome.ts";
import type { Page } from "../../content/schema.ts";
import { root } from "./root.ts";

const lessons = readdirSync(join(root, "dist/content/lessons")).map(
  (file): Page => JSON.parse(readFileSync(join(root, "dist/content/lessons", file), "utf8")),
);
const programs = lessons.flatMap(({ id, programs }) => programs.map((program) => ({ lesson: id, ...program })));

/** What the driver tells of programs, one after another in one Python. */
async function run(sources: readonly Source[]): Promise<Outcome[]> {
  const { oracle } = await import(pathToFileURL(join(root, "scripts/oracle.mjs")).href);
  const real = await oracle("2.0");
  const input = JSON.stringify(sources.map(({ setup, code }) => ({ setup, code })));
  const args = [join(root, "client/webview/runtime")];
  const { code, stdout, stderr } = await real.run(join(root, "test/lessons/run_driver.py"), { input, args });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout).map((events: unknown[]) => {
    const told = collect();
    for (const event of events) told.add(Event.parse(event));
    return told.outcome(told.hasError() ? "raised" : "finished");
  });
}

async function outcomeOf(code: string, setup = ""): Promise<Outcome> {
  const [outcome] = await run([{ setup, code }]);
  assert.ok(outcome);
  return outcome;
}

const engine = 'from sqlalchemy import *\nengine = create_engine("sqlite://")\nconnection = engine.connect()\n';

describe("the driver of the lessons' runtime, in ordinary Python", () => {
  it("tells of every program of every lesson, one after another, what the lesson says of it", async () => {
    const outcomes = await run(programs);
    for (const [at, { lesson, id, prints, emits }] of programs.entries()) {
      const outcome = outcomes[at];
      const said = emits.find(({ releases }) => releases.length === 0 || releases.includes("2.0"))?.sql ?? "";
      const sent = outcome?.statements.map(({ sql, parameters }) =>
        parameters === "" ? sql : `${sql}\n-- ${parameters}`,
      );
      assert.deepEqual({ lesson, id, output: outcome?.output }, { lesson, id, output: prints });
      assert.deepEqual({ lesson, id, sent: sent?.join("\n\n") }, { lesson, id, sent: said });
      assert.equal(outcome?.error, undefined);
    }
  });

  it("names the line of the program that caused a statement, through functions of its own and of others", async () => {
    const code = [
      "def ask():",
      "    return connection.execute(",
      "        text('SELECT 1')",
      "    )",
      "ask()",
      "print(",
      "    sorted([2, 1], key=lambda each: connection.scalar(text('SELECT 2'))),",
      ")",
    ].join("\n");
    const { statements, output } = await outcomeOf(code, engine);
    assert.deepEqual(
      statements.map(({ sql, line }) => [sql, line]),
      [
        ["SELECT 1", 2],
        ["SELECT 2", 7],
        ["SELECT 2", 7],
      ],
    );
    assert.equal(output, "[2, 1]\n");
  });

  it("tells the rows that were fetched, NULL apart from text, and how many there were", async () => {
    const code = `for row in connection.execute(text("SELECT 1 AS a, NULL AS b, 'NULL' AS c")): pass
connection.execute(text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 70) SELECT i FROM n")).all()
connection.execute(text("SELECT 1 WHERE 1 = 2")).all()`;
    const [first, second, third] = (await outcomeOf(code, engine)).statements;
    assert.deepEqual(first?.table, { columns: ["a", "b", "c"], rows: [["1", null, "NULL"]], fetched: 1 });
    assert.deepEqual([second?.table?.rows.length, second?.table?.fetched], [50, 70]);
    assert.deepEqual(third?.table, { columns: ["1"], rows: [], fetched: 0 });
  });

  it("shows an exception as Python does, without the frames of others, and marks the line", async () => {
    const code = "with engine.begin() as connection:\n    connection.execute(text('SELECT missing'))";
    const { error } = await outcomeOf(code, engine);
    assert.equal(error?.line, 2);
    assert.match(error?.summary ?? "", /^sqlalchemy\.exc\.OperationalError: .*no such column: missing$/);
    assert.match(
      error?.traceback ?? "",
      /^Traceback \(most recent call last\):\n {2}File "program\.py", line 2, in <module>\n {4}connection\.execute/,
    );
    assert.doesNotMatch(error?.traceback ?? "", /driver\.py|engine\/base\.py/);
    assert.match(error?.full ?? "", /engine\/base\.py/);
  });

  it("marks the line of a mistake in the syntax", async () => {
    const { error } = await outcomeOf("x = 1\nif x\n    pass");
    assert.equal(error?.line, 2);
    assert.match(error?.summary ?? "", /^SyntaxError: expected ':'$/);
  });

  it("tells warnings, with their line", async () => {
    const { warnings } = await outcomeOf("import warnings\nwarnings.warn('Careful.')");
    assert.deepEqual(warnings, [{ category: "UserWarning", message: "Careful.", line: 2 }]);
  });

  it("tells a bounded amount, and how much is left out", async () => {
    const code = "print('x' * 100_000)\nfor at in range(310): connection.execute(text('SELECT :at'), {'at': at})";
    const { output, statements, unsaid } = await outcomeOf(code, engine);
    assert.equal(output.length, 64_000);
    assert.equal(statements.length, 300);
    assert.deepEqual(unsaid, { output: 36_001, statements: 10, warnings: 0 });
  });

  it("leaves nothing of a program to the next: mappers, listeners, loggers, files, names, environment", async () => {
    const spoil = `import logging, os, sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
class Base(DeclarativeBase): pass
class Broken(Base):
    __tablename__ = "broken"
    id: Mapped[int] = mapped_column(primary_key=True)
    other = sa.orm.relationship("Nowhere")
@sa.event.listens_for(Engine, "before_cursor_execute")
def shout(*arguments): print("heard")
logging.basicConfig()
logging.getLogger("sqlalchemy.engine").setLevel(logging.INFO)
os.environ["SPOILT"] = "1"
open("left.txt", "w").write("left")`;
    const look = `import os
from sqlalchemy.orm import DeclarativeBase, Mapped, configure_mappers, mapped_column
class Base(DeclarativeBase): pass
class Whole(Base):
    __tablename__ = "broken"
    id: Mapped[int] = mapped_column(primary_key=True)
configure_mappers()
connection.execute(text("SELECT 1"))
print(os.listdir(), "SPOILT" in os.environ, "spoil" in globals())`;
    const [before, after] = await run([
      { setup: "", code: spoil },
      { setup: engine, code: look },
    ]);
    assert.equal(before?.error, undefined);
    assert.equal(after?.error, undefined);
    assert.equal(after?.output, "[] False False\n");
  });

  it("takes an exit for an end", async () => {
    const { output, error } = await outcomeOf("import sys\nprint('before')\nsys.exit('why')");
    assert.equal(output, "before\nwhy\n");
    assert.equal(error, undefined);
  });
});
