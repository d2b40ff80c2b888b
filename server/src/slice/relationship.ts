import type { FileResolver, ModelRef } from "../resolve/index.ts";
import { Call, type Expr, Lambda, Str } from "../syntax/index.ts";
import { constantText } from "./kinds.ts";
import type { Program } from "./program.ts";
import { quoted, Refused } from "./refused.ts";
import { api, literal } from "./tokens.ts";
import { classNamed } from "./workspace.ts";

const makers = new Set(["sqlalchemy.orm.relationship", "sqlalchemy.orm.relation", "sqlmodel.Relationship"]);

/** A relationship that the line uses, or that loads itself by a join; `undefined` for every other attribute. */
export function relationshipText(
  name: string,
  owner: ModelRef,
  right: Expr | undefined,
  resolver: FileResolver,
  program: Program,
): string | undefined {
  const found = resolver.readingOf(owner)?.relationships.find((each) => each.attribute === name);
  const call = right instanceof Call ? right : undefined;
  const maker = call && (resolver.nameOf(call.callee) ?? "");
  if (!found || (maker !== undefined && !makers.has(maker))) return undefined;
  const isJoined = found.lazy === "joined";
  const backref = found.backref !== undefined && program.isUsed(found.backref);
  if (!program.isUsed(name) && !isJoined && !backref) return undefined;
  if (!found.targetModel) throw new Refused(`The class that ${quoted(`${owner.name}.${name}`)} leads to is not known.`);
  program.model(found.targetModel);
  const { targetModel } = found;
  const parts = [literal(targetModel.name.slice(targetModel.name.lastIndexOf(".") + 1))];
  for (const arg of call?.args ?? []) {
    if (arg.splat !== "" || arg.name === undefined) continue;
    const text = argument(arg.name, arg.value, resolver, program, maker === "sqlmodel.Relationship");
    if (text !== undefined) parts.push(`${arg.name}=${text}`);
  }
  if (found.many === false && !parts.some((part) => part.startsWith("uselist="))) parts.push("uselist=False");
  return ` = ${api("sqlalchemy.orm.relationship")}(${parts.join(", ")})`;
}

/** Arguments that are no concern of a SELECT are left out. */
function argument(
  name: string,
  value: Expr,
  resolver: FileResolver,
  program: Program,
  isField: boolean,
): string | undefined {
  switch (name) {
    case "back_populates":
      return value instanceof Str && program.isUsed(value.value ?? "") ? literal(value.value ?? "") : undefined;
    case "backref": {
      const said = value instanceof Call ? value.positional[0] : value;
      if (!(said instanceof Str) || !program.isUsed(said.value ?? "")) return undefined;
      program.hasBackref = true;
      return literal(said.value ?? "");
    }
    case "lazy":
    case "uselist":
    case "viewonly":
    case "innerjoin":
    case "post_update":
      // What a dynamic or write-only relationship gives can't be joined to: to a SELECT it is one like others.
      return /dynamic|write_only|noload|raise/.test(value.text) ? undefined : constantText(value);
    case "secondary":
    case "primaryjoin":
    case "secondaryjoin":
    case "foreign_keys":
    case "remote_side":
    case "order_by":
      return configured(value, resolver, program);
    case "link_model": {
      const own = isField ? classNamed(value, resolver, program.workspace) : undefined;
      const ref = own?.resolver.inference.classOf(own.node);
      return ref && `${program.before({ uri: ref.uri, name: ref.name })}.__table__`;
    }
    default:
      return undefined;
  }
}

/** SQLAlchemy evaluates strings and calls lambdas when all classes are there; an expression is evaluated at once. */
function configured(value: Expr, resolver: FileResolver, program: Program): string {
  if (value instanceof Str) return literal(harmless(value, resolver, program));
  if (value instanceof Lambda) return `lambda: ${inside(value.body, resolver, program)}`;
  return inside(value, resolver, program);
}

/** Lists of columns keep their form. */
function inside(value: Expr, resolver: FileResolver, program: Program): string {
  if (value.type !== "list" && value.type !== "tuple") return program.expressions(resolver).clause(value);
  return `[${value.children.map((child) => inside(child, resolver, program)).join(", ")}]`;
}

/** A string that SQLAlchemy evaluates may hold names of classes and tables, operators, and these functions only. */
function harmless(value: Str, resolver: FileResolver, program: Program): string {
  const text = value.value ?? "";
  const calls = [...text.matchAll(/([\w.]+)\s*\(/g)].map(([, callee = ""]) => callee);
  const isSafe =
    /^[\w\s.,()[\]=!<>&|~'"-]*$/.test(text) &&
    !text.includes("__") &&
    calls.every((callee) => /^(and_|or_|not_|foreign|remote|desc|asc|[\w.]+\.(desc|asc|is_|in_|like))$/.test(callee));
  if (!isSafe) throw new Refused(`${quoted(value.text)} is more than names and comparisons.`);
  for (const [name] of text.matchAll(/\b[A-Za-z_]\w*/g)) program.mention(name, value, resolver);
  return text;
}
