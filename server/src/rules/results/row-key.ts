import {
  Attribute,
  atom,
  Call,
  type Expr,
  insertAfter,
  insertBefore,
  type Report,
  type RuleContext,
  rule,
  Str,
  unparenthesized,
} from "../../engine/index.ts";

export default rule({
  id: "row-key",
  title: "Ask `row._mapping` for a column by its name: 2.0's rows are tuples",
  lesson: "select-core#rows",
  doc: "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-20-result-rows",
  effects: { "1.4": "deprecated", "2.0": "raises", "2.1": "raises" },
  examples: [
    {
      bad: `from sqlalchemy import text
from models import engine

with engine.connect() as connection:
    for row in connection.execute(text("SELECT title, year FROM books ORDER BY id")):
        print(row["title"])
`,
      good: `from sqlalchemy import text
from models import engine

with engine.connect() as connection:
    for row in connection.execute(text("SELECT title, year FROM books ORDER BY id")):
        print(row._mapping["title"])
`,
    },
    {
      bad: `from sqlalchemy import select
from models import authors, engine

with engine.connect() as connection:
    row = connection.execute(select(authors).order_by(authors.c.id)).first()
    print(dict(row))
`,
      good: `from sqlalchemy import select
from models import authors, engine

with engine.connect() as connection:
    row = connection.execute(select(authors).order_by(authors.c.id)).first()
    print(dict(row._mapping))
`,
    },
    {
      bad: `from sqlalchemy import select
from models import authors, engine

with engine.connect() as connection:
    row = connection.execute(select(authors).order_by(authors.c.id)).first()
    print(row[authors.c.name])
`,
      good: `from sqlalchemy import select
from models import authors, engine

with engine.connect() as connection:
    row = connection.execute(select(authors).order_by(authors.c.id)).first()
    print(row._mapping[authors.c.name])
`,
    },
    {
      bad: `from sqlalchemy import select
from models import authors, engine

with engine.connect() as connection:
    row = connection.execute(select(authors).order_by(authors.c.id)).first()
    print(list(row.keys()))
`,
      good: `from sqlalchemy import select
from models import authors, engine

with engine.connect() as connection:
    row = connection.execute(select(authors).order_by(authors.c.id)).first()
    print(list(row._mapping.keys()))
`,
    },
  ],
  on: {
    subscript: true,
    builtin: ["dict"],
    call: ["sqlalchemy.engine.Row.keys"],
    form: ({ callee, args }, { mayBeRow }) =>
      mayBeRow(callee instanceof Attribute ? callee.object : args.length === 1 ? args[0]?.value : undefined),
  },
  check(expr, ctx) {
    const row = rowOf(expr, ctx);
    return row && asMapping(expr, row);
  },
});

/** The row that is asked as if it were a dictionary. */
function rowOf(expr: Expr, ctx: RuleContext): Expr | undefined {
  if (!(expr instanceof Call)) {
    const [object, key] = expr.children;
    if (expr.type === "dictionary_splat") return object && isRow(object, ctx) ? object : undefined;
    return object && key && isRow(object, ctx) && isKey(key, ctx) ? object : undefined;
  }
  if (expr.callee instanceof Attribute) return expr.callee.object;
  const [argument, ...more] = expr.args;
  if (argument?.splat !== "" || argument.name !== undefined || more.length > 0) return undefined;
  return isRow(argument.value, ctx) ? argument.value : undefined;
}

function isRow(expr: Expr, ctx: RuleContext): boolean {
  const { kind, of } = ctx.valueOf(expr);
  return kind === "instance" && of === "sqlalchemy.engine.Row";
}

/** A text, or a column: what no tuple takes. */
function isKey(key: Expr, ctx: RuleContext): boolean {
  if (key instanceof Str) return true;
  const { kind, of, certainty } = ctx.valueOf(key);
  return certainty === "certain" && (kind === "instance" || kind === "callable") && columns.has(of);
}

/** `Author.name`, `authors.c.name` */
const columns: ReadonlySet<string> = new Set(["sqlalchemy.Column", "sqlalchemy.sql.ColumnCollection.__getattr__"]);

function asMapping(expr: Expr, row: Expr): Report {
  return {
    at: expr,
    mark: row,
    fix: {
      title: `Ask \`${unparenthesized(row).text.slice(0, 40)}._mapping\``,
      safety: "safe",
      edits:
        atom(row) === row.text
          ? [insertAfter(row, "._mapping")]
          : [insertBefore(row, "("), insertAfter(row, ")._mapping")],
    },
  };
}
