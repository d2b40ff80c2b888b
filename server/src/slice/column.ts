import { isSubclass } from "../knowledge/index.ts";
import type { FileResolver } from "../resolve/index.ts";
import { Call, type Expr, Str } from "../syntax/index.ts";
import { annotationText, mappedArgument } from "./annotation.ts";
import { constantText } from "./kinds.ts";
import type { Program } from "./program.ts";
import { api, literal } from "./tokens.ts";
import { typeText } from "./type.ts";

/**
 * What follows an attribute's name where it is a column: `: Mapped[int] = mapped_column(primary_key=True)`. Of its
 * arguments those stay that a SELECT can show: name, type, keys. `undefined` where the attribute is no column.
 */
export function columnText(
  name: string,
  annotation: Expr | undefined,
  right: Expr | undefined,
  resolver: FileResolver,
  program: Program,
): string | undefined {
  const mapped = annotation && mappedArgument(annotation);
  const call = right instanceof Call ? right : undefined;
  const maker = call && resolver.nameOf(call.callee);
  if (call && maker === "sqlalchemy.Column") return ` = ${makerCall(maker, call, resolver, program)}`;
  if (call && maker === "sqlalchemy.orm.mapped_column") {
    const said = mapped && annotationText(mapped, resolver, program);
    const typed = said === undefined ? "" : `: ${api("sqlalchemy.orm.Mapped")}[${said}]`;
    return `${typed} = ${makerCall(maker, call, resolver, program)}`;
  }
  if (call && maker === "sqlalchemy.orm.deferred") {
    const [inner] = call.positional;
    const column = columnText(name, annotation, inner, resolver, program)?.replace(/^ = /, "");
    return column && ` = ${api(maker)}(${column})`;
  }
  const owner = annotation && fieldText(name, annotation, call, maker, resolver, program);
  if (owner !== undefined) return owner;
  if (!mapped || call || isRelation(name, annotation, resolver)) return undefined;
  const said = annotationText(mapped, resolver, program);
  return said === undefined
    ? ` = ${api("sqlalchemy.orm.mapped_column")}()`
    : `: ${api("sqlalchemy.orm.Mapped")}[${said}]`;
}

/** `Column("name", Integer, ForeignKey("a.id"), primary_key=True)`, for classes and tables. */
export function makerCall(maker: string, call: Call, resolver: FileResolver, program: Program): string {
  const parts: string[] = [];
  for (const { name, value, splat } of call.args) {
    if (splat !== "") continue;
    const text = name === undefined ? positional(value, resolver, program) : keyword(name, value, resolver, program);
    if (text !== undefined) parts.push(text);
  }
  return `${api(maker)}(${parts.join(", ")})`;
}

function positional(value: Expr, resolver: FileResolver, program: Program): string | undefined {
  if (value instanceof Str) return value.value === undefined ? undefined : literal(value.value);
  if (value instanceof Call && resolver.nameOf(value.callee) === "sqlalchemy.ForeignKey") {
    return foreignKey(value, resolver, program);
  }
  return typeText(value, resolver, program);
}

const constants = new Set(["name", "key", "primary_key", "nullable", "quote"]);

function keyword(name: string, value: Expr, resolver: FileResolver, program: Program): string | undefined {
  const text =
    name === "type_" ? typeText(value, resolver, program) : constants.has(name) ? constantText(value) : undefined;
  return text && `${name}=${text}`;
}

function foreignKey(call: Call, resolver: FileResolver, program: Program): string | undefined {
  const [target] = call.positional;
  const key = api("sqlalchemy.ForeignKey");
  if (target instanceof Str) return target.value === undefined ? undefined : `${key}(${literal(target.value)})`;
  if (!target) return undefined;
  // A key of a column itself: its owner is to be defined before.
  const owner = target.children[0] && resolver.valueOf(target.children[0]);
  if (owner?.kind === "class" && owner.model) program.before(owner.model);
  return `${key}(${program.expressions(resolver).clause(target)})`;
}

/** A field of SQLModel's, as the column that it makes. */
function fieldText(
  name: string,
  annotation: Expr,
  call: Call | undefined,
  maker: string | undefined,
  resolver: FileResolver,
  program: Program,
): string | undefined {
  const column = maker === "sqlmodel.Field" || !call ? modelColumn(name, annotation, resolver) : undefined;
  if (!column) return undefined;
  const parts: string[] = [];
  if (column.foreignKey !== undefined) parts.push(`${api("sqlalchemy.ForeignKey")}(${literal(column.foreignKey)})`);
  if (column.primaryKey) parts.push("primary_key=True");
  const said = annotationText(annotation, resolver, program);
  const typed = said === undefined ? "" : `: ${api("sqlalchemy.orm.Mapped")}[${said}]`;
  return `${typed} = ${api("sqlalchemy.orm.mapped_column")}(${parts.join(", ")})`;
}

function modelColumn(name: string, annotation: Expr, resolver: FileResolver) {
  const owner = ownerOf(annotation, resolver);
  if (!owner?.isSqlModel) return undefined;
  return owner.reading?.columns.find((each) => each.attribute === name && each.style === "annotation");
}

function ownerOf(annotation: Expr, resolver: FileResolver) {
  const node = resolver.inference.bound.classes.findLast(
    (each) => each.start <= annotation.start && annotation.end <= each.end,
  );
  if (!node) return undefined;
  const { uri, name } = resolver.inference.classOf(node);
  const isSqlModel = node.bases.some((base) => isSubclass(resolver.valueOf(base).of, "sqlmodel.SQLModel"));
  return { isSqlModel, reading: resolver.readingOf({ uri, name }) };
}

/** `author: Mapped["Author"]`: an annotation that leads to a mapped class declares a relationship. */
function isRelation(name: string, annotation: Expr, resolver: FileResolver): boolean {
  return ownerOf(annotation, resolver)?.reading?.relationships.some((each) => each.attribute === name) ?? false;
}
