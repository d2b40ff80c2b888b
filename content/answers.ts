import type { ChoiceQuestion, Question, Section } from "./schema.ts";

/** True when exactly the right choices were made, in whatever order. */
export function isRight(question: ChoiceQuestion, chosen: readonly string[]): boolean {
  const given = new Set(chosen);
  return given.size === question.answer.length && question.answer.every((id) => given.has(id));
}

export function questionsOf(page: { readonly sections: readonly Section[] }): Question[] {
  return page.sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === "question" ? [block.question] : [])),
  );
}
