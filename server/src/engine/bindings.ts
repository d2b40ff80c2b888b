import { Assignment, type Expr, isBinding, type Name } from "../syntax/index.ts";
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
