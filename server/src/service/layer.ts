import { type Api, isSubclass, type Layer } from "../knowledge/index.ts";
import type { Certainty, Evidence, FileResolver, ModelRef } from "../resolve/index.ts";
import {
  Attribute,
  Call,
  ClassDef,
  chainOf,
  type Expr,
  FunctionDef,
  Name,
  type Node,
  type SourceFile,
} from "../syntax/index.ts";

export interface LayerAnswer {
  readonly layer: Layer;
  readonly because: readonly Evidence[];
  /** Lower than that of the name itself, where the layer rests on less. */
  readonly certainty?: Certainty;
}

/**
 * The layer of a name where it stands. A statement of Core's that names a mapped class, or that a Session executes, is both.
 * Columns, keys, constraints and indexes are Core's in a mapped class too: they are its table's, which the reason says. A
 * type describes a column to both layers.
 */
export function layerAt(api: Api, expr: Expr, file: SourceFile, resolver: FileResolver): LayerAnswer {
  const alone: LayerAnswer = { layer: api.layer, because: [] };
  if (isStatement(api.name)) return api.layer === "core" ? statementLayer(expr, file, resolver) : alone;
  return isSchema(api.name) ? schemaLayer(alone, expr, file, resolver) : alone;
}

function statementLayer(expr: Expr, file: SourceFile, resolver: FileResolver): LayerAnswer {
  const { whole } = chainOf(expr);
  const session = executorOf(whole, resolver);
  if (session) return { layer: "both", because: [evidence(`executed by \`${session.callee.text}\``, session, file)] };
  const entity = resolver.valueOf(whole).holds?.model ?? entityOf(whole, resolver);
  const option = entity ? undefined : partIn(whole, resolver);
  if (option) return { layer: "both", because: [evidence(`\`${shortened(option.text)}\` is the ORM's`, option, file)] };
  const unread = entity ? undefined : unreadClass(whole, resolver);
  if (unread) {
    const because = [evidence(`\`${unread.text}\` reads like a class, and is not known here`, unread, file)];
    return { layer: "both", because, certainty: "likely" };
  }
  if (!entity) return { layer: "core", because: [] };
  return { layer: "both", because: [evidence(`it names the mapped class \`${entity.name}\``, whole, file)] };
}

/** Column, ForeignKey, Index… in the body of a mapped class. */
function schemaLayer({ layer }: LayerAnswer, expr: Expr, file: SourceFile, resolver: FileResolver): LayerAnswer {
  const around = expr.around((node) => node instanceof ClassDef || node instanceof FunctionDef);
  const model = around instanceof ClassDef ? resolver.modelOf(around) : undefined;
  const text = `it belongs to the table of the mapped class \`${model?.name}\``;
  return { layer, because: model ? [evidence(text, expr, file)] : [] };
}

const builders = new Set(
  ["select", "insert", "update", "delete", "union", "union_all", "text", "exists"].map((name) => `sqlalchemy.${name}`),
);

/** A function that begins a statement, a method that goes on with one, or what holds it. */
function isStatement(name: string): boolean {
  if (builders.has(name)) return true;
  const owner = name.slice(0, name.lastIndexOf("."));
  return statements.some((base) => isSubclass(owner, base) || isSubclass(name, base)) || mixedIn.test(owner);
}

const statements = [
  "sqlalchemy.sql.expression.SelectBase",
  "sqlalchemy.sql.expression.UpdateBase",
  "sqlalchemy.sql.expression.Select",
  "sqlalchemy.sql.Select",
];

/** Bases of the statements' classes that are not statements by themselves. */
const mixedIn =
  /^sqlalchemy\.sql\.(expression\.)?(HasPrefixes|HasSuffixes|HasHints|HasCTE|DMLWhereBase|ValuesBase|Executable)$/;

const isSchema = (name: string): boolean => schema.has(name) || isSubclass(name, "sqlalchemy.Constraint");

const schema = new Set(
  ["Column", "ForeignKey", "Index", "Sequence", "Identity", "Computed"].map((name) => `sqlalchemy.${name}`),
);

/** The Session's call whose argument a statement is. */
function executorOf(whole: Expr, resolver: FileResolver): Call | undefined {
  const outer = whole.parent?.type === "argument_list" ? whole.parent.parent : undefined;
  if (!(outer instanceof Call)) return undefined;
  const name = resolver.nameOf(outer.callee) ?? "";
  return /^sqlalchemy\.(orm\.Session|ext\.asyncio\.AsyncSession)\.(execute|scalars?|stream(_scalars)?)$/.test(name)
    ? outer
    : undefined;
}

/**
 * The mapped class that any argument along a chain names, however deep: `update(Author)`, `select(func.max(Author.id))`. A
 * chain that goes on with a variable has what the variable's statements have.
 */
function entityOf(
  whole: Expr,
  resolver: FileResolver,
  seen: Set<Node> = new Set(),
): Pick<ModelRef, "name"> | undefined {
  let at: Expr | undefined = whole;
  for (; at; at = at.children[0]) {
    const model = at instanceof Call ? entityIn(at.positional, resolver) : undefined;
    if (model) return model;
    if (at instanceof Name) break;
  }
  for (const value of at instanceof Name ? valuesOf(at, resolver) : []) {
    if (seen.has(value) || seen.size > mostValues) continue;
    seen.add(value);
    const model = entityOf(value, resolver, seen);
    if (model) return model;
  }
  return undefined;
}

/** More steps than a statement is built in. */
const mostValues = 20;

/** What is assigned to a variable of this file. */
function valuesOf({ name, start }: Name, { inference }: FileResolver): readonly Expr[] {
  const definitions = inference.scopeOf(name, start)?.names.get(name) ?? [];
  return definitions.flatMap((each) => (each.kind === "value" && each.path.length === 0 ? each.value : []));
}

/** An argument with more parts than these is looked at no further. */
const mostParts = 80;

function entityIn(args: readonly Expr[], resolver: FileResolver): ModelRef | undefined {
  const pending: Node[] = [...args].reverse();
  let left = mostParts;
  for (let node = pending.pop(); node && left > 0; node = pending.pop()) {
    left--;
    // What a class lends its table is Core's: `Author.__table__`.
    if (node instanceof Attribute && node.name.startsWith("__")) continue;
    const model = node instanceof Name || node instanceof Attribute ? entity(node, resolver) : undefined;
    if (model) return model;
    pending.push(...(node instanceof Attribute ? [node.object] : node.children).toReversed());
  }
  return undefined;
}

/** A mapped class, or an alias of one; not an object. */
function entity(expr: Expr, resolver: FileResolver): ModelRef | undefined {
  const { kind, of, model, holds } = resolver.valueOf(expr);
  if (of === "sqlalchemy.orm.util.AliasedClass") return holds?.model;
  return kind === "class" && model && resolver.modelOf(model) ? model : undefined;
}

/** A name in the place of a table that nobody defines here, spelled as classes are: tables are variables. */
function unreadClass(whole: Expr, resolver: FileResolver): Expr | undefined {
  return argumentsOf(whole).find((argument) => {
    const names = argument.text.split(".").slice(-2);
    const isNamed = argument instanceof Name || argument instanceof Attribute;
    return isNamed && names.some((name) => likeClass.test(name)) && resolver.valueOf(argument).kind === "unknown";
  });
}

/** Not all of it capitals, as constants are; one alone, though. */
const likeClass = /^([A-Z]+[a-z]\w*|[A-Z])$/;

/** What the ORM alone makes, and a statement of Core's alone has no use for: `joinedload(…)`, an alias of any class. */
function partIn(whole: Expr, resolver: FileResolver): Expr | undefined {
  return argumentsOf(whole).find((argument) => {
    const { of } = resolver.valueOf(argument);
    if (parts.some((part) => isSubclass(of, part))) return true;
    return madeBy(argument, resolver).some((call) => aliasing.has(resolver.nameOf(call.callee) ?? ""));
  });
}

const parts = ["sqlalchemy.orm.Load", "sqlalchemy.orm.LoaderCriteriaOption", "sqlalchemy.orm.Bundle"];

const aliasing = new Set(["sqlalchemy.orm.aliased", "sqlalchemy.orm.with_polymorphic"]);

/** The call that an argument is, or that its variable, an attribute of which it may be, was assigned. */
function madeBy(argument: Expr, { inference }: FileResolver): readonly Call[] {
  const bare = argument instanceof Attribute ? argument.object : argument;
  if (bare instanceof Call) return [bare];
  const definitions =
    bare instanceof Name ? (inference.scopeOf(bare.name, bare.start)?.names.get(bare.name) ?? []) : [];
  const [only] = definitions;
  const isPlain = definitions.length === 1 && only?.kind === "value" && only.path.length === 0;
  return isPlain && only.value instanceof Call ? [only.value] : [];
}

/** The positional arguments of those calls along a chain that take classes, columns or options. */
function argumentsOf(whole: Expr): readonly Expr[] {
  const { root, links } = chainOf(whole);
  const [first, ...rest] = [root instanceof Call ? root : undefined, ...links.map(({ call }) => call)].flatMap(
    (call) => call ?? [],
  );
  const later = rest.filter(({ callee }) => callee instanceof Attribute && naming.test(callee.name));
  return [...(first ? [first] : []), ...later].flatMap((call) => call.positional);
}

const naming = /^(select|select_from|join|join_from|outerjoin|outerjoin_from|options|add_columns|with_only_columns)$/;

const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text);

function evidence(text: string, node: Expr, file: SourceFile): Evidence {
  const span = { start: node.start, end: node.end };
  return { text, at: { uri: file.uri, span, line: file.lineOf(node.start) + 1 } };
}
