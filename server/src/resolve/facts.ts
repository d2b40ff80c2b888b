import type { ModelRelationship } from "./model.ts";
import type { ClassId, Inferred, Type } from "./type.ts";
import type { ModelRef } from "./value.ts";

/** Asked as a member: the object to which a class's `__getattr__` hands on whatever the class lacks. */
export const handedOnTo = "__getattr__()";

/** What others may know of a class that the workspace defines. */
export interface ClassFacts {
  readonly uri: string;
  readonly name: string;
  /** 1-based. */
  readonly line: number;
  readonly bases: readonly Inferred[];
  /** Own members only: class attributes, methods, and what methods assign to `self`. */
  member(name: string): Inferred | undefined;
}

/**
 * Counts the answers that were cut short, by a circle or by their depth: what rests on one is true of that question
 * only, and is not remembered.
 */
export interface Cuts {
  count: number;
}

/** What `make` gives; it is kept unless an answer on the way was cut short. */
export function uncut<T>(cuts: Cuts, make: () => T, keep: (made: T) => void): T {
  const before = cuts.count;
  const made = make();
  if (before === cuts.count) keep(made);
  return made;
}

/** What inference may ask about everything outside of the expression at hand. */
export interface World {
  /** Whether other files can be asked; if not, what rests on them is to stay symbolic. */
  readonly linked: boolean;
  readonly cuts: Cuts;
  /** Lineages of classes that were asked for before, by class. */
  readonly lineages: Map<string, readonly ClassId[]>;
  /** What a reference or a deferred operation comes to; `undefined` while the file behind it is not known. */
  reduce(type: Type): Inferred | undefined;
  /** The same for any type: itself where there is nothing to reduce. */
  settle(type: Type): Type;
  /** The function that pytest would call for a parameter, from the conftest files above a test. */
  fixture(from: string, name: string): Inferred | undefined;
  /** Classes of the workspace with a name, at the top of their files. */
  classesNamed(name: string): readonly ModelRef[];
  /** Classes of the workspace that descend from a class, as far as they name their bases; the first so many. */
  heirs(id: Exclude<ClassId, { api: string }>): readonly ModelRef[];
  /** The file whose call of `map_imperatively`, or of its like, maps a class of the workspace. */
  mappedIn(id: ClassId): string | undefined;
  /** Whether such a call maps an attribute of a class: whatever the class statement says of it, it is a mapped one. */
  mapsByCall(id: ClassId, name: string): boolean;
  /** A relationship of a mapped class; `undefined` while it is not known to be one. */
  related(id: ClassId, name: string): ModelRelationship | undefined;
  classFacts(id: Exclude<ClassId, { api: string }>): ClassFacts | undefined;
}
