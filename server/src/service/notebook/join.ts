import type { Span, TextEdit } from "../../syntax/index.ts";
import { type PythonCell, toPython } from "./magics.ts";

/** A code cell, its number among the cells as people count them, from 1. */
export interface CodeCell {
  readonly number: number;
  readonly source: string;
}

/** The Python cells of a notebook as one document for the analyser: a later cell uses the names of an earlier one. */
export interface Joined<C extends CodeCell> {
  readonly text: string;
  readonly cells: readonly (C & JoinedCell)[];
  /** A comment line with this, and a number, stands before each cell. */
  readonly separator: string;
}

export interface JoinedCell extends CodeCell {
  readonly python: PythonCell;
  /** Where the cell's text stands in the document. */
  readonly start: number;
}

/** Cells that are no Python, or not whole, are left out. */
export function joinCells<C extends CodeCell>(cells: readonly C[], separator: string): Joined<C> {
  const joined: (C & JoinedCell)[] = [];
  let text = "";
  for (const cell of cells) {
    const python = toPython(cell.source);
    if (!python) continue;
    text += `${separator}${cell.number}\n`;
    joined.push({ ...cell, python, start: text.length });
    text += `${python.text}\n`;
  }
  return { text, cells: joined, separator };
}

/** The begin of a line that is none of the texts'. */
export function unusedSeparator(texts: readonly string[]): string {
  for (let index = 0; ; index++) {
    const separator = `# ${"-".repeat(index)}cell `;
    if (!texts.some((text) => text.includes(separator))) return separator;
  }
}

/** Where an offset of the document stands: in a cell, or at the end of the one before a separator. */
export function cellAt<C extends JoinedCell>(
  { cells }: { readonly cells: readonly C[] },
  offset: number,
): { readonly cell: C; readonly offset: number } | undefined {
  const cell = cells.findLast(({ start }) => start <= offset) ?? cells[0];
  if (!cell) return undefined;
  return { cell, offset: Math.min(Math.max(offset - cell.start, 0), cell.source.length) };
}

/** An edit of the document as one of a cell; `undefined` where it reaches over the cell's end. */
export function toCellEdit<C extends JoinedCell>(
  joined: { readonly cells: readonly C[] },
  { span, text }: TextEdit,
): { readonly cell: C; readonly span: Span; readonly text: string } | undefined {
  const place = cellAt(joined, span.start);
  if (!place) return undefined;
  const { cell } = place;
  const last = cell.start + cell.source.length;
  if (span.start === span.end && (span.start > last || span.start < cell.start)) {
    // On the line of a separator: the end of the cell before it, or the begin of the first.
    if (span.start < cell.start) return { cell, span: { start: 0, end: 0 }, text };
    const lines = cell.source === "" || cell.source.endsWith("\n") ? text : `\n${text.replace(/\n$/, "")}`;
    return span.start === last + 1
      ? { cell, span: { start: cell.source.length, end: cell.source.length }, text: lines }
      : undefined;
  }
  if (span.end > last) return undefined;
  return { cell, span: { start: span.start - cell.start, end: span.end - cell.start }, text };
}
