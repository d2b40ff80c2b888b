import type { ClassDef } from "../syntax/index.ts";
import type { ClassReading } from "./class_reading.ts";
import { constrained } from "./constraints.ts";
import type { Inference } from "./infer.ts";
import { ancestors } from "./lineage.ts";
import { isMapped, isMappedBase } from "./mapped.ts";
import type { Model, ModelColumn, ModelRelationship } from "./model.ts";
import { lastOf, leadsToMany } from "./relationship_direction.ts";
import type { Incoming } from "./relationship_reading.ts";
import { type ClassId, sameClass } from "./type.ts";
import { type Certainty, type Evidence, type ModelRef, weakest } from "./value.ts";

export interface ModelPorts {
  /** What a class statement, of this file or another, says by itself. */
  readonly readingOf: (ref: ModelRef) => ClassReading | undefined;
  /** Relationships that backrefs may add to classes of a name, from anywhere in the workspace. */
  readonly incoming: (name: string) => readonly Incoming[];
}

/** Reads the class statements of one file as mapped classes. */
export class Models {
  readonly #inference: Inference;
  readonly #ports: ModelPorts;

  constructor(inference: Inference, ports: ModelPorts) {
    this.#inference = inference;
    this.#ports = ports;
  }

  /** `undefined` where a class is not mapped, or where we can't tell. */
  read(node: ClassDef): Model | undefined {
    const { uri, name, line } = this.#inference.classOf(node);
    const self: ModelRef = { uri, name };
    const lineage = ancestors(self, this.#inference.world);
    const own = this.#ports.readingOf(self);
    const why = own && this.#mappedBecause(node, lineage, own);
    if (!why) return undefined;
    const inherited = lineage.slice(1).flatMap((id) => ("api" in id ? [] : [this.#ports.readingOf(id)]));
    const known = inherited.filter((reading) => reading !== undefined);
    const relationships = [
      ...lineage.flatMap((id) => this.#added(id)),
      ...known.flatMap((reading) => reading.relationships),
    ];
    const inheritedColumns = known.flatMap((reading) => reading.columns);
    // A class that shares its parent's table has the parent's columns under the parent's names.
    const isRenamed = ({ at, attribute }: ModelColumn): boolean =>
      inheritedColumns.some((each) => each.at.uri === at.uri && each.at.span.start === at.span.start) &&
      !inheritedColumns.some((each) => each.attribute === attribute);
    const ownColumns = own.mappedBy ? own.columns.filter((each) => !isRenamed(each)) : own.columns;
    const columns = constrained(mergedBy(ownColumns, inheritedColumns), own.constraints);
    const { table, abstract } = own;
    return {
      ...self,
      line,
      table,
      tableName: this.#tableOf(self),
      parent: this.#parentOf(lineage),
      columns,
      relationships: mergedBy(own.relationships, relationships).map((each) => this.#counted(each, self, columns)),
      members: mergedBy(
        own.members,
        known.flatMap((reading) => reading.members),
      ),
      complete: own.complete && known.length === inherited.length && known.every((reading) => reading.complete),
      imperative: own.mappedBy !== undefined,
      abstract,
      allowsUnmapped: [own, ...known].some((reading) => reading.allowsUnmapped),
      certainty: why.certainty,
      because: why.because,
    };
  }

  #mappedBecause(node: ClassDef, lineage: readonly ClassId[], { mappedBy }: ClassReading): Why | undefined {
    const told = [...node.bases, ...node.decorators]
      .map((expr) => this.#inference.of(expr))
      .filter((found) => found.type.kind !== "unknown");
    const because = distinct(told.flatMap((found) => found.because));
    const certainty = told.map((found) => found.certainty).reduce(weakest, "certain");
    if (lineage.some(isMappedBase)) return { certainty, because };
    if (mappedBy) return { certainty: mappedBy.certainty, because: [mappedBy.because] };
    const [self] = lineage;
    return self && this.#inference.world.mappedIn(self) !== undefined ? { certainty: "certain", because } : undefined;
  }

  /** Relationships that backrefs of other classes add. */
  #added(id: ClassId): readonly ModelRelationship[] {
    if ("api" in id) return [];
    return this.#ports
      .incoming(lastOf(id.name))
      .filter(({ to }) => sameClass(to, id))
      .map(({ relationship }) => relationship);
  }

  /** The nearest ancestor with a table; a mixin has none, and an abstract base neither. */
  #parentOf(lineage: readonly ClassId[]): ModelRef | undefined {
    for (const id of lineage.slice(1)) {
      if ("api" in id || !isMapped(id, this.#inference.world)) continue;
      const reading = this.#ports.readingOf(id);
      if (reading && !reading.abstract) return { uri: id.uri, name: id.name };
    }
    return undefined;
  }

  /** The table of a class: its own word, the one that its library or its mixins give, or its parent's. */
  #tableOf(self: ModelRef): string | undefined {
    const lineage = ancestors(self, this.#inference.world);
    const own = this.#ports.readingOf(self);
    if (!own || own.abstract) return own?.table;
    const parent = this.#parentOf(lineage);
    const below = lineage.slice(
      0,
      parent ? lineage.findIndex((id) => !("api" in id) && sameClass(id, parent)) : undefined,
    );
    const readings = below.flatMap((id) => ("api" in id ? [] : [this.#ports.readingOf(id)]));
    const libraries = lineage.flatMap((id) => ("api" in id ? [id.api] : []));
    const isFlask = libraries.some((api) => api.startsWith("flask_sqlalchemy."));
    const hasKey = readings.some((reading) => reading?.columns.some(({ primaryKey }) => primaryKey));
    // Without a key of its own, Flask-SQLAlchemy lets a class share its parent's table, whatever name it says.
    if (isFlask && parent && !hasKey) return this.#tableOf(parent);
    if (own.table !== undefined) return own.table;
    if (readings.some((reading) => reading?.computesTable)) return undefined;
    if (readings.some((reading) => reading?.namesTables)) return lastOf(self.name).toLowerCase();
    if (isFlask && hasKey) return snakeCase(lastOf(self.name));
    if (libraries.includes("sqlmodel.SQLModel")) return lastOf(self.name).toLowerCase();
    return parent && this.#tableOf(parent);
  }

  /** Own columns and those of ancestors. */
  #columnsOf(ref: ModelRef): readonly ModelColumn[] {
    return ancestors(ref, this.#inference.world).flatMap((id) =>
      "api" in id ? [] : (this.#ports.readingOf(id)?.columns ?? []),
    );
  }

  /** Whether a relationship leads to many, where nothing but its columns says so. */
  #counted(relationship: ModelRelationship, self: ModelRef, columns: readonly ModelColumn[]): ModelRelationship {
    const { many, targetModel: target } = relationship;
    if (many !== undefined || !target) return relationship;
    const own = { ref: self, table: this.#tableOf(self), columns };
    const other = { ref: target, table: this.#tableOf(target), columns: this.#columnsOf(target) };
    return { ...relationship, many: leadsToMany(relationship, own, other) };
  }
}

interface Why {
  readonly certainty: Certainty;
  readonly because: readonly Evidence[];
}

/** Two bases of one import have the same reason. */
const distinct = (reasons: readonly Evidence[]): readonly Evidence[] =>
  reasons.filter(
    (reason, index) =>
      reasons.findIndex(({ text, at }) => text === reason.text && at?.uri === reason.at?.uri) === index,
  );

/** "HTTPServer" as Flask-SQLAlchemy has it: "http_server". */
const snakeCase = (name: string): string =>
  name.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, "_").toLowerCase();

function mergedBy<T extends { readonly attribute: string }>(own: readonly T[], inherited: readonly T[]): readonly T[] {
  const names = new Set(own.map((each) => each.attribute));
  return [...own, ...inherited.filter((each) => !names.has(each.attribute) && names.add(each.attribute))];
}
