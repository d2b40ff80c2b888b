import { isSubclass } from "../knowledge/index.ts";
import type { FileResolver } from "../resolve/index.ts";
import { Attribute, Call, type Expr, Name, Str } from "../syntax/index.ts";

/** Whether a value is a piece of SQL: a statement, a column, a table, a criterion, an option of a query. */
export function isSqlClass(of: string): boolean {
  if (/^sqlalchemy\.(sql|types|dialects)\./.test(of)) return true;
  return sqlClasses.some((name) => isSubclass(of, name));
}

const sqlClasses = [
  "sqlalchemy.orm.Query",
  "sqlalchemy.Column",
  "sqlalchemy.Table",
  "sqlalchemy.MetaData",
  "sqlalchemy.orm.Mapped",
  "sqlalchemy.orm.MappedColumn",
  "sqlalchemy.orm.RelationshipProperty",
  "sqlalchemy.orm.Load",
  "sqlalchemy.orm.util.AliasedClass",
];

const statements = [
  "sqlalchemy.sql.Select",
  "sqlalchemy.sql.Insert",
  "sqlalchemy.sql.Update",
  "sqlalchemy.sql.Delete",
  "sqlalchemy.sql.CompoundSelect",
  "sqlalchemy.sql.expression.CompoundSelect",
];

export const isQueryClass = (of: string): boolean => isSubclass(of, "sqlalchemy.orm.Query");

export const isStatementClass = (of: string): boolean => statements.some((name) => isSubclass(of, name));

export const isFunctionGenerator = (of: string): boolean => of === "sqlalchemy.sql.functions._FunctionGenerator";

/** Whether an expression is, or has in it, what becomes SQL; everything else only gives a value to it. */
export function hasSql(expr: Expr, resolver: FileResolver): boolean {
  // What an attribute of a model's class gives is SQL, whatever its objects have there.
  if (expr instanceof Attribute && isModel(expr.object, resolver)) return true;
  const value = resolver.valueOf(expr);
  if (value.kind === "class" && (value.model || isSqlClass(value.of))) return true;
  if (value.kind === "instance") return isSqlClass(value.of);
  if (expr instanceof Name) return value.kind === "callable";
  if (expr instanceof Attribute) return resolver.nameOf(expr) !== undefined || hasSql(expr.object, resolver);
  if (expr instanceof Call) {
    const name = resolver.nameOf(expr.callee);
    if (name === undefined) return expr.callee instanceof Attribute && hasSql(expr.callee.object, resolver);
    // What a Session, a Result or a Query gives are rows; what else is unknown of a call of SQLAlchemy's is SQL.
    return !/\.(Session|AsyncSession|Connection|Engine|\w*Result|Row|Query)\.\w+$/.test(name);
  }
  return parts.has(expr.type) && expr.children.some((child) => hasSql(child, resolver));
}

function isModel(expr: Expr, resolver: FileResolver): boolean {
  const { kind, model } = resolver.valueOf(expr);
  return kind === "class" && model !== undefined;
}

/** Expressions that are SQL as soon as a part of them is. */
const parts = new Set([
  ...["binary_operator", "comparison_operator", "boolean_operator", "not_operator", "unary_operator"],
  ...["parenthesized_expression", "tuple", "list", "dictionary", "pair", "subscript", "slice", "set"],
]);

/** A number, a string or a constant, as Python writes it; `undefined` for everything that must be run to be known. */
export function constantText(expr: Expr): string | undefined {
  if (expr instanceof Str) {
    const { value } = expr;
    return value === undefined || /^[a-zA-Z]*[bB]/.test(expr.text) ? undefined : JSON.stringify(value);
  }
  switch (expr.type) {
    case "integer":
    case "float":
      return /^[\w.+-]+$/.test(expr.text) ? expr.text : undefined;
    case "true":
      return "True";
    case "false":
      return "False";
    case "none":
      return "None";
    case "unary_operator": {
      const inner = expr.children[0] && constantText(expr.children[0]);
      return inner !== undefined && /^-\s*\d/.test(expr.text) ? `-${inner}` : undefined;
    }
    case "parenthesized_expression":
      return expr.children[0] && constantText(expr.children[0]);
    default:
      return undefined;
  }
}
