import { apiOf } from "../knowledge/index.ts";
import type { FileResolver, ModelRef } from "../resolve/index.ts";
import { Attribute, Call, type Expr, Name, type Node, Str } from "../syntax/index.ts";
import { constantText, hasSql, isFunctionGenerator, isQueryClass } from "./kinds.ts";
import { localOf } from "./locals.ts";
import type { Program } from "./program.ts";
import { quoted, Refused } from "./refused.ts";
import { api } from "./tokens.ts";
import { assignmentOf } from "./workspace.ts";

/**
 * Writes expressions of one file anew, out of what is known to be SQLAlchemy's: names of its modules, models and tables
 * of the workspace, constants. Whatever else gives a value becomes a bound parameter; where no parameter can stand, the
 * slice is refused. So nothing that the person's program computes is ever run.
 */
export class Expressions {
  readonly #resolver: FileResolver;
  readonly #program: Program;

  constructor(resolver: FileResolver, program: Program) {
    this.#resolver = resolver;
    this.#program = program;
  }

  /** What is SQL. */
  clause(expr: Expr): string {
    if (expr instanceof Name) return this.#name(expr);
    if (expr instanceof Attribute) return this.#attribute(expr);
    if (expr instanceof Call) return this.#call(expr);
    if (/^(comparison_operator|binary_operator)$/.test(expr.type)) {
      this.#refuseObjects(expr.children);
      return rebuilt(expr, (child) => this.value(child));
    }
    if (composed.has(expr.type)) return rebuilt(expr, (child) => this.value(child));
    throw new Refused(`${quoted(expr.text)} is only known when your program runs.`);
  }

  /** SQL, a constant, or a parameter: where any value may stand. */
  value(expr: Expr): string {
    const constant = constantText(expr);
    if (constant !== undefined) return constant;
    if (hasSql(expr, this.#resolver)) return this.clause(expr);
    if (isCollection(expr)) return rebuilt(expr, (child) => this.value(child));
    return this.#program.parameter(expr.text);
  }

  /** SQL or a constant: a parameter can't stand for a criterion, a column or an entity. */
  operand(expr: Expr): string {
    const constant = constantText(expr);
    if (constant !== undefined) return constant;
    if (isCollection(expr)) return rebuilt(expr, (child) => this.operand(child));
    if (hasSql(expr, this.#resolver)) return this.clause(expr);
    throw new Refused(`What ${quoted(expr.text)} is only shows when your program runs.`);
  }

  #name(expr: Name): string {
    const value = this.#resolver.valueOf(expr);
    const scope = this.#resolver.inference.scopeOf(expr.name, expr.start);
    // In a class body the columns above go by their bare names.
    if (scope?.kind === "class") return identifier(expr.name);
    const definitions = scope?.names.get(expr.name) ?? [];
    const isNamed = definitions.every(({ kind }) => kind === "class" || kind === "import");
    if (value.kind === "class" && value.model && isNamed) return this.#program.model(value.model);
    const name = this.#resolver.nameOf(expr);
    if (name && isNamed) return library(name);
    if (isFunctionGenerator(value.of)) return api("sqlalchemy.func");
    const assigned = assignmentOf(expr, this.#resolver, this.#program.workspace);
    if (assigned) return this.#program.definition(assigned, expr.name);
    return localOf(expr, definitions, this.#resolver, this.#program, (right) => this.clause(right));
  }

  #attribute(expr: Attribute): string {
    const owner = this.#resolver.valueOf(expr.object);
    const value = this.#resolver.valueOf(expr);
    const name = identifier(expr.name);
    if (isFunctionGenerator(owner.of)) return `${api("sqlalchemy.func")}.${name}`;
    if (owner.kind === "class" && owner.model) return this.#ofModel(expr, owner.model, name);
    if (isFunctionGenerator(value.of)) return api("sqlalchemy.func");
    const assigned = assignmentOf(expr, this.#resolver, this.#program.workspace);
    if (assigned) return this.#program.definition(assigned, name);
    if (value.kind === "class" && value.model) return this.#program.model(value.model);
    const canonical = this.#resolver.nameOf(expr);
    if (hasSql(expr.object, this.#resolver)) return `${this.clause(expr.object)}.${name}`;
    if (canonical) return library(canonical);
    throw new Refused(`${quoted(expr.text)} is only known when your program runs.`);
  }

  #ofModel(expr: Attribute, model: ModelRef, name: string): string {
    const value = this.#resolver.valueOf(expr);
    // Flask-SQLAlchemy's `Author.query`, and that of a scoped session.
    if (value.kind === "instance" && isQueryClass(value.of)) {
      return `${this.#program.session()}.query(${this.clause(expr.object)})`;
    }
    this.#program.use(model, name);
    return `${this.clause(expr.object)}.${name}`;
  }

  #call(call: Call): string {
    const name = this.#resolver.nameOf(call.callee) ?? "";
    const { callee } = call;
    if (/^sqlalchemy\.orm\.Session\.query$/.test(name)) {
      return `${this.#program.session()}.query${this.arguments(call)}`;
    }
    if (name === "sqlalchemy.text" && !(call.positional[0] instanceof Str && call.positional[0].value !== undefined)) {
      throw new Refused("The text of the SQL is put together when your program runs.");
    }
    if (callee instanceof Attribute && hasSql(callee.object, this.#resolver)) {
      // The mark is where a long chain may be broken into lines.
      const head = this.clause(callee);
      const dot = head.lastIndexOf(".");
      return `${head.slice(0, dot)}${breakable}${head.slice(dot)}${this.arguments(call)}`;
    }
    return `${this.clause(callee)}${this.arguments(call)}`;
  }

  /** The arguments of a call, with their parentheses. */
  arguments(call: Call): string {
    const { callee } = call;
    const method = callee instanceof Attribute ? callee.name : callee.text;
    const isFunction = callee instanceof Attribute && isFunctionGenerator(this.#resolver.valueOf(callee.object).of);
    const takesValues = isFunction || valueMethods.has(method);
    const written = call.args.flatMap(({ name, value, splat, node }) => {
      if (splat !== "") {
        if (!narrowing.has(method))
          throw new Refused(`What ${quoted(node.text)} holds only shows when your program runs.`);
        this.#program.note(`What ${quoted(node.text)} adds only shows when your program runs, and is left out.`);
        return [];
      }
      const given = name !== undefined || takesValues ? this.value(value) : this.operand(value);
      if (name === undefined) return given;
      if (method === "filter_by" && callee instanceof Attribute) this.#filtered(callee.object, name, value);
      return `${identifier(name)}=${given}`;
    });
    return `(${written.join(", ")})`;
  }

  #filtered(query: Expr, attribute: string, value: Expr): void {
    const model = this.#resolver.valueOf(query).holds?.model;
    if (!model) return;
    this.#program.use(model, attribute);
    if (this.#program.isRelationship(model, attribute) && constantText(value) === undefined) refuseObject(value);
  }

  /** A relationship is compared with an object, which no parameter can stand for. */
  #refuseObjects(operands: readonly Expr[]): void {
    const leads = operands.some((each) => {
      const owner = each instanceof Attribute ? this.#resolver.valueOf(each.object) : undefined;
      return owner?.kind === "class" && owner.model && each instanceof Attribute
        ? this.#program.isRelationship(owner.model, each.name)
        : false;
    });
    const object = operands.find((each) => !hasSql(each, this.#resolver) && constantText(each) === undefined);
    if (leads && object) refuseObject(object);
  }
}

/** A name of SQLAlchemy's; SQLModel hands on some of them under its own. */
function library(name: string): string {
  const same = apiOf(name.startsWith("sqlalchemy.") ? name : `sqlalchemy${name.slice(name.lastIndexOf("."))}`);
  if (same && /^(class|function|constant)$/.test(same.kind)) return api(same.name);
  throw new Refused(`${quoted(name)} is no part of SQLAlchemy itself.`);
}

/** Marks the places where `layout` may break a line. */
export const breakable = "\u0004";

function refuseObject(value: Expr): never {
  throw new Refused(`A relationship is compared with ${quoted(value.text)}, an object that your program makes.`);
}

/** The node's own text, with its parts written anew, on one line and without comments. */
export function rebuilt(node: Node, write: (child: Node) => string): string {
  let text = "";
  let at = node.start;
  for (const child of node.children) {
    text += gap(node.source.text.slice(at, child.start)) + write(child);
    at = child.end;
  }
  text += gap(node.source.text.slice(at, node.end));
  return text.replace(/^([[({]) /, "$1").replace(/ ([\])}])$/, "$1");
}

const gap = (text: string): string => text.replace(/#[^\r\n]*|\\\r?\n/g, " ").replace(/\s+/g, " ");

/** A name that may be read of what is SQLAlchemy's: none of Python's own doors. */
export function identifier(name: string): string {
  if (/^(?!__)[\p{L}_][\p{L}\p{N}_]*$/u.test(name) || name === "__table__") return name;
  throw new Refused(`${quoted(name)} is none of SQLAlchemy's names.`);
}

const composed = new Set([
  ...["boolean_operator", "not_operator", "unary_operator", "parenthesized_expression"],
  ...["tuple", "list", "dictionary", "pair", "subscript", "slice", "set"],
]);

const isCollection = (expr: Expr): boolean => /^(tuple|list|dictionary|pair|set)$/.test(expr.type);

/** Methods that a statement can do without: what is handed to them by the dozen is left out. */
const narrowing = new Set(["where", "filter", "filter_by", "order_by", "options", "having", "group_by"]);

/** Methods and functions whose positional arguments are values. */
const valueMethods = new Set([
  ...["like", "ilike", "not_like", "notlike", "not_ilike", "notilike", "in_", "not_in", "notin_", "between", "is_"],
  ...["is_not", "isnot", "startswith", "endswith", "contains", "icontains", "istartswith", "iendswith", "match", "op"],
  ...["regexp_match", "concat", "limit", "offset", "slice", "values", "get", "bindparam", "literal", "cast", "params"],
  ...["coalesce", "fetch", "eq", "has_key", "is_distinct_from", "case", "set_", "get_or_404"],
]);
