import type { Parser } from "../syntax/index.ts";

/** Whether texts parse, remembered: after a keystroke, the fixed forms of all other statements are the same texts as before. */
export class Acceptance {
  readonly #parser: Parser;
  readonly #known = new Map<string, boolean>();

  constructor(parser: Parser) {
    this.#parser = parser;
  }

  of(text: string): boolean {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size >= mostKnown) this.#known.clear();
    const accepted = this.#parser.accepts(text);
    this.#known.set(text, accepted);
    return accepted;
  }
}

const mostKnown = 4000;
