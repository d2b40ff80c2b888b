import { follow, isSymbol, union } from "./answers.ts";
import type { World } from "./facts.ts";
import { apiAncestor } from "./lineage.ts";
import { type ClassId, type Inferred, isHook, nothing, type Type } from "./type.ts";
import { weakest } from "./value.ts";

type Owner = Extract<Type, { kind: "class" | "instance" }>;
type Reading = (type: Type, name: string, world: World) => Inferred;

/**
 * What a mixin's own methods ask of `self` or `cls` is what the classes that it is mixed into have. An object that is
 * only known by its base is likely one of those below that has what is asked of it.
 */
export function amongHeirs(type: Owner, name: string, attributeOf: Reading, world: World): Inferred {
  if ("api" in type.id || (type.kind === "class" && !type.id.self)) return nothing;
  const heirs = world.heirs(type.id).filter((heir) => !isMixin(heir, world));
  const answers = heirs.map((heir) => attributeOf({ ...type, id: heir }, name, world));
  const found = union(answers.filter((each) => !isHook(each)).map((each) => asOfTable(each, world)));
  return type.id.self ? found : { ...found, certainty: weakest(found.certainty, "likely") };
}

/** An object of a class of the workspace as one of the table's class that it descends from: what several have in common. */
function asOfTable(found: Inferred, world: World): Inferred {
  const { type } = found;
  if (type.kind === "function") {
    return { ...found, type: { kind: "function", result: settled(type.result, world), property: type.property } };
  }
  const api = type.kind === "instance" && !("api" in type.id) ? apiAncestor(type.id, world) : undefined;
  return type.kind === "instance" && api ? { ...found, type: { ...type, id: { api } } } : found;
}

const isMixin = (id: ClassId, world: World): boolean =>
  apiAncestor(id, world) === undefined && "uri" in id && world.heirs(id).length > 0;

/** What stands behind a symbol of another file, where that can be asked. */
export function settled(found: Inferred, world: World): Inferred {
  const further = isSymbol(found.type) ? world.reduce(found.type) : undefined;
  return further ? follow(found, further) : found;
}
