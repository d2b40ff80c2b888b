import { type Argument, type Call, type Expr, Name, type TextEdit, unparenthesized } from "../syntax/index.ts";
import { soleValueOf } from "./bindings.ts";
import { insertAfter, insertBefore, remove, replace } from "./edits.ts";
import type { RuleContext } from "./rule.ts";

/** How the arguments behind a statement become the one that 2.0 takes. */
export interface ParametersRewrite {
  readonly edits: readonly TextEdit[];
  /** What a person is to confirm where a value's shape is not written here. */
  readonly conditions: readonly string[];
}

/**
 * 1.x's `execute(statement, *rows_or_values, **values)` as 2.0's `execute(statement, parameters)`: keywords become a
 * dictionary, several rows a list, and for the driver's own placeholders (`positional`) several values a tuple.
 * `undefined` where the arguments are unpacked from a variable, or mixed.
 */
export function parametersRewrite(call: Call, positional: boolean, ctx: RuleContext): ParametersRewrite | undefined {
  const rest = call.args.slice(1);
  const known = new Set(["parameters", "execution_options", "params", "bind_arguments"]);
  const own = rest.filter((arg) => arg.name === undefined || !known.has(arg.name));
  const keywords = own.filter((arg) => arg.name !== undefined || arg.splat === "**");
  const values = own.filter((arg) => arg.name === undefined && arg.splat === "");
  if (call.args[0]?.splat !== "" || own.length > keywords.length + values.length) return undefined;
  if (own.length === 0) return { edits: [], conditions: [] };
  if (keywords.length > 0) return values.length > 0 ? undefined : { edits: asDictionary(keywords), conditions: [] };
  return values.length === 1 ? oneValue(values, positional, ctx) : severalValues(values, positional);
}

/** `a=1, **more` as `{"a": 1, **more}`, a lone `**more` as `more`. */
function asDictionary(keywords: readonly Argument[]): readonly TextEdit[] {
  const [first] = keywords;
  const last = keywords[keywords.length - 1];
  if (!first || !last) return [];
  if (first === last && first.splat === "**") return [remove({ start: first.node.start, end: first.value.start })];
  const names = keywords.flatMap(({ node, name, value }, index) =>
    name === undefined
      ? []
      : [replace({ start: node.start, end: value.start }, `${index === 0 ? "{" : ""}"${name}": `)],
  );
  const open = first.name === undefined ? [insertBefore(first.node, "{")] : [];
  return [...open, ...names, insertAfter(last.node, "}")];
}

function oneValue([only]: readonly Argument[], positional: boolean, ctx: RuleContext): ParametersRewrite | undefined {
  if (!only) return undefined;
  const shape = shapeOf(only.value, ctx);
  if (shape === "row" || shape === "rows") return { edits: [], conditions: [] };
  if (!positional) return { edits: [], conditions: [] };
  if (shape === "value") return { edits: [insertBefore(only.node, "("), insertAfter(only.node, ",)")], conditions: [] };
  if (shape === "values") return { edits: listToTuple(only.value), conditions: conditionsOfList(only.value) };
  return {
    edits: [],
    conditions: [`\`${only.value.text}\` is a tuple, a dictionary or a list of those, not one value.`],
  };
}

function severalValues(values: readonly Argument[], positional: boolean): ParametersRewrite | undefined {
  const [first] = values;
  const last = values[values.length - 1];
  if (!first || !last) return undefined;
  const kind = displayOf(first.value);
  const around = (open: string, close: string): readonly TextEdit[] => [
    insertBefore(first.node, open),
    insertAfter(last.node, close),
  ];
  if (kind === "tuple" || kind === "dictionary") return { edits: around("[", "]"), conditions: [] };
  if (!positional) return undefined;
  if (kind === "literal") return { edits: around("(", ")"), conditions: [] };
  return { edits: around("(", ")"), conditions: [`\`${first.value.text}\` is one value, not a row of values.`] };
}

type Shape = "row" | "rows" | "value" | "values" | "unknown";

function shapeOf(expr: Expr, ctx: RuleContext): Shape {
  const node = unparenthesized(expr);
  const kind = displayOf(node);
  if (kind === "dictionary") return "row";
  if (kind === "literal") return "value";
  if (kind === "tuple" || kind === "list") {
    const rows = node.children.filter((item) => ["tuple", "dictionary"].includes(displayOf(item) ?? ""));
    if (kind === "tuple") return rows.length === 0 ? "row" : "unknown";
    if (rows.length === node.children.length) return "rows";
    return rows.length === 0 ? "values" : "unknown";
  }
  const value = node instanceof Name ? soleValueOf(node, ctx) : undefined;
  const shape = value && !(unparenthesized(value) instanceof Name) ? shapeOf(value, ctx) : "unknown";
  return shape === "row" || shape === "rows" ? shape : "unknown";
}

function displayOf(expr: Expr): "tuple" | "dictionary" | "list" | "literal" | undefined {
  const node = unparenthesized(expr);
  if (node.type === "tuple") return "tuple";
  if (node.type === "dictionary" || (node.type === "call" && node.child(0)?.text === "dict")) return "dictionary";
  if (node.type === "list") return "list";
  return literals.has(node.type) ? "literal" : undefined;
}

const literals = new Set([
  "integer",
  "float",
  "string",
  "concatenated_string",
  "true",
  "false",
  "none",
  "unary_operator",
]);

function conditionsOfList(list: Expr): readonly string[] {
  const item = unparenthesized(list).children.find((each) => displayOf(each) !== "literal");
  return item ? [`\`${item.text}\` is one value, not a row of values.`] : [];
}

/** `[1, 2]` as `(1, 2)`, `[1]` as `(1,)`. */
function listToTuple(expr: Expr): readonly TextEdit[] {
  const list = unparenthesized(expr);
  const bracket = { start: list.end - 1, end: list.end };
  const lone = list.children.length === 1 && !/,\s*\]$/.test(list.text);
  return [replace({ start: list.start, end: list.start + 1 }, "("), replace(bracket, lone ? ",)" : ")")];
}
