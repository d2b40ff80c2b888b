import {
  type Argument,
  applyEdits,
  type Call,
  type Expr,
  insertBefore,
  Name,
  type Report,
  type RuleContext,
  remove,
  replace,
  rule,
  soleValueOf,
  type TextEdit,
  type Unpacked,
  unpackedList,
  unparenthesized,
} from "../../engine/index.ts";

export default rule({
  id: "case-list",
  title: "Pass the conditions of `case()` one by one: 2.0 takes no list and no `whens=`",
  lesson: "select-core#functions",
  doc: "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-20-5284",
  effects: { "1.4": "deprecated", "2.0": "raises", "2.1": "raises" },
  examples: [
    {
      bad: `from sqlalchemy import case, select
from models import books, engine

age = case([(books.c.year < 1950, "old"), (books.c.year < 2000, "newer")], else_="new")
with engine.connect() as connection:
    print(connection.execute(select(books.c.title, age)).fetchall())
`,
      good: `from sqlalchemy import case, select
from models import books, engine

age = case((books.c.year < 1950, "old"), (books.c.year < 2000, "newer"), else_="new")
with engine.connect() as connection:
    print(connection.execute(select(books.c.title, age)).fetchall())
`,
    },
    {
      bad: `from sqlalchemy import case, select
from models import authors, engine

rank = case(value=authors.c.id, whens={1: "first", 2: "second"}, else_="later")
with engine.connect() as connection:
    print(connection.execute(select(authors.c.name, rank)).fetchall())
`,
      good: `from sqlalchemy import case, select
from models import authors, engine

rank = case({1: "first", 2: "second"}, value=authors.c.id, else_="later")
with engine.connect() as connection:
    print(connection.execute(select(authors.c.name, rank)).fetchall())
`,
    },
  ],
  on: { call: ["sqlalchemy.case"] },
  check(call, ctx) {
    const [first] = call.args;
    const keyword = call.args.find((arg) => arg.name === "whens");
    if (keyword) return { at: call, fix: fixOfKeyword(call, keyword, ctx) };
    if (!first || first.name !== undefined || first.splat !== "") return undefined;
    const rest = call.args.slice(1).filter((arg) => arg.name === undefined);
    if (rest.length > 0 && isPair(first.value)) return undefined;
    const whens = whensOf(first.value, ctx);
    if (!whens) return undefined;
    if (rest.some((arg) => arg.splat !== "")) return { at: call, fix: { why: mixed } };
    // `case(whens, value, else_)` was 1.3's order; since 1.4 every positional argument is a condition.
    const effect = rest.length > 0 ? { effect: "raises" as const } : {};
    return { at: call, ...effect, fix: fixOf(whens, rest) };
  },
});

/** `case([a == 1, "x"], [a == 2, "y"])`: a condition and its value, written as a list; more of them follow. */
function isPair(expr: Expr): boolean {
  const node = unparenthesized(expr);
  return node.type === "list" && node.children.length === 2 && node.children.every((each) => !isGroup(each));
}

const isGroup = (expr: Expr): boolean => /^(tuple|list)$/.test(unparenthesized(expr).type);

const mixed = "Arguments are unpacked behind the list: which of them are conditions is not written here.";
const empty = "A CASE without conditions was never valid SQL.";
const unknownWhens =
  "Whether it is a list or a dictionary is not written here: a list is unpacked with `*`, a dictionary passed first.";

function fixOf(whens: Whens, rest: readonly Argument[]): Report["fix"] {
  if (whens.isEmpty) return { why: empty };
  if (rest.length > 2) return { why: mixed };
  const names = ["value", "else_"];
  const conditions = [
    ...whens.conditions,
    ...(rest.length > 0 ? ["The arguments behind the list are `value` and `else_`, as in 1.3."] : []),
  ];
  return {
    title: "Unpack the conditions",
    safety: conditions.length > 0 ? "review" : "safe",
    conditions,
    edits: [...whens.edits, ...rest.map((arg, index) => insertBefore(arg.node, `${names[index]}=`))],
  };
}

type Whens = Unpacked & { readonly isEmpty: boolean };

/** A list of conditions, unpacked; each condition that is itself written as a list becomes the pair that 2.0 wants. */
function whensOf(expr: Expr, ctx: RuleContext, isMoved = false): Whens | undefined {
  const unpacked = unpackedList(expr, { tuples: false, ...(isMoved ? { keeps: "around" } : {}) }, ctx);
  if (!unpacked) return undefined;
  const list = unparenthesized(expr);
  const items = list.type === "list" ? list.children : undefined;
  const pairs = (items ?? []).map(unparenthesized).filter((item) => item.type === "list" && item.children.length === 2);
  return { ...unpacked, edits: [...unpacked.edits, ...pairs.flatMap(asTuple)], isEmpty: items?.length === 0 };
}

function asTuple(list: Expr): readonly TextEdit[] {
  const close = { start: list.end - 1, end: list.end };
  return [replace({ start: list.start, end: list.start + 1 }, "("), replace(close, ")")];
}

/** `whens=` goes to the front, where conditions are positional; a dictionary stays one. */
function fixOfKeyword(call: Call, keyword: Argument, ctx: RuleContext): Report["fix"] {
  const { node, value } = keyword;
  const dictionary = isDictionary(value, ctx);
  const whens = dictionary ? undefined : whensOf(value, ctx, call.args[0]?.node !== node);
  if (!dictionary && !whens) return { why: unknownWhens };
  if (whens?.isEmpty) return { why: empty };
  const named = remove({ start: node.start, end: value.start });
  const own = [named, ...(whens?.edits ?? [])];
  const conditions = whens?.conditions ?? [];
  const isFirst = call.args[0]?.node === node;
  return {
    title: "Pass the conditions by position",
    safety: conditions.length > 0 ? "review" : "safe",
    conditions,
    edits: isFirst ? own : moved(call, keyword, own),
  };
}

function isDictionary(expr: Expr, ctx: RuleContext): boolean {
  const node = unparenthesized(expr);
  const value = node instanceof Name ? unparenthesized(soleValueOf(node, ctx) ?? node) : node;
  if (value.type === "call") return value.child(0)?.text === "dict";
  return value.type === "dictionary" || value.type === "dictionary_comprehension";
}

/** Takes the argument out of its place, as it will read, and puts it before all others. */
function moved(call: Call, { node }: Argument, edits: readonly TextEdit[]): readonly TextEdit[] {
  const { args } = call;
  const index = args.findIndex((arg) => arg.node === node);
  const first = args[0]?.node;
  const previous = args[index - 1]?.node;
  if (!first || !previous) return edits;
  const own = edits.map(({ span, text }) => ({
    text,
    span: { start: span.start - node.start, end: span.end - node.start },
  }));
  const text = applyEdits(node.text, own).replace(/,\s*$/, "");
  return [insertBefore(first, `${text}, `), remove({ start: previous.end, end: node.end })];
}
