import { type Call, Str } from "../syntax/index.ts";
import type { Inference } from "./infer.ts";
import { standIn } from "./laws.ts";
import { collectionOf, queryClassOf } from "./mapped_attributes.ts";
import type { Inferred, Type } from "./type.ts";

/** What a call gives, where a word among its arguments says more of it than its name does. */
export function saidByKeywords(call: Call, found: Inferred, inference: Inference): Inferred {
  const { type } = found;
  if (type.kind !== "instance" || !("api" in type.id)) return found;
  if (type.id.api === "sqlalchemy.engine.Engine") {
    return wordOf(call, "strategy") === "mock" ? { ...found, type: standIn } : found;
  }
  return relationship.test(type.id.api) ? { ...found, type: unloadedBy(call, type, inference) } : found;
}

const relationship = /\.Relationship(Property)?$/;

/** A relationship with `lazy="dynamic"` reads as a Query of what it leads to, a write-only one as its collection. */
function unloadedBy(call: Call, type: Extract<Type, { kind: "instance" }>, inference: Inference): Type {
  const lazy = wordOf(call, "lazy");
  const collection = lazy === undefined ? undefined : collectionOf(lazy);
  if (!collection) return type;
  const id = (lazy === "dynamic" && queryClassOf(call, inference)) || { api: collection };
  return { ...type, holds: { kind: "instance", id } };
}

function wordOf(call: Call, keyword: string): string | undefined {
  const value = call.keyword(keyword);
  return value instanceof Str ? value.value : undefined;
}
