import { type Attribute, FunctionDef, Name } from "../syntax/index.ts";
import { evidenceOf } from "./definitions.ts";
import { foreignName } from "./foreign.ts";
import type { Inference } from "./infer.ts";
import { certain, type Inferred, instanceOf, type Type } from "./type.ts";

/**
 * oslo.db's `@enginefacade.reader` and `@enginefacade.writer` put a session, or with `.connection` a connection, on the
 * context that the function below them is called with: its first parameter, behind `self`.
 */
export function contextOf(link: Attribute, inference: Inference): Inferred | undefined {
  const type = Object.hasOwn(lent, link.name) ? lent[link.name] : undefined;
  if (!type || !(link.object instanceof Name)) return undefined;
  const owner = link.around((outer) => outer instanceof FunctionDef);
  if (!(owner instanceof FunctionDef)) return undefined;
  const [first, second] = owner.params.map(({ name }) => name.name);
  if (link.object.name !== (first === "self" || first === "cls" ? second : first)) return undefined;
  const decorator = owner.decorators.find((each) => {
    const path = foreignName(inference.of(each).type) ?? "";
    return facade.test(path) && path.endsWith(".connection") === (link.name === "connection");
  });
  return decorator && certain(type, [evidenceOf({ kind: "opaque", node: decorator }, inference.file)]);
}

const lent: Readonly<Record<string, Type>> = {
  session: instanceOf("sqlalchemy.orm.Session"),
  connection: instanceOf("sqlalchemy.engine.Connection"),
};

const facade =
  /^oslo_db\.sqlalchemy\.enginefacade\.(transaction_context\(\)\.)?(reader|writer)(\.(savepoint|independent|allow_async))*(\.connection)?$/;
