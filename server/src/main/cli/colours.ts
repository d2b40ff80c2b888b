import type { Effect } from "../../engine/finding.ts";

/** Wraps words in a terminal's colours, or leaves them as they are. */
export interface Colours {
  effect(effect: Effect, text: string): string;
  strong(text: string): string;
  faint(text: string): string;
  added(text: string): string;
  removed(text: string): string;
}

const codes = { red: 31, green: 32, yellow: 33, magenta: 35, cyan: 36, strong: 1, faint: 2 };
const effectCodes: Readonly<Record<Effect, number>> = {
  raises: codes.red,
  changes: codes.magenta,
  deprecated: codes.yellow,
  legacy: codes.cyan,
};

/** Colours only for a person at a terminal who has not asked for none (NO_COLOR). */
export function coloursFor(stream: { readonly isTTY?: boolean }): Colours {
  const isWanted = stream.isTTY === true && !process.env["NO_COLOR"] && process.env["TERM"] !== "dumb";
  const wrap = (code: number, text: string): string => (isWanted ? `\x1b[${code}m${text}\x1b[0m` : text);
  return {
    effect: (effect, text) => wrap(effectCodes[effect], text),
    strong: (text) => wrap(codes.strong, text),
    faint: (text) => wrap(codes.faint, text),
    added: (text) => wrap(codes.green, text),
    removed: (text) => wrap(codes.red, text),
  };
}
