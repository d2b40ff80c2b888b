import { type Expr, FunctionDef } from "../syntax/index.ts";
import { lastName } from "./decorators.ts";
import type { Inference } from "./infer.ts";
import { type Inferred, nothing } from "./type.ts";

/**
 * Twisted's `@inlineCallbacks` and Tornado's `@gen.coroutine`: generators that await what they yield, and whose call gives
 * something to be awaited.
 */
export const isGeneratorCoroutine = (node: FunctionDef): boolean =>
  node.decorators.some((each) => ["inlineCallbacks", "coroutine"].includes(lastName(each)));

/** `session = yield self.connect()` */
export function yielded(expr: Expr, inference: Inference): Inferred {
  const [value] = expr.children;
  const owner = expr.around((outer) => outer instanceof FunctionDef);
  return value && owner instanceof FunctionDef && isGeneratorCoroutine(owner)
    ? inference.applied({ kind: "await" }, inference.of(value))
    : nothing;
}
