/** Begins each line of a suite's report, so that the host's own log lines can be told from it wherever both are printed. */
export const lineMarker = "\u00a6suite\u00a6 ";
