import { type Api, type ApiName, apiOf, memberOf, optionOf, type Parameter, parameterOf } from "../knowledge/index.ts";
import type { FileResolver, Model } from "../resolve/index.ts";
import { Attribute, Call, chainOf, type Expr, type Node } from "../syntax/index.ts";
import type { Asked } from "./asked.ts";
import { attributeLabel } from "./attribute_label.ts";
import { plainLabel } from "./plain_label.ts";
import { coreColumnLabel } from "./table_column.ts";
import type { Label } from "./types.ts";

/** The name before `=` in a call: a parameter of SQLAlchemy's, or an attribute of the person's model. */
export function keywordLabel(keyword: Node, asked: Asked): Label | undefined {
  const [at] = keyword.children;
  const call = keyword.parent?.parent;
  if (!at || !(call instanceof Call) || call.argumentList !== keyword.parent) return undefined;
  const { resolver } = asked;
  const api = calledBy(call, asked.resolver);
  if (api && naming.test(api)) return namedByKeyword(call, at, asked);
  const callee = resolver.valueOf(call.callee);
  const model = callee.kind === "class" && callee.model ? resolver.modelOf(callee.model) : undefined;
  if (model) return attributeLabel(model, at.text, { at, by: callee }, asked);
  const parameter = api && parameterOf(api, at.text);
  return api && parameter ? parameterLabel(api, parameter, call, at, asked) : undefined;
}

/** The value of a text parameter that has a meaning of its own: `"selectin"`, one of `"all, delete-orphan"`. */
export function optionLabel(call: Call, name: string, value: string, at: Node, asked: Asked): Label | undefined {
  const api = calledBy(call, asked.resolver);
  const parameter = api && parameterOf(api, name);
  const option = api && optionOf(api, name, value);
  if (!api || !parameter || !option) return undefined;
  const { summary, history = "" } = option;
  const title = `${name}="${value}"`;
  return { ...parameterLabel(api, parameter, call, at, asked), kind: "option", title, summary, history };
}

/** The API that a call reaches: a function, a class's constructor, or what a factory's product does when it is called. */
export function calledBy(call: Call, resolver: FileResolver): ApiName | undefined {
  const name = resolver.nameOf(call.callee);
  if (name) return name;
  const value = resolver.valueOf(call.callee);
  return value.kind === "instance" && value.of !== "" ? memberOf(value.of, "__call__")?.name : undefined;
}

const naming = /\.(filter_by|values)$/;

/** `filter_by(name=…)` and `values(name=…)`: the attribute of what the statement is about. */
function namedByKeyword(call: Call, at: Node, asked: Asked): Label | undefined {
  const { callee } = call;
  if (!(callee instanceof Attribute)) return undefined;
  const by = asked.resolver.valueOf(callee.object);
  const { links } = chainOf(callee.object);
  // After a join, filter_by() speaks of what was joined last.
  if (links.some(({ name }) => /join/.test(name))) return undefined;
  const model = statedModel(callee.object, asked);
  if (model) return attributeLabel(model, at.text, { at, by }, asked);
  const table = statedTable(callee.object, asked);
  const column = table?.columns.find((each) => each.attribute === at.text);
  return table && column ? coreColumnLabel(column, table.name, { at, by }, asked) : undefined;
}

/** The mapped class that a Query, or a statement of Core's, is about. */
export function statedModel(statement: Expr, { resolver }: Asked): Model | undefined {
  const { holds } = resolver.valueOf(statement);
  if (holds?.model) return resolver.modelOf(holds.model);
  const first = firstArgument(statement);
  const named = first && resolver.valueOf(first).model;
  return named && resolver.modelOf(named);
}

function statedTable(statement: Expr, { resolver }: Asked) {
  const first = firstArgument(statement);
  return (first && resolver.tableOf(first)) ?? resolver.tableOf(chainOf(statement).root);
}

/** Of `update(Author).where(…)`: `Author`. */
function firstArgument(statement: Expr): Expr | undefined {
  let at: Expr | undefined = statement;
  while (at instanceof Call && at.callee instanceof Attribute) at = at.callee.object;
  return at instanceof Call ? at.positional[0] : undefined;
}

function parameterLabel(api: ApiName, parameter: Parameter, call: Call, at: Node, asked: Asked): Label {
  const own = apiOf(api);
  const { name, optional, default: fallback } = parameter;
  const short = shown(api);
  // That it is None unless said says nothing to anyone.
  const isTold = fallback !== undefined && fallback !== "None";
  const given = optional ? (isTold ? ` Default: \`${fallback}\`.` : "") : " It has to be given.";
  const because = asked.resolver.valueOf(call.callee);
  return {
    ...plainLabel(own, at),
    kind: "parameter",
    title: `${name}=`,
    api,
    layer: own?.layer ?? "core",
    certainty: because.kind === "unknown" ? "certain" : because.certainty,
    because: because.because,
    summary: `${parameter.summary ?? `A keyword argument of \`${short}\`.`}${given}`,
    history: parameter.history ?? "",
    ...(parameter.summary !== undefined && { doc: documented(apiOf(parameter.of), name) }),
  };
}

const shown = (api: string): string => `${api.slice(api.lastIndexOf(".") + 1)}()`;

/** SQLAlchemy's documentation has an anchor for every parameter that it describes. */
function documented(api: Api | undefined, name: string): string {
  return api?.doc === undefined ? "" : `${api.doc}.params.${name}`;
}
