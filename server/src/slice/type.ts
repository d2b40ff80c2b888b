import { isSubclass } from "../knowledge/index.ts";
import type { FileResolver } from "../resolve/index.ts";
import { Assignment, Attribute, Call, type ClassDef, type Expr, Name } from "../syntax/index.ts";
import { enumOf } from "./enumeration.ts";
import { constantText } from "./kinds.ts";
import type { Program } from "./program.ts";
import { api } from "./tokens.ts";
import { classNamed, type Placed } from "./workspace.ts";

/**
 * The type of a column: one of SQLAlchemy's with constant arguments. For a decorated type of the workspace, what it is
 * stored as. `undefined` where neither can be read: a column can do without.
 */
export function typeText(expr: Expr, resolver: FileResolver, program: Program): string | undefined {
  const callee = expr instanceof Call ? expr.callee : expr;
  // `.with_variant(…)` is for another database.
  if (expr instanceof Call && callee instanceof Attribute && callee.name === "with_variant") {
    return typeText(callee.object, resolver, program);
  }
  if (!(callee instanceof Name) && !(callee instanceof Attribute)) return undefined;
  const name = resolver.nameOf(callee) ?? "";
  if (isType(name)) {
    return expr instanceof Call ? `${api(name)}${typeArguments(expr, resolver, program)}` : api(name);
  }
  const own = classNamed(callee, resolver, program.workspace);
  return own && implementation(own, program);
}

const isType = (name: string): boolean => isSubclass(name, "sqlalchemy.types.TypeEngine");

function typeArguments(call: Call, resolver: FileResolver, program: Program): string {
  const parts = call.args.flatMap(({ name, value, splat }) => {
    const text = splat === "" ? (constantText(value) ?? nested(value, resolver, program)) : undefined;
    if (text === undefined) return [];
    return [name === undefined ? text : `${name}=${text}`];
  });
  return `(${parts.filter((part) => !/^(name|values_callable|create_constraint|metadata)=/.test(part)).join(", ")})`;
}

/** `ARRAY(String)`, `Enum(Status)`. */
function nested(value: Expr, resolver: FileResolver, program: Program): string | undefined {
  const own = classNamed(value, resolver, program.workspace);
  return (own && enumOf(own, program)) ?? typeText(value, resolver, program);
}

/** `impl = String` of a TypeDecorator. */
function implementation({ node, resolver }: Placed<ClassDef>, program: Program): string | undefined {
  for (const statement of node.body.children) {
    const inner = statement.children[0];
    if (inner instanceof Assignment && inner.left.text === "impl" && inner.right) {
      return typeText(inner.right, resolver, program);
    }
  }
  return undefined;
}
