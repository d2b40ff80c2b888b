import {
  type ApiName,
  Attribute,
  Call,
  type Expr,
  flaskObjectFor,
  insertAfter,
  insertBefore,
  isReadable,
  isUnbroken,
  type Link,
  type Node,
  type ProposedFix,
  type QueryChain,
  type QueryReading,
  queryChainOf,
  queryHookIn,
  queryStarts,
  type RuleContext,
  readQuery,
  replace,
  rule,
  type TextEdit,
  unparenthesized,
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
  on: { call: queryStarts },
  check(call, context) {
    const query = queryChainOf(call, context);
    if (!query || query.links.some(({ name, call: get }) => name === "get" && get)) return undefined;
    const fix = fixOf(query, context);
    return { at: query.start, mark: query.mark, fix: typeof fix === "string" ? { why: fix } : fix };
  },
});

/** How the result is taken: Query's way and the same of a ScalarResult. */
const ends: Readonly<Record<string, string>> = {
  all: "all",
  first: "first",
  one: "one",
  one_or_none: "one_or_none",
  // Of one entity, `Query.scalar()` is its `one_or_none()`: it raises on two.
  scalar: "one_or_none",
  count: "count",
};

/** True of every fix: a Query labels all columns. It keeps the fix from being "safe", which promises equal SQL. */
const labels = "The SQL text changes, the rows and their order don't: `authors.id AS authors_id` becomes `authors.id`.";
/** A generator over a Query runs it with the first `next()`, one over a ScalarResult when it is made. */
const early = "The generator is used up at once: the SELECT now runs when it is made.";

/** The fix, or the reason why there is none. */
function fixOf(query: QueryChain, context: RuleContext): ProposedFix | string {
  const { start, asked, links } = query;
  const stop = links.findIndex(({ name, call }) => Object.hasOwn(ends, name) && call);
  const end = links[stop];
  const statement = end ? links.slice(0, stop) : links;
  const obstacle = obstacleIn(query, statement, end) ?? queryHookIn(context);
  if (obstacle) return obstacle;
  const reading = readQuery(query, statement, context);
  if (reading.why) return reading.why;
  const asking = end?.name === "count" ? counted : plain;
  const opening = openingOf(query, asking, context);
  if (!opening) return "The Session behind this query has no name in this file: import it, and give it a `select()`.";
  const last = statement.at(-1)?.call ?? start;
  const conditions = [labels, ...reading.conditions, ...(!end && isLazy(query) ? [early] : [])];
  const edits = [...opening, ...closingOf(last, end, statement, reading)];
  return { title: `Use \`select(${asked?.text})\``, safety: "review", conditions, edits };
}

/** The edits behind the statement's last link: they close what `openingOf` opens, and take the result as the Query did. */
function closingOf(last: Expr, end: Link | undefined, statement: readonly Link[], reading: QueryReading): TextEdit[] {
  if (end?.name === "count") return [replace({ start: last.end, end: end.call?.end ?? last.end }, ".subquery()))")];
  const single = end?.name === "first";
  const limit = single && !endsWithLimitOne(statement) ? ".limit(1)" : "";
  const unique = reading.collects || (reading.repeats && !single) ? ".unique()" : "";
  const closing = insertAfter(last, `${limit})${unique}`);
  const taken = end && ends[end.name];
  return end && taken && taken !== end.name ? [closing, replace(end.attribute.member, taken)] : [closing];
}

/** Why the chain by itself, whatever its links are given, can't be written as one statement and its execution. */
function obstacleIn(query: QueryChain, statement: readonly Link[], end: Link | undefined): string | undefined {
  const foreign = statement.find((link) => !link.call || !isReadable(link));
  if (foreign) {
    return elsewhere[foreign.name] ?? `\`${foreign.name}\` has no counterpart that is known to do the same.`;
  }
  if (query.kind === "other") {
    return "A Query of columns or of several things gives rows: give its `select()` to `session.execute()`.";
  }
  if (end ? end.call?.args.length !== 0 : !isIterated(query)) {
    return "The query is run or added to elsewhere: change it together with those places.";
  }
  const { start } = query;
  if (isUnbroken(start, statement.at(-1)?.call ?? start)) return undefined;
  return "A parenthesis holds a part of the query: write it in one piece.";
}

/** How a Session is given a statement: what stands between its dot and the entity's parenthesis. */
interface Asking {
  readonly names: readonly ApiName[];
  write(names: readonly string[]): string;
}
const plain: Asking = { names: ["sqlalchemy.select"], write: ([select]) => `scalars(${select}` };
const counted: Asking = {
  names: ["sqlalchemy.select", "sqlalchemy.func"],
  write: ([select, func]) => `scalar(${select}(${func}.count()).select_from(${select}`,
};

/** The edits that make `session.scalars(select(Author)` of a query's start; `undefined` where its Session has no name here. */
function openingOf({ start, mark, asked }: QueryChain, asking: Asking, context: RuleContext): TextEdit[] | undefined {
  const flask = start instanceof Call ? flaskObjectBehind(start, context) : flaskObjectFor(start, context);
  const imports: TextEdit[] = [];
  const names = asking.names.map((name) => {
    const { text, edits } = context.importFor(name, start);
    // `db.select` and `db.func` are the same, and need no import.
    if (flask && edits.length > 0) return `${flask}${name.slice(name.lastIndexOf("."))}`;
    imports.push(...edits);
    return text;
  });
  const opening = asking.write(names);
  if (start instanceof Call) return [...joined(imports), replace(mark, opening)];
  if (!flask || !asked) return undefined;
  const before = insertBefore(start, `${flask}.session.${opening}(`);
  return [...joined(imports), before, replace({ start: asked.end, end: start.end }, ")")];
}

/** Two imports at one place are one insertion. */
function joined(edits: readonly TextEdit[]): readonly TextEdit[] {
  const [first, ...others] = edits;
  if (!first || others.some(({ span }) => span.start !== first.span.start || span.end !== first.span.end)) return edits;
  return [{ span: first.span, text: edits.map(({ text }) => text).join("") }];
}

/** `db` of `db.session.query(…)`. */
function flaskObjectBehind({ callee }: Call, context: RuleContext): string | undefined {
  const session = callee instanceof Attribute ? callee.object : undefined;
  if (!(session instanceof Attribute)) return undefined;
  return context.valueOf(session.object).of === "flask_sqlalchemy.SQLAlchemy" ? session.object.text : undefined;
}

/** Whether the query is run by being iterated: in a loop, a comprehension or a call that does so at once. */
function isIterated({ whole, end }: QueryChain): boolean {
  if (end !== "argument") return end === "iterated";
  const call = outside(whole)?.parent;
  if (!(call instanceof Call) || !consumers.has(call.callee.text)) return false;
  const [first] = call.args;
  return first !== undefined && unparenthesized(first.value) === whole;
}
const consumers = new Set(["list", "tuple", "set", "frozenset", "sorted"]);

function isLazy({ whole, end }: QueryChain): boolean {
  const clause = outside(whole);
  return end === "iterated" && clause?.type === "for_in_clause" && clause.parent?.type === "generator_expression";
}

function endsWithLimitOne(links: readonly Link[]): boolean {
  const last = links.filter(({ name }) => /^(limit|offset|slice)$/.test(name)).pop();
  return last?.name === "limit" && last.call?.positional[0]?.text === "1";
}

/** The node that uses an expression, beyond any parentheses around it. */
function outside(expr: Expr): Node | undefined {
  let outer = expr.parent;
  while (outer?.type === "parenthesized_expression") outer = outer.parent;
  return outer;
}

/** Why a query that ends in another way has no fix here. */
const elsewhere: Readonly<Record<string, string>> = {
  delete:
    "This deletes rows: `session.execute(delete(Author).where(…))` is the 2.0 form, to be written with its criterion in view.",
  exists: "`select(Author).where(…).exists()` is the same EXISTS; put it into the statement around it.",
  first_or_404: "`db.first_or_404(db.select(Author))` is Flask-SQLAlchemy's own successor.",
  get_or_404: "`db.get_or_404(Author, key)` is Flask-SQLAlchemy's own successor.",
  one_or_404: "`db.one_or_404(db.select(Author))` is Flask-SQLAlchemy's own successor.",
  paginate: "`db.paginate(db.select(Author))` is Flask-SQLAlchemy's own successor.",
  subquery: "`select(Author).where(…).subquery()` is the same subquery; change it with the query around it.",
  update:
    "This updates rows: `session.execute(update(Author).where(…).values(…))` is the 2.0 form, to be written with its criterion in view.",
  with_entities: "`with_entities()` asks for something else after all: begin with the `select()` of that.",
};
