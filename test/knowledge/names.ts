import { type Api, apiOf } from "../../server/src/knowledge/index.ts";
import { MODULES } from "../../server/src/knowledge/paths.gen.ts";
import { OWNERS } from "../../server/src/knowledge/table.gen.ts";

/** Every API of the table, modules first. */
export function allNames(): readonly Api[] {
  const modules = MODULES.split("\n").map((line) => line.slice(0, line.indexOf(" ")));
  const names = Object.entries(OWNERS).flatMap(([owner, lines]) =>
    lines.split("\n").map((line) => `${owner}.${line.slice(0, line.indexOf(" "))}`),
  );
  return [...modules, ...names].map((name) => {
    const api = apiOf(name);
    if (!api) throw new Error(`${name} is written in the table but cannot be read from it`);
    return api;
  });
}
