import {
  type Argument,
  type Call,
  chained,
  clausesOf,
  type LegacyArguments,
  type ProposedFix,
  type RuleContext,
  remove,
  rule,
  Str,
  selectMethods,
  type TextEdit,
  type Unpacked,
  unpackedList,
  unparenthesized,
} from "../../engine/index.ts";

export default rule({
  id: "select-list",
  title: "Pass columns to `select()` one by one: 2.0 takes no list and no keywords",
  lesson: "select-core#select",
  doc: "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-20-5284",
  effects: { "1.4": "deprecated", "2.0": "raises", "2.1": "raises" },
  examples: [
    {
      bad: `from sqlalchemy import select
from models import books, engine

with engine.connect() as connection:
    print(connection.execute(select([books.c.id, books.c.title])).fetchall())
`,
      good: `from sqlalchemy import select
from models import books, engine

with engine.connect() as connection:
    print(connection.execute(select(books.c.id, books.c.title)).fetchall())
`,
    },
    {
      bad: `from sqlalchemy import select
from models import authors, engine

statement = select([authors.c.name], authors.c.id > 1, order_by=[authors.c.name], limit=5)
with engine.connect() as connection:
    print(connection.execute(statement).fetchall())
`,
      good: `from sqlalchemy import select
from models import authors, engine

statement = select(authors.c.name).where(authors.c.id > 1).order_by(authors.c.name).limit(5)
with engine.connect() as connection:
    print(connection.execute(statement).fetchall())
`,
    },
  ],
  on: { call: ["sqlalchemy.select"] },
  check(call, ctx) {
    const [columns, ...rest] = call.args;
    if (columns?.splat !== "") return undefined;
    const unpacked = columnsOf(columns, rest.length > 0, ctx);
    if (!unpacked) return isLegacy(call) ? { at: call, fix: { why: unreadable } } : undefined;
    if ("why" in unpacked) return { at: call, fix: { why: unpacked.why } };
    const clauses = clausesOf(rest, legacy, call, ctx);
    if (typeof clauses === "string") return { at: call, fix: { why: clauses } };
    const conditions = [...unpacked.conditions, ...clauses.flatMap((clause) => clause.conditions)];
    const fix: ProposedFix = {
      title: rest.length > 0 ? "Unpack the columns and chain the other clauses" : "Unpack the columns",
      safety: conditions.length > 0 ? "review" : "safe",
      conditions,
      edits: [...unpacked.edits, ...chained(call, columns, clauses, ctx)],
    };
    return { at: call, fix };
  },
});

const unreadable = "Its columns are not written as a list here: pass them one by one, and chain the other clauses.";
const textColumns =
  'Every release refuses a column given as a string: write `column("name")`, `text("…")` or the column of a table.';
const isLegacy = (call: Call): boolean =>
  call.args.some((arg) => arg.name !== undefined && selectMethods.has(arg.name));

type Columns = Unpacked | { readonly why: string };

/** The first argument without its brackets; `undefined` where it is no list, and the call no business of this rule. */
function columnsOf(columns: Argument, isFollowed: boolean, ctx: RuleContext): Columns | undefined {
  if (columns.name !== undefined && columns.name !== "columns") return undefined;
  const options = { tuples: true, ...(isFollowed ? { keeps: "behind" as const } : {}) };
  const unpacked = unpackedList(columns.value, options, ctx);
  if (!unpacked) return undefined;
  const strings = unparenthesized(columns.value).children.filter((item) => item instanceof Str);
  if (strings.some((item) => item instanceof Str && item.value !== "*")) return { why: textColumns };
  return { ...unpacked, edits: [...withoutName(columns), ...unpacked.edits] };
}

const withoutName = ({ node, name, value }: Argument): readonly TextEdit[] =>
  name === undefined ? [] : [remove({ start: node.start, end: value.start })];

/** Its arguments behind the columns, in 1.x's order. */
const legacy: LegacyArguments = {
  of: "select()",
  positionals: ["whereclause", "from_obj", "distinct", "group_by", "having", "correlate", "prefixes", "suffixes"],
  methods: selectMethods,
};
