import { apiOf } from "../knowledge/index.ts";
import type { Expr } from "../syntax/index.ts";
import type { Inference } from "./infer.ts";
import { type Inferred, instanceOf, nothing } from "./type.ts";

/** An operator on a column gives a column expression; on anything else, nothing that concerns us. */
export function operated(expr: Expr, inference: Inference): Inferred {
  for (const operand of expr.children) {
    const found = inference.of(operand);
    const { type } = found;
    if (type.kind !== "instance" || !("api" in type.id)) continue;
    if (columnLike.has(type.id.api) || apiOf(type.id.api)?.bases?.some((base) => columnLike.has(base))) {
      return { ...found, type: instanceOf("sqlalchemy.sql.ColumnElement") };
    }
  }
  return nothing;
}

const columnLike = new Set([
  "sqlalchemy.Column",
  "sqlalchemy.sql.ColumnElement",
  "sqlalchemy.orm.MappedColumn",
  "sqlalchemy.orm.Mapped",
  "sqlalchemy.orm.InstrumentedAttribute",
]);
