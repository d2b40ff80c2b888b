import type { FileResolver, ModelRef } from "../resolve/index.ts";
import type { Call, Expr } from "../syntax/index.ts";
import type { Program } from "./program.ts";
import { quoted, Refused } from "./refused.ts";
import { relationshipText } from "./relationship.ts";
import { api, literal } from "./tokens.ts";

/**
 * The call that maps a class, `registry.map_imperatively(Author, authors, …)`, with its columns and those of its relationships
 * that the line needs; `undefined` where no call maps the class.
 *
 * @param own the class, as the program writes it
 */
export function mappingText(own: string, ref: ModelRef, resolver: FileResolver, program: Program): string | undefined {
  const mapping = resolver.mappingOf(ref);
  const { at } = mapping?.because ?? {};
  const there = at && program.workspace.resolverOf(at.uri);
  const call = there?.inference.bound.calls.find(({ start, end }) => start === at?.span.start && end === at.span.end);
  if (!mapping || !there || !call) return undefined;
  const written = tableIn(call);
  const expressions = program.expressions(there);
  const properties = mapping.properties.flatMap(({ of, value }) => {
    const text = relationshipText(of.attribute, ref, value, there, program);
    if (text !== undefined) return [`${literal(of.attribute)}: ${text.replace(/^ = /, "")}`];
    const isColumn = mapping.columns.some(({ attribute }) => attribute === of.attribute);
    return isColumn ? [`${literal(of.attribute)}: ${expressions.operand(value)}`] : [];
  });
  const parent = call.keyword("inherits");
  const parts = [
    own,
    written ? expressions.clause(written) : "None",
    ...(properties.length > 0 ? [`properties={${properties.join(", ")}}`] : []),
    ...(parent ? [`inherits=${parentOf(parent, there, program)}`] : []),
    ...call.args.flatMap(({ name, value }) =>
      name !== undefined && telling.has(name) ? [`${name}=${expressions.operand(value)}`] : [],
    ),
  ];
  return `${registryOf(program)}.map_imperatively(${parts.join(", ")})`;
}

/** What its table is, where it has one of its own. */
function tableIn(call: Call): Expr | undefined {
  const written = call.positional[1] ?? call.keyword("local_table");
  return written?.type === "none" ? undefined : written;
}

function parentOf(parent: Expr, resolver: FileResolver, program: Program): string {
  const { model, holds } = resolver.valueOf(parent);
  const ref = model ?? holds?.model;
  if (!ref) throw new Refused(`What ${quoted(parent.text)} is only shows when your program runs.`);
  return program.before(ref);
}

/** One for all classes: relationships find one another by name there. */
const registryOf = (program: Program): string =>
  program.support("registry", "mapper_registry", (own) => `${own} = ${api("sqlalchemy.orm.registry")}()`);

/** Arguments that say which attributes the class has, and which rows are its own. */
const telling: ReadonlySet<string> = new Set([
  ...["include_properties", "exclude_properties", "column_prefix", "primary_key"],
  ...["polymorphic_on", "polymorphic_identity"],
]);
