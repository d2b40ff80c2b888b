/** The shape of what the table knows of a name. */
import type { ApiName } from "./names.gen.ts";

export type { ApiName } from "./names.gen.ts";

export type Layer = "core" | "orm" | "both";
export type Release = "1.4" | "2.0" | "2.1";
export type ApiKind =
  | "module"
  | "class"
  | "exception"
  | "function"
  | "method"
  | "classmethod"
  | "property"
  | "attribute"
  | "constant";

export interface Param {
  readonly name: string;
  /** "any" can be passed by position or by name. */
  readonly kind: "positional" | "any" | "keyword" | "args" | "kwargs";
  readonly optional: boolean;
}

export interface Api {
  readonly name: ApiName;
  readonly kind: ApiKind;
  readonly layer: Layer;
  /** Oldest first. A name of Flask-SQLAlchemy or SQLModel has the SQLAlchemy releases with which it works. */
  readonly releases: readonly Release[];
  /** deprecated: warns; legacy: superseded in silence; removed: an earlier release had it. */
  readonly status: Readonly<Partial<Record<Release, "deprecated" | "legacy" | "removed">>>;
  /** Of the newest release that has the name, without `self` and `cls`; of a class, its constructor's. */
  readonly params?: readonly Param[];
  /**
   * What a call gives, or what a property, attribute or constant is:
   *
   *     Name  Name[X]             an instance of a class of this table; a generic class has one argument
   *     X|none                    X or None
   *     list[X] iter[X] aiter[X] dict[X] (of the values) tuple int str bool any none
   *     cm[X] acm[X] await[X]     what `with`, `async with`, `await` makes an X
   *     class[X]                  the class itself
   *     $self  $T                 the receiver's type; its argument
   *     $instance(0)              an instance of the class that is positional argument 0
   *     $rows                     one row of the arguments: an instance when there is one argument and it is a class, else Row
   *     $arg(0)  $argT(0)         the type of positional argument 0; that type's argument
   *     $class(class_,D)          an instance of the class passed as `class_`, else of D
   *     $owner                    an instance of the class through which the attribute was reached
   *     declarative               a declarative base class
   *
   * `__iter__`, `__next__`, `__aiter__`, `__enter__`, `__aenter__` and `__await__` have the element, the target or the
   * outcome, not the iterator. Where `$T` is Row, what takes a scalar out of it (ScalarResult, scalar()) is unknown.
   */
  readonly returns?: string;
  /** Base classes in Python's method resolution order; "declarative" when subclasses are mapped or declarative bases. */
  readonly bases?: readonly string[];
  /** One sentence. */
  readonly summary: string;
  /** Since when, until when, and what to write instead; absent for what was always there and is current. */
  readonly history?: string;
  /** The page of SQLAlchemy's documentation that describes the name. */
  readonly doc?: string;
}
