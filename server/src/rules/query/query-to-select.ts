import {
  askingOf,
  assignedFrom,
  Call,
  canStartQuery,
  closingOf,
  type Database,
  databaseFor,
  endOf,
  flaskObjectBehind,
  insertBefore,
  isExecution,
  isOfGenerator,
  isOfSqlmodel,
  isReadable,
  isUnbroken,
  type Link,
  labelsChange,
  Name,
  namesFor,
  type ProposedFix,
  type QueryChain,
  queryChainOf,
  queryHookIn,
  queryStarts,
  type Report,
  type RuleContext,
  readQuery,
  replace,
  rule,
  runsEarly,
  unassignedStarts,
  variableFix,
  whyNotEnding,
} from "../../engine/index.ts";

export default rule({
  id: "query-to-select",
  title: "Write new code with `select()`: `session.query()` is the 1.x way of asking",
  lesson: "select-orm#query",
  doc: "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-20-query-usage",
  effects: { "2.0": "legacy", "2.1": "legacy" },
  examples: [
    {
      bad: `from models import Author, SessionLocal

with SessionLocal() as session:
    for author in session.query(Author).filter(Author.born > 1700).order_by(Author.name):
        print(author.name)
`,
      good: `from models import Author, SessionLocal
from sqlalchemy import select

with SessionLocal() as session:
    for author in session.scalars(select(Author).filter(Author.born > 1700).order_by(Author.name)):
        print(author.name)
`,
    },
    {
      bad: `from sqlalchemy import select

from models import Book, SessionLocal

with SessionLocal() as session:
    print(session.query(Book).filter_by(author_id=1).order_by(Book.year).first().title)
`,
      good: `from sqlalchemy import select

from models import Book, SessionLocal

with SessionLocal() as session:
    print(session.scalars(select(Book).filter_by(author_id=1).order_by(Book.year).limit(1)).first().title)
`,
    },
    {
      bad: `import sqlalchemy as sa

from models import Author, SessionLocal

with SessionLocal() as session:
    authors = session.query(Author).join(Author.books).order_by(Author.id).all()
    print([author.name for author in authors])
`,
      good: `import sqlalchemy as sa

from models import Author, SessionLocal

with SessionLocal() as session:
    authors = session.scalars(sa.select(Author).join(Author.books).order_by(Author.id)).unique().all()
    print([author.name for author in authors])
`,
    },
  ],
  on: { call: queryStarts, form: canStartQuery },
  check(call, context) {
    const query = queryChainOf(call, context);
    if (!query) return unassignedStarts(call, context).map((start) => reportOn(start, context));
    return query.links.some(({ name, call: get }) => name === "get" && get) ? undefined : reportOn(query, context);
  },
});

function reportOn(query: QueryChain, context: RuleContext): Report {
  const fix = fixOfVariable(query, context) ?? fixOf(query, context);
  const report = { at: query.start, mark: query.mark, fix: typeof fix === "string" ? { why: fix } : fix };
  return isOfSqlmodel(query.start, context) ? { ...report, effect: "deprecated", message: ofSqlmodel } : report;
}

const ofSqlmodel = "Use `session.exec(select(…))`: SQLModel's `Session.query()` warns, and is SQLAlchemy's old way";

/** The fix of the variable that a query is kept in, or the reason for none; `undefined` where it is kept in none. */
function fixOfVariable(query: QueryChain, context: RuleContext): ProposedFix | string | undefined {
  if (query.links.some(isExecution)) return undefined;
  const name = assignedFrom(query.whole).find((target) => target instanceof Name);
  const variable = name && context.queryVariableOf(name);
  return variable && variableFix(variable, context);
}

/** The fix of a query that is run where it is written, or the reason why there is none. */
function fixOf(query: QueryChain, context: RuleContext): ProposedFix | string {
  const { start, asked, links } = query;
  const stop = links.findIndex(isExecution);
  const end = links[stop];
  const statement = end ? links.slice(0, stop) : links;
  const obstacle = obstacleIn(query, statement, end) ?? queryHookIn(context);
  if (obstacle) return obstacle;
  const reading = readQuery(query, statement, context);
  if (reading.why) return reading.why;
  const opening = openingOf(query, end?.name === "count", context);
  if (!opening) return "The Session behind this query has no name in this file: import it, and give it a `select()`.";
  const last = statement.at(-1)?.call ?? start;
  const conditions = [
    labelsChange,
    ...reading.conditions,
    ...opening.conditions,
    ...(!end && isOfGenerator(query.whole) ? [runsEarly] : []),
  ];
  const edits = [...opening.edits, ...closingOf(last, end, statement, reading)];
  return { title: `Use \`select(${asked?.text})\`${opening.note}`, safety: "review", conditions, edits };
}

/** Why the chain by itself, whatever its links are given, can't be written as one statement and its execution. */
function obstacleIn(query: QueryChain, statement: readonly Link[], end: Link | undefined): string | undefined {
  const foreign = statement.find((link) => !link.call || !isReadable(link));
  if (foreign) return whyNotEnding(foreign.name);
  if (query.kind === "other") {
    return "A Query of columns or of several things gives rows: give its `select()` to `session.execute()`.";
  }
  if (end ? end.call?.args.length !== 0 : endOf(query.whole).kind !== "iterated") {
    return "The query is run or added to elsewhere: change it together with those places.";
  }
  const { start } = query;
  if (isUnbroken(start, statement.at(-1)?.call ?? start)) return undefined;
  return "A parenthesis holds a part of the query: write it in one piece.";
}

type Opening = Pick<Database, "edits" | "note" | "conditions">;

/**
 * The edits that make `session.scalars(select(Author)` of a query's start, and what is to be said of them;
 * `undefined` where its Session has no name here.
 */
function openingOf({ start, mark, asked }: QueryChain, counts: boolean, context: RuleContext): Opening | undefined {
  const database = start instanceof Call ? undefined : databaseFor(start, context);
  const flask = start instanceof Call ? flaskObjectBehind(start, context) : database?.text;
  const asking = askingOf(start, counts, context);
  const { texts, edits } = namesFor(asking.names, start, flask, context);
  const opening = `${asking.open(texts, counts)}${texts[0]}`;
  if (start instanceof Call) return { edits: [...edits, replace(mark, opening)], note: "", conditions: [] };
  if (!database || !asked) return undefined;
  const before = insertBefore(start, `${database.text}.session.${opening}(`);
  const after = replace({ start: asked.end, end: start.end }, ")");
  return { ...database, edits: [...edits, ...database.edits, before, after] };
}
