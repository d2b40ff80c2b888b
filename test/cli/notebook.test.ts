import assert from "node:assert/strict";
import fc from "fast-check";
import { withDocument } from "../../server/src/main/cli/notebook/notebook.ts";
import { toCellEdit } from "../../server/src/service/notebook/join.ts";
import { fromPython, toPython } from "../../server/src/service/notebook/magics.ts";
import { readNotebook } from "../../server/src/service/notebook/read.ts";
import { inWorkspace } from "./harness.ts";
import { supersededRule } from "./samples.ts";

/** Written by hand: blanks, escapes and the order of keys are what a rewrite must not touch. */
const notebook = String.raw`{
 "cells": [
  {"cell_type": "markdown", "metadata": {}, "source": ["session.query(User).get(1) in \u00e9 prose"]},
  {
   "cell_type": "code", "execution_count": 1, "metadata": {"tags": []},
   "outputs": [{"output_type": "stream", "text": ["session.query(User).get(1)"]}],
   "source": [
    "%matplotlib inline\n",
    "from sqlalchemy.orm import Session\n",
    "files = !ls | grep \u00e9\n",
    "session = Session()"
   ]
  },
  { "source" : "%%bash\necho session.query(User).get(0)", "cell_type":"code", "outputs": [] },
  {
   "cell_type": "code",  "outputs": [ ],
   "source": [
    "print('\u00e9 \/')\n",
    "session.query(User).get(1) # \ud83d\ude00\n", "session?\n",
    "session.query(User).get(2)"
   ]
  },
  { "source": "session.query(User).get(3)\n", "cell_type": "code", "outputs": [] }
 ],
 "metadata": {"kernelspec": {"language": "python"}}, "nbformat": 4, "nbformat_minor": 5
}
`;

const fixed = notebook
  .replace(String.raw`"session.query(User).get(1) # \ud83d\ude00\n"`, String.raw`"session.get(User, 1) # 😀\n"`)
  .replace('"session.query(User).get(2)"', '"session.get(User, 2)"')
  .replace(String.raw`"session.query(User).get(3)\n"`, String.raw`"session.get(User, 3)\n"`);

describe("notebooks", () => {
  it("are one program of cells, and a place is a cell's own", () =>
    inWorkspace({ "nb.ipynb": notebook }, (workspace) => {
      const report = workspace.check();
      assert.deepEqual(
        report.findings.map(({ rule, path, cell, start, end }) => [rule, path, cell, start, end]),
        [
          [supersededRule, "nb.ipynb", 4, { line: 2, column: 1 }, { line: 2, column: 27 }],
          [supersededRule, "nb.ipynb", 4, { line: 4, column: 1 }, { line: 4, column: 27 }],
          [supersededRule, "nb.ipynb", 5, { line: 1, column: 1 }, { line: 1, column: 27 }],
        ],
      );
      const [first] = report.findings;
      assert.ok(first && "fix" in first);
      assert.ok(
        first.because.some((reason) => reason.endsWith("nb.ipynb:cell 2:4")),
        first.because.join(),
      );
      for (const edit of first.fix.edits) assert.deepEqual([edit.path, edit.cell], ["nb.ipynb", 4]);
    }));

  it("are fixed line by line: every other byte stays", () =>
    inWorkspace({ "nb.ipynb": notebook }, (workspace) => {
      assert.equal(workspace.coach(["fix", "--write"]).status, 0);
      assert.equal(workspace.read("nb.ipynb"), fixed);
    }));

  it("can be explained at a place of a cell", () =>
    inWorkspace({ "nb.ipynb": notebook }, (workspace) => {
      const { stdout } = workspace.coach(["explain", "nb.ipynb:cell 4:2:10", "--format", "json"]);
      assert.equal(JSON.parse(stdout).layer, "orm");
      const { status, stderr } = workspace.coach(["explain", "nb.ipynb:2:10"]);
      assert.equal(status, 2);
      assert.match(stderr, /nb\.ipynb:cell N:LINE:COLUMN/);
    }));

  it("that are none are faults", () =>
    inWorkspace(
      { "a.ipynb": '{"sqlalchemy": ', "b.ipynb": '{"sqlalchemy": 1}', "c.ipynb": '{"nbformat": 3, "x": "sqlalchemy"}' },
      (workspace) => {
        assert.deepEqual(workspace.check().faults, [
          { path: "a.ipynb", message: "is not a notebook" },
          { path: "b.ipynb", message: "is not a notebook" },
          { path: "c.ipynb", message: "is a notebook of format 3; 4 is the oldest that is read" },
        ]);
      },
    ));

  it("of another language have no findings", () =>
    inWorkspace({ "r.ipynb": notebook.replace('"python"', '"R"') }, (workspace) => {
      assert.deepEqual(workspace.check().findings, []);
    }));
});

describe("a notebook's document", () => {
  const read = (...sources: readonly (string | readonly string[])[]) => {
    const cells = sources.map((source) => ({ cell_type: "code", source }));
    const result = readNotebook(JSON.stringify({ nbformat: 4, cells }));
    assert.ok("cells" in result);
    return result;
  };

  it("gives text before the first cell, and at a cell's end, to that cell", () => {
    const made = read("a = 1\n", ["b = 2"], "c = 3");
    const edited = `import x\n${made.text.replace("b = 2\n", "b = 2\nimport y\n")}`;
    const cells = JSON.parse(withDocument(made, edited) ?? "{}").cells;
    assert.deepEqual(
      cells.map(({ source }: { source: unknown }) => source),
      ["import x\na = 1\n", ["b = 2\n", "import y"], "c = 3"],
    );
  });

  it("maps an edit to the cell that it lies in, and none that reaches over its end", () => {
    const made = read("a = 1", "b = 2");
    const [first, second] = made.cells;
    assert.ok(first && second);
    const at = (start: number, end: number, text: string) => {
      const edit = toCellEdit(made, { span: { start, end }, text });
      return edit && [edit.cell.number, edit.span.start, edit.span.end, edit.text];
    };
    assert.deepEqual(at(0, 0, "import x\n"), [1, 0, 0, "import x\n"]);
    assert.deepEqual(at(first.start + 4, first.start + 5, "2"), [1, 4, 5, "2"]);
    assert.deepEqual(at(first.start + 6, first.start + 6, "c = 3\n"), [1, 5, 5, "\nc = 3"]);
    assert.deepEqual(at(second.start, second.start, "c = 3\n"), [2, 0, 0, "c = 3\n"]);
    assert.equal(at(first.start + 4, second.start + 1, ""), undefined);
  });

  it("is not written where an edit took a separator or a magic away", () => {
    const made = read("%time x\na = 1", "b = 2");
    assert.equal(withDocument(made, made.text.replace(/# cell 2\n/, "")), undefined);
    assert.equal(withDocument(made, made.text.replace(/0#.*\n/, "")), undefined);
    assert.equal(withDocument(made, made.text), made.json);
  });

  it("survives nesting of any depth", () => {
    const deep = `{"nbformat": 4, "cells": [], "metadata": {"x": ${"[".repeat(5000)}${"]".repeat(5000)}}}`;
    assert.ok("cells" in readNotebook(deep));
  });
});

describe("any notebook", () => {
  // Pieces that end strings, brackets and lines, so that random cells are often hard to tell apart.
  const piece = fc.constantFrom(
    "x = 1",
    "\n",
    "\r\n",
    "%time f()",
    "!ls",
    "f?",
    "(",
    ")",
    "'",
    '"""',
    "\\",
    "# cell 1",
    "0",
    " ",
    "é😀",
  );
  const cell = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
  const lines = (source: string): string[] => source.match(/[^\n]*\n|[^\n]+/g) ?? [];

  it("keeps its bytes where nothing changes, and the other cells' where one does", () =>
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 4 }), fc.integer({ min: 0, max: 3 }), (sources, indent) => {
        const cells = sources.map((source) => ({ cell_type: "code", source: lines(source) }));
        const json = JSON.stringify({ nbformat: 4, cells }, undefined, indent);
        const made = readNotebook(json);
        assert.ok("cells" in made);
        assert.equal(withDocument(made, made.text), json);
        for (const { number, source, start } of made.cells) {
          assert.equal(toPython(source)?.text.length, source.length);
          const edited = `${made.text.slice(0, start)}import y\n${made.text.slice(start)}`;
          const written = withDocument(made, edited);
          assert.ok(written !== undefined);
          const expected = cells.map(({ source }, index) =>
            index === number - 1 ? lines(`import y\n${source.join("")}`) : source,
          );
          assert.deepEqual(
            JSON.parse(written).cells.map(({ source }: { source: unknown }) => source),
            expected,
          );
        }
      }),
    ));
});

describe("magics", () => {
  const masks: Readonly<Record<string, string>> = {
    "%time f()\nx": "0#ime f()\nx",
    "!": "0",
    "if x:\n    !ls\n": "if x:\n    0#s\n",
    "y = !ls": "y = 0#s",
    "a, b = %sql select 1": "a, b = 0#ql select 1",
    "f?\ng.h??": "0#\n0#h??",
    "?print": "0#rint",
    "%%time\nf()": "0#time\nf()",
    "x = (1\n% 2)": "x = (1\n% 2)",
    'x = """\n%a\n!b\n"""': 'x = """\n%a\n!b\n"""',
    "x = 1 \\\n% 2": "x = 1 \\\n% 2",
    "x = 'it' # isn't (\n%cd": "x = 'it' # isn't (\n0#d",
    "a != b\na == b": "a != b\na == b",
  };
  for (const [source, masked] of Object.entries(masks)) {
    it(JSON.stringify(source), () => {
      const cell = toPython(source);
      assert.equal(cell?.text, masked);
      assert.equal(cell.text.length, source.length);
      assert.equal(fromPython(`before\n${cell.text}`, source, cell), `before\n${source}`);
    });
  }

  it("come back where they were, whatever looks like them", () => {
    const source = "x = 10\n!\n0\n%a\n%a\ny = 0";
    const cell = toPython(source);
    assert.ok(cell);
    assert.equal(fromPython(cell.text.replace("x = 10", "x = 100"), source, cell), source.replace("x = 10", "x = 100"));
    assert.equal(fromPython(cell.text.replace("0#", "1#"), source, cell), undefined);
  });

  it("leave out cells of other languages, and cells that have no end", () => {
    for (const source of ["%%bash\nls", "%%html\n<b>", "x = (", 'x = """', "x = 1 + \\", "x = 1 + \\\n"]) {
      assert.equal(toPython(source), undefined, source);
    }
  });
});
