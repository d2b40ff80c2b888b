import { isSubclass } from "../knowledge/index.ts";
import { declarativeBase } from "./evaluate.ts";
import type { World } from "./facts.ts";
import { apiAncestor } from "./lineage.ts";
import { type ClassId, certain, type Inferred, instanceOf, nothing, type Type } from "./type.ts";

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
  if (collection) return certain(instanceOf(collection, other));
  if (!other || found.many === undefined || found.keyed) return nothing;
  return certain({ kind: "box", box: found.many ? "list" : "optional", of: other });
}

/** What mapping a class adds to it. */
export function mappedAttribute(id: ClassId, name: string, world: World): Inferred {
  const added = Object.hasOwn(addedByMapping, name) ? addedByMapping[name] : undefined;
  const api = added && apiAncestor(id, world);
  return api && isSubclass(api, declarativeBase) ? certain(instanceOf(added)) : nothing;
}

const addedByMapping: Readonly<Record<string, string>> = {
  __table__: "sqlalchemy.Table",
  __mapper__: "sqlalchemy.orm.Mapper",
};
