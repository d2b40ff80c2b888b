import { apiOf, isSubclass, type Layer } from "../knowledge/index.ts";
import type { Evidence, FileResolver } from "../resolve/index.ts";
import { Attribute, Call, chainOf, type Expr, overlaps, type SourceFile, type Span } from "../syntax/index.ts";
import { calledBy } from "./keyword_label.ts";
import { layerAt } from "./layer.ts";

/** The layer of one call, shown behind it. */
export interface LayerHint {
  /** The UTF-16 offset behind the call. */
  readonly at: number;
  readonly layer: Layer;
  readonly api: string;
  readonly because: readonly Evidence[];
}

/**
 * The calls of SQLAlchemy's that touch `span`, each with its layer. A chain has one hint, at its end, and a call within
 * another's arguments has one only where its layer is another: a model would drown in them.
 */
export function layerHints(file: SourceFile, resolver: FileResolver, span: Span): readonly LayerHint[] {
  const known = new Map<Call, LayerHint | undefined>();
  const hintOf = (call: Call): LayerHint | undefined => {
    if (!known.has(call)) known.set(call, hintFor(call, file, resolver));
    return known.get(call);
  };
  const around = (call: Call): LayerHint | undefined => {
    for (let outer = call.parent; outer && outer.type !== "block"; outer = outer.parent) {
      if (!(outer instanceof Call) || isLinkOf(outer, call)) continue;
      const hint = hintOf(outer);
      if (hint) return hint;
    }
    return undefined;
  };
  const found = resolver.inference.bound.calls.flatMap((call) => {
    if (!overlaps(call, span) || goesOn(call, hintOf)) return [];
    const hint = hintOf(call);
    return hint && around(call)?.layer !== hint.layer ? [hint] : [];
  });
  return found.sort((a, b) => a.at - b.at);
}

function hintFor(call: Call, file: SourceFile, resolver: FileResolver): LayerHint | undefined {
  const api = apiOf(calledBy(call, resolver) ?? "");
  // A type describes a column: behind every one of a model the word would hide the model.
  if (!api || api.kind === "exception" || isSubclass(api.name, "sqlalchemy.types.TypeEngine")) return undefined;
  const value = resolver.valueOf(call.callee);
  if (value.certainty === "unknown") return undefined;
  const { layer, because } = layerAt(api, call.callee, file, resolver);
  return { at: call.end, layer, api: api.name, because: [...because, ...value.because].slice(0, 2) };
}

/** Whether a later call of the same chain has a hint. */
function goesOn(call: Call, hintOf: (call: Call) => LayerHint | undefined): boolean {
  const { links } = chainOf(call);
  return links.some(
    (link) => link.call && link.call !== call && link.call.end > call.end && hintOf(link.call) !== undefined,
  );
}

/** Whether `inner` is what `outer` is called on: `inner().outer()`. */
function isLinkOf(outer: Call, inner: Call): boolean {
  let at: Expr | undefined = outer;
  while (at && at !== inner) at = at instanceof Call ? at.callee : at instanceof Attribute ? at.object : undefined;
  return at === inner;
}
