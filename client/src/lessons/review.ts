import { l10n } from "vscode";
import type { Page, Question } from "../../../content/schema.ts";
import type { Content } from "./content.ts";

/** A page of the questions that are due, out of all lessons; one that left its lesson since is passed over. */
export async function reviewPage(
  content: Content,
  due: readonly { readonly lesson: string; readonly question: string }[],
): Promise<Page> {
  const known = new Set(content.index.lessons.map(({ id }) => id));
  const found = await Promise.all(
    due.filter(({ lesson }) => known.has(lesson)).map(({ lesson, question }) => content.question(lesson, question)),
  );
  const questions = found.filter((question): question is Question => question !== undefined);
  const title = l10n.t("Review");
  return {
    kind: "review",
    id: "review",
    title,
    idea:
      questions.length === 0
        ? l10n.t("Nothing is due today. Questions that you miss come back here.")
        : l10n.t("Questions that you missed come back until they have been right a few times."),
    minutes: 0,
    sections: [{ id: "review", title, blocks: questions.map((question) => ({ kind: "question" as const, question })) }],
    terms: [],
    programs: [],
  };
}
