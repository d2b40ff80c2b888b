import { diffArrays } from "diff";
import { elementSpans } from "../../../service/notebook/json_spans.ts";
import { fromPython } from "../../../service/notebook/magics.ts";
import type { Cell, Notebook } from "../../../service/notebook/read.ts";

/**
 * The notebook's JSON with its cells as in `edited`, the whole document after a fix. Every byte outside of the changed
 * lines stays. `undefined` where the edit can't be told apart by cells, or took a magic away.
 */
export function withDocument(notebook: Notebook, edited: string): string | undefined {
  const sources = sourcesOf(notebook, edited);
  if (!sources) return undefined;
  let result = "";
  let at = 0;
  for (const [index, cell] of notebook.cells.entries()) {
    const source = sources[index] ?? cell.source;
    if (source === cell.source) continue;
    result += notebook.json.slice(at, cell.at.start) + sourceJson(notebook.json, cell, source);
    at = cell.at.end;
  }
  return result + notebook.json.slice(at);
}

function sourcesOf({ cells, separator, text }: Notebook, edited: string): readonly string[] | undefined {
  if (edited === text) return cells.map(({ source }) => source);
  const sources: string[] = [];
  let rest = edited;
  for (const [index, cell] of cells.entries()) {
    const line = `${separator}${cell.number}\n`;
    const found = rest.indexOf(line);
    if (found < 0) return undefined;
    const before = rest.slice(0, found);
    if (index === 0) sources.push(before);
    else sources[index - 1] += before;
    rest = rest.slice(found + line.length);
    // What an edit put before the first separator goes on in the first cell.
    if (index > 0) sources.push("");
  }
  if (cells.length === 0) return undefined;
  sources[cells.length - 1] += rest;
  const restored = cells.map((cell, index) => restoredSource(sources[index] ?? "", cell));
  return restored.every((source) => source !== undefined) ? restored : undefined;
}

function restoredSource(chunk: string, { source, python }: Cell): string | undefined {
  if (!chunk.endsWith("\n")) return undefined;
  const edited = chunk.slice(0, -1);
  return edited === python.text ? source : fromPython(edited, source, python);
}

/** A cell's new `source`. A line that stays keeps its bytes; one that changes keeps what stands before it. */
function sourceJson(json: string, cell: Cell, source: string): string {
  if (json[cell.at.start] !== "[") return JSON.stringify(source);
  const elements = elementSpans(json, cell.at);
  const last = elements.at(-1);
  if (!last) return JSON.stringify(linesOf(source));
  const lines = elements.map(({ start, end }, index) => {
    const raw = json.slice(start, end);
    return { raw, line: String(JSON.parse(raw)), lead: json.slice(elements[index - 1]?.end ?? cell.at.start, start) };
  });
  const opening = lines[0]?.lead ?? "[";
  const leads = lines.map(({ lead }, index) => (index === 0 ? `,${opening.slice(1)}` : lead));
  let result = "";
  let at = 0;
  let removed = 0;
  const add = (raw: string, index: number): void => {
    result += (result === "" ? opening : (leads[index] ?? leads[1] ?? leads[0])) + raw;
  };
  for (const change of diffArrays(
    lines.map(({ line }) => line),
    [...linesOf(source)],
  )) {
    if (change.removed) {
      removed = change.count;
      at += change.count;
    } else if (change.added) {
      for (const [index, line] of change.value.entries()) {
        add(JSON.stringify(line), index < removed ? at - removed + index : -1);
      }
      removed = 0;
    } else {
      for (const { raw } of lines.slice(at, at + change.count)) add(raw, at++);
      removed = 0;
    }
  }
  return (result || opening) + json.slice(last.end, cell.at.end);
}

const linesOf = (source: string): readonly string[] => source.match(/[^\n]*\n|[^\n]+$/g) ?? [];
