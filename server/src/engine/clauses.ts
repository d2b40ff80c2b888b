import {
  type Argument,
  Call,
  type Expr,
  isBinding,
  Name,
  Str,
  type TextEdit,
  unparenthesized,
} from "../syntax/index.ts";
import { soleValueOf } from "./bindings.ts";
import { remove, replace } from "./edits.ts";
import { hasTrailingComma, type Unpacked, unpackedList } from "./lists.ts";
import type { ProposedFix, RuleContext } from "./rule.ts";
import { indentAt } from "./statements.ts";

/** How a method takes what was an argument: one value, as many as a list holds, or a flag. */
export type Taking = "one" | "limit" | "many" | "list" | "flag" | "rows";

/** The method that took over an argument, and how it takes it. */
export type Methods = ReadonlyMap<string, readonly [method: string, takes: Taking]>;

/** The names of arguments in the order in which they can be given without one, and the methods that took them over. */
export interface LegacyArguments {
  readonly positionals: readonly string[];
  readonly methods: Methods;
  /** The function or method, as a person calls it: "select()". */
  readonly of: string;
}

/** What took over the arguments that 1.x's select() had behind its columns. */
export const selectMethods: Methods = new Map([
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
export interface Clause extends Unpacked {
  readonly argument: Argument;
  readonly method?: string;
  /** Stands in for the argument's value. */
  readonly value?: string;
}

/** The clauses in the order of the arguments, or the reason why one of them cannot become a method call. */
export function clausesOf(
  args: readonly Argument[],
  legacy: LegacyArguments,
  call: Call,
  ctx: RuleContext,
): readonly Clause[] | string {
  const { positionals, methods, of } = legacy;
  const clauses: Clause[] = [];
  for (const [index, argument] of args.entries()) {
    const name = argument.name ?? (argument.splat === "" ? positionals[index] : undefined);
    const known = name === undefined ? undefined : methods.get(name);
    if (name === "bind") return "2.0 binds no statement to an engine: execute it on a connection or a session.";
    if (!known) return `An argument is not written here, or is none that \`${of}\` had: chain its clause by hand.`;
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
  if (takes === "rows") {
    const held = (value instanceof Name && soleValueOf(value, ctx)) || value;
    return isDisplayed(unparenthesized(held), ctx)
      ? kept
      : { ...kept, conditions: [`\`${shown(value)}\` is never None.`] };
  }
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
  if (switches.has(method) && value.type === "true") return { ...dropped, method, value: "" };
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

const switches = new Set(["distinct", "inline", "return_defaults"]);

/** `{"name": "x"}`, `[{…}]`, `dict(name="x")`: values for certain. */
const isDisplayed = (value: Expr, ctx: RuleContext): boolean =>
  /^(dictionary|list|tuple|dictionary_comprehension|list_comprehension)$/.test(value.type) ||
  (value instanceof Call && value.callee instanceof Name && isPythons(value.callee, "dict", ctx));

/** Whether a name is that of Python's own function, and the file gives it to nothing else. */
const isPythons = (callee: Name, name: string, ctx: RuleContext): boolean =>
  callee.name === name && !ctx.usesOf(callee).some(isBinding);

/** `table.update(a, b)`, whose first argument is the first clause, as `table.update().where(a).values(b)`. */
export function chainedFromStart(call: Call, clauses: readonly Clause[], ctx: RuleContext): readonly TextEdit[] {
  const first = clauses.findIndex(({ method }) => method !== undefined);
  const { argumentList } = call;
  const whole = { start: argumentList.start + 1, end: argumentList.end - 1 };
  const clause = clauses[first];
  if (!clause) return [remove(whole)];
  const { argument, method, value } = clause;
  const skipped =
    clauses[0] && first > 0 ? [remove({ start: clauses[0].argument.node.start, end: argument.node.start })] : [];
  const named = value === undefined ? argument.value.start : argument.node.end;
  return [
    replace({ start: whole.start, end: whole.start }, `).${method}(`),
    ...skipped,
    ...(named > argument.node.start ? [replace({ start: argument.node.start, end: named }, value ?? "")] : []),
    ...clause.edits,
    ...chained(call, argument, clauses.slice(first + 1), ctx),
  ];
}

/** The fix that chains the clauses by these edits: safe where nothing has to be confirmed of them. */
export function chainingFix(clauses: readonly Clause[], edits: readonly TextEdit[]): ProposedFix {
  const conditions = clauses.flatMap((clause) => clause.conditions);
  return { title: "Chain its clauses", safety: conditions.length > 0 ? "review" : "safe", conditions, edits };
}

/** Turns the commas between the arguments into `).where(`, so that no argument has to move. */
export function chained(
  call: Call,
  first: Argument,
  clauses: readonly Clause[],
  ctx: RuleContext,
): readonly TextEdit[] {
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
