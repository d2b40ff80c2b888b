import type { Expr } from "../syntax/index.ts";
import { union } from "./answers.ts";
import type { Inference } from "./infer.ts";
import { certain, type Inferred, nothing } from "./type.ts";

/** More items than these of a literal say no more. */
const mostAsked = 8;

/** A literal list or set: the first items tell what is in it. */
export function listOf({ children, type }: Expr, inference: Inference): Inferred {
  const items = children.filter((child) => child.type !== "comment");
  if (items.length === 0) return certain({ kind: "plain", name: type });
  return boxed(union(items.slice(0, mostAsked).map((item) => inference.of(item))));
}

/** A literal dictionary is one of its values, where they agree. */
export function dictionaryOf({ children }: Expr, inference: Inference): Inferred {
  const values = children.map((pair) => (pair.type === "pair" ? pair.children[1] : undefined));
  const found = union(values.map((value) => (value ? inference.of(value) : nothing)));
  if (children.length === 0 || found.type.kind === "plain") return certain({ kind: "plain", name: "dict" });
  return found.type.kind === "unknown" ? nothing : { ...found, type: { kind: "box", box: "dict", of: found.type } };
}

/** What holds several of an element. */
export const boxed = (element: Inferred): Inferred =>
  element.type.kind === "unknown" ? nothing : { ...element, type: { kind: "box", box: "list", of: element.type } };
