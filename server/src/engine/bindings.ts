import { Assignment, type Expr, type Name, type Node } from "../syntax/index.ts";
import type { RuleContext } from "./rule.ts";

/** One way in which a variable gets its value: `name = value`, or `name += value`. */
export interface Assigned {
  readonly value: Expr;
  readonly isAdded: boolean;
}

/**
 * Everything that a variable is assigned in its file. `undefined` for parameters, loop targets, imports, and whatever
 * else is bound in another way: what those hold is not written here.
 */
export function assignmentsOf(name: Name, ctx: RuleContext): readonly Assigned[] | undefined {
  const found: Assigned[] = [];
  for (const binding of [name, ...ctx.usesOf(name)].filter(isBinding)) {
    const { parent } = binding;
    const isAdded = parent?.type === "augmented_assignment";
    const value = parent instanceof Assignment ? parent.right : isAdded ? parent.child(1) : undefined;
    if (!value || parent?.child(0) !== binding) return undefined;
    found.push({ value, isAdded });
  }
  return found.length > 0 ? found : undefined;
}

/** The value of a variable that is assigned exactly once. */
export function soleValueOf(name: Name, ctx: RuleContext): Expr | undefined {
  const [only, ...others] = assignmentsOf(name, ctx) ?? [];
  return only && !only.isAdded && others.length === 0 ? only.value : undefined;
}

/** Whether a name is written here, not read. */
export function isBinding(name: Name): boolean {
  const { parent } = name;
  if (!parent) return false;
  const isTarget = parent.child(0) === name;
  if (targets.has(parent.type)) return isTarget;
  if (patterns.has(parent.type)) return isPatternOfTarget(parent);
  return wholes.has(parent.type);
}

const targets = new Set([
  "assignment",
  "augmented_assignment",
  "for_statement",
  "for_in_clause",
  "named_expression",
  "function_definition",
  "class_definition",
  "default_parameter",
  "typed_parameter",
  "typed_default_parameter",
]);
const patterns = new Set([
  "pattern_list",
  "tuple_pattern",
  "list_pattern",
  "list_splat_pattern",
  "dictionary_splat_pattern",
]);
const wholes = new Set([
  "parameters",
  "lambda_parameters",
  "as_pattern_target",
  "delete_statement",
  "global_statement",
  "nonlocal_statement",
  "dotted_name",
  "aliased_import",
]);

/** Patterns stand only where something is bound, but for `for x in a, b`, whose right side is an expression list. */
function isPatternOfTarget(pattern: Node): boolean {
  let node = pattern;
  while (node.parent && patterns.has(node.parent.type)) node = node.parent;
  return node.parent !== undefined;
}
