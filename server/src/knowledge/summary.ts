/** A sentence for the names that have none of their own: what kind of thing it is and where it belongs. */
import type { ApiKind } from "./api.ts";

const NOUNS: Readonly<Record<ApiKind, string>> = {
  module: "Module",
  class: "Class",
  exception: "Exception",
  function: "Function",
  method: "Method",
  classmethod: "Class method",
  property: "Property",
  attribute: "Attribute",
  constant: "Constant",
};

export function summaryOf(name: string, kind: ApiKind, isMember: boolean): string {
  if (kind === "module") return `Module \`${name}\`.`;
  const dot = name.lastIndexOf(".");
  const [owner, last] = [name.slice(0, dot), name.slice(dot + 1)];
  if (kind === "exception") return `Raised for: ${words(last).replace(/ (?:error|exception)$/, "")}.`;
  return `${NOUNS[kind]} \`${last}\` of \`${isMember ? owner.slice(owner.lastIndexOf(".") + 1) : owner}\`.`;
}

/** `NoSuchTableError` as "no such table error". */
function words(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
}
