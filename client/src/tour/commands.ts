import { openLessonCommand } from "../../../server/src/protocol.ts";

export const tourCommands = {
  start: "sqlalchemyCoach.tour.start",
  next: "sqlalchemyCoach.tour.next",
  previous: "sqlalchemyCoach.tour.previous",
  skip: "sqlalchemyCoach.tour.skip",
  apply: "sqlalchemyCoach.tour.apply",
  applyFamily: "sqlalchemyCoach.tour.applyFamily",
  stop: "sqlalchemyCoach.tour.stop",
  /** Not in the palette: what an item of the tree and the status bar run. */
  goTo: "sqlalchemyCoach.tour.goTo",
} as const;

/** All that a note's Markdown may run. */
export const noteCommands: readonly string[] = [
  tourCommands.next,
  tourCommands.previous,
  tourCommands.skip,
  tourCommands.apply,
  tourCommands.applyFamily,
  openLessonCommand,
];
