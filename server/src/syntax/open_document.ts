import type { ParsedDocument, Touched } from "./parser.ts";
import { lastBefore, type Piece } from "./piece.ts";
import type { Parsed } from "./reading.ts";
import { SourceFile } from "./source_file.ts";
import type { TextEdit } from "./text.ts";

/** Parses a part of a document's text by itself. */
type ReadPart = (part: string, parsed: Parsed) => readonly Piece[];

/** A document that is edited: after an edit only the pieces that it touches are parsed. */
export class OpenDocument implements ParsedDocument {
  readonly #read: ReadPart;
  file: SourceFile;
  touched: Touched | undefined;
  /** Whether the errors of this version are known to be those of a fresh parse. */
  #isSettled = true;

  constructor(file: SourceFile, read: ReadPart) {
    this.file = file;
    this.#read = read;
  }

  update(version: number, edits: readonly TextEdit[]): SourceFile {
    let { text } = this.file;
    let change: Change | undefined;
    for (const { span, text: inserted } of edits) {
      text = text.slice(0, span.start) + inserted + text.slice(span.end);
      change = joined(change, span.start, span.end, inserted.length);
    }
    if (!change) return this.replace(version, text);
    const pieces = this.#patched(text, change);
    if (!pieces) return this.replace(version, text);
    this.file = new SourceFile(this.file.uri, version, text, pieces);
    this.#isSettled = false;
    return this.file;
  }

  replace(version: number, text: string): SourceFile {
    const { uri } = this.file;
    this.touched = undefined;
    this.file = new SourceFile(uri, version, text, this.#read(text, { uri, text, start: 0 }));
    this.#isSettled = true;
    return this.file;
  }

  settled(): SourceFile {
    const { uri, version, text, errors } = this.file;
    if (this.#isSettled || errors.length === 0) return this.file;
    this.#isSettled = true;
    const pieces = this.#read(text, { uri, text, start: 0 });
    if (!hasErrors(pieces)) this.file = new SourceFile(uri, version, text, pieces);
    return this.file;
  }

  /** The pieces of the new text, moved to where they stand now; `undefined` where all of it has to be parsed. */
  #patched(text: string, change: Change): readonly Piece[] | undefined {
    const { pieces } = this.file;
    const delta = change.endAfter - change.endBefore;
    let first = lastBefore(pieces, change.start);
    let last = lastBefore(pieces, change.endBefore);
    const end = (): number => (pieces[last + 1]?.start ?? text.length - delta) + delta;
    const start = (): number => pieces[first]?.start ?? 0;
    while (first > 0 && continues.test(text.slice(start(), Math.min(end(), start() + 10)))) first--;
    while (last < pieces.length - 1 && text.slice(start(), end()).trimEnd().endsWith("\\")) last++;
    if (first === 0 && last === pieces.length - 1) return undefined;
    const parse = (): readonly Piece[] =>
      this.#read(text.slice(start(), end()), { uri: this.file.uri, text, start: start() });
    let made = parse();
    if (hasErrors(made) && last < pieces.length - 1) {
      // A decorator belongs to what follows it, and so may an open parenthesis.
      last++;
      const more = parse();
      if (hasErrors(more)) last--;
      else made = more;
    }
    const until = pieces[last + 1]?.start;
    this.touched = { before: this.file.text.slice(start(), until), after: text.slice(start(), end()) };
    const before = pieces.slice(0, first);
    const after = pieces.slice(last + 1);
    for (const piece of before) piece.text = text;
    for (const piece of after) {
      piece.text = text;
      piece.start += delta;
    }
    return [...before, ...made, ...after];
  }
}

/** What a piece can't begin with and stand by itself: the inside, or the end, of the statement before it. */
const continues = /^(?:$|[\s#)\]}]|(?:else|elif|except|finally)\b)/;

const hasErrors = (pieces: readonly Piece[]): boolean => pieces.some(({ errors }) => errors.length > 0);

/** One stretch of the old text that another of the new one takes the place of; before it they are the same. */
interface Change {
  readonly start: number;
  readonly endBefore: number;
  readonly endAfter: number;
}

/** One edit more, in the offsets that the change so far has left. */
function joined(change: Change | undefined, start: number, end: number, inserted: number): Change {
  if (!change) return { start, endBefore: end, endAfter: start + inserted };
  const further = Math.max(0, end - change.endAfter);
  return {
    start: Math.min(change.start, start),
    endBefore: change.endBefore + further,
    endAfter: change.endAfter + further + inserted - (end - start),
  };
}
