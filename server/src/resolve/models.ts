import type { ClassDef } from "../syntax/index.ts";
import type { ClassReading } from "./class_reading.ts";
import type { Inference } from "./infer.ts";
import { ancestors } from "./lineage.ts";
import { isMappedBase, sameClass } from "./mapped.ts";
import type { Model, ModelRelationship } from "./model.ts";
import { type Incoming, incomingOf } from "./relationship_reading.ts";
import type { ClassId } from "./type.ts";
import { type Certainty, type Evidence, type ModelRef, weakest } from "./value.ts";

/** Reads the class statements of one file as mapped classes. */
export class Models {
  readonly #inference: Inference;
  /** What a class statement, of this file or another, says by itself. */
  readonly #readingOf: (ref: ModelRef) => ClassReading | undefined;
  #incoming: readonly Incoming[] | undefined;

  constructor(inference: Inference, readingOf: (ref: ModelRef) => ClassReading | undefined) {
    this.#inference = inference;
    this.#readingOf = readingOf;
  }

  /** `undefined` where a class is not mapped, or where we can't tell. */
  read(node: ClassDef): Model | undefined {
    const { uri, name, line } = this.#inference.classOf(node);
    const self: ModelRef = { uri, name };
    const lineage = ancestors(self, this.#inference.world);
    const why = this.#mappedBecause(node, lineage);
    const own = this.#readingOf(self);
    if (!why || !own) return undefined;
    const inherited = lineage.slice(1).flatMap((id) => ("api" in id ? [] : [this.#readingOf(id)]));
    const known = inherited.filter((reading) => reading !== undefined);
    const relationships = [...this.#added(self), ...known.flatMap((reading) => reading.relationships)];
    const { table, abstract } = own;
    return {
      ...self,
      line,
      table,
      columns: mergedBy(
        own.columns,
        known.flatMap((reading) => reading.columns),
      ),
      relationships: mergedBy(own.relationships, relationships).map((each) => this.#counted(each, self, own)),
      complete:
        !why.imperative &&
        own.complete &&
        known.length === inherited.length &&
        known.every((reading) => reading.complete),
      abstract,
      certainty: why.certainty,
      because: why.because,
    };
  }

  #mappedBecause(node: ClassDef, lineage: readonly ClassId[]): Why | undefined {
    const told = [...node.bases, ...node.decorators]
      .map((expr) => this.#inference.of(expr))
      .filter((found) => found.type.kind !== "unknown");
    const because = told.flatMap((found) => found.because);
    const certainty = told.map((found) => found.certainty).reduce(weakest, "certain");
    if (lineage.some(isMappedBase)) return { certainty, because, imperative: false };
    const [self] = lineage;
    const mapped = this.#inference.world.mappings().some((each) => self && sameClass(each, self));
    return mapped ? { certainty: "certain", because, imperative: true } : undefined;
  }

  /** Relationships that backrefs of other classes of this file add. */
  #added(self: ModelRef): readonly ModelRelationship[] {
    this.#incoming ??= incomingOf(this.#inference);
    return this.#incoming.filter(({ to }) => sameClass(to, self)).map(({ relationship }) => relationship);
  }

  /** Whether a relationship leads to many, where nothing but the side of the foreign key says so. */
  #counted(relationship: ModelRelationship, self: ModelRef, own: ClassReading): ModelRelationship {
    const { many, targetModel } = relationship;
    if (many !== undefined || !targetModel || sameClass(self, targetModel)) return relationship;
    const target = this.#readingOf(targetModel);
    if (!target) return relationship;
    const leadsThere = refersTo(own, target, targetModel);
    const leadsBack = refersTo(target, own, self);
    return leadsThere === leadsBack ? relationship : { ...relationship, many: leadsBack };
  }
}

interface Why {
  readonly certainty: Certainty;
  readonly because: readonly Evidence[];
  readonly imperative: boolean;
}

function refersTo(from: ClassReading, to: ClassReading, ref: ModelRef): boolean {
  // Flask-SQLAlchemy and SQLModel name tables after their classes.
  const names = to.table === undefined ? [snakeCase(ref.name), ref.name.toLowerCase()] : [to.table];
  return from.columns.some(({ foreignKey }) => names.some((name) => foreignKey?.startsWith(`${name}.`)));
}

const snakeCase = (name: string): string => name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toLowerCase();

function mergedBy<T extends { readonly attribute: string }>(own: readonly T[], inherited: readonly T[]): readonly T[] {
  const names = new Set(own.map((each) => each.attribute));
  return [...own, ...inherited.filter((each) => !names.has(each.attribute) && names.add(each.attribute))];
}
