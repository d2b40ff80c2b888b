import { type Expr, Name, type TextEdit, unparenthesized } from "../syntax/index.ts";
import { soleValueOf } from "./bindings.ts";
import { insertBefore, remove } from "./edits.ts";
import type { RuleContext } from "./rule.ts";

/** An argument that was a list, rewritten to several arguments. */
export interface Unpacked {
  readonly edits: readonly TextEdit[];
  /** What a person is to confirm where the list is not written in the call. */
  readonly conditions: readonly string[];
}

/**
 * `[a, b]` as `a, b`, and whatever makes or holds a list as `*…`. With `tuples`, so are tuples and generators.
 * `undefined` for everything that is not known to be such a list.
 */
export function unpackedList(expr: Expr, tuples: boolean, ctx: RuleContext): Unpacked | undefined {
  const node = unparenthesized(expr);
  if (node.type === "list" || (tuples && node.type === "tuple")) return { edits: withoutBrackets(expr), conditions: [] };
  if (isList(node, tuples)) return { edits: starred(expr), conditions: [] };
  const value = node instanceof Name ? soleValueOf(node, ctx) : undefined;
  if (!value || !isList(unparenthesized(value), tuples)) return undefined;
  return { edits: starred(expr), conditions: [`\`${node.text}\` is still the list that it was made as.`] };
}

function isList(node: Expr, tuples: boolean): boolean {
  if (node.type === "list" || node.type === "list_comprehension") return true;
  if (tuples && (node.type === "tuple" || node.type === "generator_expression")) return true;
  // `[a] + more`: only a list can be added to a list. `[a] * 3` is one, too.
  if (node.type === "binary_operator") return node.children.some((side) => isList(unparenthesized(side), tuples));
  const maker = node.type === "call" ? node.child(0)?.text : undefined;
  return maker === "list" || maker === "sorted" || (tuples && maker === "tuple");
}

/** Operators bind looser than `*` does only in parentheses; a lone generator's parentheses are those of its call. */
function starred(expr: Expr): readonly TextEdit[] {
  if (expr.type !== "generator_expression" || expr.parent?.type !== "call") return [insertBefore(expr, "*")];
  const open = expr.start + 1;
  return [insertBefore({ start: open, end: open }, "*("), insertBefore({ start: expr.end, end: expr.end }, ")")];
}

/** Takes the brackets away, and one of two commas where that would leave two. */
function withoutBrackets(expr: Expr): readonly TextEdit[] {
  const list = unparenthesized(expr);
  const { text } = expr.source;
  const open = { start: expr.start, end: list.start + 1 };
  const comma = /^\s*,[ \t]*/.exec(text.slice(expr.end))?.[0] ?? "";
  if (list.children.length === 0) return [remove({ start: expr.start, end: expr.end + comma.length })];
  const trailing = /,\s*$/.exec(text.slice(list.start, list.end - 1));
  const close = trailing && comma !== "" ? list.start + trailing.index : list.end - 1;
  return [remove(open), remove({ start: close, end: expr.end })];
}
