import { Attribute, Call, type Expr, parenthesized } from "./node.ts";

/** One `.name(args)` or `.name` of a chain. */
export interface Link {
  readonly attribute: Attribute;
  /** Absent for a link that is read and not called. */
  readonly call: Call | undefined;
  readonly name: string;
}

/** How the value of a whole chain is used. */
export type ChainEnd =
  | "iterated"
  | "awaited"
  | "assigned"
  | "returned"
  | "tested"
  | "argument"
  | "discarded"
  | "indexed"
  | "other";

/** `root.link(…).link(…)`: a query is seen, and fixed, as a whole. */
export interface Chain {
  readonly root: Expr;
  readonly links: readonly Link[];
  /** The outermost expression: the last link's call or attribute. */
  readonly whole: Expr;
  readonly end: ChainEnd;
}

/** The whole chain that `expr` is a part of. Parentheses around a part do not end it. */
export function chainOf(expr: Expr): Chain {
  let whole = expr;
  for (let next = outerLink(whole); next; next = outerLink(whole)) whole = next;
  const links: Link[] = [];
  let at: Expr = whole;
  for (;;) {
    if (at.type === "parenthesized_expression" && at.children[0] && links.length > 0) at = at.children[0];
    else if (at instanceof Call && at.callee instanceof Attribute) {
      links.push({ attribute: at.callee, call: at, name: at.callee.name });
      at = at.callee.object;
    } else if (at instanceof Attribute) {
      links.push({ attribute: at, call: undefined, name: at.name });
      at = at.object;
    } else break;
  }
  return { root: at, links: links.reverse(), whole, end: endOf(whole) };
}

/** The next longer expression of the same chain. */
function outerLink(expr: Expr): Expr | undefined {
  const outer = expr.parent;
  if (!outer) return undefined;
  if (outer instanceof Attribute && outer.object === expr) return outer;
  if (outer instanceof Call && outer.callee === expr) return outer;
  if (outer.type === "parenthesized_expression" && outerLink(outer)) return outer;
  return undefined;
}

function endOf(whole: Expr): ChainEnd {
  const node = parenthesized(whole);
  const outer = node.parent;
  switch (outer?.type) {
    case "for_statement":
    case "for_in_clause":
      return outer.children[1] === node ? "iterated" : "other";
    case "list_splat":
      return "iterated";
    case "await":
      return "awaited";
    case "assignment":
    case "named_expression":
      return "assigned";
    case "return_statement":
      return "returned";
    case "if_statement":
    case "elif_clause":
    case "while_statement":
    case "not_operator":
    case "boolean_operator":
    case "assert_statement":
    case "if_clause":
      return "tested";
    case "conditional_expression":
      return outer.children[1] === node ? "tested" : "other";
    case "argument_list":
    case "keyword_argument":
      return "argument";
    case "subscript":
      return outer.children[0] === node ? "indexed" : "other";
    case "expression_statement":
      return "discarded";
    default:
      return "other";
  }
}
