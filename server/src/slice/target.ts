import type { FileResolver } from "../resolve/index.ts";
import { Attribute, Call, ClassDef, chainOf, type Expr, type Node, type SourceFile } from "../syntax/index.ts";
import { isQueryClass, isStatementClass } from "./kinds.ts";

/** What of a line is shown as SQL. */
export type Target =
  /** A statement, which can be compiled as it is. */
  | { readonly kind: "statement"; readonly expr: Expr }
  /** What asks a Session by itself: a Query that is iterated or ended, `session.get()`. */
  | { readonly kind: "asks"; readonly expr: Expr; readonly ends: boolean }
  /** A mapped class. */
  | { readonly kind: "model"; readonly node: ClassDef };

/** The outermost statement around an offset, within the person's own statement. */
export function targetAt(file: SourceFile, resolver: FileResolver, offset: number): Target | undefined {
  const node = file.nodeAt(offset);
  let found: Target | undefined;
  for (let at: Node | undefined = node; at && !isBoundary(at); at = at.parent) found = targetOf(at, resolver) ?? found;
  if (found) return found;
  const around = node instanceof ClassDef ? node : node?.around((outer) => outer instanceof ClassDef);
  const isInFunction = node?.around((outer) => outer.type === "function_definition") !== undefined;
  return around instanceof ClassDef && !isInFunction && resolver.modelOf(around)
    ? { kind: "model", node: around }
    : undefined;
}

/** Where a person's statement ends: what lies further out is another. */
const isBoundary = (node: Node): boolean =>
  /_statement$|^(block|module|lambda|decorator)$|_definition$/.test(node.type);

function targetOf(expr: Expr, resolver: FileResolver): Target | undefined {
  if (expr instanceof Call) {
    const name = resolver.nameOf(expr.callee) ?? "";
    if (executes.test(name)) {
      const statement = expr.positional[0] ?? expr.keyword("statement");
      return statement && { kind: "statement", expr: statement };
    }
    if (asks.test(name)) return { kind: "asks", expr, ends: true };
  }
  const value = resolver.valueOf(expr);
  if (value.kind !== "instance") return undefined;
  if (isQueryClass(value.of)) return chainOf(expr).whole === expr ? { kind: "asks", expr, ends: false } : undefined;
  return isStatementClass(value.of) && !(expr instanceof Attribute) ? { kind: "statement", expr } : undefined;
}

const executes =
  /\.(Session|AsyncSession|Connection|AsyncConnection|Engine)\.(execute|scalars?|stream|stream_scalars|exec)$/;

const asks =
  /\.Query\.(all|first|one|one_or_none|scalar|count|get|update|delete|first_or_404|one_or_404|get_or_404|paginate)$|\.(Session|AsyncSession)\.(get|get_one)$/;
