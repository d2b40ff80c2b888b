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

/** Which piece is the last that begins at an offset or before it. */
export function lastBefore(pieces: readonly Piece[], offset: number): number {
  let low = 0;
  let high = pieces.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((pieces[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
