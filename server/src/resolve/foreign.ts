import { instanceOf, type Type } from "./type.ts";

/**
 * The few names of other libraries whose results are SQLAlchemy's objects. Their packages are no part of a workspace,
 * so that an import of them stays a reference.
 */
const results: Readonly<Record<string, Type>> = {
  "alembic.op.get_bind": instanceOf("sqlalchemy.engine.Connection"),
};

/** What calling a reference to another library gives; `undefined` where that is no concern of ours. */
export function resultOfForeign(callee: Type): Type | undefined {
  const name = foreignName(callee);
  return name !== undefined && Object.hasOwn(results, name) ? results[name] : undefined;
}

/** "fastapi.Depends", "alembic.op.get_bind": the dotted name of what a reference and its attributes stand for. */
export function foreignName(type: Type): string | undefined {
  if (type.kind === "reference") return type.name === undefined ? type.module : `${type.module}.${type.name}`;
  if (type.kind !== "deferred" || type.operation.kind !== "attribute") return undefined;
  const inner = foreignName(type.of);
  return inner && `${inner}.${type.operation.name}`;
}
