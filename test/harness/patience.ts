/**
 * How long tests wait, in milliseconds. On a quiet machine all of it comes in a tenth of the time; what is waited for is an event, so
 * these only end a wait in vain, also on a machine that is five times slower. `scripts/test.mjs` says how long a test may take in all.
 */
export const patience = {
  /** For one thing: what a page is to show, a server that is to listen, a test inside of an editor. */
  step: 180_000,
  /** For all that a suite does inside of an editor. */
  suite: 540_000,
} as const;
