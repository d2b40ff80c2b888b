/**
 * What a reader does on a page, beyond reading and turning it: questions and exercises, programs, drawings, their own code. A bundle of its
 * own, so that the text does not wait for it.
 */
import { questionsOf } from "../../../content/answers.ts";
import type { FixQuestion, Question } from "../../../content/schema.ts";
import type { Answer, Explanation, FromPage, Places, ToPage, Verdict } from "../../src/lessons/messages.ts";
import { element, fill } from "../dom.ts";
import { loadStyleOf } from "../load_style.ts";
import { addCopyButtons } from "./copy.ts";
import { enliven } from "./diagram.ts";
import { createExercise } from "./exercise.ts";
import { exampleElement, explanationElement } from "./explanation.ts";
import { createPlaces } from "./places.ts";
import { enlivenPrograms } from "./programs.ts";
import { createQuestion } from "./question.ts";

export type Show = Extract<ToPage, { type: "show" }>;

export interface ActivitiesOptions extends Show {
  /** The page with its text, and with places left free for what is to come. */
  readonly root: HTMLElement;
  readonly drafts: Readonly<Record<string, readonly string[]>>;
  readonly post: (message: FromPage) => void;
  /** Something worth keeping across a reload has changed. */
  readonly onDraft: (key: string, chosen: string[] | undefined) => void;
  /** Programs that were edited, keyed by `page/program`, and how to keep another; `undefined` for one that was reset. */
  readonly edits: Readonly<Record<string, string>>;
  readonly onEdit: (key: string, code: string | undefined) => void;
}

export interface Activities {
  showPlaces(places: Places): void;
  /** Puts what is known of the reader's line in the place of the line, or at the top of its section. */
  explain(section: string, explanation: Explanation): void;
  /** What became of an exercise that this page has had judged. */
  judged(attempt: number, verdict: Verdict): void;
  /** What was answered elsewhere since, and how many questions are due. */
  update(answers: Readonly<Record<string, Answer>>, due: number): void;
}

/** Resolves when activities can be made, in their own style. */
export const ready: Promise<void> = loadStyleOf(import.meta.url);

/** Puts the activities of a page where it has left room for them. */
export function createActivities(options: ActivitiesOptions): Activities {
  const { page, words, post, root } = options;
  const answers = new Map(Object.entries(options.answers));
  const views = new Map<string, { show(answer: Answer | undefined): void }>();
  const attempts: ((verdict: Verdict) => void)[] = [];
  const score = element("p", { class: "score" });
  const review = element("button", { type: "button", class: "quiet" });
  review.addEventListener("click", () => post({ type: "follow", target: "review" }));

  function toElement(question: Question): HTMLElement {
    const lesson = question.teaches.split("#")[0] ?? "";
    const key = `${lesson}/${question.id}`;
    const view = question.form === "fix" ? toExercise(question, lesson, key) : toQuestion(question, lesson, key);
    views.set(key, view);
    return view.element;
  }

  function toQuestion(question: Exclude<Question, FixQuestion>, lesson: string, key: string) {
    return createQuestion({
      question,
      words,
      answer: answers.get(key),
      draft: options.drafts[key],
      onDraft: (chosen) => options.onDraft(key, chosen),
      onAnswer(chosen, right) {
        answers.set(key, { chosen, right });
        options.onDraft(key, undefined);
        post({ type: "answered", lesson, question: question.id, chosen });
        updateScore();
      },
      onContinue: continueAfter,
    });
  }

  function toExercise(question: FixQuestion, lesson: string, key: string) {
    const edit = `exercise ${key}`;
    return createExercise({
      question,
      words,
      answer: answers.get(key),
      edited: options.edits[edit],
      onEdit: (code) => options.onEdit(edit, code),
      judge: (code, prints) =>
        new Promise((resolve) => {
          const attempt = attempts.push(resolve) - 1;
          post({ type: "attempted", lesson, question: question.id, attempt, code, prints });
        }),
      onAnswer(right) {
        answers.set(key, { chosen: [], right });
        updateScore();
      },
      onContinue: continueAfter,
    });
  }

  function updateScore(): void {
    const questions = questionsOf(page);
    const right = questions.filter(({ id }) => answers.get(`${page.id}/${id}`)?.right === true).length;
    score.textContent = fill(words.score, right, questions.length);
  }

  function updateDue(due: number): void {
    review.textContent = fill(words.review, due);
    review.hidden = due === 0;
  }

  function endElement(): HTMLElement {
    const { following } = options;
    const next = element(
      "button",
      { type: "button", class: "primary" },
      fill(words.nextLesson, following?.title ?? ""),
    );
    next.addEventListener("click", () => following && post({ type: "follow", target: following.id }));
    const over = element("button", { type: "button", class: "quiet" }, words.startOver);
    over.addEventListener("click", () => post({ type: "startOver", lesson: page.id }));
    return element(
      "div",
      { class: "end" },
      element("h3", { tabindex: "-1", "data-next": true }, words.scoreTitle),
      score,
      element("div", { class: "actions" }, following && next, review, over),
    );
  }

  const free = [...root.querySelectorAll<HTMLElement>("[data-free]")];
  for (const question of questionsOf(page)) free.shift()?.replaceWith(toElement(question));
  const head = root.querySelector<HTMLElement>("header .places");
  const places = head && createPlaces({ head, lesson: page.id, words, post });
  if (places) {
    const before = (id: string, made: HTMLElement) => sectionOf(root, id)?.querySelector(".way")?.before(made);
    for (const { id } of page.sections) before(id, places.section(id));
    before(page.sections.at(-1)?.id ?? "", endElement());
  }
  if (options.example)
    sectionOf(root, options.section)?.querySelector("h2")?.after(exampleElement(options.example, words));
  for (const figure of root.querySelectorAll(".diagram")) enliven(figure);
  const main = root.querySelector("main") ?? root;
  addCopyButtons(main, words);
  enlivenPrograms(main, options);
  updateScore();
  updateDue(options.due);

  return {
    showPlaces: (found) => places?.show(found),
    explain(section, explanation) {
      const body = sectionOf(root, section);
      const made = explanationElement(explanation, words, post);
      const line = body?.querySelector(".example");
      if (line) line.replaceWith(made);
      else body?.querySelector("h2")?.after(made);
    },
    judged: (attempt, verdict) => attempts[attempt]?.(verdict),
    update(now, due) {
      for (const [key, view] of views) {
        const answer = now[key];
        if (JSON.stringify(answer) === JSON.stringify(answers.get(key))) continue;
        if (answer === undefined) answers.delete(key);
        else answers.set(key, answer);
        view.show(answer);
      }
      updateScore();
      updateDue(due);
    },
  };
}

function sectionOf(root: HTMLElement, id: string): HTMLElement | null {
  return root.querySelector(`section#${id}`);
}

/** To the next question of the section, else to the way on at its end. */
function continueAfter(question: HTMLElement): void {
  const section = question.closest("section");
  const all = [...(section?.querySelectorAll<HTMLElement>("form.question") ?? [])];
  const next = all[all.indexOf(question) + 1];
  const target =
    next?.querySelector<HTMLElement>("input, button[type=submit]") ??
    section?.querySelector<HTMLElement>(".end [data-next], .way [data-next]");
  (next ?? target)?.scrollIntoView({ block: "nearest" });
  target?.focus({ preventScroll: next !== undefined });
}
