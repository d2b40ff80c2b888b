import type { Certainty, Evidence, ModelRef } from "./value.ts";

export interface ModelColumn {
  /** The attribute's name, and the column's where it differs. */
  readonly attribute: string;
  readonly column: string;
  /** "String(50)", as written; "" where the type is left to a foreign key or an annotation. */
  readonly type: string;
  /** `undefined` where it rests on something that we cannot read. */
  readonly nullable: boolean | undefined;
  readonly primaryKey: boolean;
  readonly foreignKey: string | undefined;
  readonly hasDefault: boolean;
  /** Written as a bare `Column(...)`, as `mapped_column(...)` or as an annotation only. */
  readonly style: "column" | "mapped_column" | "annotation";
}

export interface ModelRelationship {
  readonly attribute: string;
  /** The target class as written, "Address". */
  readonly target: string;
  readonly targetModel: ModelRef | undefined;
  /** `undefined` where it rests on something that we cannot read. */
  readonly many: boolean | undefined;
  /** `collection_class=` makes it something else than a list. */
  readonly keyed: boolean;
  /** The value of `lazy=`, "select" where absent, `undefined` where it is no literal. */
  readonly lazy: string | undefined;
  readonly backPopulates: string | undefined;
  readonly backref: string | undefined;
}

/** A mapped class. */
export interface Model extends ModelRef {
  readonly line: number;
  /** `undefined` where no `__tablename__` or `__table__` says it (Flask-SQLAlchemy, inheritance). */
  readonly table: string | undefined;
  /** Own columns and those of mixins and mapped ancestors. */
  readonly columns: readonly ModelColumn[];
  readonly relationships: readonly ModelRelationship[];
  /** Whether every base and attribute was understood; if not, there may be columns and relationships that we miss. */
  readonly complete: boolean;
  /** An abstract base or mixin maps no table of its own. */
  readonly abstract: boolean;
  readonly certainty: Certainty;
  readonly because: readonly Evidence[];
}
