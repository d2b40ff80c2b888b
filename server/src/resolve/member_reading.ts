import { Call, type Expr, type FunctionDef, Str } from "../syntax/index.ts";
import { type Attributed, apiNameOf, shortened } from "./column_reading.ts";
import type { Inference } from "./infer.ts";
import type { ModelMember, ModelMemberKind } from "./model.ts";

/** What `name = synonym("other")` and its like map besides columns and relationships. */
export function madeMember(of: Attributed, call: Call, maker: string): ModelMember | undefined {
  const kind = Object.hasOwn(makers, maker) ? makers[maker] : undefined;
  return kind && { ...of, kind, of: shortened(call.positional.map(written).join(", "), 60) };
}

/** What `@hybrid_property` and `@validates("name")` make of the function below them. */
export function decoratedMember(
  of: Attributed,
  { decorators }: FunctionDef,
  inference: Inference,
): ModelMember | undefined {
  for (const decorator of decorators) {
    const callee = decorator instanceof Call ? decorator.callee : decorator;
    const name = apiNameOf(callee, inference) ?? "";
    const kind = Object.hasOwn(makers, name) ? makers[name] : undefined;
    const args = decorator instanceof Call ? decorator.positional : [];
    if (kind) return { ...of, kind, of: args.map(written).join(", ") };
  }
  return undefined;
}

const makers: Readonly<Record<string, ModelMemberKind>> = {
  "sqlalchemy.ext.hybrid.hybrid_property": "hybrid property",
  "sqlalchemy.ext.hybrid.hybrid_method": "hybrid method",
  "sqlalchemy.ext.associationproxy.association_proxy": "association proxy",
  "sqlalchemy.orm.synonym": "synonym",
  "sqlalchemy.orm.column_property": "column property",
  "sqlalchemy.orm.composite": "composite",
  "sqlalchemy.orm.validates": "validator",
};

const written = (expr: Expr): string => (expr instanceof Str ? (expr.value ?? expr.text) : expr.text);
