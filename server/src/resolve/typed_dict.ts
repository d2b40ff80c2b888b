import type { World } from "./facts.ts";
import { foreignName } from "./foreign.ts";
import { ancestors } from "./lineage.ts";
import type { ClassId } from "./type.ts";

/** A class whose objects are dictionaries with keys of its own. */
export function isTypedDict(id: ClassId, world: World): boolean {
  const local = ancestors(id, world).flatMap((each) => ("api" in each ? [] : [world.classFacts(each)]));
  return local.some((facts) => facts?.bases.some(({ type }) => /(^|\.)TypedDict$/.test(foreignName(type) ?? "")));
}
