import { l10n } from "vscode";
import type { Words } from "./messages.ts";

/** The words of the lesson page in the reader's language; `{0}` and `{1}` are filled in by the page. */
export function pageWords(): Words {
  return {
    contents: l10n.t("In this lesson"),
    minutes: l10n.t("{0} minutes"),
    read: l10n.t("read"),
    sectionsRead: l10n.t("{0} of {1} sections read"),
    previous: l10n.t("Previous"),
    next: l10n.t("Next"),
    yourLine: l10n.t("Your line"),
    chooseOne: l10n.t("Choose one."),
    chooseAll: l10n.t("Choose all that fit."),
    chooseLine: l10n.t("Choose a line."),
    check: l10n.t("Check answer"),
    continue: l10n.t("Continue"),
    right: l10n.t("Right."),
    wrong: l10n.t("Not quite."),
    chooseFirst: l10n.t("Choose an answer first."),
    incomplete: l10n.t("At least one that belongs is not chosen yet."),
    readAgain: l10n.t("Read about it again"),
    openInEditor: l10n.t("Open in an editor"),
    scoreTitle: l10n.t("You have reached the end of this lesson"),
    score: l10n.t("{0} of {1} questions answered right."),
    review: l10n.t("Review what you missed ({0})"),
    startOver: l10n.t("Start this lesson over"),
  };
}
