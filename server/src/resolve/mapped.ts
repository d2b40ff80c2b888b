import { isSubclass } from "../knowledge/index.ts";
import { declarativeBase } from "./evaluate.ts";
import type { World } from "./facts.ts";
import { ancestors } from "./lineage.ts";
import { type ClassId, sameClass } from "./type.ts";
import type { ModelRef } from "./value.ts";

/** Bases of the knowledge table whose subclasses are mapped. */
const mappedBases = [
  declarativeBase,
  "sqlalchemy.orm.DeclarativeBaseNoMeta",
  "sqlalchemy.ext.automap.AutomapBase",
  "flask_sqlalchemy.model.Model",
  "sqlmodel.SQLModel",
];

export const isMappedBase = (id: ClassId): boolean =>
  "api" in id && mappedBases.some((base) => isSubclass(id.api, base));

/** Whether a class of the workspace is mapped: by a base or a decorator, or by a call of `map_imperatively`. */
export function isMapped(id: ClassId, world: World): boolean {
  if ("api" in id) return false;
  return ancestors(id, world).some(isMappedBase) || world.mappedIn(id) !== undefined;
}

/**
 * The class that a string in `relationship("Book")` means to SQLAlchemy's registry: the only mapped class of that name
 * in the workspace, or the only one that shares a base with the owner. A dotted name says the module's end as well.
 */
export function mappedClassNamed(written: string, owner: ModelRef, world: World): ModelRef | undefined {
  const names = /^[A-Za-z_][\w.]*$/.exec(written) ? written.split(".") : [];
  const name = names.pop();
  if (!name) return undefined;
  const path = names.join("/");
  const found = world
    .classesNamed(name)
    .filter((ref) => path === "" || inModule(ref.uri, path))
    .filter((ref) => isMapped(ref, world));
  if (found.length < 2) return found[0];
  const bases = ancestors(owner, world).filter((id) => !("api" in id));
  const related = found.filter((ref) =>
    ancestors(ref, world).some((id) => !sameClass(id, ref) && bases.some((base) => sameClass(base, id))),
  );
  return related.length === 1 ? related[0] : undefined;
}

const inModule = (uri: string, path: string): boolean =>
  uri.endsWith(`/${path}.py`) || uri.endsWith(`/${path}/__init__.py`);
