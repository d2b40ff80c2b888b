import type { ApiName } from "../knowledge/index.ts";
import type { Attribute, ClassDef, Expr, Name, TextEdit } from "../syntax/index.ts";
import type { Model } from "./model.ts";
import type { QueryHook } from "./query_hooks.ts";
import type { QueryVariable } from "./query_variable.ts";
import type { Certainty, Evidence, ModelRef, Value } from "./value.ts";

/** The semantic module's whole API: eight questions about one file. All offsets are UTF-16 units of that file's text. */
export interface Resolver {
  /** What an expression evaluates to; `kind: "unknown"` where we can't tell. */
  valueOf(expr: Expr): Value;
  /**
   * The canonical name of what an expression names: a class, a function, or the method of an object, wherever it is
   * defined (`rows.scalars` of a CursorResult is `sqlalchemy.engine.Result.scalars`). `undefined` for everything that is
   * not SQLAlchemy's.
   */
  nameOf(expr: Expr): ApiName | undefined;
  /** The mapped class that a class statement, or a reference, defines. `undefined`: not mapped, or not known to be. */
  modelOf(of: ClassDef | ModelRef): Model | undefined;
  /** Every other read or write of the variable that `name` is bound to, in this file, in document order. */
  usesOf(name: Name): readonly Name[];
  /**
   * The query that is built over several statements in a variable, as a whole, from any place where the variable is
   * written or read; `undefined` where it holds no Query and no statement there, or is not known to.
   */
  queryVariableOf(name: Name): QueryVariable | undefined;
  /** What makes queries of the project do more than their chains say, wherever it stands. */
  queryHooks(): readonly QueryHook[];
  /** How to write a name at a place, with the edits that import it where the file does not have it yet. */
  importFor(name: ApiName, at: Expr): ImportAnswer;
  /**
   * How to write, where `Author.query` stands, the Flask-SQLAlchemy object that lends its Session to it; `undefined` where
   * that is no such query, or no name and no import that the file has leads to the object.
   */
  databaseFor(query: Attribute): DatabaseAnswer | undefined;
}

export interface ImportAnswer {
  readonly text: string;
  readonly edits: readonly TextEdit[];
}

export interface DatabaseAnswer extends ImportAnswer {
  /** The module, as written, whose import the edits extend. */
  readonly module?: string;
  readonly certainty: Certainty;
  readonly because: readonly Evidence[];
}
