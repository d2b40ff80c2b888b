import type { ApiName } from "../knowledge/index.ts";
import type { Model } from "../resolve/index.ts";
import { Attribute, Call, type Expr, Name, Str, unparenthesized } from "../syntax/index.ts";
import type { RuleContext } from "./rule.ts";

/** What a criterion may speak of without adding a table to the FROM clause: one class and its columns. */
export interface OwnColumns {
  /** The class as the query writes it: an alias of the same class is another FROM. */
  readonly entity: Expr;
  readonly model: Model;
}

/**
 * Whether a criterion or an ordering surely brings no second table into the FROM clause. Plain Python values pass; what
 * could be a column of something else does not.
 */
export function staysWithin(criterion: Expr, own: OwnColumns, context: RuleContext): boolean {
  const expr = unparenthesized(criterion);
  // A bare name or the call of some function may be a criterion made elsewhere.
  if (expr instanceof Name) return false;
  if (expr instanceof Call) return callStays(expr, own, context);
  if (expr.type === "binary_operator" && /[&|]/.test(operatorOf(expr))) {
    return expr.children.every((side) => staysWithin(side, own, context));
  }
  if (expr.type === "unary_operator" || expr.type === "not_operator") {
    return expr.children.every((side) => staysWithin(side, own, context));
  }
  return operandStays(expr, own, context);
}

/** An operand may also be a value: a literal, a variable, an attribute of a known object, the result of a call. */
function operandStays(operand: Expr, own: OwnColumns, context: RuleContext): boolean {
  const expr = unparenthesized(operand);
  if (literals.has(expr.type) || expr instanceof Str) return true;
  if (expr instanceof Name) return isPlain(expr, context);
  if (expr instanceof Attribute) return isOwnColumn(expr, own) || isPlainAttribute(expr, context);
  if (expr instanceof Call) return callStays(expr, own, context) || isPlainCall(expr, context);
  if (!composed.has(expr.type)) return false;
  return expr.children.every((part) => operandStays(part, own, context));
}

const literals = new Set(["integer", "float", "true", "false", "none"]);
const composed = new Set([
  "binary_operator",
  "boolean_operator",
  "comparison_operator",
  "conditional_expression",
  "list",
  "not_operator",
  "set",
  "tuple",
  "unary_operator",
]);

/** A method of an own column, a SQL function over own columns, or an EXISTS. */
function callStays(call: Call, own: OwnColumns, context: RuleContext): boolean {
  const { callee } = call;
  const argumentsStay = (): boolean =>
    call.args.every(({ value, splat }) => splat === "" && operandStays(value, own, context));
  const name = context.nameOf(callee);
  if (name && (connectives.has(name) || /^sqlalchemy\.(func|sql\.functions)\b/.test(name))) return argumentsStay();
  if (!(callee instanceof Attribute)) return false;
  const object = unparenthesized(callee.object);
  // `Author.books.any(…)` is an EXISTS with a FROM clause of its own.
  if ((callee.name === "any" || callee.name === "has") && object instanceof Attribute && isOf(object, own)) return true;
  const column =
    object instanceof Call ? callStays(object, own, context) : object instanceof Attribute && isOwnColumn(object, own);
  return column && argumentsStay();
}

const connectives = new Set<ApiName>([
  "sqlalchemy.and_",
  "sqlalchemy.asc",
  "sqlalchemy.desc",
  "sqlalchemy.not_",
  "sqlalchemy.nulls_first",
  "sqlalchemy.nulls_last",
  "sqlalchemy.or_",
]);

const isOf = (attribute: Attribute, { entity }: OwnColumns): boolean => attribute.object.text === entity.text;

function isOwnColumn(attribute: Attribute, own: OwnColumns): boolean {
  return isOf(attribute, own) && own.model.columns.some((column) => column.attribute === attribute.name);
}

/** Not known to be anything of SQLAlchemy's. */
const isPlain = (expr: Expr, context: RuleContext): boolean => context.valueOf(expr).of === "";

/** `self.name`, `author.id`: an attribute of an object that we know, and that is not SQLAlchemy's. */
function isPlainAttribute(attribute: Attribute, context: RuleContext): boolean {
  return context.valueOf(attribute.object).kind === "instance" && isPlain(attribute, context);
}

function isPlainCall(call: Call, context: RuleContext): boolean {
  const { callee } = call;
  const owner = callee instanceof Attribute ? context.valueOf(callee.object) : undefined;
  return context.nameOf(callee) === undefined && !owner?.of && isPlain(call, context);
}

/** The operator's own characters, between its sides. */
function operatorOf(expr: Expr): string {
  const [left, right] = expr.children;
  return left && right ? expr.source.text.slice(left.end, right.start) : "";
}
