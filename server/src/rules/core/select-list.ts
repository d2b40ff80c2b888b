import {
  type Argument,
  type Call,
  type Expr,
  hasTrailingComma,
  indentAt,
  type ProposedFix,
  type RuleContext,
  remove,
  replace,
  rule,
  Str,
  type TextEdit,
  type Unpacked,
  unpackedList,
  unparenthesized,
} from "../../engine/index.ts";

export default rule({
  id: "select-list",
  title: "Pass columns to `select()` one by one: 2.0 takes no list and no keywords",
  lesson: "select-core#select",
  doc: "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-20-5284",
  effects: { "1.4": "deprecated", "2.0": "raises", "2.1": "raises" },
  examples: [
    {
      bad: `from sqlalchemy import select
from models import books, engine

with engine.connect() as connection:
    print(connection.execute(select([books.c.id, books.c.title])).fetchall())
`,
      good: `from sqlalchemy import select
from models import books, engine

with engine.connect() as connection:
    print(connection.execute(select(books.c.id, books.c.title)).fetchall())
`,
    },
    {
      bad: `from sqlalchemy import select
from models import authors, engine

statement = select([authors.c.name], authors.c.id > 1, order_by=[authors.c.name], limit=5)
with engine.connect() as connection:
    print(connection.execute(statement).fetchall())
`,
      good: `from sqlalchemy import select
from models import authors, engine

statement = select(authors.c.name).where(authors.c.id > 1).order_by(authors.c.name).limit(5)
with engine.connect() as connection:
    print(connection.execute(statement).fetchall())
`,
    },
  ],
  on: { call: ["sqlalchemy.select"] },
  check(call, ctx) {
    const [columns, ...rest] = call.args;
    if (columns?.splat !== "") return undefined;
    const unpacked = columnsOf(columns, rest.length > 0, ctx);
    if (!unpacked) return isLegacy(call) ? { at: call, fix: { why: unreadable } } : undefined;
    if ("why" in unpacked) return { at: call, fix: { why: unpacked.why } };
    const clauses = clausesOf(rest, call, ctx);
    if (typeof clauses === "string") return { at: call, fix: { why: clauses } };
    const conditions = [...unpacked.conditions, ...clauses.flatMap((clause) => clause.conditions)];
    const fix: ProposedFix = {
      title: rest.length > 0 ? "Unpack the columns and chain the other clauses" : "Unpack the columns",
      safety: conditions.length > 0 ? "review" : "safe",
      conditions,
      edits: [...unpacked.edits, ...chained(call, columns, clauses, ctx)],
    };
    return { at: call, fix };
  },
});

const unreadable = "Its columns are not written as a list here: pass them one by one, and chain the other clauses.";
const textColumns =
  'Every release refuses a column given as a string: write `column("name")`, `text("…")` or the column of a table.';
const isLegacy = (call: Call): boolean => call.args.some((arg) => arg.name !== undefined && methods.has(arg.name));

type Columns = Unpacked | { readonly why: string };

/** The first argument without its brackets; `undefined` where it is no list, and the call no business of this rule. */
function columnsOf(columns: Argument, isFollowed: boolean, ctx: RuleContext): Columns | undefined {
  if (columns.name !== undefined && columns.name !== "columns") return undefined;
  const options = { tuples: true, ...(isFollowed ? { keeps: "behind" as const } : {}) };
  const unpacked = unpackedList(columns.value, options, ctx);
  if (!unpacked) return undefined;
  const strings = unparenthesized(columns.value).children.filter((item) => item instanceof Str);
  if (strings.some((item) => item instanceof Str && item.value !== "*")) return { why: textColumns };
  return { ...unpacked, edits: [...withoutName(columns), ...unpacked.edits] };
}

const withoutName = ({ node, name, value }: Argument): readonly TextEdit[] =>
  name === undefined ? [] : [remove({ start: node.start, end: value.start })];

/** Names of the arguments behind the columns, in 1.x's order. */
const positionals = ["whereclause", "from_obj", "distinct", "group_by", "having", "correlate", "prefixes", "suffixes"];

/** The methods that took over select()'s arguments: with one value, with as many as a list holds, or by a flag. */
const methods: ReadonlyMap<string, readonly [method: string, takes: "one" | "limit" | "many" | "list" | "flag"]> =
  new Map([
    ["whereclause", ["where", "one"]],
    ["having", ["having", "one"]],
    ["limit", ["limit", "limit"]],
    ["offset", ["offset", "limit"]],
    ["from_obj", ["select_from", "many"]],
    ["order_by", ["order_by", "many"]],
    ["group_by", ["group_by", "many"]],
    ["prefixes", ["prefix_with", "list"]],
    ["suffixes", ["suffix_with", "list"]],
    ["distinct", ["distinct", "flag"]],
    ["correlate", ["correlate", "flag"]],
    ["use_labels", ["set_label_style", "flag"]],
    ["for_update", ["with_for_update", "flag"]],
  ]);

/** An argument of 1.x as a method call; without a method where it says what is the default anyway, and goes. */
interface Clause extends Unpacked {
  readonly argument: Argument;
  readonly method?: string;
  /** Stands in for the argument's value. */
  readonly value?: string;
}

/** The clauses in the order of the arguments, or the reason why one of them cannot become a method call. */
function clausesOf(args: readonly Argument[], call: Call, ctx: RuleContext): readonly Clause[] | string {
  const clauses: Clause[] = [];
  for (const [index, argument] of args.entries()) {
    const name = argument.name ?? (argument.splat === "" ? positionals[index] : undefined);
    const known = name === undefined ? undefined : methods.get(name);
    if (name === "bind") return "2.0 binds no statement to an engine: execute it on a connection or a session.";
    if (!known) return "An argument is not written here, or is none that `select()` had: chain its clause by hand.";
    const clause = clauseOf(argument, known[0], known[1], call, ctx);
    if (typeof clause === "string") return clause;
    clauses.push({ argument, ...clause });
  }
  return clauses;
}

type Translation = Omit<Clause, "argument"> | string;

function clauseOf(arg: Argument, method: string, takes: string, call: Call, ctx: RuleContext): Translation {
  const value = unparenthesized(arg.value);
  if (takes === "flag") return flagged(value, method, call, ctx);
  if (value.type === "none") return dropped;
  const kept = { method, edits: [], conditions: [] };
  if (takes === "limit") return kept;
  if (takes === "one") {
    if (value instanceof Str) return "SQL given as a string is refused by every release: wrap it in `text()`.";
    return isClause(value, ctx) ? kept : { ...kept, conditions: [`\`${shown(value)}\` is never None.`] };
  }
  const unpacked = unpackedList(arg.value, around, ctx);
  if (unpacked) return { method, ...unpacked };
  if (takes === "list") return `\`${shown(value)}\` is not written as a list here: pass its elements one by one.`;
  if (value instanceof Str || isClause(value, ctx)) return kept;
  return { ...kept, conditions: [`\`${shown(value)}\` is one clause, not a list of them.`] };
}

const around = { tuples: true, keeps: "around" } as const;
const dropped = { edits: [], conditions: [] };
const shown = (expr: Expr): string => (expr.text.length > 40 ? `${expr.text.slice(0, 39)}…` : expr.text);

/** Whether an expression is one SQL clause for certain: neither None nor a list. */
function isClause(node: Expr, ctx: RuleContext): boolean {
  if (node.type === "comparison_operator" || node.type === "true" || node.type === "false") return true;
  const { kind, certainty } = ctx.valueOf(node);
  if (certainty === "certain" && (kind === "instance" || kind === "class")) return true;
  if (node.type !== "binary_operator" && node.type !== "unary_operator") return false;
  return node.children.every((side) => isClause(unparenthesized(side), ctx));
}

const modes: Readonly<Record<string, string>> = {
  true: "",
  read: "read=True",
  nowait: "nowait=True",
  read_nowait: "read=True, nowait=True",
};

function flagged(value: Expr, method: string, call: Call, ctx: RuleContext): Translation {
  const isDefault = value.type === (method === "correlate" ? "true" : "false");
  if (isDefault) return dropped;
  if (method === "correlate" && value.type === "false") return { ...dropped, method, value: "None" };
  if (method === "distinct" && value.type === "true") return { ...dropped, method, value: "" };
  if (method === "distinct") {
    const unpacked = unpackedList(value, around, ctx);
    if (unpacked) return { method, ...unpacked };
    if (isClause(value, ctx)) return { ...dropped, method };
  }
  if (method === "set_label_style" && value.type === "true") {
    const { text, edits } = ctx.importFor("sqlalchemy.LABEL_STYLE_TABLENAME_PLUS_COL", call);
    return { method, value: text, edits, conditions: [] };
  }
  const mode = modes[value instanceof Str ? (value.value ?? "") : value.type];
  if (method === "with_for_update" && mode !== undefined) {
    return {
      method,
      value: mode,
      edits: [],
      conditions: ["`for_update=` has been refused since 1.4; this is what it meant before."],
    };
  }
  return `What \`${shown(value)}\` is cannot be seen here: chain \`.${method}()\` by hand.`;
}

/** Turns the commas between the arguments into `).where(`, so that no argument has to move. */
function chained(call: Call, first: Argument, clauses: readonly Clause[], ctx: RuleContext): readonly TextEdit[] {
  const { text } = ctx.file;
  const isHugging = !text.slice(call.argumentList.start, first.node.start).includes("\n");
  const indent = indentAt(call.start, ctx.file);
  const edits: TextEdit[] = [];
  let before = first.node.end;
  let isTrailed = endsWithComma(first);
  for (const clause of clauses) {
    const { argument, method, value } = clause;
    const gap = text.slice(before, argument.node.start);
    const comma = value === "" ? (/^\s*,/.exec(text.slice(argument.node.end))?.[0].length ?? 0) : 0;
    const end = value === undefined ? argument.value.start : argument.node.end + comma;
    if (!method) edits.push(remove({ start: before, end: argument.node.end }));
    else if (!gap.includes("\n") || (isHugging && !gap.includes("#"))) {
      edits.push(replace({ start: before, end }, `).${method}(${value ?? ""}`));
    } else {
      const line = gap.lastIndexOf("\n") + 1;
      const own = value === "" || startsWithLine(argument) ? "" : ctx.file.lineEnd + gap.slice(line);
      if (isTrailed) edits.push(remove({ start: before, end: before + gap.indexOf(",") + 1 }));
      edits.push(replace({ start: before + line, end }, `${indent}).${method}(${own}${value ?? ""}`));
    }
    edits.push(...clause.edits);
    before = argument.node.end + comma;
    isTrailed = value === undefined && endsWithComma(argument);
  }
  return edits;
}

const isDisplay = (node: Expr): boolean => node.type === "list" || node.type === "tuple";

function endsWithComma({ value }: Argument): boolean {
  const node = unparenthesized(value);
  return isDisplay(node) && hasTrailingComma(node);
}

/** Whether a list's first element begins a line: the bracket in front of it goes, and the line break stays. */
function startsWithLine({ value }: Argument): boolean {
  const node = unparenthesized(value);
  return isDisplay(node) && /^.[ \t]*(#.*)?\r?\n/.test(node.text);
}
