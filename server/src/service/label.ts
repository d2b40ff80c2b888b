import type { Finding } from "../engine/finding.ts";
import { type Api, apiOf, type Layer } from "../knowledge/index.ts";
import type { Evidence, FileResolver, Model, Value } from "../resolve/index.ts";
import { Attribute, Call, ClassDef, type Expr, Name, type Node, type SourceFile } from "../syntax/index.ts";
import { layerAt } from "./layer.ts";
import { lessonOf } from "./lessons.ts";
import type { Label } from "./types.ts";

/** What the expression at an offset is; `undefined` where it is none of SQLAlchemy's, or not known to be. */
export function labelAt(
  file: SourceFile,
  resolver: FileResolver,
  findings: readonly Finding[],
  offset: number,
): Label | undefined {
  const expr = expressionAt(file, offset);
  if (!expr) return undefined;
  const on = findings.filter((finding) => finding.mark.start <= offset && offset <= finding.mark.end);
  const rules = [...new Set(on.map((finding) => finding.rule))];
  if (expr instanceof ClassDef) return modelLabel(resolver.modelOf(expr), undefined, expr.nameNode, rules);
  const value = resolver.valueOf(expr);
  const name = resolver.nameOf(expr);
  const model = value.model && resolver.modelOf(value.model);
  if (model && value.kind === "class") return modelLabel(model, value, expr, rules);
  const api = apiOf(name ?? value.of);
  if (!api || value.kind === "unknown" || (api.kind === "module" && !(expr instanceof Name))) return undefined;
  return apiLabel(
    api,
    { ...value, ...layered(api, value, expr, file, resolver) },
    name !== undefined,
    expr,
    model,
    rules,
  );
}

function layered(
  api: Api,
  value: Value,
  expr: Expr,
  file: SourceFile,
  resolver: FileResolver,
): { readonly layer: Layer; readonly because: readonly Evidence[] } {
  const { layer, because } = layerAt(api, expr, file, resolver);
  return { layer, because: [...because, ...value.because] };
}

function apiLabel(
  api: Api,
  value: Value & { readonly layer: Layer },
  named: boolean,
  expr: Expr,
  model: Model | undefined,
  findings: readonly string[],
): Label {
  const short = api.name.slice(api.name.lastIndexOf(".") + 1);
  const held = value.holds?.model?.name;
  const instance = model
    ? `An object of the mapped class ${model.name}.`
    : `${article(short)} ${short}. ${api.summary}`;
  return {
    api: api.name,
    layer: model ? "orm" : value.layer,
    certainty: value.certainty,
    because: value.because,
    summary: named ? api.summary : instance,
    history: api.history ?? "",
    lesson: lessonOf(api),
    doc: api.doc ?? "",
    span: { start: expr.start, end: expr.end },
    details: held && !named ? [`of ${held}`] : [],
    findings,
  };
}

function modelLabel(
  model: Model | undefined,
  value: Value | undefined,
  at: Node,
  findings: readonly string[],
): Label | undefined {
  if (!model) return undefined;
  const of = model.table ? ` to the table \`${model.table}\`` : "";
  return {
    api: "sqlalchemy.orm.DeclarativeBase",
    layer: "orm",
    certainty: value?.certainty ?? model.certainty,
    because: [...(value?.because ?? []), ...model.because].slice(0, 4),
    summary: model.abstract
      ? `${model.name} is an abstract base of mapped classes.`
      : `${model.name} is a mapped class: its objects are rows${of}.`,
    history: "",
    lesson: lessonOf(apiOf("sqlalchemy.orm.DeclarativeBase")),
    doc: apiOf("sqlalchemy.orm.DeclarativeBase")?.doc ?? "",
    span: { start: at.start, end: at.end },
    details: [
      ...model.columns.map(columnLine),
      ...model.relationships.map(({ attribute, target }) => `${attribute} → ${target}`),
    ],
    findings,
  };
}

function columnLine(column: Model["columns"][number]): string {
  const parts = [
    column.attribute === column.column ? column.attribute : `${column.attribute} (${column.column})`,
    column.type,
    column.primaryKey ? "PRIMARY KEY" : "",
    column.nullable === false && !column.primaryKey ? "NOT NULL" : "",
    column.foreignKey ? `→ ${column.foreignKey}` : "",
  ];
  return parts.filter((part) => part !== "").join(" ");
}

const article = (noun: string): string => (/^[AEIOU]/.test(noun) ? "An" : "A");

/** The expression whose own name holds the offset: of `a.b(c)` at b that is `a.b`. */
function expressionAt(file: SourceFile, offset: number): Expr | undefined {
  const node = file.nodeAt(offset);
  if (!node) return undefined;
  const { parent } = node;
  if (parent instanceof Attribute) return parent.member === node ? parent : node;
  if (parent instanceof ClassDef && parent.nameNode === node) return parent;
  if (parent?.type === "keyword_argument" && parent.children[0] === node) return undefined;
  if (node instanceof Name) return node;
  // On the brackets of a call: the call's own callee.
  return node.type === "argument_list" && parent instanceof Call ? parent.callee : undefined;
}
