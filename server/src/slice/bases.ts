import { isSubclass } from "../knowledge/index.ts";
import type { FileResolver } from "../resolve/index.ts";
import { Call, type Expr } from "../syntax/index.ts";
import type { Program } from "./program.ts";
import { api } from "./tokens.ts";
import { assignmentOf } from "./workspace.ts";

/** A base class as the program writes it. */
export interface Base {
  readonly text: string;
  /** How classes below it are given names of tables; absent where they say their own. */
  readonly names?: (name: string) => string;
}

/** `undefined` for a base that maps nothing: another library's, or one that can't be read. */
export function baseOf(base: Expr, resolver: FileResolver, program: Program): Base | undefined {
  const { inference } = resolver;
  const bare = base.type === "subscript" && base.children[0] ? base.children[0] : base;
  const type = inference.world.settle(inference.of(bare).type);
  if (type.kind !== "class") return undefined;
  if (!("api" in type.id)) {
    const names = impliedBy(type.id, resolver, program);
    return { text: program.before(type.id), ...(names && { names }) };
  }
  if (isSubclass(type.id.api, "flask_sqlalchemy.model.Model")) return { text: flaskBase(program), names: snakeCase };
  if (isSubclass(type.id.api, "sqlmodel.SQLModel")) {
    return { text: flaskBase(program), names: (name) => name.toLowerCase() };
  }
  const assigned = assignmentOf(bare, resolver, program.workspace);
  if (assigned?.node.right instanceof Call) return { text: program.definition(assigned, bare.text) };
  return { text: api("sqlalchemy.orm.DeclarativeBase") };
}

/** The base of a library that wraps SQLAlchemy, as SQLAlchemy alone has it. */
export const flaskBase = (program: Program): string =>
  program.support(
    "base of a library",
    "Base",
    (own) => `class ${own}(${api("sqlalchemy.orm.DeclarativeBase")}):\n    pass`,
  );

/** A model's or mixin's own bases may be a library's. */
function impliedBy(
  id: { readonly uri: string; readonly name: string },
  resolver: FileResolver,
  program: Program,
): Base["names"] {
  const lineage = lineageOf(id, resolver, program, new Set());
  if (lineage.some((name) => isSubclass(name, "flask_sqlalchemy.model.Model"))) return snakeCase;
  return lineage.some((name) => isSubclass(name, "sqlmodel.SQLModel")) ? (name) => name.toLowerCase() : undefined;
}

function lineageOf(
  id: { readonly uri: string; readonly name: string },
  resolver: FileResolver,
  program: Program,
  seen: Set<string>,
): readonly string[] {
  const key = `${id.uri}#${id.name}`;
  if (seen.has(key)) return [];
  seen.add(key);
  const { world } = resolver.inference;
  return (world.classFacts(id)?.bases ?? []).flatMap((base) => {
    const type = world.settle(base.type);
    if (type.kind !== "class") return [];
    return "api" in type.id ? [type.id.api] : lineageOf(type.id, resolver, program, seen);
  });
}

/** Flask-SQLAlchemy's own: "HTTPLog" is "http_log". */
export const snakeCase = (name: string): string =>
  name.replace(/((?<=[a-z0-9])[A-Z]|(?!^)[A-Z](?=[a-z]))/g, "_$1").toLowerCase();
