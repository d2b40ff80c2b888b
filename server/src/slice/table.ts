import type { FileResolver } from "../resolve/index.ts";
import { Attribute, Call, type Expr, Str } from "../syntax/index.ts";
import { flaskBase } from "./bases.ts";
import { makerCall } from "./column.ts";
import { constantText } from "./kinds.ts";
import type { Program } from "./program.ts";
import { Refused } from "./refused.ts";
import { api, literal } from "./tokens.ts";
import { assignmentOf } from "./workspace.ts";

/** `Table("name", metadata, Column(…), …)`. */
export function tableText(call: Call, resolver: FileResolver, program: Program): string {
  const [name, ...rest] = call.positional;
  if (!(name instanceof Str) || name.value === undefined) throw new Refused("The name of the table is computed.");
  if (call.hasSplat || call.args.some((arg) => /^autoload/.test(arg.name ?? ""))) {
    throw new Refused(`The columns of the table ${name.text} are read from the database.`);
  }
  const columns = rest.flatMap((part) => {
    const maker = part instanceof Call ? resolver.nameOf(part.callee) : undefined;
    if (!(part instanceof Call)) return [];
    if (maker === "sqlalchemy.Column") return [makerCall(maker, part, resolver, program)];
    return maker === "sqlalchemy.ForeignKeyConstraint" ? [constraint(part)] : [];
  });
  const schema = call.keyword("schema");
  const more = schema instanceof Str && schema.value !== undefined ? [`schema=${literal(schema.value)}`] : [];
  const parts = [literal(name.value), metadataOf(rest[0], resolver, program), ...columns, ...more];
  return `${api("sqlalchemy.Table")}(${parts.join(", ")})`;
}

/** `Base.metadata`, `metadata`; Flask-SQLAlchemy's tables need not say it. */
function metadataOf(expr: Expr | undefined, resolver: FileResolver, program: Program): string {
  if (expr instanceof Attribute && expr.name === "metadata") {
    const { inference } = resolver;
    const type = inference.world.settle(inference.of(expr.object).type);
    if (type.kind === "class" && !("api" in type.id)) return `${program.before(type.id)}.metadata`;
    const assigned = assignmentOf(expr.object, resolver, program.workspace);
    if (assigned && type.kind === "class") return `${program.definition(assigned, expr.object.text)}.metadata`;
  }
  const isMetadata = expr !== undefined && resolver.valueOf(expr).of === "sqlalchemy.MetaData";
  const assigned = isMetadata ? assignmentOf(expr, resolver, program.workspace) : undefined;
  if (assigned?.node.right instanceof Call && !(expr instanceof Attribute)) {
    return program.definition(assigned, expr?.text ?? "metadata");
  }
  return `${flaskBase(program)}.metadata`;
}

/** `MetaData(schema="library")`. */
export function metadataText(call: Call): string {
  const schema = call.keyword("schema");
  const given = schema instanceof Str && schema.value !== undefined ? `schema=${literal(schema.value)}` : "";
  return `${api("sqlalchemy.MetaData")}(${given})`;
}

/** The keys among a class's `__table_args__`: joins are made along them. */
export function keysOf(args: Expr, resolver: FileResolver): readonly string[] {
  return args.type !== "tuple"
    ? []
    : args.children.flatMap((part) =>
        part instanceof Call && resolver.nameOf(part.callee) === "sqlalchemy.ForeignKeyConstraint"
          ? [constraint(part)]
          : [],
      );
}

/** `{"schema": "library"}` of `__table_args__`, which may come last in a tuple. */
export function schemaOf(args: Expr): readonly string[] {
  const options = args.type === "dictionary" ? args : args.children[args.children.length - 1];
  if (options?.type !== "dictionary") return [];
  for (const pair of options.children) {
    const [key, value] = pair.children;
    if (key instanceof Str && key.value === "schema" && value instanceof Str && value.value !== undefined) {
      return [`{"schema": ${literal(value.value)}}`];
    }
  }
  return [];
}

function constraint(call: Call): string {
  const lists = call.positional.slice(0, 2).map((list) => {
    const names = list.children.map(constantText);
    if (names.some((name) => name === undefined)) throw new Refused("The columns of a foreign key are computed.");
    return `[${names.join(", ")}]`;
  });
  return `${api("sqlalchemy.ForeignKeyConstraint")}(${lists.join(", ")})`;
}
