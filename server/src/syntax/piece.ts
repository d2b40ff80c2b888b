import type { Node, Source } from "./node.ts";
import type { Span } from "./text.ts";

/**
 * A stretch of a document's text, from the start of a statement at the top to that of a later one: what parses by itself
 * to the same nodes as within the whole. Only where it stands, and the text around it, ever change.
 */
export class Piece implements Source {
  readonly uri: string;
  text: string;
  start: number;
  /** The statements that begin in it. */
  readonly body: Node[] = [];
  /** Counted from its start, as are the errors. */
  readonly comments: Span[] = [];
  readonly errors: Span[] = [];

  constructor(uri: string, text: string, start: number) {
    this.uri = uri;
    this.text = text;
    this.start = start;
  }
}
