/** Why a line can't be cut out of its program, in a user's words. Thrown from any depth, and caught by `sliceAt` alone. */
export class Refused extends Error {
  readonly why: string;

  constructor(why: string) {
    super(why);
    this.why = why;
  }
}

/** The person's own text within a sentence, short and on one line. */
export function quoted(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return `\`${line.length > 60 ? `${line.slice(0, 59)}…` : line}\``;
}
