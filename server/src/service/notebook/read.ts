import * as z from "zod/mini";
import type { Span } from "../../syntax/index.ts";
import { type CodeCell, cellAt, type Joined, joinCells, unusedSeparator } from "./join.ts";
import { elementSpans, memberSpans, rootSpan } from "./json_spans.ts";

/** A notebook whose Python cells are one document for the analyser. */
export interface Notebook extends Joined<SourceCell> {
  /** The notebook's own bytes as text (without a byte order mark). */
  readonly json: string;
}

/** Numbered among all cells of the notebook. */
export interface SourceCell extends CodeCell {
  /** Where the cell's `source` stands in the JSON. */
  readonly at: Span;
}

export type Cell = Notebook["cells"][number];

const notebookSchema = z.object({
  nbformat: z.number(),
  metadata: z.optional(
    z.object({
      kernelspec: z.optional(z.object({ language: z.optional(z.string()) })),
      language_info: z.optional(z.object({ name: z.optional(z.string()) })),
    }),
  ),
  cells: z.optional(z.array(z.object({ cell_type: z.string(), source: z.union([z.string(), z.array(z.string())]) }))),
});

export function readNotebook(json: string): Notebook | { readonly fault: string } {
  const content = contentOf(json);
  if (!content) return { fault: "is not a notebook" };
  if (content.nbformat < 4)
    return { fault: `is a notebook of format ${content.nbformat}; 4 is the oldest that is read` };
  const language = content.metadata?.kernelspec?.language ?? content.metadata?.language_info?.name ?? "python";
  const cells = /^i?python\d?$/i.test(language) ? (content.cells ?? []) : [];
  const spans = sourceSpans(json);
  const code = cells.flatMap(({ cell_type, source: lines }, index): readonly SourceCell[] => {
    const source = typeof lines === "string" ? lines : lines.join("");
    const at = spans[index];
    return cell_type === "code" && at ? [{ number: index + 1, source, at }] : [];
  });
  return { ...joinCells(code, unusedSeparator([json])), json };
}

function contentOf(json: string): z.infer<typeof notebookSchema> | undefined {
  try {
    return z.safeParse(notebookSchema, JSON.parse(json)).data;
  } catch {
    // Not JSON, or nested too deeply for it.
    return undefined;
  }
}

function sourceSpans(json: string): readonly (Span | undefined)[] {
  const cells = memberSpans(json, rootSpan(json)).get("cells");
  return cells ? elementSpans(json, cells).map((cell) => memberSpans(json, cell).get("source")) : [];
}

/** Where an offset of the document stands in the notebook's JSON. */
export function jsonOffsetOf(notebook: Notebook, offset: number): number {
  const place = cellAt(notebook, offset);
  if (!place) return 0;
  const { json } = notebook;
  const { at } = place.cell;
  let left = place.offset;
  const texts = json[at.start] === "[" ? elementSpans(json, at) : [at];
  for (const [index, { start, end }] of texts.entries()) {
    const units = String(JSON.parse(json.slice(start, end))).length;
    // The end of a line is rather that than the begin of the next one.
    if (left < units || index === texts.length - 1) return escapedOffset(json, start + 1, left);
    left -= units;
  }
  return at.start;
}

/** So many units of a string further, of which an escape stands for one. */
function escapedOffset(json: string, from: number, units: number): number {
  let at = from;
  for (let left = units; left > 0; left--) at += json[at] !== "\\" ? 1 : json[at + 1] === "u" ? 6 : 2;
  return at;
}
