import { apiOf } from "../knowledge/index.ts";
import {
  type Model,
  type ModelColumn,
  type ModelRelationship,
  shortened,
  type TableReading,
  type Value,
  weakest,
} from "../resolve/index.ts";
import type { Node } from "../syntax/index.ts";
import type { Asked } from "./asked.ts";
import { longestType, targetOf, traitsOf } from "./attribute_label.ts";
import { lessonOf } from "./lessons.ts";
import type { Label, LabelRow } from "./types.ts";

/** A mapped class, wherever it is named: its table, and everything that it maps. */
export function modelLabel(model: Model, value: Value | undefined, at: Node, asked: Asked): Label {
  const mapper = mapperOf(model);
  const api = apiOf(mapper);
  return {
    kind: "model",
    title: model.name,
    api: mapper,
    layer: "orm",
    certainty: weakest(model.certainty, value?.certainty ?? "certain"),
    because: [...(value?.because ?? []), ...model.because].slice(0, 4),
    summary: `${sentence(model, model.parent && asked.resolver.modelOf(model.parent))}${unread(model)}`,
    history: "",
    lesson: lessonOf(api),
    doc: api?.doc ?? "",
    span: { start: at.start, end: at.end },
    facts: [],
    rows: [
      ...model.columns.map((column) => columnRow(column, model.name)),
      ...model.relationships.map(relationshipRow),
      ...model.members
        .filter(({ kind }) => kind !== "validator")
        .map(({ attribute, kind, of }): LabelRow => [attribute, kind, of === "" ? "" : `\`${of}\``]),
    ],
    details: [...model.columns.map(columnLine), ...model.relationships.map(relationshipLine)],
    findings: [],
  };
}

/** A table of Core's, by whatever name it is reached. */
export function tableLabel(table: TableReading, value: Value | undefined, at: Node): Label {
  const api = apiOf("sqlalchemy.Table");
  return {
    kind: "table",
    title: table.name,
    api: "sqlalchemy.Table",
    layer: "core",
    certainty: value?.certainty ?? "certain",
    because: value?.because ?? [],
    summary: `The table \`${table.name}\` of Core: rows are plain values, not objects.`,
    history: "",
    lesson: lessonOf(api),
    doc: api?.doc ?? "",
    span: { start: at.start, end: at.end },
    facts: [],
    rows: table.columns.map((column) => columnRow(column, "")),
    details: table.columns.map(columnLine),
    findings: [],
  };
}

/** What maps a class, in SQLAlchemy's own documentation. */
export const mapperOf = ({ imperative }: Model): string =>
  imperative ? "sqlalchemy.orm.registry.map_imperatively" : "sqlalchemy.orm.DeclarativeBase";

/** A list that ends is taken for a whole one. */
const unread = ({ complete, abstract }: Model): string =>
  complete || abstract ? "" : " It may have more than is listed here: not all that maps it can be read.";

function sentence({ name, abstract, tableName, imperative }: Model, parent: Model | undefined): string {
  if (abstract) return `\`${name}\` is an abstract base of mapped classes: it has no table of its own.`;
  const of = tableName === undefined ? "" : ` of the table \`${tableName}\``;
  const base = `\`${name}\` is a mapped class: its objects are rows${of}`;
  const how = imperative ? " It is mapped by a call, not by the class itself (imperative mapping)." : "";
  if (!parent) return `${base}.${how}`;
  return tableName !== parent.tableName
    ? `${base}, joined to those of \`${parent.name}\` (joined inheritance).${how}`
    : `${base}, which it shares with \`${parent.name}\` (single-table inheritance).${how}`;
}

function columnRow(column: ModelColumn, model: string): LabelRow {
  const { attribute, column: name, foreignKey, owner, type } = column;
  const more = [
    name === attribute ? "" : `column \`${name}\``,
    ...traitsOf(column),
    foreignKey === undefined ? "" : `to \`${foreignKey}\``,
    model === "" || owner.name === model ? "" : `from \`${owner.name}\``,
  ];
  return [
    attribute,
    type === "" ? "" : `\`${shortened(type, longestType)}\``,
    more.filter((each) => each !== "").join(", "),
  ];
}

function relationshipRow(relationship: ModelRelationship): LabelRow {
  const { attribute, many, backPopulates, backref, lazy } = relationship;
  const target = targetOf(relationship);
  const other = backPopulates ?? backref;
  const class_ = `\`${target}\``;
  const type = many === true ? `many ${class_}` : many === false ? `one ${class_}` : class_;
  const side = other === undefined ? "no other side" : `other side \`${target}.${other}\``;
  return [attribute, `→ ${type}`, lazy === undefined || lazy === "select" ? side : `${side}, lazy \`${lazy}\``];
}

function columnLine(column: ModelColumn): string {
  const parts = [
    column.attribute === column.column ? column.attribute : `${column.attribute} (${column.column})`,
    column.type,
    column.primaryKey ? "PRIMARY KEY" : "",
    column.nullable === false && !column.primaryKey ? "NOT NULL" : "",
    column.unique ? "UNIQUE" : "",
    column.defaults,
    column.foreignKey ? `→ ${column.foreignKey}` : "",
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function relationshipLine(relationship: ModelRelationship): string {
  const { attribute, many, backPopulates, backref } = relationship;
  const target = targetOf(relationship);
  const other = backPopulates ?? backref;
  const list = many === true ? "list of " : "";
  return `${attribute} → ${list}${target}${other === undefined ? "" : ` (${target}.${other})`}`;
}
