import type { Edit } from "../engine/finding.ts";
import { type Joined, joinCells, toCellEdit, unusedSeparator } from "../service/notebook/join.ts";
import type { DocumentChange } from "../service/types.ts";
import type { Span, TextEdit } from "../syntax/text.ts";
import { narrowed } from "./difference.ts";
import type { OpenDocument } from "./documents.ts";
import { toKey } from "./uris.ts";

/** Above "large" a document is analysed when it is saved, above "huge" never. */
export type DocumentSize = "normal" | "large" | "huge";

/** What the analyser knows as one document: what stands in an editor, or the cells of a notebook in a row. */
export interface Unit {
  /** As the client spells it; of a notebook, the notebook's. */
  readonly uri: string;
  /** As the analyser knows it. */
  readonly key: string;
  /** Grows with every change. */
  readonly version: number;
  readonly documents: readonly OpenDocument[];
  readonly size: DocumentSize;
  /** Whether the present text may be analysed now: a large document's only when it was opened or saved. */
  readonly isDue: boolean;
  readonly isTold: boolean;
  save(): void;
  /** The text of a document is another; `edit` says how, unless all of it is. */
  changed(edit?: TextEdit): void;
  /** The change that brings the analyser from what it was last told to the present; several edits become one change. */
  tell(): DocumentChange;
  /** The analyser knows nothing of this any more, so that it is to be told all of it. */
  forget(): void;
  /** Where a document's text begins in what the analyser knows; `undefined` where it is no part of that. */
  startOf(document: OpenDocument): number | undefined;
  /** The document that a span lies in. */
  holding(span: Span): OpenDocument | undefined;
  /** An edit of what the analyser knows as one of a document, in the offsets of its lines; `undefined` where it is none. */
  toEdit(edit: Pick<Edit, "span" | "text">): { readonly document: OpenDocument; readonly edit: TextEdit } | undefined;
}

export class TextUnit implements Unit {
  readonly #document: OpenDocument;
  /** What the analyser has not been told yet: `undefined` the whole text, else edits, in order. */
  #untold: TextEdit[] | undefined;
  #isDue = true;

  constructor(document: OpenDocument) {
    this.#document = document;
  }

  get uri(): string {
    return this.#document.uri;
  }

  get key(): string {
    return this.#document.id;
  }

  get version(): number {
    return this.#document.version;
  }

  get documents(): readonly OpenDocument[] {
    return [this.#document];
  }

  get size(): DocumentSize {
    return sizeOf(this.#document.text.length, this.#document.lineCount);
  }

  get isDue(): boolean {
    return this.size === "normal" || (this.size === "large" && this.#isDue);
  }

  get isTold(): boolean {
    return this.#untold?.length === 0;
  }

  save(): void {
    this.#isDue = true;
  }

  changed(edit?: TextEdit): void {
    this.#isDue = false;
    if (edit) this.#untold?.push(edit);
    else this.#untold = undefined;
  }

  tell(): DocumentChange {
    const { key, version } = this;
    // Of a large document all is read anew at a save, in steps; its edits would be read at once.
    const edits = this.size === "normal" ? this.#untold : undefined;
    this.#untold = [];
    return edits
      ? { kind: "edit", uri: key, version, edits }
      : { kind: "set", uri: key, version, text: this.#document.text, open: true };
  }

  forget(): void {
    this.#untold = undefined;
  }

  startOf(): number {
    return 0;
  }

  holding(): OpenDocument {
    return this.#document;
  }

  toEdit(edit: Pick<Edit, "span" | "text">): { document: OpenDocument; edit: TextEdit } {
    return { document: this.#document, edit };
  }
}

/** Cells that are no Python, or not whole, are no part of it for as long as they are not. */
export class NotebookUnit implements Unit {
  readonly uri: string;
  readonly key: string;
  version = 0;
  #documents: readonly OpenDocument[] = [];
  #joined: Joined<Cell> | undefined;
  #told: { readonly version: number; readonly text: string } | undefined;

  constructor(uri: string) {
    this.uri = uri;
    this.key = toKey(uri);
  }

  get documents(): readonly OpenDocument[] {
    return this.#documents;
  }

  /** Cells came, went or changed places. */
  arrange(documents: readonly OpenDocument[]): void {
    this.#documents = documents;
    this.changed();
    // Without cells it is closed, to the analyser.
    if (documents.length === 0) this.forget();
  }

  get size(): DocumentSize {
    const units = this.#documents.reduce((sum, { text }) => sum + text.length, 0);
    // It is not saved as its cells are, so that none waits for that.
    return units > mostUnits ? "huge" : "normal";
  }

  get isDue(): boolean {
    return this.size === "normal";
  }

  get isTold(): boolean {
    return this.#told?.version === this.version;
  }

  save(): void {}

  changed(): void {
    this.version++;
    this.#joined = undefined;
  }

  tell(): DocumentChange {
    const { key: uri, version } = this;
    const { text } = this.#join();
    const before = this.#told?.text;
    this.#told = { version, text };
    if (before === undefined) return { kind: "set", uri, version, text, open: true };
    return { kind: "edit", uri, version, edits: [narrowed(0, before, text)] };
  }

  forget(): void {
    this.#told = undefined;
  }

  startOf(document: OpenDocument): number | undefined {
    return this.#join().cells.find((cell) => cell.document === document)?.start;
  }

  holding({ start, end }: Span): OpenDocument | undefined {
    return this.#join().cells.find((cell) => cell.start <= start && end <= cell.start + cell.source.length)?.document;
  }

  /** What IPython alone understands was masked for the analyser, so that an edit must not touch it. */
  toEdit(edit: Pick<Edit, "span" | "text">): { document: OpenDocument; edit: TextEdit } | undefined {
    const placed = toCellEdit(this.#join(), edit);
    if (!placed) return undefined;
    const { cell, span, text } = placed;
    const { source, python, start, document } = cell;
    if (source.slice(span.start, span.end) !== python.text.slice(span.start, span.end)) return undefined;
    return { document, edit: { span: { start: start + span.start, end: start + span.end }, text } };
  }

  #join(): Joined<Cell> {
    this.#joined ??= joinCells(
      this.#documents.map((document, index) => ({ document, number: index + 1, source: document.text })),
      unusedSeparator(this.#documents.map(({ text }) => text)),
    );
    return this.#joined;
  }
}

interface Cell {
  readonly document: OpenDocument;
  readonly number: number;
  readonly source: string;
}

const mostUnits = 10_000_000;

function sizeOf(units: number, lines: number): DocumentSize {
  if (units > mostUnits) return "huge";
  return units > 2_000_000 || lines > 50_000 ? "large" : "normal";
}
