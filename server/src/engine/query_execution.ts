import type { ApiName } from "../knowledge/index.ts";
import { Attribute, Call, type Expr, type Link, parenthesized, type Span, type TextEdit } from "../syntax/index.ts";
import { replace } from "./edits.ts";
import { joinedImports } from "./plain_import.ts";
import type { QueryReading } from "./query_links.ts";
import type { RuleContext } from "./rule.ts";

/** How a result is taken that a Query gives by itself: its way, and the same of a ScalarResult. */
const ends: Readonly<Record<string, string>> = {
  all: "all",
  first: "first",
  one: "one",
  one_or_none: "one_or_none",
  // Of one entity, `Query.scalar()` is its `one_or_none()`: it raises on two.
  scalar: "one_or_none",
  count: "count",
};

/** Whether a link runs a query in a way that a Session has an equal for. */
export const isExecution = ({ name, call }: Link): boolean => call !== undefined && Object.hasOwn(ends, name);

/** True of every fix: a Query labels all columns. It keeps the fix from being "safe", which promises equal SQL. */
export const labelsChange =
  "The SQL text changes, the rows and their order don't: `authors.id AS authors_id` becomes `authors.id`.";
/** A generator over a Query runs it with the first `next()`, one over a ScalarResult when it is made. */
export const runsEarly = "The generator is used up at once: the SELECT now runs when it is made.";

/** Whether a query is iterated by a generator, when that is asked for its first element. */
export function isOfGenerator(query: Expr): boolean {
  const clause = parenthesized(query).parent;
  return clause?.type === "for_in_clause" && clause.parent?.type === "generator_expression";
}

/** How a Session is given a statement. */
export interface Asking {
  /** `select`, and `func` where rows are counted. */
  readonly names: readonly ApiName[];
  /** What stands between the Session's dot and the statement, with those names as they are written there. */
  open(names: readonly string[], counts: boolean): string;
}

/** SQLModel's Session has a way of its own, with a `select()` of its own. */
export function askingOf(start: Expr, counts: boolean, context: RuleContext): Asking {
  const isSqlmodel = isOfSqlmodel(start, context);
  const select: ApiName = isSqlmodel ? "sqlmodel.select" : "sqlalchemy.select";
  return {
    names: counts ? [select, "sqlalchemy.func"] : [select],
    open: ([first, func], isCount) =>
      isCount ? `scalar(${first}(${func}.count()).select_from(` : isSqlmodel ? "exec(" : "scalars(",
  };
}

/** Whether a query starts with the `query()` of SQLModel's Session, which warns. */
export const isOfSqlmodel = (start: Expr, context: RuleContext): boolean =>
  start instanceof Call && context.nameOf(start.callee) === "sqlmodel.Session.query";

/** The edits behind a statement's last link: they close what was opened, and take the result as the Query did. */
export function closingOf(
  last: Expr,
  end: Link | undefined,
  links: readonly Link[],
  reading: QueryReading,
): readonly TextEdit[] {
  if (end?.name === "count") return [replace({ start: last.end, end: end.call?.end ?? last.end }, ".subquery()))")];
  const single = end?.name === "first";
  const limit = single && !endsWithLimitOne(links) ? ".limit(1)" : "";
  const unique = reading.collects || (reading.repeats && !single) ? ".unique()" : "";
  const closing = replace({ start: last.end, end: last.end }, `${limit})${unique}`);
  const taken = end && ends[end.name];
  return end && taken && taken !== end.name ? [closing, replace(end.attribute.member, taken)] : [closing];
}

function endsWithLimitOne(links: readonly Link[]): boolean {
  const last = links.filter(({ name }) => /^(limit|offset|slice)$/.test(name)).pop();
  return last?.name === "limit" && last.call?.positional[0]?.text === "1";
}

/** Names as they are written at a place, with the edits that import them; `db.select` and `db.func` need no import. */
export function namesFor(
  names: readonly ApiName[],
  at: Expr,
  flask: string | undefined,
  context: RuleContext,
): { readonly texts: readonly string[]; readonly edits: readonly TextEdit[] } {
  const answers = names.map((name) => {
    const { text, edits } = context.importFor(name, at);
    const isLent = flask !== undefined && edits.length > 0;
    return isLent ? { name, text: `${flask}${name.slice(name.lastIndexOf("."))}`, edits: [] } : { name, text, edits };
  });
  const sorted = [...answers].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { texts: answers.map(({ text }) => text), edits: joined(sorted.flatMap(({ edits }) => edits)) };
}

/** Imports at one place are one insertion, and the same one twice is one. */
export function joined(edits: readonly TextEdit[]): readonly TextEdit[] {
  const byPlace = new Map<string, { readonly span: Span; readonly texts: Set<string> }>();
  for (const { span, text } of joinedImports(edits)) {
    const key = `${span.start}:${span.end}`;
    const known = byPlace.get(key);
    if (known) known.texts.add(text);
    else byPlace.set(key, { span, texts: new Set([text]) });
  }
  return [...byPlace.values()].map(({ span, texts }) => ({ span, text: [...texts].join("") }));
}

/** `db` of `db.session.query(…)`, where that is Flask-SQLAlchemy's. */
export function flaskObjectBehind({ callee }: Call, context: RuleContext): string | undefined {
  const session = callee instanceof Attribute ? callee.object : undefined;
  if (!(session instanceof Attribute)) return undefined;
  return context.valueOf(session.object).of === "flask_sqlalchemy.SQLAlchemy" ? session.object.text : undefined;
}

/** Why a query that ends in another way has no fix here. */
export function whyNotEnding(name: string): string {
  return elsewhere[name] ?? `\`${name}\` has no counterpart that is known to do the same.`;
}

const elsewhere: Readonly<Record<string, string>> = {
  delete:
    "This deletes rows: `session.execute(delete(Author).where(…))` is the 2.0 form, to be written with its criterion in view.",
  exists: "`select(Author).where(…).exists()` is the same EXISTS; put it into the statement around it.",
  first_or_404: "`db.first_or_404(db.select(Author))` is Flask-SQLAlchemy's own successor.",
  get: "`session.get(Author, key)` is its successor, which needs no query.",
  get_or_404: "`db.get_or_404(Author, key)` is Flask-SQLAlchemy's own successor.",
  one_or_404: "`db.one_or_404(db.select(Author))` is Flask-SQLAlchemy's own successor.",
  paginate: "`db.paginate(db.select(Author))` is Flask-SQLAlchemy's own successor.",
  subquery: "`select(Author).where(…).subquery()` is the same subquery; change it with the query around it.",
  update:
    "This updates rows: `session.execute(update(Author).where(…).values(…))` is the 2.0 form, to be written with its criterion in view.",
  with_entities: "`with_entities()` asks for something else after all: begin with the `select()` of that.",
};
