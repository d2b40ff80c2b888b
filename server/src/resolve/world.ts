import type { ClassFacts, World } from "./facts.ts";
import type { Model } from "./model.ts";
import { apply, follow } from "./operations.ts";
import { type ClassId, type Inferred, nothing, type Type } from "./type.ts";
import type { ModelRef } from "./value.ts";

/** Answers about the other files of the workspace. A workspace of one file has no answers. */
export interface Neighbours {
  /** The model that a class of another file is. */
  modelOf(ref: ModelRef): Model | undefined;
  /** What a module's name is, as imported from `from`; `undefined` where no file of the workspace says so. */
  exportOf(from: string, module: string, name: string | undefined): Inferred | undefined;
  classFacts(uri: string, name: string): ClassFacts | undefined;
  /** A module-level function of a `conftest.py` in the folder of `from` or above. */
  fixture(from: string, name: string): Inferred | undefined;
}

export const alone: Neighbours = {
  modelOf: () => undefined,
  exportOf: () => undefined,
  classFacts: () => undefined,
  fixture: () => undefined,
};

/** Joins one file's own classes with what the neighbours know. */
export function createWorld(own: (name: string) => ClassFacts | undefined, uri: string, neighbours: Neighbours): World {
  let depth = 0;
  const world: World = {
    reduce(type) {
      if (depth > 30) return undefined;
      depth++;
      try {
        return reduced(type, world, neighbours);
      } finally {
        depth--;
      }
    },
    settle(type) {
      return type.kind === "reference" || type.kind === "deferred" ? (world.reduce(type)?.type ?? type) : type;
    },
    fixture: neighbours.fixture,
    classFacts(id: Exclude<ClassId, { api: string }>) {
      return id.uri === uri ? own(id.name) : neighbours.classFacts(id.uri, id.name);
    },
  };
  return world;
}

function reduced(type: Type, world: World, neighbours: Neighbours): Inferred | undefined {
  if (type.kind === "reference") {
    const found = neighbours.exportOf(type.from, type.module, type.name);
    return found && onwards(found, world);
  }
  if (type.kind !== "deferred") return { ...nothing, type, certainty: "certain" };
  const inner = world.reduce(type.of);
  if (!inner || inner.type.kind === "deferred") return undefined;
  return onwards(apply(type.operation, inner, world), world);
}

/**
 * What is found may be a symbol of another file again. It is followed here, where depth is counted: two functions of
 * two files that call each other would be followed for ever.
 */
function onwards(found: Inferred, world: World): Inferred | undefined {
  const { type } = found;
  const symbolic = type.kind === "deferred" || (type.kind === "reference" && type.name !== undefined);
  if (!symbolic) return found;
  const further = world.reduce(type);
  return further && follow(found, further);
}
