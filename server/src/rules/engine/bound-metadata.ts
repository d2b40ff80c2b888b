import {
  type ApiName,
  type Call,
  type ProposedFix,
  type Report,
  type RuleContext,
  removeArgument,
  rule,
} from "../../engine/index.ts";

export default rule({
  id: "bound-metadata",
  title: "Say which engine: 2.0's metadata and statements are bound to none",
  lesson: "engine#transactions",
  doc: "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-20-implicit-execution",
  effects: { "1.4": "deprecated", "2.0": "raises", "2.1": "raises" },
  examples: [
    {
      bad: `from sqlalchemy import MetaData, Table
from models import engine

books = Table("books", MetaData(), autoload=True, autoload_with=engine)
print(sorted(column.name for column in books.columns))
`,
      good: `from sqlalchemy import MetaData, Table
from models import engine

books = Table("books", MetaData(), autoload_with=engine)
print(sorted(column.name for column in books.columns))
`,
    },
    {
      bad: `from sqlalchemy import MetaData
from models import engine

metadata = MetaData(bind=engine)
print(sorted(metadata.tables))
`,
    },
  ],
  on: {
    call: [
      "sqlalchemy.MetaData",
      "sqlalchemy.Table",
      "sqlalchemy.MetaData.create_all",
      "sqlalchemy.MetaData.drop_all",
      "sqlalchemy.MetaData.reflect",
      "sqlalchemy.Table.create",
      "sqlalchemy.Table.drop",
      "sqlalchemy.Index.create",
      "sqlalchemy.Index.drop",
      "sqlalchemy.sql.Executable.execute",
      "sqlalchemy.sql.Executable.scalar",
    ],
  },
  check(call, ctx) {
    const name = ctx.nameOf(call.callee);
    if (!name || call.hasSplat) return undefined;
    const fix = fixOf(name, call, ctx);
    return fix && { at: call, fix };
  },
});

function fixOf(name: ApiName, call: Call, ctx: RuleContext): Report["fix"] | undefined {
  switch (name) {
    case "sqlalchemy.MetaData":
      return isBound(call, ctx)
        ? { why: "Make the metadata without an engine, and hand that to what needs one." }
        : undefined;
    case "sqlalchemy.Table":
      return reflecting(call);
    case "sqlalchemy.sql.Executable.execute":
    case "sqlalchemy.sql.Executable.scalar":
      return { why: "Execute the statement on a connection of an engine, or on a session." };
    default:
      return isWithout(call) ? { why: "Hand the engine or the connection over: `create_all(engine)`." } : undefined;
  }
}

/** `MetaData(bind=engine)`, `MetaData(engine)`; a text is a schema's name on 2.0. */
function isBound(call: Call, ctx: RuleContext): boolean {
  const bind = call.keyword("bind");
  if (bind) return bind.type !== "none";
  const [first] = call.positional;
  const value = first && ctx.valueOf(first);
  return value?.kind === "instance" && engines.has(value.of);
}

const engines: ReadonlySet<string> = new Set(["sqlalchemy.engine.Engine", "sqlalchemy.engine.Connection"]);

/** `Table("author", metadata, autoload=True)`: what `autoload_with=` says already, needs no second word. */
function reflecting(call: Call): ProposedFix | { readonly why: string } | undefined {
  const flag = call.args.find((argument) => argument.name === "autoload");
  if (!flag) return undefined;
  const isNeedless = flag.value.type === "false" || (flag.value.type === "true" && call.keyword("autoload_with"));
  if (!isNeedless) return { why: "Say `autoload_with=` and the engine, in place of `autoload=True`." };
  return { title: "Drop `autoload=`", safety: "safe", edits: [removeArgument(call, flag)] };
}

const isWithout = (call: Call): boolean =>
  call.positional.length === 0 && !call.keyword("bind") && call.args.every(({ splat }) => splat === "");
