import type {
  NotebookDocumentChangeEvent,
  TextDocumentContentChangeEvent,
  TextDocumentItem,
  VersionedTextDocumentIdentifier,
} from "vscode-languageserver";
import type { DocumentChange } from "../service/types.ts";
import type { TextEdit } from "../syntax/text.ts";
import { Lines } from "./lines.ts";
import { toKey } from "./uris.ts";

/** Above "large" a document is analysed when it is saved, above "huge" never. */
export type DocumentSize = "normal" | "large" | "huge";

/** A text document or a notebook's cell that the editor owns. */
export class OpenDocument {
  /** As the client spells it: what answers are to name. */
  readonly uri: string;
  /** As the analyser knows it. */
  readonly key: string;
  version: number;
  lines: Lines;
  /** What the analyser has not been told yet: `undefined` the whole text, else edits, in order. */
  #untold: TextEdit[] | undefined;
  #size: DocumentSize;
  #isDue = true;

  constructor({ uri, version, text }: TextDocumentItem) {
    this.uri = uri;
    this.key = toKey(uri);
    this.version = version;
    this.lines = new Lines(text);
    this.#size = sizeOf(this.lines);
  }

  get size(): DocumentSize {
    return this.#size;
  }

  /** Whether the present text may be analysed now: a large document's only when it was opened or saved. */
  get isDue(): boolean {
    return this.#size === "normal" || (this.#size === "large" && this.#isDue);
  }

  save(): void {
    this.#isDue = true;
  }

  get isTold(): boolean {
    return this.#untold?.length === 0;
  }

  change(version: number, changes: readonly TextDocumentContentChangeEvent[]): void {
    for (const change of changes) {
      if ("range" in change && change.range) {
        const span = this.lines.spanOf(change.range);
        this.lines = this.lines.replaced(span, change.text);
        this.#untold?.push({ span, text: change.text });
      } else {
        this.lines = new Lines(change.text);
        this.#untold = undefined;
      }
    }
    this.version = version;
    this.#size = sizeOf(this.lines);
    this.#isDue = false;
  }

  /** The change that brings the analyser from what it was last told to the present; several edits become one change. */
  tell(): DocumentChange {
    const { key, version } = this;
    // Of a large document all is read anew at a save, in steps; its edits would be read at once.
    const edits = this.#size === "normal" ? this.#untold : undefined;
    this.#untold = [];
    return edits
      ? { kind: "edit", uri: key, version, edits }
      : { kind: "set", uri: key, version, text: this.lines.text, open: true };
  }

  /** The analyser knows nothing of this document any more, so that it is to be told all of it. */
  forget(): void {
    this.#untold = undefined;
  }
}

/** What the editor has open. Tolerates what a client should not send: an unknown uri, a second open, a range outside. */
export class Documents {
  readonly #open = new Map<string, OpenDocument>();

  get(uri: string): OpenDocument | undefined {
    return this.#open.get(toKey(uri));
  }

  all(): readonly OpenDocument[] {
    return [...this.#open.values()];
  }

  open(item: TextDocumentItem): OpenDocument {
    const document = new OpenDocument(item);
    this.#open.set(document.key, document);
    return document;
  }

  /** `undefined` for a document that isn't open. */
  change(
    { uri, version }: VersionedTextDocumentIdentifier,
    changes: readonly TextDocumentContentChangeEvent[],
  ): OpenDocument | undefined {
    const document = this.get(uri);
    document?.change(version, changes);
    return document;
  }

  close(uri: string): OpenDocument | undefined {
    const document = this.get(uri);
    if (document) this.#open.delete(document.key);
    return document;
  }

  /** Cells are documents; of a notebook itself nothing is kept. */
  changeNotebook({ cells = {} }: NotebookDocumentChangeEvent): {
    readonly changed: readonly OpenDocument[];
    readonly closed: readonly OpenDocument[];
  } {
    const { structure, textContent = [] } = cells;
    const closed = (structure?.didClose ?? []).map(({ uri }) => this.close(uri));
    const opened = (structure?.didOpen ?? []).map((item) => this.open(item));
    const changed = textContent.map(({ document, changes }) => this.change(document, changes));
    const known = (document: OpenDocument | undefined): document is OpenDocument => document !== undefined;
    return { changed: [...opened, ...changed.filter(known)], closed: closed.filter(known) };
  }
}

function sizeOf(lines: Lines): DocumentSize {
  if (lines.text.length > 10_000_000) return "huge";
  return lines.text.length > 2_000_000 || lines.count > 50_000 ? "large" : "normal";
}
