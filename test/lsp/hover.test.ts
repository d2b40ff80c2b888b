import assert from "node:assert/strict";
import { MarkupContent } from "vscode-languageserver";
import { Documents } from "../../server/src/lsp/documents.ts";
import { type HoverContext, toHover } from "../../server/src/lsp/hover.ts";
import { markdown } from "../../server/src/lsp/markup.ts";
import { Project } from "../../server/src/lsp/projects.ts";
import { translator } from "../../server/src/lsp/strings.ts";
import type { Label } from "../../server/src/service/types.ts";
import { fakeService } from "./fake_service.ts";

const uri = "file:///project/app/db.py";
const label: Label = {
  kind: "name",
  title: "",
  api: "sqlalchemy.orm.Session.get",
  layer: "orm",
  certainty: "certain",
  because: [
    { text: "`session = SessionLocal()`", at: { uri, span: { start: 0, end: 7 }, line: 1 } },
    { text: "`SessionLocal = sessionmaker()`" },
    { text: "a third reason" },
  ],
  summary: "Loads one object by its primary key.",
  history: "Since 1.4.",
  lesson: "session#identity-map",
  doc: "https://docs.sqlalchemy.org/x",
  span: { start: 0, end: 7 },
  facts: [],
  rows: [],
  details: [],
  findings: [],
};

function shown(change: Partial<Label> = {}, context: Partial<HoverContext> = {}): string {
  const documents = new Documents();
  const document = documents.open({ uri, languageId: "python", version: 1, text: "session.get(1)\n" });
  const service = fakeService();
  service.apply([document.unit.tell()]);
  const project = new Project("file:///project", service);
  const whole = {
    documents,
    document,
    project,
    translate: translator(),
    markdown: true,
    lessonCommand: false,
    ...context,
  };
  const contents = toHover({ ...label, ...change }, whole)?.contents;
  return MarkupContent.is(contents) ? contents.value : "";
}

describe("a hover", () => {
  it("names the layer, the API, what it does, why we believe so, and the lesson", () => {
    assert.deepEqual(shown().split("\n"), [
      "**ORM** · `sqlalchemy.orm.Session.get`",
      "",
      "Loads one object by its primary key\\.",
      "",
      "because `session = SessionLocal()` ([app/db\\.py\\:1](<file:///project/app/db.py#L1>))  ",
      "and `SessionLocal = sessionmaker()`",
      "",
      "Since 1\\.4\\.",
      "",
      "Lesson\\: session › identity map · [Documentation](<https://docs.sqlalchemy.org/x>)",
    ]);
    assert.match(shown({ layer: "core" }), /^\*\*Core\*\* /);
    assert.match(shown({ layer: "both" }), /^\*\*Core and ORM\*\* /);
    assert.match(shown({ certainty: "likely" }), /^.* \\\(likely\\\)\n/);
  });

  it("is silent about what isn't known", () => {
    assert.equal(shown({ certainty: "unknown" }), "");
    assert.equal(shown({ api: null, layer: null }), "");
  });

  it("links the command only for the client that has it, with the line as the lesson's example", () => {
    assert.doesNotMatch(shown(), /command:/);
    const [, query = ""] =
      /command:sqlalchemyCoach\.openLesson\?([^>]+)>/.exec(shown({}, { lessonCommand: true })) ?? [];
    assert.deepEqual(JSON.parse(decodeURIComponent(query)), [
      {
        lesson: "session#identity-map",
        example: { code: "session.get(1)", source: "app/db.py:1", at: { uri, position: { line: 0, character: 7 } } },
      },
    ]);
  });

  it("has at most 12 lines, whatever there is to say", () => {
    const details = Array.from({ length: 40 }, (_, index) => `column_${index} INTEGER`);
    for (const change of [{ details }, { details, because: [], history: "" }, { details: details.slice(0, 3) }]) {
      const lines = shown(change).split("\n");
      assert.ok(lines.length <= 12, `${lines.length} lines`);
      assert.equal(lines.filter((line) => line.startsWith("```")).length % 2, 0);
    }
    assert.match(shown({ details, because: [], history: "" }), /```text\ncolumn_0 INTEGER\n(.*\n)*… 37 more\n```/);
  });

  it("shows a model as a table of at most 20 rows, and says how many more there are", () => {
    const rows = Array.from({ length: 32 }, (_, index) => [`column_${index}`, "`Integer`", "NOT NULL"] as const);
    const lines = shown({ kind: "model", title: "Author", rows }).split("\n");
    assert.equal(lines[0], "**ORM** · mapped class `Author`");
    const table = lines.filter((line) => line.startsWith("|"));
    assert.deepEqual(table.slice(0, 3), [
      "| Attribute | Type |  |",
      "| --- | --- | --- |",
      "| `column_0` | `Integer` | NOT NULL |",
    ]);
    assert.equal(table.length, 2 + 20);
    assert.equal(table.at(-1), "| … and 13 more |  |  |");
    assert.match(lines.at(-1) ?? "", /Lesson/);
    const plainLines = shown({ rows: rows.slice(0, 1) }, { markdown: false }).split("\n");
    assert.ok(plainLines.includes("column_0  Integer  NOT NULL"));
  });

  it("keeps a bar in a cell from ending it", () => {
    const text = shown({ rows: [["kind", "`Mapped[int | None]`", "a | b"]] });
    assert.ok(text.includes("| `kind` | `Mapped[int \\| None]` | a \\| b |"), text);
  });

  it("lists facts with the places that say them", () => {
    const at = { uri, span: { start: 0, end: 7 }, line: 1 };
    const text = shown({
      kind: "relationship",
      title: "Author.books",
      facts: [
        { name: "other side", text: "`Book.author`", at },
        { name: "cascade", text: "`all`" },
      ],
    });
    assert.match(text, /^\*\*ORM\*\* · relationship `Author\.books`\n/);
    assert.ok(
      text.includes(
        "Other side\\: `Book.author` ([app/db\\.py\\:1](<file:///project/app/db.py#L1>))  \nCascade\\: `all`\n",
      ),
    );
  });

  it("names the function whose keyword it is", () => {
    const text = shown({ kind: "parameter", title: "lazy=", api: "sqlalchemy.orm.relationship" });
    assert.match(text, /^\*\*ORM\*\* · parameter `lazy=` · `sqlalchemy\.orm\.relationship`\n/);
  });

  it("takes the person's text for text", () => {
    const hostile =
      "`x = '](command:evil) <img src=x onerror=1> $(icon)\n\n# big'` **b** <b> [l](https://evil.example) www.evil.example";
    const text = shown({
      because: [{ text: hostile }],
      summary: "`a` and ` alone [x](y)",
      history: "",
      details: ["```", "<script>"],
    });
    assert.ok(
      text.includes("`x = '](command:evil) <img src=x onerror=1> $(icon) # big'`"),
      "code stays code, on one line",
    );
    assert.ok(text.includes("\\*\\*b\\*\\* &lt;b\\> \\[l\\]\\(https\\://evil\\.example\\) www\\.evil\\.example"));
    assert.ok(text.includes("\\`a\\` and \\` alone \\[x\\]\\(y\\)"));
    assert.equal((text.match(/^```/gm) ?? []).length, 2);
  });

  it("is plain text for a client without Markdown", () => {
    const text = shown({}, { markdown: false, lessonCommand: true });
    assert.match(text, /^ORM · sqlalchemy\.orm\.Session\.get\n/);
    assert.doesNotMatch(text, /\]\(|\*\*|\\/);
    assert.match(text, /because `session = SessionLocal\(\)` \(app\/db\.py:1\)/);
  });

  it("speaks the editor's language", () => {
    const strings = { Core: "Kern", "Core and ORM": "Kern und ORM", "Lesson: {0}": "Lektion: {0}" };
    const text = shown({ layer: "both" }, { translate: translator(strings) });
    assert.match(text, /^\*\*Kern und ORM\*\*/);
    assert.match(text, /Lektion\\: session/);
  });
});

describe("code in Markdown", () => {
  it("is fenced beyond its own backticks", () => {
    assert.equal(markdown.code("a`b``c"), "```a`b``c```");
    assert.equal(markdown.code("`a"), "`` `a ``");
    assert.equal(markdown.code("a\nb"), "`a b`");
  });
});
