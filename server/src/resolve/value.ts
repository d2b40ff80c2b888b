import type { ApiName } from "../knowledge/index.ts";
import type { Span } from "../syntax/index.ts";

export type Certainty = "certain" | "likely" | "unknown";

/** Where something is written. */
export interface Place {
  readonly uri: string;
  readonly span: Span;
  /** 1-based. */
  readonly line: number;
}

/** One reason for a belief about the code, in words for its author. */
export interface Evidence {
  /** "`session = SessionLocal()`" */
  readonly text: string;
  /** Where that stands; absent for a belief that rests on a name alone. */
  readonly at?: Place;
}

/** What an expression evaluates to, as far as it concerns SQLAlchemy. */
export interface Value {
  readonly kind: "instance" | "class" | "module" | "callable" | "unknown";
  /** The canonical name of the class (instance, class), the module or the callable; "" where there is none of SQLAlchemy's. */
  readonly of: ApiName | "";
  /** For generics: what a `Query[User]`, `Select[User]` or `ScalarResult[User]` holds. */
  readonly holds?: Value;
  /** The mapped class that this is, or is an instance of, where there is one. */
  readonly model?: ModelRef;
  /** Of a class: it, or one below it, as `cls` and `type(self)` are. */
  readonly orBelow?: true;
  readonly certainty: Certainty;
  readonly because: readonly Evidence[];
}

/** A mapped class somewhere in the workspace. */
export interface ModelRef {
  readonly uri: string;
  /** Dotted for nested classes. */
  readonly name: string;
}

const strength: Readonly<Record<Certainty, number>> = { unknown: 0, likely: 1, certain: 2 };

export const weakest = (a: Certainty, b: Certainty): Certainty => (strength[a] <= strength[b] ? a : b);
