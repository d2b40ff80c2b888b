import { Assignment, Attribute, Call, type Expr, Name, type Node, unparenthesized } from "../syntax/index.ts";
import { buildingOn } from "./query_uses.ts";
import type { QueryWrite } from "./query_variable.ts";

/** How a name that is written gets its value. */
export function howOf(name: Name): QueryWrite["how"] {
  const { parent } = name;
  switch (parent?.type) {
    case "assignment":
      return "assigned";
    case "named_expression":
      return "walrus";
    case "augmented_assignment":
      return "augmented";
    case "parameters":
    case "default_parameter":
    case "typed_parameter":
    case "typed_default_parameter":
      return "parameter";
    case "for_statement":
    case "for_in_clause":
      return "loop";
    case "as_pattern_target":
      return parent.parent?.parent?.type === "with_item" ? "with" : "other";
    case "pattern_list":
    case "tuple_pattern":
    case "list_pattern":
      return "unpacked";
    default:
      return "other";
  }
}

/** The expressions whose value a write may give its name, where it is written down beside it. */
export function valuesOf(name: Name): readonly Expr[] {
  const { parent } = name;
  const isNamed = parent instanceof Assignment || parent?.type === "named_expression";
  const value = isNamed && parent.children[0] === name ? parent.children[parent.children.length - 1] : undefined;
  const found: Expr[] = [];
  const pending = value && value !== name && value.type !== "type" ? [value] : [];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const expr = unparenthesized(next);
    const [first, second, third] = expr.children;
    if (expr.type === "conditional_expression" && first && third) pending.push(third, first);
    else if (expr.type === "named_expression" && second) pending.push(second);
    else if (expr instanceof Assignment && expr.right) pending.push(expr.right);
    else found.push(expr);
  }
  return found;
}

/** The name that a chain of links begins with. */
export function rootOf(value: Expr): Name | undefined {
  let at = unparenthesized(value);
  for (;;) {
    if (at instanceof Call && at.callee !== at) at = unparenthesized(at.callee);
    else if (at instanceof Attribute && at.object !== at) at = unparenthesized(at.object);
    else return at instanceof Name ? at : undefined;
  }
}

/** The names whose queries a write goes on with, and those that get the same one with it: `b` of `a = b = …`. */
export function namesBeside(write: Name): readonly Name[] {
  return valuesOf(write).flatMap((value) => {
    const root = rootOf(value);
    const isBuilt = root !== undefined && unparenthesized(buildingOn(root).query) === value;
    return [...(isBuilt ? [root] : []), ...assignedFrom(value).filter((target) => target instanceof Name)];
  });
}

/** The names that get the query which `root` begins: those of `a = b = q.filter(…)`. */
export function targetsOf(root: Expr): readonly Name[] {
  const { query, end } = buildingOn(root);
  return end ? [] : assignedFrom(query).filter((target) => target instanceof Name);
}

/** Everything that an expression's value is assigned to as it is. */
export function assignedFrom(value: Expr): readonly Node[] {
  const found: Node[] = [];
  let node: Node = value;
  for (let outer = node.parent; outer; node = outer, outer = outer.parent) {
    const [first, second] = outer.children;
    if (outer.type === "parenthesized_expression") continue;
    if (outer.type === "conditional_expression" && node !== second) continue;
    if (outer.type === "named_expression" && node === second && first) found.push(first);
    else if (outer instanceof Assignment && outer.right === node) found.push(outer.left);
    else break;
  }
  return found;
}
