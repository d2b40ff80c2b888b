import { type FixQuestion, type Page, type Question, questionsOf } from "../../content/schema.ts";
import type { Explanation, FromPage, Places, ToPage, Verdict, Words } from "../src/lessons/messages.ts";
import { addCopyButtons } from "./copy.ts";
import { enliven } from "./diagram.ts";
import { built, element, fill } from "./dom.ts";
import { exerciseElement } from "./exercise.ts";
import { exampleElement, explanationElement } from "./explanation.ts";
import { createOutline } from "./outline.ts";
import { createPlaces } from "./places.ts";
import { enlivenPrograms } from "./programs.ts";
import { questionElement } from "./question.ts";

type Show = Extract<ToPage, { type: "show" }>;

export interface PageView {
  readonly element: HTMLElement;
  /** The section that is being shown. */
  section(): string;
  /** Shows a section of this page; `focus` for a move that the reader asked for. */
  go(section: string, focus: boolean): void;
  showPlaces(places: Places): void;
  /** Puts what is known of the reader's line in the place of the line, or at the top of its section. */
  explain(section: string, explanation: Explanation): void;
  /** What became of an exercise that this page has had judged. */
  judged(attempt: number, verdict: Verdict): void;
}

interface Options extends Show {
  readonly drafts: Readonly<Record<string, readonly string[]>>;
  readonly post: (message: FromPage) => void;
  /** Something worth keeping across a reload has changed. */
  readonly onDraft: (key: string, chosen: string[] | undefined) => void;
  readonly onMove: () => void;
  /** Programs that were edited, keyed by `page/program`, and how to keep another; `undefined` for one that was reset. */
  readonly edits: Readonly<Record<string, string>>;
  readonly onEdit: (key: string, code: string | undefined) => void;
}

/** A lesson, one section at a time. The others stay in the document, so that Find and printing reach them. */
export function createPage(options: Options): PageView {
  const { page, words, post } = options;
  const answers = new Map(Object.entries(options.answers));
  const outline = createOutline(page, options.visited, words, (section) => go(section, true));
  const score = element("p", { class: "score" });
  const sections = new Map<string, HTMLElement>();
  const attempts: ((verdict: Verdict) => void)[] = [];
  let current = "";

  function toQuestion(question: Question): HTMLElement {
    const lesson = question.teaches.split("#")[0] ?? "";
    const key = `${lesson}/${question.id}`;
    if (question.form === "fix") return toExercise(question, lesson, key);
    return questionElement({
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
      onContinue: (from) => continueAfter(from),
    });
  }

  function toExercise(question: FixQuestion, lesson: string, key: string): HTMLElement {
    const edit = `exercise ${key}`;
    return exerciseElement({
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
      onContinue: (from) => continueAfter(from),
    });
  }

  function updateScore(): void {
    const questions = questionsOf(page);
    const right = questions.filter(({ id }) => answers.get(`${page.id}/${id}`)?.right === true).length;
    score.textContent = fill(words.score, right, questions.length);
  }

  /** To the next question of the section, else to the way on at its end. */
  function continueAfter(question: HTMLElement): void {
    const all = [...(question.closest("section")?.querySelectorAll<HTMLElement>("form.question") ?? [])];
    const next = all[all.indexOf(question) + 1];
    const target =
      next?.querySelector<HTMLElement>("input, button[type=submit]") ??
      question.closest("section")?.querySelector<HTMLElement>(".way [data-next]");
    (next ?? target)?.scrollIntoView({ block: "nearest" });
    target?.focus({ preventScroll: next !== undefined });
  }

  function go(section: string, focus: boolean): void {
    const shown = sections.get(section);
    if (shown === undefined) return;
    current = section;
    for (const [id, body] of sections) {
      if (id === section) body.removeAttribute("hidden");
      else body.setAttribute("hidden", "until-found");
    }
    outline.moveTo(section);
    if (focus) {
      window.scrollTo(0, 0);
      shown.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
    }
    post({ type: "visited", page: page.id, section });
    options.onMove();
  }

  const isLesson = page.kind === "lesson";
  const places = createPlaces({ lesson: page.id, words, post });
  for (const [at, section] of page.sections.entries()) {
    const body = element(
      "section",
      { id: section.id, "aria-labelledby": `${section.id}-title` },
      element(
        "h2",
        { id: `${section.id}-title`, tabindex: "-1", class: isLesson ? "" : "visually-hidden" },
        section.title,
      ),
      section.id === options.section && options.example && exampleElement(options.example, words),
      ...section.blocks.map((block) => (block.kind === "html" ? built(block.html) : toQuestion(block.question))),
      isLesson && places.section(section.id),
      isLesson && at === page.sections.length - 1 && endElement(options, score),
      isLesson && wayElement(page, at, words, go),
    );
    for (const figure of body.querySelectorAll(".diagram")) enliven(figure);
    // What is hidden takes the room of its own margins still, and a sheet has none.
    const sheet = element("div", { class: "sheet" }, body);
    sheet.addEventListener("beforematch", () => go(section.id, false));
    sections.set(section.id, sheet);
  }
  const header = element(
    "header",
    {},
    element("h1", {}, page.title),
    page.idea !== "" && element("p", { class: "idea" }, page.idea),
    page.minutes > 0 && element("p", { class: "minutes" }, fill(words.minutes, page.minutes)),
    isLesson && places.element,
  );
  const main = element("main", {}, ...sections.values());
  addCopyButtons(main, words);
  enlivenPrograms(main, options);
  updateScore();

  function explain(section: string, explanation: Explanation): void {
    const body = sections.get(section)?.querySelector("section");
    const made = explanationElement(explanation, words, post);
    const line = body?.querySelector(".example");
    if (line) line.replaceWith(made);
    else body?.querySelector("h2")?.after(made);
  }

  return {
    element: element(
      "div",
      { class: `page page-${page.kind}` },
      header,
      page.sections.length > 1 && outline.element,
      main,
      ...page.terms.map(termElement),
    ),
    section: () => current,
    go,
    showPlaces: places.show,
    explain,
    judged: (attempt, verdict) => attempts[attempt]?.(verdict),
  };
}

function termElement({ id, title, html }: Page["terms"][number]): HTMLElement {
  const label = `term-${id}-title`;
  return element(
    "div",
    { id: `term-${id}`, popover: "auto", class: "term-card", role: "dialog", "aria-labelledby": label },
    element("p", { id: label, class: "term-title" }, title),
    built(html),
  );
}

function wayElement(page: Page, at: number, words: Words, go: (section: string, focus: boolean) => void): HTMLElement {
  const toButton = (label: string, section: Page["sections"][number] | undefined, direction: "previous" | "next") => {
    if (section === undefined) return undefined;
    const button = element(
      "button",
      { type: "button", class: `way-${direction}`, [`data-${direction}`]: true },
      element("span", { class: "way-label" }, label),
      element("span", { class: "way-title" }, section.title),
    );
    button.addEventListener("click", () => go(section.id, true));
    return button;
  };
  return element(
    "div",
    { class: "way" },
    toButton(words.previous, page.sections[at - 1], "previous"),
    toButton(words.next, page.sections[at + 1], "next"),
  );
}

function endElement({ page, due, words, post }: Options, score: HTMLElement): HTMLElement {
  const over = element("button", { type: "button", class: "quiet", "data-next": true }, words.startOver);
  over.addEventListener("click", () => post({ type: "startOver", lesson: page.id }));
  const review = element("button", { type: "button", class: "quiet" }, fill(words.review, due));
  review.addEventListener("click", () => post({ type: "follow", target: "review" }));
  return element(
    "div",
    { class: "end" },
    element("h3", {}, words.scoreTitle),
    score,
    element("div", { class: "actions" }, due > 0 && review, over),
  );
}
