import type { ApiName } from "../knowledge/index.ts";
import type { QueryHook } from "../resolve/index.ts";
import { Attribute, Call, type ChainEnd, type Expr, type Link, Name, type Node, Str } from "../syntax/index.ts";
import type { RuleContext } from "./rule.ts";

/** One legacy query: where it starts and what is chained to it. */
export interface QueryChain {
  /** `session.query(Author)`, or `Author.query` where the class itself lends its Session. */
  readonly start: Call | Attribute;
  /** The word `query` in `start`. */
  readonly mark: Node;
  /** The one thing that is asked for; `undefined` for none, several, `*these` and `name=this`. */
  readonly asked: Expr | undefined;
  /** Whether that is a mapped class or an alias of one; "unknown" where nothing tells, "other" for columns and the like. */
  readonly kind: "entity" | "other" | "unknown";
  /** Every link behind `start`, whether called or not. */
  readonly links: readonly Link[];
  /** The longest expression that `start` begins, and how its value is used. */
  readonly whole: Expr;
  readonly end: ChainEnd;
}

/** What a rule that flags whole queries listens to: the calls that can come first. */
export const queryStarts: readonly ApiName[] = [
  "sqlalchemy.orm.Session.query",
  "sqlmodel.Session.query",
  "sqlalchemy.orm.Query.add_columns",
  "sqlalchemy.orm.Query.add_entity",
  "sqlalchemy.orm.Query.all",
  "sqlalchemy.orm.Query.autoflush",
  "sqlalchemy.orm.Query.count",
  "sqlalchemy.orm.Query.cte",
  "sqlalchemy.orm.Query.delete",
  "sqlalchemy.orm.Query.distinct",
  "sqlalchemy.orm.Query.enable_assertions",
  "sqlalchemy.orm.Query.enable_eagerloads",
  "sqlalchemy.orm.Query.except_",
  "sqlalchemy.orm.Query.execution_options",
  "sqlalchemy.orm.Query.exists",
  "sqlalchemy.orm.Query.filter",
  "sqlalchemy.orm.Query.filter_by",
  "sqlalchemy.orm.Query.first",
  "sqlalchemy.orm.Query.from_self",
  "sqlalchemy.orm.Query.from_statement",
  "sqlalchemy.orm.Query.get",
  "sqlalchemy.orm.Query.group_by",
  "sqlalchemy.orm.Query.having",
  "sqlalchemy.orm.Query.intersect",
  "sqlalchemy.orm.Query.join",
  "sqlalchemy.orm.Query.limit",
  "sqlalchemy.orm.Query.offset",
  "sqlalchemy.orm.Query.one",
  "sqlalchemy.orm.Query.one_or_none",
  "sqlalchemy.orm.Query.options",
  "sqlalchemy.orm.Query.order_by",
  "sqlalchemy.orm.Query.outerjoin",
  "sqlalchemy.orm.Query.params",
  "sqlalchemy.orm.Query.populate_existing",
  "sqlalchemy.orm.Query.scalar",
  "sqlalchemy.orm.Query.select_entity_from",
  "sqlalchemy.orm.Query.select_from",
  "sqlalchemy.orm.Query.slice",
  "sqlalchemy.orm.Query.subquery",
  "sqlalchemy.orm.Query.union",
  "sqlalchemy.orm.Query.union_all",
  "sqlalchemy.orm.Query.update",
  "sqlalchemy.orm.Query.value",
  "sqlalchemy.orm.Query.values",
  "sqlalchemy.orm.Query.where",
  "sqlalchemy.orm.Query.with_entities",
  "sqlalchemy.orm.Query.with_for_update",
  "sqlalchemy.orm.Query.with_parent",
  "sqlalchemy.orm.Query.with_session",
  "sqlalchemy.orm.Query.yield_per",
  "flask_sqlalchemy.query.Query.first_or_404",
  "flask_sqlalchemy.query.Query.get_or_404",
  "flask_sqlalchemy.query.Query.one_or_404",
  "flask_sqlalchemy.query.Query.paginate",
];

/**
 * Whether a call has a form in which a query may start, or which goes on with one that a name holds. What dictionaries are
 * asked, `row.get("name")`, `row.get(key, "")` or `row.values()`, has none of them.
 */
export function canStartQuery(call: Call): boolean {
  const { callee } = call;
  if (!(callee instanceof Attribute) || callee.name === "query") return true;
  const { object } = callee;
  return object instanceof Attribute && object.name === "query"
    ? true
    : object instanceof Name && !isOfDictionary(call);
}

/** Whether a call has the form of the `get()` of a query, whatever that comes from. */
export function canGetOfQuery(call: Call): boolean {
  const { callee } = call;
  if (!(callee instanceof Attribute) || callee.name !== "get") return false;
  return isNamedQuery(callee.object) || !isOfDictionary(call);
}

function isOfDictionary({ callee, args }: Call): boolean {
  const name = callee instanceof Attribute ? callee.name : "";
  if (name === "get") return args.length !== 1 || args[0]?.value instanceof Str;
  return name === "values" && args.length === 0;
}

/** `Author.query`, `session.query(…)`, `db.session.query(…).options(…)` */
function isNamedQuery(receiver: Expr): boolean {
  let node = receiver;
  while (node instanceof Call || node instanceof Attribute) {
    if (node instanceof Attribute && node.name === "query") return true;
    node = node instanceof Attribute ? node.object : node.callee;
  }
  return false;
}

/** The query that starts at `call`; `undefined` where `call` only goes on with one. */
export function queryChainOf(call: Call, context: RuleContext): QueryChain | undefined {
  const { callee } = call;
  if (!(callee instanceof Attribute)) return undefined;
  const name = context.nameOf(callee);
  if (name === "sqlalchemy.orm.Session.query" || name === "sqlmodel.Session.query") {
    const [only, ...more] = call.args;
    const asked = only && more.length === 0 && only.name === undefined && only.splat === "" ? only.value : undefined;
    return { start: call, mark: callee.member, asked, ...rest(call, asked, context) };
  }
  const { object } = callee;
  return object instanceof Attribute ? queryOfClass(object, context) : undefined;
}

/** The query that `Author.query` starts, called or not. */
function queryOfClass(start: Attribute, context: RuleContext): QueryChain | undefined {
  if (start.name !== "query" || context.valueOf(start.object).kind !== "class") return undefined;
  return { start, mark: start.member, asked: start.object, ...rest(start, start.object, context) };
}

/** The query that starts within an expression that is one: `session.query(Author).filter(…)`, or `Author.query` alone. */
export function queryIn(value: Expr, context: RuleContext): QueryChain | undefined {
  for (const { attribute, call } of context.chainOf(value).links) {
    const found = call ? queryChainOf(call, context) : queryOfClass(attribute, context);
    if (found) return found;
  }
  return undefined;
}

function rest(
  start: Expr,
  asked: Expr | undefined,
  context: RuleContext,
): Pick<QueryChain, "kind" | "links" | "whole" | "end"> {
  const { links, whole, end } = context.chainOf(start);
  const own = links.findIndex(({ call, attribute }) => call === start || attribute === start);
  return { kind: asked ? kindOf(asked, context) : "other", links: links.slice(own + 1), whole, end };
}

function kindOf(asked: Expr, context: RuleContext): QueryChain["kind"] {
  const value = context.valueOf(asked);
  if (value.kind === "class" && value.model) return "entity";
  if (value.kind !== "unknown") return "other";
  if (asked instanceof Name) return "unknown";
  // `self.model` of an object that we know; `Author.id` of a class that we don't is as good as a column.
  if (!(asked instanceof Attribute)) return "other";
  const owner = context.valueOf(asked.object);
  if (owner.kind === "unknown" || owner.model) return "other";
  // What a column or a relationship has is a part of SQL, but for the class that it says it is of.
  return owner.kind === "instance" && owner.of.startsWith("sqlalchemy.") && !ofClass.test(asked.name)
    ? "other"
    : "unknown";
}

const ofClass = /^(class_|entity|target_class)$/;

/** Whether nothing but links, no parenthesis, stands between a query's start and one of its links. */
export function isUnbroken(start: Expr, end: Expr): boolean {
  for (let node: Node | undefined = start; node; node = node.parent) {
    if (node === end) return true;
    if (!(node instanceof Attribute) && !(node instanceof Call)) return false;
  }
  return false;
}

/**
 * Why a Query of the project may do more than its chain says: a listener that rewrites every Query, or a Query class of the
 * project's own. A `select()` passes both by.
 */
export function queryHookIn(context: RuleContext): string | undefined {
  const [hook] = context.queryHooks();
  return hook && told[hook];
}

const told: Readonly<Record<QueryHook, string>> = {
  "before_compile listener":
    "A `before_compile` listener of the project changes every Query and no `select()`: use `do_orm_execute` with `with_loader_criteria()` first.",
  "query class": "Queries are made with a class of the project's own, whose methods a `select()` does not have.",
};
