import {
  type ApiName,
  Attribute,
  type Call,
  canGetOfQuery,
  canStartQuery,
  databaseFor,
  type Expr,
  isUnbroken,
  type Link,
  type ProposedFix,
  type QueryChain,
  queryChainOf,
  queryIn,
  queryStarts,
  type RuleContext,
  replace,
  rule,
  type TextEdit,
} from "../../engine/index.ts";

export default rule({
  id: "query-get",
  title: "Ask the Session: `session.get(Author, 1)` replaces `session.query(Author).get(1)`",
  lesson: "session#identity-map",
  doc: "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-20-get-to-session",
  effects: { "1.4": "deprecated", "2.0": "deprecated", "2.1": "deprecated" },
  examples: [
    {
      bad: `from models import Author, SessionLocal

with SessionLocal() as session:
    author = session.query(Author).get(1)
    print(author.name)
`,
      good: `from models import Author, SessionLocal

with SessionLocal() as session:
    author = session.get(Author, 1)
    print(author.name)
`,
    },
    {
      bad: `from sqlalchemy.orm import joinedload

from models import Author, SessionLocal

with SessionLocal() as session:
    author = session.query(Author).options(joinedload(Author.books)).get(1)
    print([book.title for book in author.books])
`,
      good: `from sqlalchemy.orm import joinedload

from models import Author, SessionLocal

with SessionLocal() as session:
    author = session.get(Author, 1, options=[joinedload(Author.books)])
    print([book.title for book in author.books])
`,
    },
  ],
  on: { call: queryStarts, form: (call) => canStartQuery(call) || canGetOfQuery(call) },
  check(call, context) {
    const query = queryChainOf(call, context);
    if (!query) return isOfQueryMadeElsewhere(call, context) ? { at: call, fix: { why: elsewhere } } : undefined;
    const at = query.links.findIndex(({ name, call: get }) => name === "get" && get);
    const get = query.links[at];
    // Only what is still a Query has this `get()`: `….first().get("key")` is the entity's own.
    if (!get?.call || context.nameOf(get.attribute) !== queryGet) return undefined;
    const between = query.links.slice(0, at);
    const report = { at: { start: query.start.start, end: get.call.end }, mark: get.attribute.member };
    const restricted = between.find(({ name, call: link }) => restricting.has(name) && (link?.args.length ?? 0) > 0);
    if (restricted) {
      return {
        ...report,
        effect: "raises",
        message: `Write a \`select()\`: \`get()\` raises behind \`${restricted.name}()\`, on every release`,
        fix: { why: "`get()` knows the primary key only: put the key and the other criterion into one `select()`." },
      };
    }
    const fix = fixOf(query, get, between, context);
    return { ...report, fix: typeof fix === "string" ? { why: fix } : fix };
  },
});

const queryGet: ApiName = "sqlalchemy.orm.Query.get";
const elsewhere = "The query comes from elsewhere: call `get()` of its Session where that and the class are known.";

/** The `get()` of a query that a variable, a parameter or a function's result is: no chain that starts here leads to it. */
function isOfQueryMadeElsewhere(call: Call, context: RuleContext): boolean {
  return context.nameOf(call.callee) === queryGet && !queryIn(call, context);
}

/** Links behind which `Query.get()` raises InvalidRequestError, in every release. */
const restricting = new Set([
  "filter",
  "filter_by",
  "where",
  "join",
  "outerjoin",
  "group_by",
  "limit",
  "offset",
  "slice",
  "select_from",
]);

/** The fix, or the reason why there is none. */
function fixOf(query: QueryChain, get: Link, between: readonly Link[], context: RuleContext): ProposedFix | string {
  const { start, asked } = query;
  const list = get.call?.argumentList;
  const [key, ...more] = get.call?.args ?? [];
  // Whatever it is: `Query.get()` raises for everything but one mapped class, as `Session.get()` does.
  if (!asked) return "`query()` is to be asked for one mapped class; `session.get()` takes nothing else.";
  if (list?.type !== "argument_list" || !key || more.length > 0 || key.splat !== "")
    return "`get()` is to have one argument, the primary key.";
  if (key.name !== undefined && key.name !== "ident") return "`get()` has no such argument.";
  const extra = extraArgument(between);
  if (extra === undefined) {
    return "Something stands between the class and `get()` that `session.get()` takes as an argument of its own.";
  }
  if (get.call && !isUnbroken(start, get.call))
    return "A parenthesis ends the query before `get()`; write it in one piece.";
  const edits: TextEdit[] = [...joined(asked, query, get, context)];
  if (extra !== "") edits.push(replace({ start: key.node.end, end: key.node.end }, `, ${extra}`));
  const title = "Use `session.get()`";
  if (!(start instanceof Attribute)) {
    return { title, safety: "safe", edits: [replace(query.mark, "get"), ...edits] };
  }
  const database = databaseFor(start, context);
  if (!database) return "The Session behind this query has no name in this file: import it, and call its `get()`.";
  const before = replace({ start: start.start, end: start.start }, `${database.text}.session.get(`);
  return {
    title: `Use \`${database.text}.session.get()\`${database.note}`,
    safety: database.conditions.length > 0 ? "review" : "safe",
    conditions: database.conditions,
    edits: [...database.edits, before, ...edits],
  };
}

/** Makes `Author, key` of `Author).get(key`, and leaves a comment between the two where it is. */
function joined(asked: Expr, { start }: QueryChain, get: Link, { file }: RuleContext): readonly TextEdit[] {
  const opened = (get.call?.argumentList.start ?? get.attribute.end) + 1;
  const whole = { start: asked.end, end: opened };
  const breaks = /^\s*\n/.test(file.text.slice(opened));
  if (file.commentsIn(whole).length === 0) return [replace(whole, breaks ? "," : ", ")];
  const dot = file.text.lastIndexOf(".", get.attribute.member.start);
  return [replace({ start: asked.end, end: start.end }, ","), replace({ start: dot, end: opened }, "")];
}

/** What the links become as an argument of `Session.get()`: "" for none, `undefined` where one has no such argument. */
function extraArgument(between: readonly Link[]): string | undefined {
  const [link, ...more] = between;
  if (!link) return "";
  if (more.length > 0 || !link.call) return undefined;
  if (link.name === "options") return optionList(link.call);
  const isBare = link.call.args.length === 0;
  if (link.name === "populate_existing" && isBare) return "populate_existing=True";
  return link.name === "with_for_update" && isBare ? "with_for_update=True" : undefined;
}

function optionList(call: Call): string | undefined {
  const { args } = call;
  const [first] = args;
  const last = args[args.length - 1];
  if (!first || !last || args.some(({ name, splat }) => name !== undefined || splat === "**")) return undefined;
  return `options=[${call.source.text.slice(first.node.start, last.node.end)}]`;
}
