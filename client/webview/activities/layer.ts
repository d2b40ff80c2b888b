import type { Place, Words } from "../../src/lessons/messages.ts";
import { element } from "../dom.ts";

/** The layer of a name as a badge; nothing where it is not known. */
export function layerBadge(layer: Place["layer"], words: Words): HTMLElement | undefined {
  if (layer === null) return undefined;
  const text = { core: words.layerCore, orm: words.layerOrm, both: words.layerBoth }[layer];
  return element("span", { class: `badge badge-${layer}` }, text);
}
