import type { ApiName } from "../knowledge/index.ts";
import type { Expr, FunctionDef, Link, Name } from "../syntax/index.ts";
import type { Certainty, Evidence } from "./value.ts";

/**
 * A query that is kept in a variable of a function or module and built over several statements, as a whole: everything
 * that it is made from, every statement that goes on with it, and every place where it is used. One name may hold several
 * of them, one after the other; and one of them may go by several names (`recent = base.filter(…)`).
 */
export interface QueryVariable {
  /** Its names, in the order in which they first get it. */
  readonly names: readonly string[];
  /** The function whose variable it is; `undefined` for the module. */
  readonly owner: FunctionDef | undefined;
  /** A 1.x Query, or a statement such as `select()` makes. */
  readonly kind: "query" | "statement";
  /** The class of what the first of its origins makes: "sqlalchemy.orm.Query". */
  readonly of: ApiName;
  /** In document order. */
  readonly writes: readonly QueryWrite[];
  /** What is done with it, in document order; what only goes on building it is in `writes`. */
  readonly uses: readonly QueryUse[];
  /** Those of `uses` behind which it can't be followed. */
  readonly escapes: readonly QueryUse[];
  /** What it asks for, by origin: `[[Author]]`, `[[Author], [Book]]` where branches differ. */
  readonly entities: readonly (readonly Expr[])[];
  /** Whether two origins ask for different things. */
  readonly differs: boolean;
  readonly certainty: Certainty;
  readonly because: readonly Evidence[];
}

/** One way in which a name gets it. Several sources are the sides of `a if x else b` or of `a or b`. */
export interface QueryWrite {
  readonly name: Name;
  readonly how: "assigned" | "walrus" | "augmented" | "parameter" | "loop" | "with" | "unpacked" | "other";
  readonly sources: readonly QuerySource[];
}

export type QuerySource =
  /** A query of its own: `session.query(Author).filter(…)`. */
  | { readonly kind: "begins"; readonly value: Expr; readonly entities: readonly Expr[] }
  /** More of the query that `on` reads there: `q.filter(…)`, or with no links `q` itself. `sees`: what may have made that. */
  | {
      readonly kind: "builds";
      readonly value: Expr;
      readonly on: Name;
      readonly links: readonly Link[];
      readonly sees: readonly QueryWrite[];
    }
  /** Something else, or nothing that we know. */
  | { readonly kind: "other"; readonly value: Expr | undefined };

export interface QueryUse {
  readonly name: Name;
  /** What is added to the query for this use only: `order_by` of `q.order_by(…).all()`. */
  readonly links: readonly Link[];
  /** The query as it is used: the name with those links. */
  readonly query: Expr;
  readonly end: QueryEnd;
  /** What may have made what is read here. */
  readonly sees: readonly QueryWrite[];
}

/** How a use ends. */
export type QueryEnd =
  /** By a link that runs it or makes something else of it: `all`, `count`, `delete`, `subquery`, `paginate`. */
  | { readonly kind: "link"; readonly link: Link }
  /** In a loop, a comprehension, `*q`, `x in q`, or a call that does so at once: `list(q)`. */
  | { readonly kind: "iterated" }
  | { readonly kind: "indexed" | "tested" | "awaited" | "discarded" }
  /** `q is None`. */
  | { readonly kind: "identified" }
  | { readonly kind: "escapes"; readonly to: Escape };

/** Where it goes beyond what its names show. */
export type Escape =
  | "argument"
  | "caller"
  | "closure"
  | "container"
  | "attribute"
  | "outer scope"
  | "deleted"
  | "elsewhere";
