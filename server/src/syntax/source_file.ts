import type { Node } from "./node.ts";
import { lastBefore, type Piece } from "./piece.ts";
import { lineAt, lineStarts, type Span } from "./text.ts";

/** One version of one document, parsed, and free of the parser's memory. Of an open document only the newest one is true. */
export class SourceFile {
  readonly uri: string;
  readonly version: number;
  readonly text: string;
  /** The text in pieces, in order and without a gap; what did not parse is a single one. */
  readonly pieces: readonly Piece[];
  #body: readonly Node[] | undefined;
  #comments: readonly Span[] | undefined;
  #errors: readonly Span[] | undefined;
  #lines: readonly number[] | undefined;

  constructor(uri: string, version: number, text: string, pieces: readonly Piece[]) {
    this.uri = uri;
    this.version = version;
    this.text = text;
    this.pieces = pieces;
  }

  /** The statements of the module. */
  get body(): readonly Node[] {
    this.#body ??= this.pieces.flatMap((piece) => piece.body);
    return this.#body;
  }

  /** In document order; a comment is no node, since it may stand anywhere. */
  get comments(): readonly Span[] {
    this.#comments ??= this.pieces.flatMap(({ start, comments }) => comments.map((span) => moved(span, start)));
    return this.#comments;
  }

  get errors(): readonly Span[] {
    this.#errors ??= this.pieces.flatMap(({ start, errors }) => errors.map((span) => moved(span, start)));
    return this.#errors;
  }

  /** The piece that an offset lies in; one between two pieces belongs to the second. */
  pieceAt(offset: number): Piece {
    const piece = this.pieces[lastBefore(this.pieces, offset)];
    if (!piece) throw new RangeError("a file has a piece at least");
    return piece;
  }

  has(piece: Piece): boolean {
    return this.pieces[lastBefore(this.pieces, piece.start)] === piece;
  }

  /** 0-based offsets of the line starts. */
  get lines(): readonly number[] {
    this.#lines ??= lineStarts(this.text);
    return this.#lines;
  }

  /** How the file ends its lines: what is put into it does likewise. */
  get lineEnd(): string {
    return this.text.includes("\r\n") ? "\r\n" : "\n";
  }

  /** 0-based. */
  lineOf(offset: number): number {
    return lineAt(this.lines, offset);
  }

  /** The smallest node that holds `offset`; a caret right behind a name finds the name. */
  nodeAt(offset: number): Node | undefined {
    const found = this.#leafAt(offset);
    if (found?.type === "identifier" || offset === 0) return found;
    const before = this.#leafAt(offset - 1);
    return before?.type === "identifier" ? before : (found ?? before);
  }

  #leafAt(offset: number): Node | undefined {
    let found: Node | undefined;
    let level: readonly Node[] = this.body;
    for (;;) {
      const next = level.find((node) => node.start <= offset && offset < node.end);
      if (!next) return found;
      found = next;
      level = next.children;
    }
  }

  /** Whether a part that could not be parsed lies in or touches `span`. */
  hasErrorIn(span: Span): boolean {
    return this.errors.some((error) => error.start <= span.end && span.start <= error.end);
  }

  commentsIn(span: Span): readonly Span[] {
    return this.comments.filter((comment) => span.start <= comment.start && comment.end <= span.end);
  }

  *walk(): Generator<Node> {
    for (const statement of this.body) yield* statement.walk();
  }
}

const moved = ({ start, end }: Span, by: number): Span => ({ start: start + by, end: end + by });
