import {
  type ApiName,
  Assignment,
  Attribute,
  addAfter,
  Call,
  contains,
  type Expr,
  freeName,
  isBinding,
  Name,
  type Node,
  ownsItsLines,
  putUnder,
  type Report,
  type RuleContext,
  replace,
  rule,
  sqlTextOf,
  statementKindOf,
  statementOf,
  unparenthesized,
} from "../../engine/index.ts";

export default rule({
  id: "autocommit-dml",
  title: "Commit this write: 2.0 rolls back what nobody commits",
  lesson: "engine#transactions",
  doc: "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-20-autocommit",
  effects: { "1.4": "deprecated", "2.0": "changes", "2.1": "changes" },
  examples: [
    {
      bad: `from sqlalchemy import func, insert, select
from models import authors, engine

with engine.connect() as connection:
    connection.execute(insert(authors), {"name": "Italo Calvino"})
with engine.connect() as connection:
    print(connection.execute(select(func.count(authors.c.id))).scalar())
`,
      good: `from sqlalchemy import func, insert, select
from models import authors, engine

with engine.begin() as connection:
    connection.execute(insert(authors), {"name": "Italo Calvino"})
with engine.connect() as connection:
    print(connection.execute(select(func.count(authors.c.id))).scalar())
`,
    },
    {
      bad: `from sqlalchemy import text
from models import engine

with engine.connect() as connection:
    connection.execute(text("DELETE FROM books WHERE year > 1820"))
with engine.connect() as connection:
    print(connection.execute(text("SELECT title FROM books")).fetchall())
`,
      good: `from sqlalchemy import text
from models import engine

with engine.begin() as connection:
    connection.execute(text("DELETE FROM books WHERE year > 1820"))
with engine.connect() as connection:
    print(connection.execute(text("SELECT title FROM books")).fetchall())
`,
    },
  ],
  on: {
    call: [
      "sqlalchemy.engine.Connection.execute",
      "sqlalchemy.engine.Connection.exec_driver_sql",
      "sqlalchemy.engine.Connection.scalar",
      "sqlalchemy.engine.Connection.scalars",
    ],
  },
  check(call, ctx) {
    const [statement] = call.positional;
    const { callee } = call;
    if (!statement || !(callee instanceof Attribute) || statementKindOf(statement, ctx) !== "write") return undefined;
    const opened = openedBy(callee.object, ctx);
    if (!opened || commitsByItself(opened.connect, ctx)) return undefined;
    const { variable, uses } = opened;
    if (!variable) return { at: call, fix: fixOfChain(call, callee, opened.connect, ctx) };
    const roles = uses.map((use) => roleOf(use, ctx));
    if (roles.includes("unknown")) return undefined;
    const commits = uses.filter((_, index) => roles[index] === "commit");
    if (commits.some((commit) => isAfter(commit, call))) return undefined;
    const isPlain = opened.block !== undefined && !opened.hasOptions && commits.length === 0;
    return { at: call, fix: isPlain ? fixByBegin(opened.connect) : fixByCommit(call, variable, ctx) };
  },
});

/** How the connection came to be: by `engine.connect()`, as the target of `with` or `=`, or without a name. */
interface Opened extends Connected {
  readonly variable?: Name;
  /** The `with` statement that closes the connection. */
  readonly block?: Node;
  /** Every read of the connection until it is closed, or bound anew. */
  readonly uses: readonly Name[];
}

interface Connected {
  readonly connect: Call;
  /** Whether options were set on the way, which `engine.begin()` has no place for. */
  readonly hasOptions: boolean;
}

/** `undefined` for a connection that came from elsewhere: whoever opened it may well commit. */
function openedBy(receiver: Expr, ctx: RuleContext): Opened | undefined {
  const expr = unparenthesized(receiver);
  if (!(expr instanceof Name)) {
    const connected = connectedBy(expr, ctx);
    return connected && { ...connected, uses: [] };
  }
  const all = [expr, ...ctx.usesOf(expr)];
  const bindings = all.filter(isBinding);
  const owner = bindings.find((each) => each.parent?.type === "as_pattern_target" && holds(withOf(each), expr));
  const block = owner && withOf(owner);
  const variable = owner ?? (bindings.length === 1 ? bindings[0] : undefined);
  if (!variable || bindings.some((each) => each !== variable && holds(block, each))) return undefined;
  const { parent } = variable;
  const value = parent instanceof Assignment ? parent.right : parent?.parent?.child(0);
  const connected = value && connectedBy(value, ctx);
  const uses = all.filter((each) => !isBinding(each) && (!block || holds(block, each)));
  return connected && { ...connected, variable, uses, ...(block ? { block } : {}) };
}

const withOf = (name: Name): Node | undefined => name.around((node) => node.type === "with_statement");
const holds = (outer: Node | undefined, inner: Node): boolean => outer !== undefined && contains(outer, inner);

function connectedBy(value: Expr, ctx: RuleContext): Connected | undefined {
  const call = unparenthesized(value);
  if (!(call instanceof Call)) return undefined;
  const name = ctx.nameOf(call.callee);
  if (name === "sqlalchemy.engine.Engine.connect") return { connect: call, hasOptions: false };
  if (name !== "sqlalchemy.engine.Connection.execution_options" || !(call.callee instanceof Attribute))
    return undefined;
  const connected = connectedBy(call.callee.object, ctx);
  return connected && { ...connected, hasOptions: true };
}

/** Whether the connection, or its engine, was told an isolation level: AUTOCOMMIT is one of them. */
function commitsByItself(connect: Call, ctx: RuleContext): boolean {
  const isTold = ctx.chainOf(connect).links.some((link) => link.call?.keyword("isolation_level"));
  const engine = connect.callee instanceof Attribute ? connect.callee.object : connect.callee;
  const reasons = ctx
    .valueOf(engine)
    .because.map(({ text, at }) => (at?.uri === ctx.file.uri ? ctx.file.text.slice(at.span.start, at.span.end) : text));
  return isTold || reasons.some((reason) => reason.includes("isolation_level"));
}

/** What a use of the connection means for the transaction: nothing, its commit, or something that we cannot judge. */
function roleOf(use: Expr, ctx: RuleContext): "none" | "commit" | "unknown" {
  const [first] = ctx.chainOf(use).links;
  if (first?.name === "commit") return "commit";
  if (first && harmless.has(first.name)) return "none";
  if (first && executing.has(first.name)) return controlsTransaction(first.call, ctx) ? "unknown" : "none";
  const { parent } = use;
  if (first || !parent) return "unknown";
  if (parent.type === "with_item") return "none";
  const outer =
    parent.type === "argument_list" || parent.type === "keyword_argument"
      ? parent.around((node) => node instanceof Call)
      : undefined;
  const name = outer instanceof Call ? ctx.nameOf(outer.callee) : undefined;
  return name && lenient.includes(name) ? "none" : "unknown";
}

const executing = new Set(["execute", "exec_driver_sql", "scalar", "scalars"]);
const harmless = new Set([
  "close",
  "closed",
  "dialect",
  "engine",
  "info",
  "get_isolation_level",
  "default_isolation_level",
]);

/** What may be given a connection, and leaves its transaction open. */
const lenient: readonly ApiName[] = [
  "sqlalchemy.MetaData.create_all",
  "sqlalchemy.MetaData.drop_all",
  "sqlalchemy.MetaData.reflect",
  "sqlalchemy.Table.create",
  "sqlalchemy.Table.drop",
  "sqlalchemy.inspect",
];

/** `COMMIT` or `BEGIN` as SQL: somebody runs the transaction by hand. */
function controlsTransaction(call: Call | undefined, ctx: RuleContext): boolean {
  const [statement] = call?.positional ?? [];
  if (!statement || statementKindOf(statement, ctx) !== "perhaps") return false;
  const inner = statement instanceof Call ? statement.positional[0] : statement;
  return /^\s*(commit|begin|start|end)\b/i.test((inner && sqlTextOf(inner, ctx)?.start) ?? "");
}

/** Whether the commit comes behind the write: in the text, or in the next round of a loop that holds both. */
function isAfter(commit: Node, write: Call): boolean {
  const loop = write.around((node) => node.type === "for_statement" || node.type === "while_statement");
  return commit.start > write.end || (loop !== undefined && loop.start <= commit.start);
}

/** `connect()` as `begin()`, where the `with` block is all there is of the connection. */
function fixByBegin({ callee }: Call): Report["fix"] {
  const method = callee instanceof Attribute ? callee.member : callee;
  return {
    title: "Open the block with `begin()`, which commits at its end",
    safety: "review",
    conditions: ["All statements of the block become one transaction: if one of them fails, none is kept."],
    edits: [replace(method, "begin")],
  };
}

function fixByCommit(call: Call, variable: Name, ctx: RuleContext): Report["fix"] {
  const statement = statementOf(call);
  if (ctx.target === "1.4") return { why: noCommit };
  if (!isLeftAlone(call, ctx))
    return { why: "Its result is used: read that first, then call `commit()` on the connection." };
  if (!ownsItsLines(statement, ctx.file))
    return { why: "Other code shares its line: give it a line of its own first." };
  return {
    title: `Add \`${variable.text}.commit()\``,
    safety: "review",
    conditions: ["The write is complete here: whatever else was executed on the connection is committed with it."],
    edits: [addAfter(statement, `${variable.text}.commit()`, ctx.file)],
  };
}

const noCommit =
  "A Connection of 1.4 has no `commit()`: open a `with engine.begin() as connection:` block for the write.";

/** Whether no rows are fetched from the write: it is discarded, or only asked for what is known when it is done. */
function isLeftAlone(call: Call, ctx: RuleContext): boolean {
  const { parent } = call;
  if (parent?.type === "expression_statement") return true;
  const target = parent instanceof Assignment && parent.right === call ? parent.left : undefined;
  if (!(target instanceof Name)) return false;
  const behind = ctx.usesOf(target).filter((use) => use.start > call.end);
  const next = behind.findIndex(isBinding);
  const reads = next < 0 ? behind : behind.slice(0, next);
  return reads.every((use) => knownAtOnce.has(ctx.chainOf(use).links[0]?.name ?? ""));
}

const knownAtOnce = new Set(["rowcount", "lastrowid", "inserted_primary_key", "inserted_primary_key_rows"]);

/** `engine.connect().execute(…)`: nothing holds the connection, so nobody can commit. */
function fixOfChain(call: Call, callee: Attribute, connect: Call, ctx: RuleContext): Report["fix"] {
  const statement = statementOf(call);
  const name = freeName(["connection", "conn"], statement, ctx.file);
  const engine = connect.callee instanceof Attribute ? connect.callee.object.text : "";
  if (
    !name ||
    call.parent !== statement ||
    !ownsItsLines(statement, ctx.file) ||
    engine.includes("\n") ||
    connect !== callee.object
  ) {
    return {
      why: "Nothing holds this connection: open it with `with engine.begin() as connection:` and execute inside.",
    };
  }
  return {
    title: `Execute on a connection of \`${engine}.begin()\``,
    safety: "review",
    conditions: ["The write is to be kept: until now, 2.0 rolled it back."],
    edits: [...putUnder(`with ${engine}.begin() as ${name}:`, statement, statement, ctx.file), replace(connect, name)],
  };
}
