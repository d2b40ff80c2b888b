import {
  type ApiName,
  chained,
  chainedFromStart,
  chainingFix,
  clausesOf,
  type LegacyArguments,
  type Methods,
  rule,
} from "../../engine/index.ts";

export default rule({
  id: "dml-arguments",
  title: "Chain `.where()` and `.values()`: 2.0's statements take the table alone",
  lesson: "dml-core#start",
  doc: "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-20-5284",
  effects: { "1.4": "deprecated", "2.0": "raises", "2.1": "raises" },
  examples: [
    {
      bad: `from sqlalchemy import select, update
from models import authors, engine

with engine.begin() as connection:
    connection.execute(update(authors, authors.c.id == 1, {"name": "Mary Shelley"}))
    print(connection.execute(select(authors.c.name)).scalars().all())
`,
      good: `from sqlalchemy import select, update
from models import authors, engine

with engine.begin() as connection:
    connection.execute(update(authors).where(authors.c.id == 1).values({"name": "Mary Shelley"}))
    print(connection.execute(select(authors.c.name)).scalars().all())
`,
    },
    {
      bad: `from sqlalchemy import func, select
from models import books, engine

with engine.begin() as connection:
    connection.execute(books.delete(books.c.year > 1820))
    print(connection.execute(select(func.count()).select_from(books)).scalar())
`,
      good: `from sqlalchemy import func, select
from models import books, engine

with engine.begin() as connection:
    connection.execute(books.delete().where(books.c.year > 1820))
    print(connection.execute(select(func.count()).select_from(books)).scalar())
`,
    },
  ],
  on: {
    call: [
      "sqlalchemy.insert",
      "sqlalchemy.update",
      "sqlalchemy.delete",
      "sqlalchemy.sql.TableClause.insert",
      "sqlalchemy.sql.TableClause.update",
      "sqlalchemy.sql.TableClause.delete",
      "sqlalchemy.dialects.mysql.insert",
      "sqlalchemy.dialects.postgresql.insert",
      "sqlalchemy.dialects.sqlite.insert",
    ],
  },
  check(call, ctx) {
    const name = ctx.nameOf(call.callee);
    const legacy = name && legacyOf(name);
    if (!name || !legacy) return undefined;
    const isMethod = name.includes(".TableClause.");
    const [table, ...more] = call.args;
    const args = isMethod ? call.args : more;
    if (args.length === 0) return undefined;
    if (!isMethod && (table?.splat !== "" || table.name !== undefined)) return { at: call, fix: { why: unreadable } };
    const clauses = clausesOf(args, legacy, call, ctx);
    if (typeof clauses === "string") return { at: call, fix: { why: clauses } };
    const edits = isMethod || !table ? chainedFromStart(call, clauses, ctx) : chained(call, table, clauses, ctx);
    return { at: call, fix: chainingFix(clauses, edits) };
  },
});

const unreadable = "Its table is not the first argument here: pass that alone, and chain the other clauses.";

const common: Methods = new Map([
  ["whereclause", ["where", "one"]],
  ["values", ["values", "rows"]],
  ["inline", ["inline", "flag"]],
  ["prefixes", ["prefix_with", "list"]],
  ["returning", ["returning", "list"]],
  ["return_defaults", ["return_defaults", "flag"]],
]);

/** The arguments behind the table, in 1.x's order. */
const positionals: Readonly<Record<string, readonly string[]>> = {
  insert: ["values", "inline", "bind", "prefixes", "returning", "return_defaults"],
  update: ["whereclause", "values", "inline", "bind", "prefixes", "returning", "return_defaults"],
  delete: ["whereclause", "bind", "returning", "prefixes"],
};

function legacyOf(name: ApiName): LegacyArguments | undefined {
  const verb = name.slice(name.lastIndexOf(".") + 1);
  const order = positionals[verb];
  return order && { of: `${verb}()`, positionals: order, methods: common };
}
