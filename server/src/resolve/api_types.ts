import { apiOf, isKnownModule } from "../knowledge/index.ts";
import { evaluate, noArguments } from "./evaluate.ts";
import type { World } from "./facts.ts";
import { type Type, unknown } from "./type.ts";

/** What a canonical name stands for when it is read. */
export function typeOfApi(name: string): Type {
  const api = apiOf(name);
  if (!api) return isKnownModule(name) ? { kind: "module", name } : unknown;
  switch (api.kind) {
    case "module":
      return { kind: "module", name };
    case "class":
    case "exception":
      return { kind: "class", id: { api: name } };
    case "function":
    case "method":
    case "classmethod":
      return { kind: "api", name };
    default:
      return api.returns
        ? evaluate(api.returns, { api: name, self: undefined, given: noArguments, world: nowhere })
        : { kind: "api", name };
  }
}

/** A constant's type rests on no file. */
const nowhere: World = {
  linked: true,
  cuts: { count: 0 },
  lineages: new Map(),
  reduce: () => undefined,
  settle: (type) => type,
  classFacts: () => undefined,
  fixture: () => undefined,
  classesNamed: () => [],
  heirs: () => [],
  mappedIn: () => undefined,
  mapsByCall: () => false,
  related: () => undefined,
};

/** What it stands for where it is read off an object. */
export function boundApi(name: string, self: Type, world: World): Type {
  const api = apiOf(name);
  if (!api) return unknown;
  if (api.kind === "method" || api.kind === "classmethod") return { kind: "api", name, self };
  // A function that a class hands on: Flask-SQLAlchemy's `db.relationship`.
  if (api.kind === "function") return { kind: "api", name };
  if (api.kind === "class" || api.kind === "exception") return { kind: "class", id: { api: name } };
  // `db.event`; deeper modules (`sqlalchemy.orm.query`) are named like what people keep in a `db`.
  if (api.kind === "module") return name.split(".").length === 2 ? { kind: "module", name } : unknown;
  return evaluate(api.returns, { api: name, self, given: noArguments, world });
}
