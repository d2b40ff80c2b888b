import { isRight } from "../../../content/answers.ts";
import type { Choice, ChoiceQuestion } from "../../../content/schema.ts";
import type { Answer, Words } from "../../src/lessons/messages.ts";
import { announce } from "../announce.ts";
import { built, element } from "../dom.ts";

export interface QuestionView {
  readonly element: HTMLFormElement;
  /** Takes over what became of the question elsewhere. Choices that the reader is making here are left alone. */
  show(answer: Answer | undefined): void;
}

interface Options {
  readonly question: ChoiceQuestion;
  readonly words: Words;
  /** What is known from before: an answer that was checked, or choices that were not. */
  readonly answer: Answer | undefined;
  readonly draft: readonly string[] | undefined;
  readonly onDraft: (chosen: string[]) => void;
  readonly onAnswer: (chosen: string[], right: boolean) => void;
  /** Goes on to whatever follows a question that was answered right. */
  readonly onContinue: (from: HTMLElement) => void;
}

/**
 * A question that is answered by choosing: radio buttons or checkboxes in a fieldset, one button to check. A wrong answer says why and may be
 * changed at once; what was said of it then goes away.
 */
export function createQuestion({ question, words, answer, draft, ...on }: Options): QuestionView {
  const name = `q-${question.teaches.replace("#", "-")}-${question.id}`;
  const kind = question.form === "multi" ? "checkbox" : "radio";
  const whyOf = new Map(question.choices.map((choice) => [choice.id, choice.why]));
  // Choices that were changed after an answer put that answer out of date.
  const chosenBefore = new Set(draft ?? answer?.chosen);

  const feedback = element("div", { class: "feedback", id: `${name}-feedback`, hidden: true });
  const button = element("button", { type: "submit", class: "primary" }, words.check);
  const again = element(
    "a",
    { href: "#", class: "again", "data-target": question.teaches, hidden: true },
    words.readAgain,
  );
  const input = (id: string) =>
    element("input", { type: kind, name, value: id, checked: chosenBefore.has(id), "aria-describedby": feedback.id });
  const isSpot = question.form === "spot";
  const fieldset = element(
    "fieldset",
    {},
    element("legend", {}, built(question.prompt)),
    element("p", { class: "hint" }, hintOf(question, words)),
    question.code && codeElement(question, isSpot ? input : undefined),
    !isSpot && element("div", { class: "choices" }, ...question.choices.map((choice) => choiceElement(choice, input))),
  );
  const form = element(
    "form",
    { class: `question question-${question.form}`, "data-question": question.id, novalidate: true },
    fieldset,
    feedback,
    element("div", { class: "actions" }, button, again),
  );

  const inputs = () => [...fieldset.querySelectorAll("input")];
  const chosen = () => inputs().flatMap((field) => (field.checked ? [field.value] : []));

  function reset(): void {
    form.removeAttribute("data-result");
    feedback.hidden = true;
    again.hidden = true;
    button.textContent = words.check;
    for (const field of inputs()) field.closest("label")?.removeAttribute("data-result");
  }

  function display(values: readonly string[]): string {
    const right = isRight(question, values);
    const result = right ? "right" : "wrong";
    form.dataset["result"] = result;
    for (const field of inputs()) {
      if (field.checked) labelOf(field).dataset["result"] = question.answer.includes(field.value) ? "right" : "wrong";
    }
    const whys = values.flatMap((id) => whyOf.get(id) ?? []);
    const reasons = right ? [question.because] : whys.length > 0 ? whys : [words.incomplete];
    feedback.replaceChildren(
      element("p", { class: "verdict" }, right ? words.right : words.wrong),
      ...reasons.map((html) => element("p", {}, right || whys.length > 0 ? built(html) : html)),
    );
    feedback.hidden = false;
    again.hidden = right;
    button.textContent = right ? words.continue : words.check;
    return [...feedback.children].map((paragraph) => paragraph.textContent).join(" ");
  }

  fieldset.addEventListener("change", () => {
    reset();
    on.onDraft(chosen());
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.dataset["result"] === "right") return on.onContinue(form);
    const values = chosen();
    if (values.length === 0) return announceHint(words.chooseFirst);
    announce(display(values));
    on.onAnswer(values, isRight(question, values));
  });

  function announceHint(text: string): void {
    feedback.replaceChildren(element("p", {}, text));
    feedback.hidden = false;
    announce(text);
  }

  function show(next: Answer | undefined): void {
    const known = next?.chosen.filter((id) => whyOf.has(id)) ?? [];
    reset();
    for (const field of inputs()) field.checked = known.includes(field.value);
    if (next !== undefined) display(known);
  }

  // What is kept of a draft may be older than the answer that was made of it: an editor that ends writes down what it has time for.
  const isOpen = draft !== undefined && !(answer && isSame(draft, answer.chosen));
  if (answer !== undefined && !isOpen) show(answer);
  return {
    element: form,
    show(next) {
      const isChoosing = form.dataset["result"] === undefined && chosen().length > 0;
      if (!isChoosing) show(next);
    },
  };
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id) => b.includes(id));
}

function hintOf(question: ChoiceQuestion, words: Words): string {
  if (question.form === "multi") return words.chooseAll;
  return question.form === "spot" ? words.chooseLine : words.chooseOne;
}

function choiceElement(choice: Choice, input: (id: string) => HTMLInputElement): HTMLElement {
  return element("label", { class: "choice" }, input(choice.id), element("span", {}, built(choice.html)));
}

/** Code whose lines can be chosen where the question says so. It scrolls sideways, so it can be focused. */
function codeElement(
  { code = [] }: ChoiceQuestion,
  input: ((id: string) => HTMLInputElement) | undefined,
): HTMLElement {
  const lines = code.map(({ html, marked, choice }) => {
    const text = element("code", {}, built(html === "" ? "\u200b" : html));
    if (input === undefined || choice === undefined) {
      return element("span", { class: marked ? "line marked" : "line" }, text);
    }
    return element("label", { class: "line choice" }, input(choice), text);
  });
  const attributes = input === undefined ? { class: "code lines", tabindex: "0" } : { class: "code lines" };
  return element("div", { ...attributes, role: "group" }, ...lines);
}

function labelOf(field: HTMLInputElement): HTMLElement {
  return field.closest("label") ?? field;
}
