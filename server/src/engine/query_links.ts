import type { ApiName } from "../knowledge/index.ts";
import { Attribute, Call, type Expr, type Link, Str } from "../syntax/index.ts";
import { staysWithin } from "./from_clause.ts";
import type { QueryChain } from "./query_chain.ts";
import type { RuleContext } from "./rule.ts";

/** What has to be known of a Query of one class before a `select()` with the same links may stand for it. */
export interface QueryReading {
  /** Why it may not. */
  readonly why?: string;
  /** What a person is to confirm, one sentence each. */
  readonly conditions: readonly string[];
  /** One object may come in several rows, of which a Query keeps the first and a `select()` all. */
  readonly repeats: boolean;
  /** Rows may carry a collection along, which a `select()` does not give without `unique()`. */
  readonly collects: boolean;
}

/** The same of one link; what is absent is not so. */
interface Reading {
  readonly why?: string;
  readonly condition?: string;
  readonly repeats?: boolean;
  readonly collects?: boolean;
}
type Reader = (call: Call, query: QueryChain, context: RuleContext) => Reading;

/** Whether `readQuery` knows a link of this name. */
export const isReadable = ({ name }: Link): boolean => Object.hasOwn(readers, name);

/**
 * Reads the links of a query that belong to its statement; each is to be called and readable. `before`: those of the
 * statements that the query may have come through, in any order and some of them not at all.
 */
export function readQuery(
  query: QueryChain,
  links: readonly Link[],
  context: RuleContext,
  before: readonly Link[] = [],
): QueryReading {
  const all = [...before, ...links];
  const of = { ...query, links: all };
  const readings = [
    readEntity(query, context),
    readOrder(links, before),
    readJoins(links, before),
    ...all.flatMap(({ name, call }) => (call && readers[name]?.(call, of, context)) ?? []),
  ];
  const why = readings.find((reading) => reading.why)?.why;
  return {
    ...(why ? { why } : {}),
    conditions: readings.flatMap(({ condition }) => condition ?? []),
    repeats: readings.some(({ repeats }) => repeats),
    collects: readings.some(({ collects }) => collects),
  };
}

/** Only a model known to load no collection with its own rows is sure not to need `unique()`. */
function readEntity({ asked, kind }: QueryChain, context: RuleContext): Reading {
  if (!asked) return { why: "The query asks for several things." };
  if (kind === "unknown") return { collects: true, condition: `\`${asked.text}\` is a mapped class.` };
  const model = modelFor(asked, context);
  // A class below may load a collection with its rows.
  if (context.valueOf(asked).orBelow) return { collects: true };
  return { collects: !model?.complete || model.relationships.some(({ lazy }) => !lazy || !separate.has(lazy)) };
}

function modelFor(asked: Expr, context: RuleContext): ReturnType<RuleContext["modelOf"]> {
  const { model } = context.valueOf(asked);
  return model && context.modelOf(model);
}

/** Values of `lazy=` by which a relationship is loaded apart from its owner's rows. */
const separate = new Set([
  "dynamic",
  "immediate",
  "noload",
  "raise",
  "raise_on_sql",
  "select",
  "selectin",
  "subquery",
  "write_only",
]);

function readOrder(links: readonly Link[], before: readonly Link[]): Reading {
  const isCut = before.some(({ name }) => limiting.has(name));
  const cut = isCut ? 0 : links.findIndex(({ name }) => limiting.has(name));
  const late = cut < 0 ? undefined : links.slice(cut).find(({ name }) => !limiting.has(name) && !anywhere.has(name));
  return late
    ? { why: `A Query refuses \`${late.name}()\` after LIMIT or OFFSET: say first which rows it is meant for.` }
    : {};
}

const limiting = new Set(["limit", "offset", "slice"]);
const anywhere = new Set(["distinct", "options", "with_for_update"]);

/** 1.4 makes one join of two by the same relationship, where a `select()` makes two. */
function readJoins(links: readonly Link[], before: readonly Link[]): Reading {
  const known = new Set(before.map(joinedTo));
  for (const link of links) {
    const target = joinedTo(link);
    if (target === undefined) continue;
    if (known.has(target))
      return { why: `\`${target}\` may be joined twice, of which 1.4 makes one join and a \`select()\` two.` };
    known.add(target);
  }
  return {};
}

const joinedTo = ({ name, call }: Link): string | undefined =>
  name === "join" || name === "outerjoin" ? call?.positional[0]?.text : undefined;

const criteria: Reader = (call, query, context) => {
  if (call.args.some(({ name, splat }) => name !== undefined || splat === "**"))
    return { why: "A criterion has no name." };
  const repeats = !call.args.every(({ value, splat }) => splat === "" && isOwn(value, query, context));
  if (!call.args.some(({ value }) => isTextual(value, context))) return { repeats };
  return {
    repeats,
    condition: "The SQL text uses no name that only a Query gives to columns, such as `authors_name`.",
  };
};

function isOwn(expr: Expr, { asked, kind }: QueryChain, context: RuleContext): boolean {
  const model = asked && kind === "entity" ? modelFor(asked, context) : undefined;
  return model !== undefined && staysWithin(expr, { entity: asked ?? expr, model }, context);
}

const ordering: Reader = (call, query, context) => {
  if (call.args.some(({ value }) => value instanceof Str || isTextual(value, context))) {
    return {
      why: "A string or SQL text here may mean a name that only a Query gives to its columns; write the column.",
    };
  }
  const opaque = call.args.find(
    ({ value, splat }) => splat !== "" || (value.type !== "none" && context.valueOf(value).kind === "unknown"),
  );
  if (!opaque) return criteria(call, query, context);
  return { repeats: true, condition: `\`${opaque.node.text}\` is a column or an expression, and no string.` };
};

/** SQL in text, or a column named by a string. */
function isTextual(expr: Expr, context: RuleContext): boolean {
  for (const node of expr.walk()) {
    if (!(node instanceof Call)) continue;
    const name = context.nameOf(node.callee);
    if (name && textMakers.has(name)) return true;
    if (name && orderMakers.has(name) && node.positional[0] instanceof Str) return true;
  }
  return false;
}

const textMakers = new Set<ApiName>(["sqlalchemy.literal_column", "sqlalchemy.text"]);
const orderMakers = new Set<ApiName>([
  "sqlalchemy.asc",
  "sqlalchemy.desc",
  "sqlalchemy.nulls_first",
  "sqlalchemy.nulls_last",
]);

/** By a relationship, or to a class with or without a condition: both ways of asking make the same of these. */
const joining: Reader = (call, _, context) => {
  const positional = call.args.filter(({ name, splat }) => name === undefined && splat === "");
  const rest = call.args.filter(({ name, splat }) => name !== undefined || splat !== "");
  const [target] = positional;
  const kind = target ? context.valueOf(target.value).kind : "unknown";
  // Of two relationships in one call 1.4 makes two joins, 2.0 a target and its condition.
  const most = kind === "class" ? 2 : kind === "instance" ? 1 : 0;
  const usual = positional.length <= most && rest.every(({ name }) => name !== undefined && joinKeywords.has(name));
  return target && usual
    ? { repeats: true }
    : { why: "This is no join by a relationship or to a class: bring it to that form first." };
};

const joinKeywords = new Set(["full", "isouter", "onclause"]);

const filterBy: Reader = (call, { links }, { target }) => {
  if (call.args.some(({ name, splat }) => name === undefined && splat !== "**"))
    return { why: "`filter_by()` takes keywords." };
  const own = links.findIndex((link) => link.call === call);
  if (!links.slice(0, own).some((link) => /join$/.test(link.name))) return {};
  return target === "2.1"
    ? {
        why: "After a join, a `select()` refuses a keyword that both classes have as a column: write `where(Author.name == …)`.",
      }
    : {
        condition:
          "From 2.1 on, a keyword of `filter_by()` after a join must be an attribute of one of the classes only.",
      };
};

const options: Reader = (call, _, context) => {
  const names = call.args.flatMap(({ value, splat }) => (splat === "" ? loadersOf(value, context) : [undefined]));
  if (names.every((name) => name && apart.has(name))) return {};
  const condition = "The options are SQLAlchemy's own, or made to work with `select()`.";
  return { collects: true, ...(names.some((name) => !name) ? { condition } : {}) };
};

/** The last words of the loader functions in one option's chain: "selectinload", "defer". */
function loadersOf(option: Expr, context: RuleContext): readonly (string | undefined)[] {
  const found: (string | undefined)[] = [];
  for (let at = option; at instanceof Call; at = at.callee instanceof Attribute ? at.callee.object : at.callee) {
    const name = context.nameOf(at.callee);
    found.push(name?.startsWith("sqlalchemy.orm.") ? name.slice(name.lastIndexOf(".") + 1) : undefined);
  }
  return found.length > 0 ? found : [undefined];
}

/** Loader options that bring nothing into the query's own rows, or only leave columns out. */
const apart = new Set([
  "Load",
  "defaultload",
  "defer",
  "immediateload",
  "lazyload",
  "load_only",
  "noload",
  "raiseload",
  "selectin_polymorphic",
  "selectinload",
  "subqueryload",
  "undefer",
  "undefer_group",
]);

/** A Query adds to a SELECT DISTINCT what it is ordered by; a `select()` does so for no one. */
const distinct: Reader = (call, { asked, links }) => {
  if (call.args.length > 0) return { why: "DISTINCT ON is PostgreSQL's own: write it with the columns in view." };
  const ordered = links.filter(({ name }) => name === "order_by").flatMap((link) => link.call?.args ?? []);
  const plain = ordered.every(({ value }) => columnOf(value) === asked?.text);
  if (plain && (ordered.length === 0 || !links.some(({ name }) => name === "options"))) return {};
  return {
    why: "A Query adds the ORDER BY columns to its SELECT DISTINCT, `select()` doesn't: name in it what you order by.",
  };
};

/** `Author` of `Author.name`, `Author.name.desc()`. */
function columnOf(ordering: Expr): string | undefined {
  const column =
    ordering instanceof Call && ordering.callee instanceof Attribute && /^(asc|desc)$/.test(ordering.callee.name)
      ? ordering.callee.object
      : ordering;
  return column instanceof Attribute ? column.object.text : undefined;
}

const nothing: Reader = () => ({});

const readers: Readonly<Record<string, Reader>> = {
  distinct,
  filter: criteria,
  filter_by: filterBy,
  group_by: ordering,
  having: criteria,
  join: joining,
  limit: nothing,
  offset: nothing,
  options,
  order_by: ordering,
  outerjoin: joining,
  slice: nothing,
  where: criteria,
  with_for_update: nothing,
};
