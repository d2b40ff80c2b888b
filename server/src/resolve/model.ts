import type { ClassId } from "./type.ts";
import type { Certainty, Evidence, ModelRef, Place } from "./value.ts";

/** What every attribute that a class maps has. */
interface Attributed {
  readonly attribute: string;
  /** The class that says so: the model itself, a mixin, an abstract base or a mapped parent. */
  readonly owner: ModelRef;
  readonly at: Place;
}

export interface ModelColumn extends Attributed {
  /** The column's name, where it differs from the attribute's. */
  readonly column: string;
  /** "String(50)", as written; "" where the type is left to a foreign key or an annotation. */
  readonly type: string;
  /** `undefined` where it rests on something that we cannot read. */
  readonly nullable: boolean | undefined;
  readonly primaryKey: boolean;
  /** "author.id" or `Author.id` as written, without its quotes. */
  readonly foreignKey: string | undefined;
  readonly unique: boolean;
  readonly indexed: boolean;
  readonly hasDefault: boolean;
  /** "default=1, onupdate=now", as written; "" where there is none. */
  readonly defaults: string;
  /** Written as a bare `Column(...)`, as `mapped_column(...)` or as an annotation only. */
  readonly style: "column" | "mapped_column" | "annotation";
}

export interface ModelRelationship extends Attributed {
  /** The target class as written, "Address". */
  readonly target: string;
  readonly targetModel: ModelRef | undefined;
  /** `undefined` where it rests on something that we cannot read. */
  readonly many: boolean | undefined;
  /** `collection_class=` makes it something else than a list. */
  readonly keyed: boolean;
  /** The value of `lazy=`, "select" where absent, `undefined` where it is no literal. */
  readonly lazy: string | undefined;
  /** The Query class that a dynamic one reads as, where it is another than SQLAlchemy's. */
  readonly query?: ClassId | undefined;
  readonly backPopulates: string | undefined;
  readonly backref: string | undefined;
  /** The other arguments that say how the two are joined, as written: `secondary`, `foreign_keys`, `cascade`… */
  readonly options: Readonly<Record<string, string>>;
  /** Whether a `backref=` of the other class adds it; then `at` is where that stands. */
  readonly added: boolean;
}

export type ModelMemberKind =
  | "hybrid property"
  | "hybrid method"
  | "association proxy"
  | "synonym"
  | "column property"
  | "composite"
  | "validator"
  | "declared attribute";

/** What a class maps besides columns and relationships. */
export interface ModelMember extends Attributed {
  readonly kind: ModelMemberKind;
  /** What it stands for or is made of, as written: the names that a validator checks, a synonym's column. */
  readonly of: string;
}

/** A mapped class. */
export interface Model extends ModelRef {
  readonly line: number;
  /** `undefined` where no `__tablename__` or `__table__` says it (Flask-SQLAlchemy, inheritance). */
  readonly table: string | undefined;
  /** The table that its rows are in: as said, as Flask-SQLAlchemy and SQLModel name it, or the parent's. */
  readonly tableName: string | undefined;
  /** The nearest ancestor that is mapped to a table. */
  readonly parent: ModelRef | undefined;
  /** Own columns and those of mixins and mapped ancestors. */
  readonly columns: readonly ModelColumn[];
  readonly relationships: readonly ModelRelationship[];
  readonly members: readonly ModelMember[];
  /** Whether every base and attribute was understood; if not, there may be columns and relationships that we miss. */
  readonly complete: boolean;
  /** A call maps it, `registry.map_imperatively(Author, authors)`: the class statement itself says nothing of that. */
  readonly imperative: boolean;
  /** An abstract base or mixin maps no table of its own. */
  readonly abstract: boolean;
  /** `__allow_unmapped__`, its own or a base's: annotations without `Mapped` are none of SQLAlchemy's business. */
  readonly allowsUnmapped: boolean;
  readonly certainty: Certainty;
  readonly because: readonly Evidence[];
}

/** A table of Core's, made by `Table("author", metadata, Column(...))`. */
export interface TableReading {
  readonly name: string;
  readonly columns: readonly ModelColumn[];
  readonly at: Place;
  /** Whether every argument was understood. */
  readonly complete: boolean;
}
