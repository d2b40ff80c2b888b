import { type ApiName, isSubclass } from "../knowledge/index.ts";
import { Attribute, Call, type Expr, Name, Str, unparenthesized } from "../syntax/index.ts";
import { assignmentsOf, soleValueOf } from "./bindings.ts";
import type { RuleContext } from "./rule.ts";

/** SQL that Python spells as a string. */
export interface SqlText {
  /** The whole text; `undefined` where a part is known only at run time. */
  readonly value: string | undefined;
  /** What is known of its beginning: enough to see the verb. */
  readonly start: string;
  /** Whether something that is no literal was put into it. */
  readonly isBuilt: boolean;
}

/** The SQL that an expression holds as a `str`; `undefined` for what is no string, or not known to be one. */
export function sqlTextOf(expr: Expr, ctx: RuleContext): SqlText | undefined {
  return textOf(expr, ctx, 0);
}

/** `depth` counts variables: they may be made of one another in circles. */
function textOf(expr: Expr, ctx: RuleContext, depth: number): SqlText | undefined {
  const node = unparenthesized(expr);
  if (node instanceof Str) return textOfLiteral(node);
  if (node instanceof Name) return depth < 8 ? textOfVariable(node, ctx, depth + 1) : undefined;
  if (node.type === "binary_operator") return textOfOperator(node, ctx, depth);
  if (node.type === "conditional_expression") return textOfEither(node, ctx, depth);
  if (node instanceof Call && node.callee instanceof Attribute && sameText.has(node.callee.name)) {
    const subject = textOf(node.callee.object, ctx, depth);
    return subject && { value: undefined, start: node.callee.name === "join" ? "" : subject.start, isBuilt: true };
  }
  return undefined;
}

/** String methods whose result begins as their subject does, but for blanks, and `join`, of which only the type is known. */
const sameText = new Set(["format", "format_map", "strip", "lstrip", "rstrip", "replace", "join"]);

function textOfVariable(name: Name, ctx: RuleContext, depth: number): SqlText | undefined {
  const assigned = assignmentsOf(name, ctx) ?? [];
  const texts: SqlText[] = [];
  let isAdded = false;
  for (const each of assigned) {
    const text = each.isAdded || each.value instanceof Name ? undefined : textOf(each.value, ctx, depth);
    if (text) texts.push(text);
    else if (each.isAdded) isAdded = true;
    else return undefined;
  }
  const [first] = texts;
  if (!first) return undefined;
  return isAdded ? { ...alternatives(texts, first), isBuilt: true } : alternatives(texts, first);
}

/** What several texts, of which one is executed, have in common. */
function alternatives(texts: readonly SqlText[], first: SqlText): SqlText {
  if (texts.length === 1) return first;
  const isAlike = texts.every(({ start }) => kindOfSql(start) === kindOfSql(first.start));
  return { value: undefined, start: isAlike ? first.start : "", isBuilt: texts.some(({ isBuilt }) => isBuilt) };
}

function textOfLiteral(literal: Str): SqlText | undefined {
  if (/^[a-z]*b/i.test(literal.text)) return undefined;
  const { value } = literal;
  if (value !== undefined) return { value, start: value, isBuilt: false };
  const isBuilt = literal.isFormatted;
  const [first] = literal.type === "concatenated_string" ? literal.children : [];
  if (first instanceof Str) return { value: undefined, start: textOfLiteral(first)?.start ?? "", isBuilt };
  const body = literal.text.replace(/^[a-z]*("""|'''|"|')/i, "");
  return { value: undefined, start: body.split("{", 1)[0] ?? "", isBuilt };
}

/** `"…" + x`, `"…" % x`. */
function textOfOperator(node: Expr, ctx: RuleContext, depth: number): SqlText | undefined {
  const [left, right] = node.children;
  if (!left || !right) return undefined;
  const operator = ctx.file.text.slice(left.end, right.start).replace(/[()\s\\]|#.*/g, "");
  const first = textOf(left, ctx, depth);
  if (operator === "%") return first && { value: undefined, start: first.start, isBuilt: true };
  if (operator !== "+") return undefined;
  const second = textOf(right, ctx, depth);
  if (!first) return second && { value: undefined, start: "", isBuilt: true };
  const whole = first.value !== undefined && second?.value !== undefined ? first.value + second.value : undefined;
  return { value: whole, start: first.start, isBuilt: first.isBuilt || !second || second.isBuilt };
}

function textOfEither(node: Expr, ctx: RuleContext, depth: number): SqlText | undefined {
  const [yes, , no] = node.children;
  const one = yes && textOf(yes, ctx, depth);
  const other = no && textOf(no, ctx, depth);
  return one && other && alternatives([one, other], one);
}

/**
 * What a statement does to the database. "write" is what 1.x committed by itself on every database; "perhaps" is what
 * it committed on some of them, or what we cannot tell apart.
 */
export type StatementKind = "write" | "read" | "perhaps";

/** The kind of a piece of SQL by its verb, as 1.x judged it. */
export function kindOfSql(sql: string): StatementKind {
  const verb = /^\s*([a-z]+)/i.exec(sql)?.[1]?.toLowerCase() ?? "";
  if (writes.has(verb)) return "write";
  if (reads.has(verb)) return "read";
  return "perhaps";
}

const writes = new Set(["insert", "update", "delete", "create", "drop", "alter"]);
const reads = new Set(["select", "show", "explain", "describe", "values"]);

/** The kind of what is given to `execute()`: a construct of SQLAlchemy's, `text(…)` or a string. */
export function statementKindOf(expr: Expr, ctx: RuleContext): StatementKind {
  const { kind, of } = ctx.valueOf(expr);
  if (kind === "instance" && of !== "") {
    if (writers.some((writer) => isSubclass(of, writer))) return "write";
    if (isSubclass(of, reader)) return "read";
  }
  const sql = sqlTextOf(expr, ctx) ?? textClauseOf(expr, ctx);
  return sql ? kindOfSql(sql.start) : "perhaps";
}

const reader: ApiName = "sqlalchemy.sql.expression.SelectBase";
const writers: readonly ApiName[] = [
  "sqlalchemy.sql.Insert",
  "sqlalchemy.sql.Update",
  "sqlalchemy.sql.Delete",
  "sqlalchemy.schema.DDLElement",
];

/** The SQL inside of `text("…")`, with any of its methods behind it, or of a variable that holds one. */
function textClauseOf(expr: Expr, ctx: RuleContext): SqlText | undefined {
  let node = unparenthesized(expr);
  if (node instanceof Name) node = unparenthesized(soleValueOf(node, ctx) ?? node);
  while (node instanceof Call && node.callee instanceof Attribute && ctx.nameOf(node.callee) !== "sqlalchemy.text") {
    node = unparenthesized(node.callee.object);
  }
  if (!(node instanceof Call) || ctx.nameOf(node.callee) !== "sqlalchemy.text") return undefined;
  const [sql] = node.positional;
  return sql && sqlTextOf(sql, ctx);
}
