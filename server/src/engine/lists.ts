import { type Expr, Name, type Span, type TextEdit, unparenthesized } from "../syntax/index.ts";
import { assignmentsOf } from "./bindings.ts";
import { insertAfter, insertBefore, remove } from "./edits.ts";
import type { RuleContext } from "./rule.ts";

/** An argument that was a list, rewritten to several arguments. */
export interface Unpacked {
  readonly edits: readonly TextEdit[];
  /** What a person is to confirm where the list is not written in the call. */
  readonly conditions: readonly string[];
}

export interface UnpackOptions {
  /** Whether tuples and generators count as lists, too. */
  readonly tuples: boolean;
  /** The text beside the list, its comma included, that is left alone because the caller changes it. */
  readonly keeps?: "behind" | "around";
}

/**
 * `[a, b]` as `a, b`, and whatever makes or holds a list as `*…`. `undefined` for everything that is not known to be
 * a list.
 */
export function unpackedList(expr: Expr, options: UnpackOptions, ctx: RuleContext): Unpacked | undefined {
  const { tuples } = options;
  const node = unparenthesized(expr);
  if (node.type === "list" || (tuples && node.type === "tuple")) {
    return { edits: withoutBrackets(expr, options.keeps), conditions: [] };
  }
  const conditions = listConditions(node, tuples, ctx);
  return conditions && { edits: starred(expr), conditions };
}

/** What to confirm for an expression to be a list: nothing where it makes one; `undefined` where it may well be none. */
function listConditions(node: Expr, tuples: boolean, ctx: RuleContext): readonly string[] | undefined {
  if (isList(node, tuples)) return [];
  if (node.type === "binary_operator") return conditionsOfSum(node, tuples, ctx);
  const assigned = (node instanceof Name && assignmentsOf(node, ctx)) || [];
  const made = assigned.filter(({ isAdded }) => !isAdded);
  if (made.length === 0 || !made.every(({ value }) => isMadeAsList(value, tuples))) return undefined;
  return [`\`${node.text}\` is still the list that it was made as.`];
}

/**
 * `[a] + more`: a list can be added to a list only, but an array column takes one, too. So the other side must not be
 * known to be SQL, and the list must hold what columns and conditions are, not plain values.
 */
function conditionsOfSum(sum: Expr, tuples: boolean, ctx: RuleContext): readonly string[] | undefined {
  const terms = termsOf(sum);
  // Nobody adds that many lists; and each name costs a look at the whole file.
  if (terms.length > 20) return undefined;
  const known = terms.map((term) => listConditions(term, tuples, ctx));
  const lists = terms.filter((_, index) => known[index]);
  const others = terms.filter((_, index) => !known[index]);
  if (lists.length === 0 || others.some((other) => ctx.valueOf(other).kind !== "unknown")) return undefined;
  const isMixed = others.length > 0 && lists.some((list) => list.children.some((item) => plain.has(item.type)));
  if (isMixed) return undefined;
  return [
    ...known.flatMap((conditions) => conditions ?? []),
    ...others.map((other) => `\`${other.text}\` is a list, too.`),
  ];
}

/** The operands of `a + b + c`, which is `(a + b) + c`. Iterative: a sum may have more of them than the stack is deep. */
function termsOf(sum: Expr): readonly Expr[] {
  const terms: Expr[] = [];
  const pending = [sum];
  for (let node = pending.pop(); node; node = pending.pop()) {
    const bare = unparenthesized(node);
    if (bare.type === "binary_operator") pending.push(...[...bare.children].reverse());
    else terms.push(bare);
  }
  return terms;
}

const plain = new Set(["integer", "float", "string", "concatenated_string", "true", "false", "none"]);

const isMadeAsList = (value: Expr, tuples: boolean): boolean => termsOf(value).every((term) => isList(term, tuples));

/** Whether the last element of a list is followed by a comma. */
export function hasTrailingComma(list: Expr): boolean {
  const last = list.children[list.children.length - 1];
  return last !== undefined && /^\s*,/.test(list.source.text.slice(last.end, list.end - 1));
}

function isList(node: Expr, tuples: boolean): boolean {
  if (node.type === "list" || node.type === "list_comprehension") return true;
  if (tuples && (node.type === "tuple" || node.type === "generator_expression")) return true;
  const maker = node.type === "call" ? node.child(0)?.text : undefined;
  return maker === "list" || maker === "sorted" || (tuples && maker === "tuple");
}

/** The parentheses of a lone generator are those of its call. */
function starred(expr: Expr): readonly TextEdit[] {
  if (expr.type !== "generator_expression" || expr.parent?.type !== "call") return [insertBefore(expr, "*")];
  const open = expr.start + 1;
  return [insertBefore({ start: open, end: open }, "*("), insertBefore({ start: expr.end, end: expr.end }, ")")];
}

/** Takes the brackets away: their lines, where they have lines of their own, and one of two commas that would meet. */
function withoutBrackets(expr: Expr, keeps: UnpackOptions["keeps"]): readonly TextEdit[] {
  const list = unparenthesized(expr);
  const { text } = expr.source;
  const last = list.children[list.children.length - 1];
  const behind = /^[ \t]*,/.exec(text.slice(expr.end))?.[0] ?? "";
  const comma = expr.end + (keeps ? 0 : behind.length);
  if (!last) return [remove({ start: expr.start, end: skipBlanks(text, comma, behind !== "" && !keeps) })];
  const opening = keeps === "around" ? { start: expr.start, end: list.start + 1 } : openingOf(expr, list);
  const open = [remove(opening), ...realigned(list, opening)];
  const isTrailed = hasTrailingComma(list);
  const lineBreak = /\r?\n[ \t]*$/.exec(text.slice(last.end, list.end - 1));
  if (lineBreak && /^[ \t]*\r?\n/.test(text.slice(expr.end))) {
    return [...open, remove({ start: last.end + lineBreak.index, end: expr.end })];
  }
  const hasLine = lineBreak !== null && /^[ \t]*,[ \t]*\r?\n/.test(text.slice(expr.end));
  if (hasLine && (isTrailed || !text.slice(last.end, list.end).includes("#") || !keeps)) {
    const close = remove({ start: last.end + lineBreak.index, end: comma });
    return isTrailed || keeps ? [...open, close] : [...open, insertAfter(last, ","), close];
  }
  const isDoubled = isTrailed && !keeps && behind !== "";
  return [...open, remove({ start: list.end - 1, end: isDoubled ? skipBlanks(text, comma, true) : expr.end })];
}

const skipBlanks = (text: string, from: number, wanted: boolean): number =>
  wanted ? from + (/^[ \t]*/.exec(text.slice(from))?.[0].length ?? 0) : from;

/** Moves lines that stood exactly below the first element to where it stands now. */
function realigned(list: Expr, opening: Span): readonly TextEdit[] {
  const { text } = list.source;
  const [first] = list.children;
  const lineStart = text.lastIndexOf("\n", list.start) + 1;
  if (
    !first ||
    text.slice(opening.end, first.start).trim() !== "" ||
    text.slice(list.start, first.start).includes("\n")
  )
    return [];
  const column = first.start - lineStart;
  const strings = [...list.walk()].filter((node) => node.type === "string");
  const edits: TextEdit[] = [];
  for (let at = text.indexOf("\n", first.start) + 1; at > 0 && at < list.end; at = text.indexOf("\n", at) + 1) {
    const blanks = /^ */.exec(text.slice(at, list.end))?.[0].length ?? 0;
    if (blanks < column || strings.some((string) => string.start < at && at < string.end)) continue;
    edits.push(remove({ start: at, end: at + opening.end - opening.start }));
  }
  const isAligned = list.children.some(
    (item) => item !== first && text.slice(item.start - column - 1, item.start) === `\n${" ".repeat(column)}`,
  );
  return isAligned ? edits : [];
}

/** The opening bracket, with its line where nothing else stands there. */
function openingOf(expr: Expr, list: Expr): Span {
  const { text } = expr.source;
  const indent = /^[ \t]*$/.exec(text.slice(text.lastIndexOf("\n", expr.start - 1) + 1, expr.start))?.[0];
  const rest = /^[ \t]*\r?\n/.exec(text.slice(list.start + 1))?.[0];
  if (indent === undefined || rest === undefined) return { start: expr.start, end: list.start + 1 };
  return { start: expr.start - indent.length, end: list.start + 1 + rest.length };
}
