import { isSubclass } from "../knowledge/index.ts";
import { Attribute, type Call } from "../syntax/index.ts";
import type { World } from "./facts.ts";
import type { Inference } from "./infer.ts";
import { queryClassBehind } from "./laws.ts";
import { apiAncestor } from "./lineage.ts";
import { isMappedBase } from "./mapped.ts";
import { type ClassId, certain, type Inferred, instanceOf, nothing, type Type } from "./type.ts";

/** What SQLAlchemy puts on a class for each of its mapped attributes. */
export const instrumented = "sqlalchemy.orm.InstrumentedAttribute";

/** What a relationship that doesn't load by itself reads as: by its `lazy=`, and by its annotation, which decides where there is one. */
const unloaded: Readonly<Record<string, string>> = {
  dynamic: "sqlalchemy.orm.Query",
  write_only: "sqlalchemy.orm.WriteOnlyCollection",
  "sqlalchemy.orm.DynamicMapped": "sqlalchemy.orm.Query",
  "sqlalchemy.orm.WriteOnlyMapped": "sqlalchemy.orm.WriteOnlyCollection",
};

/** The class of such a collection; `undefined` for every other loading and annotation. */
export const collectionOf = (said: string): string | undefined =>
  Object.hasOwn(unloaded, said) ? unloaded[said] : undefined;

/** What a relationship reads as: the other object, a list of them, or what its loading gives in their place. */
export function related(id: ClassId, name: string, world: World): Inferred {
  const found = world.related(id, name);
  if (found?.lazy === undefined) return nothing;
  const { uri, name: target } = found.targetModel ?? {};
  const other: Type | undefined =
    uri === undefined || target === undefined ? undefined : { kind: "instance", id: { uri, name: target } };
  // SQLAlchemy refuses both of them where the other side is one.
  const collection = collectionOf(found.lazy);
  if (collection) {
    const made = found.lazy === "dynamic" && found.query ? found.query : { api: collection };
    return certain(other ? { kind: "instance", id: made, holds: other } : { kind: "instance", id: made });
  }
  if (!other || found.many === undefined || found.keyed) return nothing;
  return certain({ kind: "box", box: found.many ? "list" : "optional", of: other });
}

/**
 * The Query class of the dynamic relationships that a call makes: what it names, else that of the Flask-SQLAlchemy object
 * whose `relationship` it is. `undefined`: SQLAlchemy's own.
 */
export function queryClassOf(call: Call, inference: Inference): ClassId | undefined {
  const { world } = inference;
  const said = call.keyword("query_class");
  const chosen = said && world.settle(inference.of(said).type);
  if (said) return chosen?.kind === "class" ? chosen.id : undefined;
  const { callee } = call;
  return callee instanceof Attribute
    ? queryClassBehind(world.settle(inference.of(callee.object).type), world)
    : undefined;
}

/** What has the operators of SQL in place of what maps an attribute: `Author.books.any()`, `Author.total.desc()`. */
export function operable({ id, ...rest }: InstanceType): InstanceType | undefined {
  const api = "api" in id ? id.api : undefined;
  const [, read] = (api !== undefined && readOnClass.find(([maps]) => isSubclass(api, maps))) || [];
  return read === undefined ? undefined : { ...rest, id: { api: read } };
}

type InstanceType = Extract<Type, { kind: "instance" }>;

/** What an attribute of a class is there, by what maps it. */
const readOnClass: readonly (readonly [maps: string, read: string])[] = [
  ...["RelationshipProperty", "ColumnProperty", "CompositeProperty", "SynonymProperty"].map(
    (name) => [`sqlalchemy.orm.${name}`, instrumented] as const,
  ),
  ["sqlalchemy.ext.associationproxy.AssociationProxy", "sqlalchemy.ext.associationproxy.AssociationProxyInstance"],
];

/** What a call of `map_imperatively` makes of an attribute, in the place of what the class statement says. */
export const mappedByCall = ({ kind, id }: Owner, name: string, world: World): Inferred =>
  kind === "class" ? certain(instanceOf(instrumented)) : related(id, name, world);

type Owner = Extract<Type, { kind: "class" | "instance" }>;

/** What mapping a class adds to it. */
export function mappedAttribute(id: ClassId, name: string, world: World): Inferred {
  const added = Object.hasOwn(addedByMapping, name) ? addedByMapping[name] : undefined;
  const api = added && apiAncestor(id, world);
  return api && isMappedBase({ api }) ? certain(instanceOf(added)) : nothing;
}

const addedByMapping: Readonly<Record<string, string>> = {
  __table__: "sqlalchemy.Table",
  __mapper__: "sqlalchemy.orm.Mapper",
};
