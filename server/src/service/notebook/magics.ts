import type { Span } from "../../syntax/index.ts";

/** A cell's source as Python: what IPython alone understands is masked by comments of the same length. */
export interface PythonCell {
  /** As long as the source, offset by offset, and with the same line ends. */
  readonly text: string;
}

/**
 * `undefined` where the cell is no Python: a cell of another language (`%%bash`), or one that ends within brackets, a
 * string or a continued line, which would swallow the cells after it.
 */
export function toPython(source: string): PythonCell | undefined {
  if (isForeign(source)) return undefined;
  const masks: Span[] = [];
  const scanner = new Scanner(source);
  while (!scanner.done) {
    const span = magicAt(source, scanner.at);
    if (span) masks.push(span);
    const next = scanner.logicalLine(span);
    if (!next) return undefined;
  }
  return { text: masks.reduce(masked, source) };
}

/** Whether a cell is in another language than Python: `%%bash`, `%%sql`. */
export const isForeign = (source: string): boolean => /^\s*%%(?!time\b|timeit\b|capture\b|prun\b)/.test(source);

/**
 * Puts the magics back into a cell that was edited as Python. Their lines are found again as they were masked, the
 * second of two equal ones as the second. `undefined` where an edit changed one of them, so that nothing is written.
 */
export function fromPython(edited: string, source: string, cell: PythonCell): string | undefined {
  const before = cell.text.split("\n");
  const originals = source.split("\n");
  const after = edited.split("\n");
  const restored = [...after];
  for (const [index, line] of before.entries()) {
    const original = originals[index] ?? line;
    if (original === line) continue;
    const places = placesOf(line, after);
    const equal = placesOf(line, before);
    const place = places[equal.indexOf(index)];
    if (places.length !== equal.length || place === undefined) return undefined;
    restored[place] = original;
  }
  return restored.join("\n");
}

const placesOf = (wanted: string, lines: readonly string[]): readonly number[] =>
  lines.flatMap((line, index) => (line === wanted ? [index] : []));

/** `0` makes a statement or a value of what is masked, so that a block that has nothing else stays one. */
function masked(text: string, { start, end }: Span): string {
  const length = end - start;
  return text.slice(0, start) + (length === 1 ? "0" : `0#${text.slice(start + 2, end)}`) + text.slice(end);
}

/** What IPython alone understands in the logical line at `from`: `%magic`, `!shell`, `?help`, `name?`, `x = !ls`. */
function magicAt(source: string, from: number): Span | undefined {
  const line = /[^\r\n]*/y;
  line.lastIndex = from;
  const text = line.exec(source)?.[0] ?? "";
  const indent = /^[ \t]*/.exec(text)?.[0].length ?? 0;
  const bare = text.trimEnd();
  const end = from + bare.length;
  if (/^[%!?]/.test(bare.slice(indent)) || /^[\w.*%]+\?{1,2}$/.test(bare.slice(indent))) {
    return { start: from + indent, end };
  }
  const assigned = /^[ \t]*[\w.,\s[\]"'()*]+=[ \t]*(?=[%!][\w(./~-])/.exec(bare);
  return assigned ? { start: from + assigned[0].length, end } : undefined;
}

/** Steps over logical lines: a line goes on within brackets, in a string of three quotes and after a backslash. */
class Scanner {
  at = 0;
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  get done(): boolean {
    return this.at >= this.#source.length;
  }

  /** Moves behind the logical line, of which `magic` is not read as Python. False where it has no end. */
  logicalLine(magic: Span | undefined): boolean {
    let depth = 0;
    for (;;) {
      if (magic && this.at === magic.start) {
        this.at = magic.end;
        continue;
      }
      const unit = this.#source[this.at];
      if (unit === undefined) return depth === 0;
      if (unit === '"' || unit === "'") {
        if (!this.#string(unit)) return false;
        continue;
      }
      this.at++;
      if (unit === "#") this.#toLineEnd();
      else if ("([{".includes(unit)) depth++;
      else if (")]}".includes(unit)) depth = Math.max(0, depth - 1);
      else if (unit === "\\") {
        this.at += this.#source.startsWith("\r\n", this.at) ? 2 : 1;
        if (this.done) return false;
      } else if (unit === "\n" && depth === 0) return true;
    }
  }

  #toLineEnd(): void {
    while (!this.done && this.#source[this.at] !== "\n") this.at++;
  }

  #string(quote: string): boolean {
    const triple = quote.repeat(3);
    const closing = this.#source.startsWith(triple, this.at) ? triple : quote;
    this.at += closing.length;
    while (!this.done) {
      if (this.#source.startsWith(closing, this.at)) {
        this.at += closing.length;
        return true;
      }
      // A string of one line that has no end is an error of that line alone.
      if (closing === quote && this.#source[this.at] === "\n") return true;
      this.at += this.#source[this.at] === "\\" ? 2 : 1;
    }
    return closing === quote;
  }
}
