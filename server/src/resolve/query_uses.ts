import { isSubclass, memberOf } from "../knowledge/index.ts";
import {
  Attribute,
  Call,
  type Expr,
  type Link,
  Name,
  type Node,
  parenthesized,
  unparenthesized,
} from "../syntax/index.ts";
import type { Escape, QueryEnd } from "./query_variable.ts";

/** What is chained to an expression, split where it stops being the same query. */
export interface Building {
  /** Links that give a query again. */
  readonly links: readonly Link[];
  /** The root with those links. */
  readonly query: Expr;
  /** The first link that does something else with it. */
  readonly end: Link | undefined;
}

/** Follows a chain outwards from its root, parentheses included. */
export function buildingOn(root: Expr): Building {
  const links: Link[] = [];
  let query = root;
  for (;;) {
    const inner = parenthesized(query);
    const attribute = inner.parent;
    if (!(attribute instanceof Attribute) || attribute.object !== inner) return { links, query, end: undefined };
    const outer = attribute.parent;
    const call = outer instanceof Call && outer.callee === attribute ? outer : undefined;
    const link: Link = { attribute, call, name: attribute.name };
    if (!call || !builds(link.name)) return { links, query, end: link };
    links.push(link);
    query = call;
  }
}

/** Whether a method of this name gives its query, or another one, back. */
export function builds(name: string): boolean {
  let known = building.get(name);
  if (known === undefined) {
    known = queryClasses.some((cls) => isQueryType(memberOf(cls, name)?.returns));
    building.set(name, known);
  }
  return known;
}

const building = new Map<string, boolean>();
const queryClasses = ["flask_sqlalchemy.query.Query", "sqlalchemy.sql.Select", "sqlalchemy.sql.Update"];

function isQueryType(returns: string | undefined): boolean {
  return returns !== undefined && (returns === "$self" || queryKindOf(returns.replace(/\[.*/, "")) !== undefined);
}

/** Whether a class of the knowledge table is one of queries. */
export function queryKindOf(api: string): "query" | "statement" | undefined {
  if (isSubclass(api, "sqlalchemy.orm.Query")) return "query";
  return statements.some((base) => isSubclass(api, base)) ? "statement" : undefined;
}

const statements = ["sqlalchemy.sql.Select", "sqlalchemy.sql.CompoundSelect", "sqlalchemy.sql.expression.UpdateBase"];

/** How a query that no further link follows is used. */
export function endOf(query: Expr): QueryEnd {
  const node = parenthesized(query);
  const outer = node.parent;
  switch (outer?.type) {
    case "for_statement":
    case "for_in_clause":
      return outer.children[1] === node ? { kind: "iterated" } : escapes("elsewhere");
    case "list_splat":
      return { kind: "iterated" };
    case "comparison_operator":
      return endOfComparison(node, outer);
    case "await":
      return { kind: "awaited" };
    case "delete_statement":
      return escapes("deleted");
    case "return_statement":
    case "yield":
      return escapes("caller");
    case "if_statement":
    case "elif_clause":
    case "while_statement":
    case "not_operator":
    case "boolean_operator":
    case "assert_statement":
    case "if_clause":
      return { kind: "tested" };
    case "conditional_expression":
      return outer.children[1] === node ? { kind: "tested" } : escapes("elsewhere");
    case "argument_list":
      return isConsumed(node, outer) ? { kind: "iterated" } : escapes("argument");
    case "keyword_argument":
    case "dictionary_splat":
    case "interpolation":
      return escapes("argument");
    case "subscript":
      return outer.children[0] === node ? { kind: "indexed" } : escapes("elsewhere");
    case "expression_statement":
      return { kind: "discarded" };
    case "assignment":
      return escapes(outer.children[0]?.type === "attribute" ? "attribute" : "container");
    case "list":
    case "tuple":
    case "set":
    case "pair":
    case "expression_list":
      return outer.parent?.type === "return_statement" ? escapes("caller") : escapes("container");
    default:
      return escapes("elsewhere");
  }
}

export const escapes = (to: Escape): QueryEnd => ({ kind: "escapes", to });

function endOfComparison(node: Node, comparison: Node): QueryEnd {
  const [left, right, more] = comparison.children;
  if (!left || !right || more) return escapes("elsewhere");
  const operator = comparison.source.text.slice(left.end, right.start);
  if (/\bis\b/.test(operator)) return { kind: "identified" };
  return node === right && /\bin\b/.test(operator) ? { kind: "iterated" } : escapes("elsewhere");
}

/** `list(q)`, and `enumerate(q)` at the head of a loop. */
function isConsumed(argument: Node, list: Node): boolean {
  const call = list.parent;
  if (!(call instanceof Call) || !(call.callee instanceof Name)) return false;
  if (call.args[0]?.node !== argument) return false;
  if (consumers.has(call.callee.name)) return true;
  if (call.callee.name !== "enumerate") return false;
  const loop = call.parent;
  return /^(for_statement|for_in_clause)$/.test(loop?.type ?? "") && loop?.children[1] === call;
}

const consumers = new Set(["list", "tuple", "set", "frozenset", "sorted"]);

/** What the origin of a query asks for: the arguments of `query()` or `select()`, or the class of `Author.query`. */
export function entitiesOf(origin: Expr): readonly Expr[] {
  let at = unparenthesized(origin);
  let asked: readonly Expr[] = [];
  for (;;) {
    if (at instanceof Call) {
      const { callee } = at;
      const name = callee instanceof Attribute ? callee.name : callee instanceof Name ? callee.name : "";
      if (askers.has(name)) asked = at.positional;
      at = unparenthesized(callee instanceof Attribute ? callee.object : callee);
      if (!(callee instanceof Attribute)) return asked;
    } else if (at instanceof Attribute) {
      if (at.name === "query" && asked.length === 0) return [at.object];
      at = unparenthesized(at.object);
    } else return asked;
  }
}

const askers = new Set(["query", "select", "update", "delete", "insert", "with_entities", "with_only_columns"]);
