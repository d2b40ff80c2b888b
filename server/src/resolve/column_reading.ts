import { isSubclass } from "../knowledge/index.ts";
import { Attribute, Call, type Expr, Str } from "../syntax/index.ts";
import type { Inference } from "./infer.ts";
import type { ModelColumn } from "./model.ts";
import type { ModelRef, Place } from "./value.ts";

/** The attribute that is being read: its name, the class whose statement says it, and where. */
export interface Attributed {
  readonly attribute: string;
  readonly owner: ModelRef;
  readonly at: Place;
}

/** "sqlalchemy.Column", "sqlalchemy.orm.relationship": the canonical name of what a call calls, by whatever name. */
export const makerOf = (call: Call, inference: Inference): string | undefined => apiNameOf(call.callee, inference);

/** The canonical name of what an expression names; `undefined` where it is none of SQLAlchemy's. */
export function apiNameOf(expr: Expr, inference: Inference): string | undefined {
  const type = inference.world.settle(inference.of(expr).type);
  if (type.kind === "api") return type.name;
  return type.kind === "class" && "api" in type.id ? type.id.api : undefined;
}

/** Reads `Column(...)` or `mapped_column(...)`; `mapped` is the X of an annotation `Mapped[X]`. */
export function readColumn(
  of: Attributed,
  call: Call,
  maker: string,
  mapped: Expr | undefined,
  inference: Inference,
): ModelColumn {
  const positional = [...call.positional];
  const named = positional[0] instanceof Str ? positional.shift() : undefined;
  const isKey = (expr: Expr): boolean => expr instanceof Call && makerOf(expr, inference) === "sqlalchemy.ForeignKey";
  const foreign = positional.find(isKey);
  const type = call.keyword("type_") ?? positional.find((expr) => !isConstraint(expr, inference));
  const primaryKey = literal(call.keyword("primary_key")) ?? false;
  return {
    ...of,
    column: (named instanceof Str ? named.value : undefined) ?? literalText(call.keyword("name")) ?? of.attribute,
    type: (type?.type === "none" ? undefined : type?.text) ?? mapped?.text ?? "",
    nullable: nullability(call, primaryKey, mapped),
    primaryKey,
    foreignKey: foreign instanceof Call ? writtenKey(foreign.positional[0], inference) : undefined,
    unique: literal(call.keyword("unique")) ?? false,
    indexed: literal(call.keyword("index")) ?? false,
    hasDefault:
      positional.some((expr) => expr instanceof Call && makerOf(expr, inference) === "sqlalchemy.Sequence") ||
      ["default", "server_default", "insert_default", "default_factory"].some((key) => givesValue(call, key)),
    defaults: defaultsOf(call),
    style: maker === "sqlalchemy.Column" ? "column" : "mapped_column",
  };
}

/** A column of which nothing more is known: with NULL, no key, no default. */
export const columnOf = (of: Attributed): ModelColumn => ({
  ...of,
  column: of.attribute,
  type: "",
  nullable: true,
  primaryKey: false,
  foreignKey: undefined,
  unique: false,
  indexed: false,
  hasDefault: false,
  defaults: "",
  style: "column",
});

/** A column that only its annotation, `Mapped[X]` or a SQLModel field's, declares. */
export function annotatedColumn(of: Attributed, annotation: Expr, field: Call | undefined): ModelColumn {
  const key = field?.keyword("foreign_key");
  return {
    ...of,
    column: of.attribute,
    type: annotation.text,
    nullable: literal(field?.keyword("nullable")) ?? isOptional(annotation),
    primaryKey: literal(field?.keyword("primary_key")) ?? false,
    foreignKey: literalText(key),
    unique: literal(field?.keyword("unique")) ?? false,
    indexed: literal(field?.keyword("index")) ?? false,
    defaults: field ? defaultsOf(field) : "",
    hasDefault: field?.keyword("default") !== undefined || field?.keyword("default_factory") !== undefined,
    style: "annotation",
  };
}

/** "author.id" of its text or of `authors.c.id`, and `Author.id` as it stands. */
function writtenKey(key: Expr | undefined, inference: Inference): string | undefined {
  const collection = key instanceof Attribute ? key.object : undefined;
  const isTables = collection instanceof Attribute && /^(c|columns)$/.test(collection.name);
  const table = isTables ? inference.tables.nameOf(collection.object) : undefined;
  return table !== undefined && key instanceof Attribute ? `${table}.${key.name}` : (literalText(key) ?? key?.text);
}

export const isOptional = (annotation: Expr): boolean =>
  /^(?:typing\.|t\.)?Optional\b|\bNone\b/.test(annotation.text.replace(/^["']/, ""));

export function literal(expr: Expr | undefined): boolean | undefined {
  return expr?.type === "true" ? true : expr?.type === "false" ? false : undefined;
}

export function literalText(expr: Expr | undefined): string | undefined {
  return expr instanceof Str ? expr.value : undefined;
}

/** `default=None` is no default. */
const givesValue = (call: Call, key: string): boolean => (call.keyword(key)?.type ?? "none") !== "none";

/** "default=1, onupdate=now" */
function defaultsOf(call: Call): string {
  const said = call.args.filter(({ name, value }) => name !== undefined && giving.has(name) && value.type !== "none");
  return said.map(({ node }) => shortened(node.text)).join(", ");
}

const giving: ReadonlySet<string> = new Set([
  ...["default", "server_default", "insert_default", "default_factory"],
  ...["onupdate", "server_onupdate"],
]);

/** Code on one line, cut where it is longer than a table's cell bears. */
export function shortened(text: string, most = 40): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

function nullability(call: Call, primaryKey: boolean, mapped: Expr | undefined): boolean | undefined {
  const said = call.keyword("nullable");
  if (said) return literal(said);
  if (call.hasSplat) return undefined;
  if (primaryKey) return false;
  return mapped ? isOptional(mapped) : true;
}

function isConstraint(expr: Expr, inference: Inference): boolean {
  if (!(expr instanceof Call)) return false;
  const { type } = inference.of(expr);
  if (type.kind !== "instance" || !("api" in type.id)) return false;
  const { api } = type.id;
  return constraints.some((name) => isSubclass(api, name));
}
const constraints = [
  "sqlalchemy.ForeignKey",
  "sqlalchemy.Constraint",
  "sqlalchemy.Sequence",
  "sqlalchemy.Identity",
  "sqlalchemy.Computed",
  "sqlalchemy.FetchedValue",
  "sqlalchemy.DefaultClause",
];
