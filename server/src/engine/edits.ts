import {
  type Argument,
  type Call,
  contains,
  type Expr,
  Name,
  type Node,
  type Span,
  type TextEdit,
} from "../syntax/index.ts";

export const replace = (span: Span, text: string): TextEdit => ({ span: { start: span.start, end: span.end }, text });
export const insertBefore = (span: Span, text: string): TextEdit => ({
  span: { start: span.start, end: span.start },
  text,
});
export const insertAfter = (span: Span, text: string): TextEdit => ({ span: { start: span.end, end: span.end }, text });
export const remove = (span: Span): TextEdit => replace(span, "");

/** The text of an expression, in parentheses where an attribute or a call could not follow it. */
export function atom(expr: Expr): string {
  const bare = atoms.has(expr.type) || expr instanceof Name;
  return bare ? expr.text : `(${expr.text})`;
}

const atoms = new Set([
  "attribute",
  "call",
  "subscript",
  "parenthesized_expression",
  "list",
  "tuple",
  "set",
  "dictionary",
  "string",
  "concatenated_string",
  "list_comprehension",
  "generator_expression",
]);

/** Takes one argument out of a call, with the comma and the blanks that belong to it. */
export function removeArgument(call: Call, argument: Argument): TextEdit {
  const { args } = call;
  const index = args.findIndex((each) => each.node === argument.node);
  const next = args[index + 1]?.node;
  const previous = args[index - 1]?.node;
  if (next) return remove({ start: argument.node.start, end: next.start });
  const list = call.argumentList;
  const trailing = /^\s*,/.exec(call.source.text.slice(argument.node.end, list.end))?.[0].length ?? 0;
  if (previous) return remove({ start: previous.end, end: argument.node.end + (trailing > 0 ? trailing - 1 : 0) });
  return remove({ start: argument.node.start, end: argument.node.end + trailing });
}

/** Whether a node lies within one of the spans. */
export const within = (node: Node, spans: readonly Span[]): boolean => spans.some((span) => contains(span, node));
