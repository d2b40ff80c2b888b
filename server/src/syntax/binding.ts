import type { Name, Node } from "./node.ts";

/** Whether a name is written here, not read. `x += 1` and `del x` count as writing. */
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
  "splat_pattern",
]);

/** Patterns stand only where something is bound, but for `for x in a, b`, whose right side is an expression list. */
function isPatternOfTarget(pattern: Node): boolean {
  let node = pattern;
  while (node.parent && patterns.has(node.parent.type)) node = node.parent;
  return node.parent !== undefined;
}
