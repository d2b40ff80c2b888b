import { chainedFromStart, chainingFix, clausesOf, rule, selectMethods } from "../../engine/index.ts";

export default rule({
  id: "table-select-arguments",
  title: "Chain `.where()`: 2.0's `table.select()` takes no arguments",
  lesson: "select-core#select",
  doc: "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-20-5284",
  effects: { "1.4": "deprecated", "2.0": "raises", "2.1": "raises" },
  examples: [
    {
      bad: `from models import books, engine

with engine.connect() as connection:
    print(connection.execute(books.select(books.c.year > 1815, order_by=[books.c.title])).fetchall())
`,
      good: `from models import books, engine

with engine.connect() as connection:
    print(connection.execute(books.select().where(books.c.year > 1815).order_by(books.c.title)).fetchall())
`,
    },
  ],
  on: { call: ["sqlalchemy.sql.FromClause.select", "sqlalchemy.sql.Join.select"] },
  check(call, ctx) {
    if (call.args.length === 0) return undefined;
    const clauses = clausesOf(call.args, legacy, call, ctx);
    if (typeof clauses === "string") return { at: call, fix: { why: clauses } };
    return { at: call, fix: chainingFix(clauses, chainedFromStart(call, clauses, ctx)) };
  },
});

const legacy = { of: "table.select()", positionals: ["whereclause"], methods: selectMethods };
