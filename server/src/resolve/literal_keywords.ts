import { type Call, Str } from "../syntax/index.ts";
import type { Inference } from "./infer.ts";
import { standIn } from "./laws.ts";
import { unloadedBy } from "./mapped_attributes.ts";
import type { Inferred } from "./type.ts";

/** What a call gives, where a word among its arguments says more of it than its name does. */
export function saidByKeywords(call: Call, found: Inferred, inference: Inference): Inferred {
  const { type } = found;
  const isEngine = type.kind === "instance" && "api" in type.id && type.id.api === "sqlalchemy.engine.Engine";
  if (!isEngine) return unloadedBy(call, found, inference);
  const strategy = call.keyword("strategy");
  return strategy instanceof Str && strategy.value === "mock" ? { ...found, type: standIn } : found;
}
