import assert from "node:assert/strict";
import fc from "fast-check";
import type { Node, SourceFile } from "../../server/src/syntax/index.ts";
import { applyEdits } from "../../server/src/syntax/index.ts";
import { testParser } from "../harness/parser.ts";

const program = `"""Authors and books."""
from sqlalchemy import Column, Integer, select  # the tools
from sqlalchemy.orm import Session


class Author(Base):
    __tablename__ = "authors"
    # the key
    id = Column(Integer, primary_key=True)

    @property
    def shout(self):
        return f"{self.name!r} \u{1F4DA}"


def find(session: Session, *names, born=None, **rest):
    # all of them
    query = (
        session.query(Author)
        .filter(Author.name.in_(names))  # by name
        .order_by(Author.id)
    )
    return [author for author in query if (year := author.born) or year is None]


with Session(engine) as s, open("x") as f:
    s.add(Author(name="Ursula"))
    s.commit()

print(*map(str, range(10)), sep="\\n")
`;

/** Everything that anyone can ask of a parsed file, as text. */
function outline(file: SourceFile): string {
  const lines: string[] = [];
  const add = (node: Node, depth: number): void => {
    lines.push(`${" ".repeat(depth)}${node.type} ${node.start}-${node.end} ${node.constructor.name}`);
    for (const child of node.children) {
      assert.equal(child.parent, node);
      add(child, depth + 1);
    }
  };
  for (const statement of file.body) add(statement, 0);
  const starts = file.pieces.map((piece) => piece.start);
  assert.deepEqual(
    starts,
    [...new Set(starts)].sort((a, b) => a - b),
  );
  assert.equal(starts[0], 0);
  lines.push(`comments ${file.comments.map(({ start, end }) => file.text.slice(start, end)).join("|")}`);
  return lines.join("\n");
}

describe("syntax: incremental parsing", () => {
  it("gives what a fresh parse gives, wherever the text is whole", async () => {
    const parser = await testParser();
    const pieces = [
      "x",
      " ",
      "\n",
      "\n    ",
      "(",
      ")",
      ",",
      '"',
      "# note",
      "def f(): pass\n",
      "\ndef f():\n    pass\n    # inside\n# outside\n",
      "else:",
      "@cached\n",
      "if x:\n    pass\n",
      '"""',
      "\\\n",
      "\r\n",
      "\f",
      "[",
      "]",
      ";",
      "async ",
      "\u{1F40D}",
      "\t",
      "é",
    ];
    let whole = 0;
    let broken = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(program.length), fc.nat(12), fc.constantFrom("", ...pieces)), {
          minLength: 1,
          maxLength: 12,
        }),
        (changes) => {
          const document = parser.open("file:///a.py", 0, program);
          let text = program;
          changes.forEach(([at, length, inserted], index) => {
            const start = Math.min(at, text.length);
            const edit = { span: { start, end: Math.min(start + length, text.length) }, text: inserted };
            text = applyEdits(text, [edit]);
            const file = document.update(index + 1, [edit]);
            assert.equal(file.text, text);
            const fresh = parser.parse("file:///a.py", index + 1, text);
            assert.equal(document.file.errors.length > 0 || fresh.errors.length === 0, true, "an error is missed");
            if (fresh.errors.length > 0) return;
            whole++;
            if (file.errors.length > 0) broken++;
            assert.equal(outline(document.settled()), outline(fresh));
          });
        },
      ),
      { numRuns: 1500, seed: 20, endOnFailure: true },
    );
    assert.ok(broken < whole / 20, `${broken} of ${whole} whole texts had to be parsed as a whole`);
    assert.ok(whole > 150, `only ${whole} texts were whole`);
  });

  it("applies several edits of one change in the order given", async () => {
    const parser = await testParser();
    const document = parser.open("file:///a.py", 0, "a = 1\nb = 2\nc = 3\n");
    const file = document.update(1, [
      { span: { start: 0, end: 1 }, text: "alpha" },
      { span: { start: 10, end: 11 }, text: "beta" },
      { span: { start: 0, end: 0 }, text: "# first\n" },
    ]);
    assert.equal(file.text, "# first\nalpha = 1\nbeta = 2\nc = 3\n");
    assert.equal(outline(file), outline(parser.parse("file:///a.py", 1, file.text)));
  });

  it("never throws on any beginning of a file", async () => {
    const parser = await testParser();
    for (let end = 0; end <= program.length; end++) {
      const text = program.slice(0, end);
      assert.equal(parser.parse("file:///a.py", 0, text).text, text);
    }
  });

  for (const [what, text] of [
    ["a lone surrogate", "x = '\ud83d'\ny = 1\n"],
    ["a byte order mark", "\ufeffimport os\n"],
    ["carriage returns alone", "a = 1\rb = 2\r"],
    ["NUL", "a = 1\0b\n"],
    ["nothing", ""],
    ["ten thousand parentheses", `${"(".repeat(10_000)}1${")".repeat(10_000)}\n`],
    ["a chain of eight thousand calls", `q${".filter(a)".repeat(8000)}\n`],
  ] as const) {
    it(`parses ${what}`, async () => {
      const parser = await testParser();
      const file = parser.parse("file:///a.py", 0, text);
      for (const node of file.walk()) assert.ok(node.start >= 0 && node.end <= text.length && node.start <= node.end);
    });
  }
});

describe("syntax: places", () => {
  it("finds the smallest node at an offset, also behind its end", async () => {
    const file = (await testParser()).parse("file:///a.py", 0, "s.query(User).get(1)\n");
    assert.equal(file.nodeAt(3)?.text, "query");
    assert.equal(file.nodeAt(7)?.text, "query");
    assert.equal(file.nodeAt(9)?.text, "User");
  });

  it("counts lines as LSP does", async () => {
    const file = (await testParser()).parse("file:///a.py", 0, "a\r\nb\rc\nd");
    assert.deepEqual(file.lines, [0, 3, 5, 7]);
    assert.deepEqual(
      [0, 2, 3, 5, 7].map((offset) => file.lineOf(offset)),
      [0, 0, 1, 2, 3],
    );
  });
});
