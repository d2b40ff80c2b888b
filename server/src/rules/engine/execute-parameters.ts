import {
  type ApiName,
  type Argument,
  type Call,
  insertAfter,
  parametersRewrite,
  type Report,
  type RuleContext,
  remove,
  replace,
  rule,
  sqlTextOf,
} from "../../engine/index.ts";

const ofConnection: readonly ApiName[] = [
  "sqlalchemy.engine.Connection.execute",
  "sqlalchemy.engine.Connection.scalar",
  "sqlalchemy.engine.Connection.scalars",
];
const ofSession: readonly ApiName[] = [
  "sqlalchemy.orm.Session.execute",
  "sqlalchemy.orm.Session.scalar",
  "sqlalchemy.orm.Session.scalars",
];

export default rule({
  id: "execute-parameters",
  title: "Give the values in one dictionary, many rows in one list: 2.0 takes no keywords",
  lesson: "select-core#parameters",
  doc: "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#execute-method-more-strict-execution-options-are-more-prominent",
  effects: { "1.4": "deprecated", "2.0": "raises", "2.1": "raises" },
  examples: [
    {
      bad: `from models import engine
from sqlalchemy import text

with engine.connect() as connection:
    print(connection.execute(text("SELECT name FROM authors WHERE born < :year"), year=1790).all())
`,
      good: `from models import engine
from sqlalchemy import text

with engine.connect() as connection:
    print(connection.execute(text("SELECT name FROM authors WHERE born < :year"), {"year": 1790}).all())
`,
    },
    {
      bad: `from models import authors, engine
from sqlalchemy import func, select

with engine.begin() as connection:
    connection.execute(authors.insert(), {"id": 4, "name": "Sappho"}, {"id": 5, "name": "Hesiod"})
    print(connection.execute(select(func.count()).select_from(authors)).scalar())
`,
      good: `from models import authors, engine
from sqlalchemy import func, select

with engine.begin() as connection:
    connection.execute(authors.insert(), [{"id": 4, "name": "Sappho"}, {"id": 5, "name": "Hesiod"}])
    print(connection.execute(select(func.count()).select_from(authors)).scalar())
`,
    },
  ],
  on: { call: [...ofConnection, ...ofSession] },
  check(call, context) {
    const [statement, ...rest] = call.args;
    // A string is changed together with its parameters, by the rule about strings.
    if (statement?.splat !== "" || statement.name !== undefined) return undefined;
    const isSession = ofSession.includes(context.nameOf(call.callee) ?? "sqlalchemy");
    if (!(isSession ? isLegacyOfSession(rest) : isLegacy(rest))) return undefined;
    if (!isSession && sqlTextOf(statement.value, context)) return undefined;
    const report = { at: call, fix: isSession ? fixOfSession(call, rest, context) : fixOf(call, rest, context) };
    // What is no argument of `Session.execute()` was none in 1.4 either, but for those that choose a bind.
    return isSession && !rest.some(isBind) ? { ...report, effect: "raises" } : report;
  },
});

const own = new Set(["parameters", "params", "execution_options", "bind_arguments"]);
/** What a Session's own execute hands to its base when it is overridden. */
const handedOn = new Set(["_parent_execute_state", "_add_event"]);
/** The last one chooses among the engines of a ShardedSession. */
const binds = new Set(["bind", "clause", "mapper", "shard_id"]);

const isOwn = ({ name }: Argument): boolean => name !== undefined && own.has(name);
const isBind = ({ name }: Argument): boolean => name !== undefined && binds.has(name);

/** Values by keyword, `*rows`, or more than one thing behind the statement. */
function isLegacy(rest: readonly Argument[]): boolean {
  const given = rest.filter((arg) => !isOwn(arg));
  return given.length > 1 || given.some(({ name, splat }) => name !== undefined || splat !== "");
}

/** A Session never took several; `**options` may be its own keywords. */
function isLegacyOfSession(rest: readonly Argument[]): boolean {
  return rest.some((arg) => arg.name !== undefined && !isOwn(arg) && !handedOn.has(arg.name));
}

function fixOf(call: Call, rest: readonly Argument[], context: RuleContext): Report["fix"] {
  const [only, ...more] = rest.filter((arg) => !isOwn(arg));
  const unpacked = rest.find(({ splat }) => splat === "*");
  if (unpacked) {
    if (only !== unpacked || more.length > 0) return { why: mixed };
    const { value, node } = unpacked;
    const isWritten = value.type === "list" || value.type === "tuple";
    return {
      title: "Give the rows in one list",
      safety: isWritten ? "safe" : "review",
      conditions: isWritten ? [] : [`\`${value.text}\` is a list of dictionaries, and not empty.`],
      edits: [remove({ start: node.start, end: value.start })],
    };
  }
  const parameters = parametersRewrite(call, false, context);
  if (!parameters) return { why: mixed };
  const lone = only?.splat === "**" && more.length === 0 ? [`\`${only.value.text}\` is a dictionary.`] : [];
  const conditions = [...parameters.conditions, ...lone];
  const isMany = only?.name === undefined && only?.splat !== "**";
  const title = isMany ? "Give the rows in one list" : "Give the values in one dictionary";
  return { title, safety: conditions.length > 0 ? "review" : "safe", conditions, edits: parameters.edits };
}

const mixed =
  "The statement is given one dictionary, or one list of them: which of these arguments are values of one row is not written here.";

/** Values by keyword become the dictionary; what chooses a bind goes into `bind_arguments`. */
function fixOfSession(call: Call, rest: readonly Argument[], context: RuleContext): Report["fix"] {
  const chosen = rest.filter(isBind);
  if (chosen.length === 0) return fixOf(call, rest, context);
  const [first] = chosen;
  const last = chosen[chosen.length - 1];
  const between = first && last ? rest.slice(rest.indexOf(first), rest.indexOf(last) + 1) : [];
  const others = rest.filter((arg) => !isBind(arg) && (arg.name === undefined ? arg.splat !== "" : !isOwn(arg)));
  if (!first || !last || between.length !== chosen.length || others.length > 0 || rest.some(isBindArguments)) {
    return { why: "What chooses the bind goes into `bind_arguments={…}`: put it together there by hand." };
  }
  return {
    title: "Choose the bind with `bind_arguments`",
    safety: "safe",
    edits: [
      ...chosen.map(({ node, name, value }, index) =>
        replace({ start: node.start, end: value.start }, `${index === 0 ? "bind_arguments={" : ""}"${name}": `),
      ),
      insertAfter(last.node, "}"),
    ],
  };
}

const isBindArguments = ({ name }: Argument): boolean => name === "bind_arguments";
