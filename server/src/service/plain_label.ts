import type { Api } from "../knowledge/index.ts";
import type { Node } from "../syntax/index.ts";
import { lessonOf } from "./lessons.ts";
import type { Label } from "./types.ts";

/** What a name of the knowledge table says of itself, wherever it stands; each kind of label adds to it. */
export function plainLabel(api: Api | undefined, at: Node): Label {
  return {
    kind: "name",
    title: "",
    api: api?.name ?? null,
    layer: api?.layer ?? null,
    certainty: "certain",
    because: [],
    summary: "",
    history: "",
    lesson: lessonOf(api),
    doc: api?.doc ?? "",
    span: { start: at.start, end: at.end },
    facts: [],
    rows: [],
    details: [],
    findings: [],
  };
}
