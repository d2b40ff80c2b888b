import { l10n, MarkdownString } from "vscode";
import { openLessonCommand } from "../../../server/src/protocol.ts";
import { noteCommands, tourCommands } from "./commands.ts";
import { commandLink, escaped, prose } from "./markup.ts";
import type { Family, Stop } from "./route.ts";

/** What the note at a finding says: why, the fix, and the ways on. */
export function stopNote(stop: Stop, family: Family, lessonTitle: string | undefined): MarkdownString {
  return note([
    `**${prose(stop.message)}**`,
    [escaped(effectSentence(family.effect, stop.target)), ...learnLinks(family, lessonTitle)].join("  \n"),
    ...fixParts(stop, family),
    wayOn(commandLink(l10n.t("Skip"), tourCommands.skip), commandLink(l10n.t("Next"), tourCommands.next)),
  ]);
}

/** What the note says once its finding is gone. */
export function goneNote(family: Family, lessonTitle: string | undefined): MarkdownString {
  const left = family.left - family.skipped;
  return note([
    `**${escaped(l10n.t("Gone: the code was analysed again, and this finding is no longer there."))}**`,
    escaped(l10n.t("Now run your tests, in the Testing view or with pytest in a terminal, before you go on.")),
    [
      escaped(left > 0 ? l10n.t("{0} of this kind are left.", left) : l10n.t("That was the last of its kind.")),
      ...learnLinks(family, lessonTitle),
    ].join("  \n"),
    wayOn(commandLink(l10n.t("Next"), tourCommands.next)),
  ]);
}

/** "raises on SQLAlchemy 2.0": what stands beside a family's name. */
export function effectName(effect: Family["effect"]): string {
  switch (effect) {
    case "raises":
      return l10n.t("raises");
    case "changes":
      return l10n.t("changes");
    case "deprecated":
      return l10n.t("deprecated");
    case "legacy":
      return l10n.t("legacy");
  }
}

function effectSentence(effect: Family["effect"], target: string): string {
  switch (effect) {
    case "raises":
      return l10n.t("On SQLAlchemy {0} this raises an error.", target);
    case "changes":
      return l10n.t("On SQLAlchemy {0} this still runs, and does something else.", target);
    case "deprecated":
      return l10n.t("On SQLAlchemy {0} this works, and warns.", target);
    case "legacy":
      return l10n.t("On SQLAlchemy {0} this works; new code is written another way.", target);
  }
}

function learnLinks({ rule, lesson }: Family, lessonTitle: string | undefined): string[] {
  const links = [commandLink(l10n.t("What happens, and why"), openLessonCommand, { lesson: `rule:${rule}` })];
  if (lessonTitle !== undefined)
    links.push(commandLink(l10n.t("Lesson: {0}", lessonTitle), openLessonCommand, { lesson }));
  return [links.join(" · ")];
}

function fixParts({ safety, fix, conditions }: Stop, { safe }: Family): string[] {
  const all = safe > 1 ? [commandLink(l10n.t("Apply all {0} safe ones", safe), tourCommands.applyFamily)] : [];
  if (safety === "explain" || fix === null) {
    return [
      `${escaped(l10n.t("No fix of ours: this one is yours to write."))} ${conditions.map(prose).join(" ")}`,
      escaped(l10n.t("Change the code here, and this note says so as soon as the finding is gone.")),
      ...all,
    ];
  }
  if (safety === "review") {
    const apply = commandLink(l10n.t("Preview and apply"), tourCommands.apply);
    return [
      `${escaped(l10n.t("To confirm first:"))} ${conditions.map(prose).join(" ")}`,
      ways(`${prose(fix)}: ${apply}`, all),
    ];
  }
  return [ways(`${prose(fix)}: ${commandLink(l10n.t("Apply"), tourCommands.apply)}`, all)];
}

const ways = (first: string, others: readonly string[]): string => [first, ...others].join(" · ");

const wayOn = (...links: readonly string[]): string =>
  [commandLink(l10n.t("Previous"), tourCommands.previous), ...links].join(" · ");

function note(paragraphs: readonly string[]): MarkdownString {
  const markdown = new MarkdownString(paragraphs.join("\n\n"));
  markdown.isTrusted = { enabledCommands: [...noteCommands] };
  markdown.supportHtml = false;
  return markdown;
}
