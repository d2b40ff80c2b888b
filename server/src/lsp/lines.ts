import type { Position, Range } from "vscode-languageserver";
import { lineAt, lineStarts, type Span } from "../syntax/text.ts";

/**
 * A text with its line starts: offsets to positions and back, all in UTF-16 units, 0-based, with LSP's line ends (`\n`,
 * `\r\n`, a lone `\r`). Offsets may be those of a longer text that this one is a part of. Immutable.
 */
export class Lines {
  readonly text: string;
  readonly #starts: readonly number[];
  /** The offset at which the text begins. */
  readonly #base: number;

  constructor(text: string, starts: readonly number[] = lineStarts(text), base = 0) {
    this.text = text;
    this.#starts = starts;
    this.#base = base;
  }

  /** The same text as a part of a longer one, in which it begins at `base`. */
  startingAt(base: number): Lines {
    return base === this.#base ? this : new Lines(this.text, this.#starts, base);
  }

  /** The offsets of the text. */
  get span(): Span {
    return { start: this.#base, end: this.#base + this.text.length };
  }

  textIn({ start, end }: Span): string {
    return this.text.slice(Math.max(0, start - this.#base), Math.max(0, end - this.#base));
  }

  get count(): number {
    return this.#starts.length;
  }

  positionAt(offset: number): Position {
    const inside = Math.max(0, Math.min(offset - this.#base, this.text.length));
    const line = lineAt(this.#starts, inside);
    return { line, character: inside - (this.#starts[line] ?? 0) };
  }

  /** A position past a line's end means that end, one past the last line the end of the text: LSP says so. */
  offsetAt({ line, character }: Position): number {
    if (line < 0) return this.#base;
    const start = this.#starts[line];
    if (start === undefined) return this.#base + this.text.length;
    return this.#base + Math.min(start + Math.max(0, character), this.#contentEnd(line));
  }

  rangeOf({ start, end }: Span): Range {
    return { start: this.positionAt(start), end: this.positionAt(end) };
  }

  /** A range given the wrong way round is turned. */
  spanOf({ start, end }: Range): Span {
    const a = this.offsetAt(start);
    const b = this.offsetAt(end);
    return { start: Math.min(a, b), end: Math.max(a, b) };
  }

  /** The whole lines that hold `span`, without the last one's line end. */
  linesAround({ start, end }: Span): string {
    const first = lineAt(this.#starts, start - this.#base);
    // A span that ends where a line begins does not reach into it.
    const last = lineAt(this.#starts, Math.max(start, end - 1) - this.#base);
    return this.text.slice(this.#starts[first] ?? 0, this.#contentEnd(last));
  }

  /** These lines, which are no part of a longer text, after one edit: what the edit doesn't touch isn't read again. */
  replaced(span: Span, inserted: string): Lines {
    const text = this.text.slice(0, span.start) + inserted + this.text.slice(span.end);
    const end = span.start + inserted.length;
    const delta = end - span.end;
    // A line start rests on the unit before it and, for a lone `\r`, on the one after that.
    const keep = this.#starts.filter((start) => start === 0 || start < span.start);
    for (let at = Math.max(0, span.start - 1); at < end; at++) {
      const unit = text.charCodeAt(at);
      if (unit === 10 || (unit === 13 && text.charCodeAt(at + 1) !== 10)) keep.push(at + 1);
    }
    for (const start of this.#starts) if (start > span.end) keep.push(start + delta);
    return new Lines(text, keep);
  }

  #contentEnd(line: number): number {
    const start = this.#starts[line] ?? 0;
    let end = this.#starts[line + 1] ?? this.text.length;
    if (line + 1 >= this.#starts.length) return end;
    if (end > start && this.text.charCodeAt(end - 1) === 10) end--;
    if (end > start && this.text.charCodeAt(end - 1) === 13) end--;
    return end;
  }
}
