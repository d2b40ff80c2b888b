import type {
  DidOpenNotebookDocumentParams,
  NotebookDocumentChangeEvent,
  TextDocumentContentChangeEvent,
  TextDocumentItem,
  VersionedTextDocumentIdentifier,
} from "vscode-languageserver";
import { isForeign } from "../service/notebook/magics.ts";
import { contains, type Span } from "../syntax/text.ts";
import { Lines } from "./lines.ts";
import { type DocumentSize, NotebookUnit, TextUnit, type Unit } from "./units.ts";
import { toKey } from "./uris.ts";

/** A text document or a notebook's cell that the editor owns. */
export class OpenDocument {
  /** As the client spells it: what answers are to name. */
  readonly uri: string;
  /** One spelling of that. */
  readonly id: string;
  /** The client's, for edits. */
  version: number;
  /** What the analyser knows it as, or as a part of. */
  readonly unit: Unit;
  #lines: Lines;

  constructor({ uri, version, text }: TextDocumentItem, notebook?: NotebookUnit) {
    this.uri = uri;
    this.id = toKey(uri);
    this.version = version;
    this.#lines = new Lines(text);
    this.unit = notebook ?? new TextUnit(this);
  }

  get key(): string {
    return this.unit.key;
  }

  /** Grows with every change of the document, or of another cell: what was said before may hold no more. */
  get revision(): number {
    return this.unit.version;
  }

  get size(): DocumentSize {
    return this.unit.size;
  }

  get text(): string {
    return this.#lines.text;
  }

  get lineCount(): number {
    return this.#lines.count;
  }

  /** Its own text and positions, with the offsets that the analyser has. */
  get lines(): Lines {
    return this.#lines.startingAt(this.unit.startOf(this) ?? 0);
  }

  /** Whether the analyser knows it; a cell that is not whole, it doesn't. */
  get isPart(): boolean {
    return this.unit.startOf(this) !== undefined;
  }

  /** Whether there is nothing to say of it, now or later: a cell in another language. */
  get isForeign(): boolean {
    return this.unit instanceof NotebookUnit && isForeign(this.text);
  }

  /** Its number among the Python cells of its notebook, from 1; `undefined` for what is no cell. */
  get cell(): number | undefined {
    return this.unit instanceof NotebookUnit ? this.unit.documents.indexOf(this) + 1 : undefined;
  }

  /** Whether a span of what the analyser knows lies in this document. */
  holds(span: Span): boolean {
    return this.isPart && contains(this.lines.span, span);
  }

  change(version: number, changes: readonly TextDocumentContentChangeEvent[]): void {
    for (const change of changes) {
      if ("range" in change && change.range) {
        const span = this.#lines.spanOf(change.range);
        this.#lines = this.#lines.replaced(span, change.text);
        this.unit.changed({ span, text: change.text });
      } else {
        this.#lines = new Lines(change.text);
        this.unit.changed();
      }
    }
    this.version = version;
  }
}

/** What the editor has open. Tolerates what a client should not send: an unknown uri, a second open, a range outside. */
export class Documents {
  readonly #open = new Map<string, OpenDocument>();
  readonly #notebooks = new Map<string, NotebookUnit>();
  /** The uris of the cells of a notebook in their order, also of those that are no Python. */
  readonly #orders = new Map<NotebookUnit, readonly string[]>();

  get(uri: string): OpenDocument | undefined {
    return this.#open.get(toKey(uri));
  }

  all(): readonly OpenDocument[] {
    return [...this.#open.values()];
  }

  /** What of the analyser's documents the editor owns. */
  units(): readonly Unit[] {
    return [...new Set(this.all().map(({ unit }) => unit))];
  }

  /** By the analyser's key; `undefined` for what no editor has open. */
  unit(key: string): Unit | undefined {
    const notebook = this.#notebooks.get(key);
    if (notebook) return notebook.documents.length > 0 ? notebook : undefined;
    const document = this.#open.get(key);
    return document?.key === key ? document.unit : undefined;
  }

  open(item: TextDocumentItem): OpenDocument {
    const document = new OpenDocument(item);
    this.#open.set(document.id, document);
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
    if (document) this.#open.delete(document.id);
    return document;
  }

  openNotebook({ notebookDocument, cellTextDocuments }: DidOpenNotebookDocumentParams): readonly OpenDocument[] {
    const unit = new NotebookUnit(notebookDocument.uri);
    this.#notebooks.set(unit.key, unit);
    this.#orders.set(
      unit,
      notebookDocument.cells.map(({ document }) => toKey(document)),
    );
    this.#openCells(cellTextDocuments, unit);
    this.#arrange(unit);
    return unit.documents;
  }

  /** All cells of a notebook that are open now, as each may mean something else for the others; and those that were closed. */
  changeNotebook(
    uri: string,
    { cells = {} }: NotebookDocumentChangeEvent,
  ): { readonly changed: readonly OpenDocument[]; readonly closed: readonly OpenDocument[] } {
    const unit = this.#notebooks.get(toKey(uri));
    if (!unit) return { changed: [], closed: [] };
    const { structure, textContent = [] } = cells;
    const closed = (structure?.didClose ?? []).map((cell) => this.close(cell.uri));
    this.#openCells(structure?.didOpen ?? [], unit);
    if (structure) {
      const { start, deleteCount, cells: inserted = [] } = structure.array;
      const order = [...(this.#orders.get(unit) ?? [])];
      order.splice(start, deleteCount, ...inserted.map(({ document }) => toKey(document)));
      this.#orders.set(unit, order);
      this.#arrange(unit);
    }
    for (const { document, changes } of textContent) this.change(document, changes);
    return { changed: unit.documents, closed: closed.filter((document) => document !== undefined) };
  }

  closeNotebook(uri: string): readonly OpenDocument[] {
    const unit = this.#notebooks.get(toKey(uri));
    if (!unit) return [];
    this.#notebooks.delete(unit.key);
    this.#orders.delete(unit);
    const closed = unit.documents.map((document) => this.close(document.uri));
    unit.arrange([]);
    return closed.filter((document) => document !== undefined);
  }

  #openCells(items: readonly TextDocumentItem[], unit: NotebookUnit): void {
    for (const item of items.filter(({ languageId }) => languageId === "python")) {
      const document = new OpenDocument(item, unit);
      this.#open.set(document.id, document);
    }
  }

  #arrange(unit: NotebookUnit): void {
    const documents = (this.#orders.get(unit) ?? []).map((id) => this.#open.get(id));
    unit.arrange(documents.filter((document) => document?.unit === unit).filter((document) => document !== undefined));
  }
}
