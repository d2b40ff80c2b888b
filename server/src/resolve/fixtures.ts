import type { Inferred, Type } from "./type.ts";
import { nothing } from "./type.ts";

/** The module by which a file that is looked at by itself names a fixture that a conftest above it may define. */
export const fixtures = "<fixtures>";

/** pytest runs a fixture, takes the first value of a generator, and awaits where it must. */
export function fixtureValue({ type }: Inferred): Inferred {
  if (type.kind !== "function") return nothing;
  const { result } = type;
  const given: Type = result.type;
  return given.kind === "box" && ["iter", "aiter", "await"].includes(given.box)
    ? { ...result, type: given.of }
    : result;
}
