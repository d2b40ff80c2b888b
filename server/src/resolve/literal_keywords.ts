import { type Call, Str } from "../syntax/index.ts";
import { standIn } from "./laws.ts";
import { collectionOf } from "./mapped_attributes.ts";
import { type Inferred, instanceOf } from "./type.ts";

/** What a call gives, where a word among its arguments says more of it than its name does. */
export function saidByKeywords(call: Call, found: Inferred): Inferred {
  const { type } = found;
  if (type.kind !== "instance" || !("api" in type.id)) return found;
  if (type.id.api === "sqlalchemy.engine.Engine") {
    return wordOf(call, "strategy") === "mock" ? { ...found, type: standIn } : found;
  }
  return relationship.test(type.id.api) ? unloadedBy(call, found, type) : found;
}

const relationship = /\.Relationship(Property)?$/;

/** A relationship with `lazy="dynamic"` reads as a Query of what it leads to, a write-only one as its collection. */
function unloadedBy(call: Call, found: Inferred, type: Extract<Inferred["type"], { kind: "instance" }>): Inferred {
  const lazy = wordOf(call, "lazy");
  const collection = lazy === undefined ? undefined : collectionOf(lazy);
  return collection ? { ...found, type: { ...type, holds: instanceOf(collection) } } : found;
}

function wordOf(call: Call, keyword: string): string | undefined {
  const value = call.keyword(keyword);
  return value instanceof Str ? value.value : undefined;
}
