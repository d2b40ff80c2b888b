import { type ApiName, apiOf } from "../knowledge/index.ts";
import { type Attribute, ClassDef, type Expr, Name, type Node, type SourceFile } from "../syntax/index.ts";
import { follow } from "./answers.ts";
import { hidingColumns } from "./class_attributes.ts";
import { type ClassReading, nothingMapped, readClass } from "./class_reading.ts";
import type { Attributed } from "./column_reading.ts";
import { Databases } from "./databases.ts";
import { uncut } from "./facts.ts";
import { importFor } from "./imports.ts";
import { Inference } from "./infer.ts";
import { apiAncestor, member } from "./lineage.ts";
import { isMapped } from "./mapped.ts";
import { operable } from "./mapped_attributes.ts";
import { classKey, joined, MappingCalls, type MappingReading } from "./mapping_calls.ts";
import type { Model, TableReading } from "./model.ts";
import { Models } from "./models.ts";
import { hooksAmong, possibleHooksIn, type QueryHook } from "./query_hooks.ts";
import { QueryVariables } from "./query_variables.ts";
import { namesSqlalchemy } from "./reach.ts";
import { References } from "./references.ts";
import { lastOf } from "./relationship_direction.ts";
import { declaredWithBackref, type Incoming, incomingOf } from "./relationship_reading.ts";
import { Remembered } from "./remembered.ts";
import type { Resolver } from "./resolver.ts";
import { type TableOwner, Tables } from "./tables.ts";
import type { Inferred, Type } from "./type.ts";
import type { Evidence, ModelRef, Place, Value } from "./value.ts";
import { createWorld, type Neighbours, nobody } from "./world.ts";

export { mayNameApi } from "./called_names.ts";
export type { ClassReading } from "./class_reading.ts";
export { shortened } from "./column_reading.ts";
export type { Grounds } from "./grounds.ts";
export type {
  Model,
  ModelColumn,
  ModelMember,
  ModelMemberKind,
  ModelRelationship,
  TableReading,
} from "./model.ts";
export { Project } from "./project.ts";
export type { QueryHook } from "./query_hooks.ts";
export { endOf } from "./query_uses.ts";
export { assignedFrom } from "./query_values.ts";
export type { Escape, QueryEnd, QuerySource, QueryUse, QueryVariable, QueryWrite } from "./query_variable.ts";
export { leadsTo } from "./relationship_direction.ts";
export type { DatabaseAnswer, ImportAnswer, Resolver } from "./resolver.ts";
export { mayBeRow, mayReadRow } from "./row_forms.ts";
export { type Bound, bindInSteps } from "./scopes.ts";
export type { TableOwner } from "./tables.ts";
export { type Certainty, type Evidence, type ModelRef, type Place, type Value, weakest } from "./value.ts";
export type { Neighbours } from "./world.ts";

/** A resolver that also lends what its one pass over the file has collected. */
export interface FileResolver extends Resolver {
  readonly inference: Inference;
  /** What a class statement says of a mapping by itself, mapped or not. */
  readingOf(ref: ModelRef): ClassReading | undefined;
  /** What a call that maps a class says of it, wherever the call stands. */
  mappingOf(ref: ModelRef): MappingReading | undefined;
  /** The attribute of a class that a call maps, where the call says it: in `properties=` around a node. */
  mappedAttributeAt(node: Node): Attributed | undefined;
  /** Relationships that backrefs of this file add to classes of a name, of any file. */
  incoming(name: string): readonly Incoming[];
  /** The member of a class of SQLAlchemy's that an attribute reads, whatever its value is: `result.rowcount`. */
  memberReadBy(expr: Attribute): ApiName | undefined;
  /** The table of Core's that an expression is: a name, wherever it is from, or the call itself. */
  tableOf(expr: Expr): TableReading | undefined;
  /** The table that the statement at a place of this file makes. */
  tableAt(place: Place): TableReading | undefined;
  tableNameAt(place: Place): string | undefined;
  /** What this file keeps in the table of a name. */
  ownTables(name: string): readonly TableOwner[];
  /** What the workspace keeps in the table of a name, "author" or "schema.author": this file's own first. */
  tablesNamed(name: string): readonly TableOwner[];
}

export function createResolver(
  file: SourceFile,
  neighbours: Neighbours = nobody(),
  conventions?: boolean,
): FileResolver {
  const classes = new Map<string, ClassDef>();
  const inference = new Inference(
    file,
    (self) => {
      const own = (name: string) => {
        const node = classes.get(name);
        return node ? self.classOf(node) : self.placedOn(name);
      };
      return createWorld(own, file.uri, neighbours, (ref) => modelOf(ref));
    },
    conventions ?? namesSqlalchemy(file.text),
  );
  for (const node of inference.bound.classes) {
    const { name } = inference.classOf(node);
    if (!classes.has(name)) classes.set(name, node);
  }
  const { cuts } = inference.world;
  const readings = new Remembered<ClassDef, ClassReading>(cuts);
  const readingOf = (ref: ModelRef): ClassReading | undefined => {
    if (ref.uri !== file.uri) return neighbours.readingOf(ref);
    const node = classes.get(ref.name);
    if (!node && inference.placedOn(ref.name)) return nothingMapped;
    // What it maps may lead back to it.
    return node && readings.of(node, () => withMapping(readClass(node, inference), node, ref));
  };
  const mappingOf = (ref: ModelRef): MappingReading | undefined => {
    const uri = inference.world.mappedIn(ref);
    return uri === undefined || uri === file.uri ? calls.of(ref) : neighbours.mappingOf(uri, ref);
  };
  /** Of a class that a call maps, the call says what it maps; what the class adds in Python stays. */
  const withMapping = (reading: ClassReading, node: ClassDef, ref: ModelRef): ClassReading => {
    if (inference.world.mappedIn(ref) === undefined) return reading;
    const mapping = mappingOf(ref);
    return mapping ? joined(reading, mapping, hidingColumns(node, inference)) : { ...reading, complete: false };
  };
  let added: ReadonlyMap<string, readonly Incoming[]> | undefined;
  /** By the last part of the name of the class that they are added to. */
  const incoming = (name: string): readonly Incoming[] => {
    const read = () => byTarget(incomingOf([...declaredWithBackref(inference), ...calls.declared()], inference));
    const found =
      added ??
      uncut(cuts, read, (whole) => {
        added = whole;
      });
    return found.get(name) ?? [];
  };
  const reader = new Models(inference, {
    readingOf,
    incoming: (name) => [...incoming(name), ...neighbours.incoming(name)],
  });
  const isElsewhere = (at: Place | undefined): at is Place => at !== undefined && at.uri !== file.uri;
  const tables = new Tables(inference, {
    reading(made) {
      const { at } = neighbours.present(made);
      return isElsewhere(at) ? neighbours.tableAt(at) : undefined;
    },
    name(made) {
      const { at } = neighbours.present(made);
      return isElsewhere(at) ? neighbours.tableNameAt(at) : undefined;
    },
  });
  inference.tables = tables;
  const calls = new MappingCalls(inference);
  const references = new References(inference);
  const queries = new QueryVariables(inference, references);
  const databases = new Databases(inference);
  const models = new Map<ClassDef, Model | undefined>();
  let hooks: readonly QueryHook[] | undefined;
  const modelOfClass = (node: ClassDef): Model | undefined => {
    if (models.has(node)) return models.get(node);
    const before = cuts.count;
    models.set(node, undefined);
    const model = reader.read(node);
    if (before === cuts.count) models.set(node, model);
    else models.delete(node);
    return model;
  };
  const modelOf = (of: ClassDef | ModelRef): Model | undefined => {
    if (of instanceof ClassDef) return modelOfClass(of);
    if (of.uri !== file.uri) return neighbours.modelOf(of);
    const node = classes.get(of.name);
    return node && modelOfClass(node);
  };
  /** Reasons from other files, with the lines where they stand today. */
  const presented = <T extends { readonly because: readonly Evidence[] }>(of: T): T => {
    const because = of.because.map((each) => (each.at?.uri === file.uri ? each : neighbours.present(each)));
    return because.some((each, index) => each !== of.because[index]) ? { ...of, because } : of;
  };
  const mapped = new Map<string, boolean>();
  const isMappedClass = (ref: ModelRef): boolean => {
    const key = classKey(ref);
    const known = mapped.get(key) ?? isMapped(ref, inference.world);
    mapped.set(key, known);
    return known;
  };
  const ownTables = (name: string): readonly TableOwner[] => {
    const owners = [...classes.values()].flatMap((node) => {
      const model = modelOfClass(node);
      return model && !model.abstract && model.tableName === name ? [{ model }] : [];
    });
    return [...owners, ...tables.named(name).map((table) => ({ table }))];
  };
  return {
    inference,
    readingOf,
    mappingOf,
    mappedAttributeAt: (node) => calls.attributeAt(node),
    incoming,
    memberReadBy: (expr) => memberReadBy(expr, inference),
    tableOf: (expr) => tables.of(expr),
    tableAt: (place) => tables.at(place),
    tableNameAt: (place) => tables.nameAt(place),
    ownTables,
    tablesNamed(name) {
      const bare = name.slice(name.lastIndexOf(".") + 1);
      return [...ownTables(bare), ...neighbours.tablesNamed(bare)];
    },
    valueOf: (expr) => toValue(presented(inference.of(expr)), inference, isMappedClass),
    nameOf: (expr) =>
      expr instanceof Name && inference.isOwn(expr) ? undefined : nameOf(inference.of(expr).type, inference),
    modelOf: (of) => {
      const model = modelOf(of);
      return model && presented(model);
    },
    usesOf: (name) => references.of(name),
    queryVariableOf(name) {
      const variable = queries.of(name);
      return variable && presented(variable);
    },
    queryHooks() {
      hooks ??= hooksAmong([...possibleHooksIn(inference), ...neighbours.hooks()], inference.world);
      return hooks;
    },
    importFor: (name, at) => importFor(name, at, inference),
    databaseFor(query) {
      const found = databases.for(query);
      return found && presented(found);
    },
  };
}

function byTarget(all: readonly Incoming[]): ReadonlyMap<string, readonly Incoming[]> {
  const found = new Map<string, Incoming[]>();
  for (const each of all) {
    const name = lastOf(each.to.name);
    const known = found.get(name);
    if (known) known.push(each);
    else found.set(name, [each]);
  }
  return found;
}

function nameOf(type: Type, inference: Inference): ApiName | undefined {
  switch (type.kind) {
    case "api":
    case "module":
      return apiOf(type.name)?.name;
    case "class":
      return "api" in type.id ? apiOf(type.id.api)?.name : undefined;
    case "reference":
    case "deferred": {
      const settled = inference.world.settle(type);
      // A module of the workspace settles to a reference, and no name of SQLAlchemy's stands for it.
      return settled.kind === "reference" || settled.kind === "deferred" ? undefined : nameOf(settled, inference);
    }
    default:
      return undefined;
  }
}

function memberReadBy({ object, name }: Attribute, inference: Inference): ApiName | undefined {
  const settled = inference.world.settle(inference.of(object).type);
  const type = settled.kind === "box" && settled.box === "optional" ? settled.of : settled;
  if (type.kind !== "class" && type.kind !== "instance") return undefined;
  const shown = type.kind === "instance" ? operable(type) : undefined;
  const found = member(type.id, name, inference.world) ?? (shown && member(shown.id, name, inference.world));
  const api = found && "api" in found ? apiOf(found.api) : undefined;
  return api?.name.endsWith(`.${name}`) ? api.name : undefined;
}

const unknownValue: Value = { kind: "unknown", of: "", certainty: "unknown", because: [] };

function toValue(found: Inferred, inference: Inference, isMapped: (ref: ModelRef) => boolean): Value {
  const { world } = inference;
  const isSymbol = found.type.kind === "reference" || found.type.kind === "deferred";
  const further = isSymbol ? world.reduce(found.type) : undefined;
  const { type: settled, certainty, because } = further ? follow(found, further) : found;
  const type = settled.kind === "box" && settled.box === "optional" ? settled.of : settled;
  const told = { certainty, because };
  switch (type.kind) {
    case "module":
      return { kind: "module", of: apiOf(type.name)?.name ?? "", ...told };
    case "api":
      return { kind: "callable", of: apiOf(type.name)?.name ?? "", ...told };
    case "class":
    case "instance": {
      const api = apiAncestor(type.id, world);
      const of = api === undefined ? "" : (apiOf(api)?.name ?? "");
      const model = "api" in type.id ? undefined : { uri: type.id.uri, name: type.id.name };
      if (of === "" && !model) return unknownValue;
      const holds =
        type.kind === "instance" && type.holds
          ? toValue({ ...found, type: type.holds }, inference, isMapped)
          : undefined;
      return {
        kind: type.kind,
        of,
        ...(holds && holds.kind !== "unknown" ? { holds } : {}),
        ...(model && isMapped(model) ? { model } : {}),
        ...(type.kind === "class" && "self" in type.id && type.id.self ? { orBelow: true } : {}),
        ...told,
      };
    }
    default:
      return unknownValue;
  }
}
