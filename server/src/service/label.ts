import type { Finding } from "../engine/finding.ts";
import { type Api, apiOf } from "../knowledge/index.ts";
import { type ClassReading, type Model, type Value, weakest } from "../resolve/index.ts";
import { Attribute, Call, ClassDef, type Expr, FunctionDef, Name, type Node, Str } from "../syntax/index.ts";
import type { Asked } from "./asked.ts";
import { attributeLabel, columnSentence, keyFact, typed } from "./attribute_label.ts";
import { keywordLabel } from "./keyword_label.ts";
import { layerAt } from "./layer.ts";
import { mapperOf, modelLabel, tableLabel } from "./model_label.ts";
import { plainLabel } from "./plain_label.ts";
import { tableColumnLabel } from "./table_column.ts";
import { propertyLabel, textLabel } from "./text_label.ts";
import type { Label } from "./types.ts";

/** What stands at an offset; `undefined` where it is none of SQLAlchemy's and maps nothing, or is not known to. */
export function labelAt(asked: Asked, findings: readonly Finding[]): Label | undefined {
  const { file, offset } = asked;
  const node = file.nodeAt(offset);
  const label = node && labelOf(node, asked);
  if (!label) return undefined;
  const on = findings.filter((finding) => finding.mark.start <= offset && offset <= finding.mark.end);
  return { ...label, findings: [...new Set(on.map((finding) => finding.rule))] };
}

function labelOf(node: Node, asked: Asked): Label | undefined {
  const { parent } = node;
  if (parent?.type === "keyword_argument" && parent.children[0] === node)
    return keywordLabel(parent, asked) ?? propertyLabel(node, asked);
  if (node instanceof Str) return textLabel(node, asked);
  const expr = expressionAt(node, asked.offset);
  if (!expr) return undefined;
  if (expr instanceof ClassDef) {
    const model = asked.resolver.modelOf(expr);
    return model ? modelLabel(model, undefined, expr.nameNode, asked) : undefined;
  }
  return declaredHere(expr, asked) ?? reachedBy(expr, asked) ?? namedBy(expr, asked);
}

/** A name in the body of a class that maps it: where it is defined, and where the body reads it. */
function declaredHere(expr: Expr, asked: Asked): Label | undefined {
  if (!(expr instanceof Name)) return undefined;
  const { parent } = expr;
  const method = parent instanceof FunctionDef && parent.nameNode === expr ? parent : undefined;
  const owner = method
    ? method.around((node) => node instanceof ClassDef || node instanceof FunctionDef)
    : asked.resolver.inference.scopeOf(expr.name, expr.start)?.node;
  if (!(owner instanceof ClassDef)) return undefined;
  const model = asked.resolver.modelOf(owner);
  if (model) return attributeLabel(model, expr.name, { at: expr }, asked);
  const { uri, name } = asked.resolver.inference.classOf(owner);
  const reading = asked.resolver.readingOf({ uri, name });
  return reading && mixinLabel(reading, name, expr, asked);
}

/** A column of a class that is mapped only through the classes which inherit it. */
function mixinLabel(reading: ClassReading, owner: string, at: Name, asked: Asked): Label | undefined {
  const column = reading.columns.find(({ attribute }) => attribute === at.name);
  if (!column) return undefined;
  const api = apiOf(column.style === "column" ? "sqlalchemy.Column" : "sqlalchemy.orm.mapped_column");
  return {
    ...plainLabel(api, at),
    kind: "mixin",
    title: `${owner}.${at.name}`,
    layer: "orm",
    because: [{ text: `\`${asked.lineAt(column.at)}\``, at: column.at }],
    summary: `${columnSentence(typed(column, asked), undefined)} Every model that inherits \`${owner}\` gets it.`,
    facts: keyFact(column, asked),
  };
}

/** `author.name`, `Author.books`, `users.c.name` */
function reachedBy(expr: Expr, asked: Asked): Label | undefined {
  if (!(expr instanceof Attribute)) return undefined;
  const column = tableColumnLabel(expr, asked);
  if (column) return column;
  const by = asked.resolver.valueOf(expr.object);
  const ref = by.model ?? (by.of === "sqlalchemy.orm.util.AliasedClass" ? by.holds?.model : undefined);
  const model = ref && asked.resolver.modelOf(ref);
  const label = model && attributeLabel(model, expr.name, { at: expr, by }, asked);
  return label ?? (model && attributeLabel(model, mangled(expr), { at: expr, by }, asked));
}

/** What Python makes of `self.__title` in the class `Book`: `_Book__title`. */
function mangled(expr: Attribute): string {
  const owner = /^__.*(?<!__)$/.test(expr.name) ? expr.around((node) => node instanceof ClassDef) : undefined;
  return owner instanceof ClassDef ? `_${owner.name.replace(/^_+/, "")}${expr.name}` : expr.name;
}

function namedBy(expr: Expr, asked: Asked): Label | undefined {
  const { resolver } = asked;
  const value = resolver.valueOf(expr);
  const model = value.model && resolver.modelOf(value.model);
  if (model && value.kind === "class") return modelLabel(model, value, expr, asked);
  const name = resolver.nameOf(expr);
  if (value.of === "sqlalchemy.Table" && !name) {
    const table = resolver.tableOf(expr);
    if (table) return tableLabel(table, value, expr);
  }
  const api = apiOf(lookedUp[name ?? ""] ?? name ?? value.of);
  if (model && !api) return objectLabel(model, value, expr);
  if (value.kind === "unknown") return expr instanceof Attribute ? memberLabel(expr, asked) : undefined;
  if (!api || (api.kind === "module" && !(expr instanceof Name))) return undefined;
  return apiLabel(api, value, api.name === name, expr, model, asked);
}

/** `result.rowcount`, whose value is none of SQLAlchemy's. */
function memberLabel(expr: Attribute, { resolver }: Asked): Label | undefined {
  const api = apiOf(resolver.memberReadBy(expr) ?? "");
  const { certainty, because } = resolver.valueOf(expr.object);
  return api && { ...plainLabel(api, expr), certainty, because, summary: api.summary, history: api.history ?? "" };
}

/** Of any attribute that an object makes up, what it makes says more than how it is looked up. */
const lookedUp: Readonly<Record<string, string>> = {
  "sqlalchemy.sql.ColumnCollection.__getattr__": "sqlalchemy.Column",
  "sqlalchemy.sql.functions._FunctionGenerator.__getattr__": "sqlalchemy.sql.expression.Function",
};

function apiLabel(api: Api, value: Value, named: boolean, expr: Expr, model: Model | undefined, asked: Asked): Label {
  if (model && !named) return objectLabel(model, value, expr);
  const short = api.name.slice(api.name.lastIndexOf(".") + 1);
  const held = value.holds?.model?.name;
  const { layer, because, certainty = "certain" } = layerAt(api, expr, asked.file, asked.resolver);
  return {
    ...plainLabel(api, expr),
    layer,
    certainty: weakest(certainty, value.certainty),
    because: [...because, ...value.because],
    summary: named ? api.summary : ofObject(short, api.summary),
    history: named ? (api.history ?? "") : (api.history ?? "").replace(ofParameters, "").trim(),
    details: held && !named ? [`of ${held}`] : [],
  };
}

/** `author`, an object of a mapped class. */
function objectLabel(model: Model, { certainty, because }: Value, expr: Expr): Label {
  const of = model.tableName === undefined ? "" : `: a row of the table \`${model.tableName}\``;
  return {
    ...plainLabel(apiOf(mapperOf(model)), expr),
    kind: "object",
    layer: "orm",
    title: model.name,
    certainty,
    because,
    summary: `An object of the mapped class \`${model.name}\`${of}.`,
  };
}

/** "A Session. Loads, keeps and saves objects", unless the sentence begins so itself, or the name is none to show. */
function ofObject(short: string, summary: string): string {
  const said = `${article(short)} ${short}`;
  return short.startsWith("_") || summary.startsWith(`${said} `) ? summary : `${said}. ${summary}`;
}

/** What the class was once made with is nothing that an object of it has. */
const ofParameters = /\s*Removed in [\d.]+: parameters? [^.]*\./;

const article = (noun: string): string => (/^[AEIOU]/.test(noun) ? "An" : "A");

/** The expression whose own name a node is: of `a.b(c)` at b that is `a.b`. */
function expressionAt(node: Node, offset: number): Expr | undefined {
  const { parent } = node;
  if (parent instanceof Attribute) return parent.member === node ? parent : node;
  if (parent instanceof ClassDef && parent.nameNode === node) return parent;
  if (node instanceof Name) return node;
  // On the brackets of a call, and not on a comment between them: the call's own callee.
  const isBracket = node.type === "argument_list" && (offset <= node.start || offset >= node.end - 1);
  return isBracket && parent instanceof Call ? parent.callee : undefined;
}
