import { Attribute, type Call, type Expr, Str } from "../syntax/index.ts";
import type { Inference } from "./infer.ts";
import { attributeName, entryName, sharedObjects } from "./shared_names.ts";
import { certain, type Inferred, nothing } from "./type.ts";

export function sharedAttribute(object: Expr, name: string, inference: Inference): Inferred {
  return shared(attributeName(object, name), inference);
}

export function sharedEntry(object: Expr, key: string, inference: Inference): Inferred {
  return shared(entryName(object, key), inference);
}

function shared(name: string | undefined, { file, world }: Inference): Inferred {
  if (name === undefined) return nothing;
  const type = { kind: "reference", from: file.uri, module: sharedObjects, name } as const;
  return world.linked ? (world.reduce(type) ?? nothing) : certain(type);
}

/** `request.registry.get("engine")`, `app.setdefault("engine", …)`: an entry, read by a method. */
export function entryRead(call: Call, inference: Inference): Inferred {
  const { callee } = call;
  const [key, otherwise] = call.positional;
  if (!(callee instanceof Attribute) || !reading.has(callee.name)) return nothing;
  const found =
    key instanceof Str && key.value !== undefined ? sharedEntry(callee.object, key.value, inference) : nothing;
  // What stands in for a missing entry tells what an entry is.
  if (!otherwise) return found;
  const given = inference.of(otherwise);
  return found.type.kind === "unknown" ? given : inference.applied({ kind: "default", otherwise: given }, found);
}

const reading = new Set(["get", "setdefault"]);
