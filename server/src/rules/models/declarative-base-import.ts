import {
  Attribute,
  Call,
  type Effect,
  type ImportedName,
  ImportFrom,
  insertBefore,
  markOf,
  type Node,
  type ProposedFix,
  plainImport,
  type Report,
  type RuleContext,
  replace,
  rule,
  type TextEdit,
} from "../../engine/index.ts";

const old = "sqlalchemy.ext.declarative";

/** What moved, and whether calling it at the old place warns. */
const moved: Readonly<Record<string, "warns" | "silent">> = {
  declarative_base: "warns",
  as_declarative: "warns",
  has_inherited_table: "warns",
  synonym_for: "warns",
  declared_attr: "silent",
  DeclarativeMeta: "silent",
};

export default rule({
  id: "declarative-base-import",
  title: "Import it from `sqlalchemy.orm`: declarative moved there in 1.4",
  lesson: "migrate#declarative-import",
  doc: "https://docs.sqlalchemy.org/en/20/changelog/migration_14.html#declarative-is-now-integrated-into-the-orm-with-new-features",
  effects: { "1.4": "deprecated", "2.0": "deprecated", "2.1": "deprecated" },
  examples: [
    {
      bad: `from sqlalchemy.ext.declarative import declarative_base

Base = declarative_base()
print(Base.metadata.tables)
`,
      good: `from sqlalchemy.orm import declarative_base

Base = declarative_base()
print(Base.metadata.tables)
`,
    },
    {
      bad: `import sqlalchemy.ext.declarative as declarative

Base = declarative.declarative_base()
print(Base.metadata.tables)
`,
      good: `import sqlalchemy.ext.declarative as declarative
from sqlalchemy.orm import declarative_base

Base = declarative_base()
print(Base.metadata.tables)
`,
    },
  ],
  on: {
    call: [
      "sqlalchemy.orm.declarative_base",
      "sqlalchemy.orm.as_declarative",
      "sqlalchemy.orm.has_inherited_table",
      "sqlalchemy.orm.synonym_for",
    ],
    importFrom: [old, `${old}.api`],
  },
  check(site: Call | ImportFrom, context: RuleContext): Report | undefined {
    return site instanceof Call ? calledThroughModule(site, context) : imported(site, context);
  },
});

/** `declarative.declarative_base()`: the module stays imported, for whatever else it is used for. */
function calledThroughModule(call: Call, context: RuleContext): Report | undefined {
  const { callee } = call;
  if (!(callee instanceof Attribute) || context.valueOf(callee.object).kind !== "module") return undefined;
  if (context.nameOf(callee.object) !== old) return undefined;
  const answer = plainImport(context.file, "sqlalchemy.orm", callee.name);
  if (!answer) return { at: call, mark: markOf(call), fix: { why: `Another \`${callee.name}\` is in the way here.` } };
  const fix: ProposedFix = {
    title: `Use \`sqlalchemy.orm.${callee.name}\``,
    safety: "safe",
    edits: [replace(callee, answer.text), ...answer.edits],
  };
  return { at: call, mark: markOf(call), fix };
}

function imported(statement: ImportFrom, context: RuleContext): Report | undefined {
  const leaving = statement.names.filter(({ name }) => Object.hasOwn(moved, name));
  if (leaving.length === 0 || isFallback(statement)) return undefined;
  const isGone = statement.module !== old;
  const warns = leaving.some(({ name }) => moved[name] === "warns");
  // The `.api` module vanished with 1.4; names that were only handed on do not warn.
  const effect: Effect | undefined = isGone ? "raises" : warns ? undefined : "legacy";
  const report = { at: statement, mark: statement.moduleNode, ...(effect ? { effect } : {}) };
  const fix = (edits: readonly TextEdit[]): Report => ({
    ...report,
    fix: { title: "Import from `sqlalchemy.orm`", safety: "safe", edits },
  });
  if (leaving.length === statement.names.length) return fix([replace(statement.moduleNode, "sqlalchemy.orm")]);
  if (isGone)
    return { ...report, fix: { why: `\`${old}.api\` is gone, and not all of these names moved to sqlalchemy.orm.` } };
  return fix([...withoutNames(statement, leaving), ownLine(statement, leaving, context)]);
}

/** The old place in code that tries the new one first, or chooses by version: right as it is. */
function isFallback(statement: ImportFrom): boolean {
  const branch = statement.around((node) => /^(except_clause|else_clause|if_statement|elif_clause)$/.test(node.type));
  const whole = branch?.around((node) => /^(try_statement|if_statement)$/.test(node.type)) ?? branch;
  if (!whole) return false;
  const wanted = new Set(statement.names.map(({ name, alias }) => alias ?? name));
  for (const node of whole.walk()) {
    if (!(node instanceof ImportFrom) || node === statement || node.module !== "sqlalchemy.orm") continue;
    if (node.names.some(({ name, alias }) => wanted.has(alias ?? name))) return true;
  }
  return false;
}

/** Takes names out of the list, each with its comma and its line where it has one of its own; comments stay. */
function withoutNames(statement: ImportFrom, leaving: readonly ImportedName[]): TextEdit[] {
  const { names, source } = statement;
  const gone = new Set<Node>(leaving.map(({ node }) => node));
  const lastKept = names.findLast(({ node }) => !gone.has(node))?.node;
  return leaving.map(({ node }) => {
    const index = names.findIndex((each) => each.node === node);
    const comma = /^\s*,/.exec(source.text.slice(node.end, statement.end))?.[0].length ?? 0;
    const ownLine = /\r?\n[ \t]*$/.exec(source.text.slice(statement.start, node.start))?.[0].length ?? 0;
    if (ownLine > 0 && (comma > 0 || !lastKept || node.start < lastKept.start)) {
      return replace({ start: node.start - ownLine, end: node.end + comma }, "");
    }
    if (lastKept && node.start > lastKept.start)
      return replace({ start: names[index - 1]?.node.end ?? node.start, end: node.end }, "");
    const next = names[index + 1]?.node.start ?? node.end;
    const isCommented = source.text.slice(node.end + comma, next).includes("#");
    return replace({ start: node.start, end: isCommented ? node.end + comma : next }, "");
  });
}

function ownLine(statement: ImportFrom, leaving: readonly ImportedName[], context: RuleContext): TextEdit {
  const line = `from sqlalchemy.orm import ${leaving.map(({ node }) => node.text).join(", ")}`;
  const start = context.file.lines[context.file.lineOf(statement.start)] ?? statement.start;
  const indent = context.file.text.slice(start, statement.start);
  const between = /^[ \t]*$/.test(indent) ? `${context.file.lineEnd}${indent}` : "; ";
  return insertBefore(statement, `${line}${between}`);
}
