import { commands } from "vscode";

/** Steps of the walkthrough: each is done when the person did it, not when a page was looked at. */
export type Milestone = "hovered" | "fixed" | "analysed";

const reached = new Set<Milestone>();

/** Sets the context key `sqlalchemyCoach.<milestone>`, once. */
export function reach(milestone: Milestone): void {
  if (reached.has(milestone)) return;
  reached.add(milestone);
  void commands.executeCommand("setContext", `sqlalchemyCoach.${milestone}`, true);
}
