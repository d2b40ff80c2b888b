import { memberOf } from "../knowledge/index.ts";
import type { ClassFacts, World } from "./facts.ts";
import type { ClassId, Inferred } from "./type.ts";

export type Member = { readonly api: string } | { readonly member: Inferred };

/** Looks a member up along the bases: the workspace's classes first, each with its own members before its bases'. */
export function member(id: ClassId, name: string, world: World): Member | undefined {
  for (const ancestor of ancestors(id, world)) {
    if ("api" in ancestor) {
      const api = memberOf(ancestor.api, name) ?? memberOf(behind[ancestor.api] ?? "", name);
      if (api) return { api: api.name };
    } else {
      const found = world.classFacts(ancestor)?.member(name);
      if (found) return { member: found };
    }
  }
  return undefined;
}

/** What has to be there where more is asked than the class has: a Session's results are annotated as any, also INSERT's. */
const behind: Readonly<Record<string, string>> = { "sqlalchemy.engine.Result": "sqlalchemy.engine.CursorResult" };

/** The class and its ancestors, nearest first; an ancestor of the knowledge table stands for all of its own. */
export function ancestors(id: ClassId, world: World): readonly ClassId[] {
  if ("api" in id) return id.over ? upwards(id, world) : [id];
  const key = `${id.self ? "self " : ""}${id.uri}#${id.name}`;
  const known = world.lineages.get(key);
  if (known) return known;
  const cuts = world.cuts.count;
  const found = upwards(id, world);
  if (cuts === world.cuts.count) world.lineages.set(key, found);
  return found;
}

function upwards(id: ClassId, world: World): readonly ClassId[] {
  const found: ClassId[] = [];
  const seen = new Set<string>();
  const pending: ClassId[] = [id];
  for (let next = pending.shift(); next && found.length < 64; next = pending.shift()) {
    const over = "api" in next ? next.over : undefined;
    const key = "api" in next ? `${next.api} ${over?.uri}#${over?.name}` : `${next.uri}#${next.name}`;
    if (seen.has(key)) continue;
    seen.add(key);
    found.push(next);
    if (over) pending.unshift(over);
    if (!("api" in next)) pending.unshift(...basesOf(world.classFacts(next), world));
  }
  return found;
}

function basesOf(facts: ClassFacts | undefined, world: World): readonly ClassId[] {
  return (facts?.bases ?? []).flatMap((base) => {
    const type = world.settle(base.type);
    return type.kind === "class" ? [type.id] : [];
  });
}

/** The nearest class of the knowledge table that a class is or descends from. */
export function apiAncestor(id: ClassId, world: World): string | undefined {
  for (const ancestor of ancestors(id, world)) if ("api" in ancestor) return ancestor.api;
  return undefined;
}
