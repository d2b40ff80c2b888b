import {
  Assignment,
  Attribute,
  type Call,
  type Chain,
  freeName,
  isBinding,
  isCompound,
  Name,
  type Node,
  ownsItsLines,
  parametersRewrite,
  putUnder,
  type Report,
  type RuleContext,
  replace,
  rule,
  siblingsOf,
  sqlTextOf,
  statementKindOf,
  statementOf,
} from "../../engine/index.ts";

export default rule({
  id: "engine-execute",
  title: "Execute on a connection: 2.0 has no `Engine.execute()`",
  lesson: "engine#transactions",
  doc: "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-20-implicit-execution",
  effects: { "1.4": "deprecated", "2.0": "raises", "2.1": "raises" },
  examples: [
    {
      bad: `from sqlalchemy import select
from models import authors, engine

names = engine.execute(select(authors.c.name)).scalars().all()
print(names)
`,
      good: `from sqlalchemy import select
from models import authors, engine

with engine.connect() as connection:
    names = connection.execute(select(authors.c.name)).scalars().all()
print(names)
`,
    },
    {
      bad: `from sqlalchemy import func, insert, select
from models import authors, engine

engine.execute(insert(authors), name="Italo Calvino")
with engine.connect() as connection:
    print(connection.execute(select(func.count()).select_from(authors)).scalar())
`,
      good: `from sqlalchemy import func, insert, select
from models import authors, engine

with engine.begin() as connection:
    connection.execute(insert(authors), {"name": "Italo Calvino"})
with engine.connect() as connection:
    print(connection.execute(select(func.count()).select_from(authors)).scalar())
`,
    },
  ],
  on: { call: ["sqlalchemy.engine.Engine.execute", "sqlalchemy.engine.Engine.scalar"] },
  check(call, ctx) {
    const { callee } = call;
    if (!(callee instanceof Attribute)) return { at: call, fix: { why: borrowed } };
    const place = placeOf(call, ctx);
    if ("why" in place) return { at: call, fix: place };
    return { at: call, fix: fixOf(call, callee, place, ctx) };
  },
});

const borrowed = "The method is called without its engine here: give the code a connection instead.";
const names = ["connection", "conn", "engine_connection"];

/** The statements that go into the connection's block, and what a person is to confirm about that. */
interface Place {
  readonly first: Node;
  readonly last: Node;
  readonly conditions: readonly string[];
}
type Refusal = { readonly why: string };

function fixOf(call: Call, callee: Attribute, place: Place, ctx: RuleContext): Report["fix"] {
  const [statement] = call.positional;
  const engine = callee.object;
  const name = freeName(names, place.first, ctx.file);
  const isString = statement !== undefined && sqlTextOf(statement, ctx) !== undefined;
  // A string keeps its arguments: they are changed together with it, by the rule about strings.
  const parameters = isString ? { edits: [], conditions: [] } : parametersRewrite(call, false, ctx);
  if (!parameters)
    return {
      why: "Its parameters are unpacked from a variable: whether they are one row or several is not written here.",
    };
  if (!name || engine.text.includes("\n"))
    return { why: "Write `with engine.begin() as connection:` around it by hand: the names it needs are taken." };
  const kind = statement ? statementKindOf(statement, ctx) : "perhaps";
  const method = kind === "read" ? "connect" : "begin";
  const conditions = [...place.conditions, ...parameters.conditions, ...(kind === "perhaps" ? [unknownKind] : [])];
  return {
    title: `Execute on a connection of \`${engine.text}.${method}()\``,
    safety: conditions.length > 0 ? "review" : "safe",
    conditions,
    edits: [
      ...putUnder(`with ${engine.text}.${method}() as ${name}:`, place.first, place.last, ctx.file),
      replace(engine, name),
      ...parameters.edits,
    ],
  };
}

const unknownKind =
  "`begin()` commits when the block ends, as 1.x did after a write: for a statement that only reads, `connect()` is enough.";

/** Where the block goes: around everything that needs the result while its connection is open. */
function placeOf(call: Call, ctx: RuleContext): Place | Refusal {
  const statement = statementOf(call);
  const chain = ctx.chainOf(call);
  if (isPutOff(call, statement))
    return { why: "It runs later, when its lambda or generator does: open a connection there." };
  if (!ownsItsLines(statement, ctx.file))
    return { why: "Other code shares its line: give it a line of its own first." };
  const isFetched = fetches(chain, call);
  if (statement.type === "for_statement" && isIterable(chain.whole, statement))
    return around(statement, statement, [loop]);
  if (isCompound(statement))
    return { why: "It stands in the head of a block: execute it before that, and use what it gave." };
  if (isFetched || isConsumed(chain)) return around(statement, statement, []);
  if (chain.end === "assigned") return placeOfVariable(chain, statement, ctx);
  return { why: escapes };
}

const loop = "The connection stays open for as long as the loop runs.";
const later = "The lines up to the last use of the result run while the connection is open.";
const escapes =
  "The result is used elsewhere, when its connection would be closed: fetch the rows here, with `.all()` or `.first()`, and hand those on.";

function around(first: Node, last: Node, conditions: readonly string[]): Place | Refusal {
  const isYielding = [...last.walk()].some((node) => node.type === "yield");
  return isYielding
    ? { why: "It yields while the result is open: decide how long the connection is to be held." }
    : { first, last, conditions };
}

/** Whether a link behind the call fetches rows, or reads what needs none. */
function fetches(chain: Chain, call: Call): boolean {
  const index = chain.links.findIndex((link) => link.call === call);
  const isScalar = chain.links[index]?.name === "scalar";
  return isScalar || chain.links.slice(index + 1).some((link) => fetching.has(link.name));
}

const fetching = new Set([
  ...["all", "fetchall", "fetchmany", "fetchone", "first", "one", "one_or_none", "scalar", "scalar_one"],
  ...["scalar_one_or_none", "rowcount", "lastrowid", "inserted_primary_key", "keys", "close"],
]);

/** Whether the statement itself takes all rows out of the result, or nobody does. */
function isConsumed(chain: Chain): boolean {
  const { whole, end } = chain;
  if (end === "discarded" || end === "iterated") return true;
  const { parent } = whole;
  if (parent instanceof Assignment) return patterns.has(parent.left.type);
  const callee = parent?.type === "argument_list" ? parent.parent?.child(0) : undefined;
  return callee instanceof Name && consumers.has(callee.text);
}

const patterns = new Set(["pattern_list", "tuple_pattern", "list_pattern"]);
const consumers = new Set([
  "list",
  "tuple",
  "set",
  "frozenset",
  "dict",
  "sorted",
  "len",
  "next",
  "any",
  "all",
  "max",
  "min",
  "sum",
]);
const isIterable = (expr: Node, loop: Node): boolean => loop.child(1) === expr;

/** `result = engine.execute(…)`: the block reaches to the last statement that reads `result`. */
function placeOfVariable(chain: Chain, statement: Node, ctx: RuleContext): Place | Refusal {
  const assignment = chain.whole.parent;
  const target = assignment instanceof Assignment ? assignment.left : undefined;
  if (!(target instanceof Name)) return { why: escapes };
  const uses = ctx.usesOf(target);
  if (uses.some(isBinding))
    return { why: `\`${target.text}\` is bound more than once: name the rows that each execution gives.` };
  const beside = siblingsOf(statement, ctx.file);
  const users = uses.map((use) => beside.find((each) => each.start <= use.start && use.end <= each.end));
  if (users.some((user) => !user || user.start < statement.start)) return { why: escapes };
  if (uses.some((use) => !isReadAtOnce(use, statement, ctx))) return { why: escapes };
  const last = users[users.length - 1] ?? statement;
  if (!ownsItsLines(last, ctx.file))
    return { why: "Other code shares the line of its last use: give that a line of its own first." };
  const inside = beside.filter((each) => each.start >= statement.start && each.end <= last.end);
  const refused = inside.map((each) => around(each, each, [])).find((each) => "why" in each);
  return refused ?? { first: statement, last, conditions: last === statement ? [] : [later] };
}

/** Whether a read of the result is over when its statement is: not handed on, and not put off. */
function isReadAtOnce(use: Name, since: Node, ctx: RuleContext): boolean {
  const chain = ctx.chainOf(use);
  if (isPutOff(use, since)) return false;
  const isTested = chain.end === "tested" && chain.links.length > 0;
  return isTested || isConsumed(chain) || chain.links.some((link) => fetching.has(link.name));
}

/** Whether code runs later than the statement that it stands in: in a lambda, a function or an iterator not used up yet. */
function isPutOff(node: Node, since: Node): boolean {
  const around = node.around((each) => deferring.has(each.type) && !isUsedUp(each));
  return around !== undefined && around.start >= since.start;
}

const deferring = new Set(["lambda", "generator_expression", "function_definition"]);

function isUsedUp(generator: Node): boolean {
  const { parent } = generator;
  const call = parent?.type === "argument_list" ? parent.parent : parent;
  const callee = call?.type === "call" ? call.child(0) : undefined;
  return callee instanceof Name && consumers.has(callee.text);
}
