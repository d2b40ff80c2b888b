import {
  type ApiName,
  Attribute,
  type Call,
  insertAfter,
  insertBefore,
  type ProposedFix,
  parametersRewrite,
  type Report,
  type RuleContext,
  replace,
  rule,
  type SqlText,
  sqlTextOf,
  type TextEdit,
} from "../../engine/index.ts";

const ofConnection: readonly ApiName[] = [
  "sqlalchemy.engine.Connection.execute",
  "sqlalchemy.engine.Connection.scalar",
  "sqlalchemy.engine.Connection.scalars",
  "sqlalchemy.ext.asyncio.AsyncConnection.execute",
  "sqlalchemy.ext.asyncio.AsyncConnection.scalar",
  "sqlalchemy.ext.asyncio.AsyncConnection.scalars",
];
const ofSession: readonly ApiName[] = [
  "sqlalchemy.orm.Session.execute",
  "sqlalchemy.orm.Session.scalar",
  "sqlalchemy.orm.Session.scalars",
  "sqlalchemy.ext.asyncio.AsyncSession.execute",
  "sqlalchemy.ext.asyncio.AsyncSession.scalar",
  "sqlalchemy.ext.asyncio.AsyncSession.scalars",
  "sqlalchemy.ext.asyncio.AsyncSession.stream",
  "sqlalchemy.ext.asyncio.AsyncSession.stream_scalars",
];

export default rule({
  id: "string-statement",
  title: "Wrap SQL strings in `text()`: 2.0 executes no plain strings",
  lesson: "bulk#text",
  doc: "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-20-implicit-execution",
  effects: { "1.4": "deprecated", "2.0": "raises", "2.1": "raises" },
  examples: [
    {
      bad: `from models import engine

with engine.connect() as connection:
    print(connection.execute("SELECT name FROM authors ORDER BY id").fetchall())
`,
      good: `from models import engine
from sqlalchemy import text

with engine.connect() as connection:
    print(connection.execute(text("SELECT name FROM authors ORDER BY id")).fetchall())
`,
    },
    {
      bad: `from models import SessionLocal

with SessionLocal() as session:
    print(session.execute("SELECT title FROM books WHERE id = :id", {"id": 1}).fetchall())
`,
      good: `from models import SessionLocal
from sqlalchemy import text

with SessionLocal() as session:
    print(session.execute(text("SELECT title FROM books WHERE id = :id"), {"id": 1}).fetchall())
`,
    },
    {
      bad: `from models import engine

with engine.connect() as connection:
    print(connection.execute("SELECT name FROM authors WHERE id = ?", (1,)).fetchall())
`,
      good: `from models import engine

with engine.connect() as connection:
    print(connection.exec_driver_sql("SELECT name FROM authors WHERE id = ?", (1,)).fetchall())
`,
    },
  ],
  on: { call: [...ofConnection, ...ofSession] },
  check(call, ctx) {
    const [statement] = call.args;
    if (!statement || statement.name !== undefined || statement.splat !== "") return undefined;
    const sql = sqlTextOf(statement.value, ctx);
    if (!sql) return undefined;
    const name = ctx.nameOf(call.callee);
    const isSession = name !== undefined && ofSession.includes(name);
    return { at: call, fix: isSession ? asText(call, sql, ctx) : fixOfConnection(call, sql, ctx) };
  },
});

/** What a Session was given as a string was `text()` already, in every release: the same SQL by another name. */
function asText(call: Call, sql: SqlText, ctx: RuleContext): ProposedFix {
  const conditions = sql.isBuilt ? [pasted] : [];
  return {
    title: "Wrap the SQL in `text()`",
    safety: conditions.length > 0 ? "review" : "safe",
    conditions,
    edits: wrapped(call, ctx),
  };
}

const pasted = "No value that is put into this SQL comes from outside: bind such values as `:name` parameters instead.";

/**
 * A Connection handed the string to the driver as it is. `exec_driver_sql()` does the same; `text()` reads `:name`,
 * `\:` and, on some drivers, `%` in its own way, so it is offered where none of them occurs.
 */
function fixOfConnection(call: Call, sql: SqlText, ctx: RuleContext): Report["fix"] {
  const named = namedParameters(call, sql, ctx);
  if (named) return named;
  const hasParameters = call.args.slice(1).some((arg) => arg.name !== "execution_options");
  if (sql.value !== undefined && !hasParameters && !isReadByText(sql.value)) return asText(call, sql, ctx);
  if (isAwaited(call) && !isExecute(call)) return { why: awaitedScalar };
  const parameters = parametersRewrite(call, true, ctx);
  if (!parameters)
    return {
      why: "The parameters are unpacked from a variable: whether they are one row or several is not written here.",
    };
  const conditions = [...parameters.conditions, ...(sql.isBuilt ? [pasted] : [])];
  return {
    title: "Hand the SQL to the driver with `exec_driver_sql()`",
    safety: conditions.length > 0 ? "review" : "safe",
    conditions,
    edits: [...asDriverCall(call), ...parameters.edits],
  };
}

const awaitedScalar =
  "This SQL is for `exec_driver_sql()`, whose result is to be awaited first and asked for its scalar then.";
const isAwaited = (call: Call): boolean => call.parent?.type === "await";
const isExecute = ({ callee }: Call): boolean => callee instanceof Attribute && callee.name === "execute";

/**
 * Whether `text()` would change this SQL: a parameter, an escaped colon, or a percent sign, which some drivers double.
 * Its own pattern for parameters counts letters of all scripts, and differs a little from release to release.
 */
function isReadByText(sql: string): boolean {
  return /(?<![:\w]):[\p{L}\p{N}_$]/u.test(sql) || /\\:/.test(sql) || sql.includes("%");
}

/** `:name` parameters given by name, outside of any quotes: `text()` takes the same, and not from one driver only. */
function namedParameters(call: Call, sql: SqlText, ctx: RuleContext): ProposedFix | undefined {
  const names = [...(sql.value ?? "").matchAll(/(?<![:\w\\]):([\p{L}\p{N}_]+)/gu)].map((match) => match[1]);
  if (names.length === 0 || /['"\\%$]|--|\/\*/.test(sql.value ?? "")) return undefined;
  const given = givenNames(call);
  if (!given || !names.every((name) => name !== undefined && given.has(name))) return undefined;
  const parameters = parametersRewrite(call, false, ctx);
  return (
    parameters && {
      title: "Wrap the SQL in `text()`",
      safety: "review",
      conditions: ["The driver read `:name` itself until now; `text()` translates it to what each driver wants."],
      edits: [...wrapped(call, ctx), ...parameters.edits],
    }
  );
}

function givenNames(call: Call): ReadonlySet<string> | undefined {
  const rest = call.args.slice(1);
  if (rest.length > 0 && rest.every((arg) => arg.name !== undefined))
    return new Set(rest.flatMap((arg) => arg.name ?? []));
  const [only, ...more] = rest;
  if (only?.value.type !== "dictionary" || more.length > 0) return undefined;
  return new Set(only.value.children.map((pair) => pair.child(0)?.text.slice(1, -1) ?? ""));
}

function wrapped(call: Call, ctx: RuleContext): readonly TextEdit[] {
  const statement = call.args[0]?.value;
  if (!statement) return [];
  const { text, edits } = ctx.importFor("sqlalchemy.text", call);
  if (statement.type === "parenthesized_expression") return [...edits, insertBefore(statement, text)];
  return [...edits, insertBefore(statement, `${text}(`), insertAfter(statement, ")")];
}

/** `execute(…)` as `exec_driver_sql(…)`, `scalar(…)` as `exec_driver_sql(…).scalar()`. */
function asDriverCall(call: Call): readonly TextEdit[] {
  const { callee } = call;
  if (!(callee instanceof Attribute)) return [];
  const renamed = replace(callee.member, "exec_driver_sql");
  return callee.name === "execute" ? [renamed] : [renamed, insertAfter(call, `.${callee.name}()`)];
}
