import { isSubclass } from "../knowledge/index.ts";
import { Attribute, Call, type Expr, Name, Str, unparenthesized } from "../syntax/index.ts";
import { soleValueOf } from "./bindings.ts";
import type { RuleContext } from "./rule.ts";

/** SQL that Python spells as a string. */
export interface SqlText {
  /** The whole text; `undefined` where a part is known only at run time. */
  readonly value: string | undefined;
  /** What is known of its beginning: enough to see the verb. */
  readonly start: string;
}

/** The SQL that an expression holds as a `str`; `undefined` for what is no string, or not known to be one. */
export function sqlTextOf(expr: Expr, ctx: RuleContext): SqlText | undefined {
  const node = unparenthesized(expr);
  if (node instanceof Str) return textOfLiteral(node);
  if (node instanceof Name) {
    const value = soleValueOf(node, ctx);
    return value && !(unparenthesized(value) instanceof Name) ? sqlTextOf(value, ctx) : undefined;
  }
  if (node.type === "binary_operator") return textOfOperator(node, ctx);
  if (node.type === "conditional_expression") return textOfEither(node, ctx);
  if (node instanceof Call && node.callee instanceof Attribute && sameText.has(node.callee.name)) {
    const subject = sqlTextOf(node.callee.object, ctx);
    return subject && { value: undefined, start: node.callee.name === "join" ? "" : subject.start };
  }
  return undefined;
}

/** String methods whose result begins as their subject does, but for blanks, and `join`, of which only the type is known. */
const sameText = new Set(["format", "format_map", "strip", "lstrip", "rstrip", "replace", "join"]);

function textOfLiteral(literal: Str): SqlText | undefined {
  if (/^[a-z]*b/i.test(literal.text)) return undefined;
  const { value } = literal;
  if (value !== undefined) return { value, start: value };
  const [first] = literal.type === "concatenated_string" ? literal.children : [];
  if (first instanceof Str) return { value: undefined, start: textOfLiteral(first)?.start ?? "" };
  const body = literal.text.replace(/^[a-z]*("""|'''|"|')/i, "");
  return { value: undefined, start: body.split("{", 1)[0] ?? "" };
}

/** `"…" + x`, `"…" % x`. */
function textOfOperator(node: Expr, ctx: RuleContext): SqlText | undefined {
  const [left, right] = node.children;
  if (!left || !right) return undefined;
  const operator = ctx.file.text.slice(left.end, right.start).replace(/[()\s\\]|#.*/g, "");
  const first = sqlTextOf(left, ctx);
  if (operator === "%") return first && { value: undefined, start: first.start };
  if (operator !== "+") return undefined;
  const second = sqlTextOf(right, ctx);
  if (!first) return second && { value: undefined, start: "" };
  const whole = first.value !== undefined && second?.value !== undefined ? first.value + second.value : undefined;
  return { value: whole, start: first.start };
}

function textOfEither(node: Expr, ctx: RuleContext): SqlText | undefined {
  const [yes, , no] = node.children;
  const one = yes && sqlTextOf(yes, ctx);
  const other = no && sqlTextOf(no, ctx);
  if (!one || !other) return undefined;
  return { value: undefined, start: kindOfSql(one.start) === kindOfSql(other.start) ? one.start : "" };
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
    if (isSubclass(of, "sqlalchemy.sql.expression.SelectBase")) return "read";
  }
  const sql = sqlTextOf(expr, ctx) ?? textClauseOf(expr, ctx);
  return sql ? kindOfSql(sql.start) : "perhaps";
}

const writers = [
  "sqlalchemy.sql.Insert",
  "sqlalchemy.sql.Update",
  "sqlalchemy.sql.Delete",
  "sqlalchemy.schema.ExecutableDDLElement",
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
