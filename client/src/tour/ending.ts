import { l10n } from "vscode";
import type { Family } from "./route.ts";

/** A message with one way on. */
export interface Offer {
  readonly text: string;
  readonly button: string;
  readonly opens: "lessons" | "skipped";
}

/** What became of it all; what remains, and why. */
export function ending(families: readonly Family[]): Offer {
  const sum = (count: (family: Family) => number): number => families.reduce((all, family) => all + count(family), 0);
  const done = sum((family) => family.done);
  const left = sum((family) => family.left);
  if (left === 0) {
    const text = l10n.t("Guided migration: done. All {0} findings are gone. Run your tests once more.", done);
    return { text, button: l10n.t("Open the lessons"), opens: "lessons" };
  }
  const remains = families.filter((family) => family.left > 0).map(({ rule, left: count }) => `${rule} (${count})`);
  return {
    text: l10n.t(
      "Guided migration: at its end. {0} findings are gone, {1} remain because you skipped them: {2}.",
      done,
      left,
      remains.join(", "),
    ),
    button: l10n.t("Go through them"),
    opens: "skipped",
  };
}

export function nothingFound(): Offer {
  return {
    text: l10n.t("Guided migration: nothing to do. No SQLAlchemy 1.x code was found in this workspace."),
    button: l10n.t("Open the lessons"),
    opens: "lessons",
  };
}
