import { isSubclass } from "../knowledge/index.ts";
import { Call, type Expr, Str } from "../syntax/index.ts";
import type { Inference } from "./infer.ts";
import type { ModelColumn } from "./model.ts";

/** "sqlalchemy.Column", "sqlalchemy.orm.relationship": the canonical name of what a call calls, by whatever name. */
export function makerOf(call: Call, inference: Inference): string | undefined {
  const type = inference.world.settle(inference.of(call.callee).type);
  if (type.kind === "api") return type.name;
  return type.kind === "class" && "api" in type.id ? type.id.api : undefined;
}

/** Reads `Column(...)` or `mapped_column(...)`; `mapped` is the X of an annotation `Mapped[X]`. */
export function readColumn(
  name: string,
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
    attribute: name,
    column: (named instanceof Str ? named.value : undefined) ?? literalText(call.keyword("name")) ?? name,
    type: type?.text ?? mapped?.text ?? "",
    nullable: nullability(call, primaryKey, mapped),
    primaryKey,
    foreignKey: foreign instanceof Call ? foreign.positional[0]?.text.replace(/^["']|["']$/g, "") : undefined,
    hasDefault: ["default", "server_default", "insert_default", "default_factory"].some((key) => call.keyword(key)),
    style: maker === "sqlalchemy.Column" ? "column" : "mapped_column",
  };
}

/** A column that only its annotation, `Mapped[X]` or a SQLModel field's, declares. */
export function annotatedColumn(name: string, annotation: Expr, field: Call | undefined): ModelColumn {
  const key = field?.keyword("foreign_key");
  return {
    attribute: name,
    column: name,
    type: annotation.text,
    nullable: literal(field?.keyword("nullable")) ?? isOptional(annotation),
    primaryKey: literal(field?.keyword("primary_key")) ?? false,
    foreignKey: literalText(key),
    hasDefault: field?.keyword("default") !== undefined || field?.keyword("default_factory") !== undefined,
    style: "annotation",
  };
}

export const isOptional = (annotation: Expr): boolean =>
  /^(?:typing\.|t\.)?Optional\b|\bNone\b/.test(annotation.text.replace(/^["']/, ""));

export function literal(expr: Expr | undefined): boolean | undefined {
  return expr?.type === "true" ? true : expr?.type === "false" ? false : undefined;
}

export function literalText(expr: Expr | undefined): string | undefined {
  return expr instanceof Str ? expr.value : undefined;
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
