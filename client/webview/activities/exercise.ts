import type { FixQuestion } from "../../../content/schema.ts";
import type { Answer, Verdict, Words } from "../../src/lessons/messages.ts";
import { announce } from "../announce.ts";
import { built, element, fill, prose } from "../dom.ts";
import type { ProgramView } from "../program/program.ts";
import { loadProgram } from "./load_program.ts";

export interface ExerciseView {
  readonly element: HTMLFormElement;
  /** Takes over that it was done elsewhere, or is to be done again. Code that was edited here keeps what is said of it. */
  show(answer: Answer | undefined): void;
}

interface Options {
  readonly question: FixQuestion;
  readonly words: Words;
  readonly answer: Answer | undefined;
  /** The code as the reader left it; `undefined` where they have not edited it. */
  readonly edited: string | undefined;
  readonly onEdit: (code: string | undefined) => void;
  /** Has the code judged, which printed `prints` to its end. */
  readonly judge: (code: string, prints: string) => Promise<Verdict>;
  readonly onAnswer: (right: boolean) => void;
  /** Goes on to whatever follows a question that was answered right. */
  readonly onContinue: (from: HTMLElement) => void;
}

/** A question that is answered by editing a program: one button runs it, and has the analyser look at it. */
export function createExercise({ question, words, answer, edited, ...on }: Options): ExerciseView {
  const name = `q-${question.teaches.replace("#", "-")}-${question.id}`;
  const feedback = element("div", { class: "feedback", id: `${name}-feedback`, hidden: true });
  const button = element("button", { type: "submit", class: "primary" }, words.checkCode);
  const edit = element("button", { type: "button", class: "quiet" }, words.edit);
  const reset = element("button", { type: "button", class: "quiet", hidden: edited === undefined }, words.reset);
  const again = element("a", { href: "#", class: "again", "data-target": question.teaches }, words.readAgain);
  const figure = figureOf(question, words);
  const form = element(
    "form",
    { class: "question question-fix", "data-question": question.id, novalidate: true },
    element(
      "fieldset",
      {},
      element("legend", {}, built(question.prompt)),
      element("p", { class: "hint" }, words.fixIt),
      figure,
      ...question.hints.map((hint, at) => more(fill(words.hint, at + 1), element("p", {}, built(hint)))),
      more(words.solution, code(built(question.solution.html))),
    ),
    feedback,
    element("div", { class: "actions" }, button, edit, reset, again),
  );

  let running = false;
  let right = false;
  let loading: Promise<ProgramView> | undefined;
  const use = (what: (view: ProgramView) => void) => {
    loading ??= loadProgram({
      figure,
      program: { id: question.id, title: words.exercise, setup: question.setup, code: question.code },
      edited,
      words,
      onEdit(text) {
        forget();
        reset.hidden = text === undefined;
        on.onEdit(text);
      },
      onRunning(now) {
        running = now;
        dress();
      },
      onLeave: () => button.focus(),
      async onOutcome({ ending, output, error }, text) {
        if (ending !== "finished") return say(false, [words.stoppedShort, error?.summary ?? ""]);
        const verdict = await on.judge(text, output);
        if (verdict.kind === "unavailable") return say(undefined, [words.noJudge]);
        say(verdict.right, verdict.right ? [built(question.because)] : reasonsOf(verdict));
        on.onAnswer(verdict.right);
      },
    });
    loading.then(what, (error: unknown) => {
      loading = undefined;
      say(undefined, [String(error)]);
    });
  };

  function reasonsOf({ findings, prints }: Extract<Verdict, { kind: "judged" }>): (string | Node)[] {
    const old = findings.map(({ line, message }) =>
      element("span", {}, ...prose(fill(words.stillOldLine, line, message))),
    );
    return [...(old.length > 0 ? [words.stillOld, ...old] : []), ...(prints ? [] : [words.printsOther])];
  }

  function say(verdict: boolean | undefined, reasons: readonly (string | Node)[]): void {
    right = verdict === true;
    if (verdict === undefined) form.removeAttribute("data-result");
    else form.dataset["result"] = right ? "right" : "wrong";
    feedback.replaceChildren(
      ...(verdict === undefined ? [] : [element("p", { class: "verdict" }, right ? words.right : words.wrong)]),
      ...reasons.filter((reason) => reason !== "").map((reason) => element("p", {}, reason)),
    );
    feedback.hidden = false;
    dress();
    announce([...feedback.children].map((paragraph) => paragraph.textContent).join(" "));
  }

  /** What was said of the code is no longer about the code. */
  function forget(): void {
    right = false;
    form.removeAttribute("data-result");
    feedback.hidden = true;
    dress();
  }

  function dress(): void {
    button.textContent = running ? words.stop : right ? words.continue : words.checkCode;
    again.hidden = right;
  }

  edit.addEventListener("click", () => use((view) => view.edit()));
  reset.addEventListener("click", () => use((view) => view.reset()));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (right && !running) on.onContinue(form);
    else use((view) => view.runOrStop());
  });
  function show(done: boolean): void {
    forget();
    if (!done) return;
    right = true;
    form.dataset["result"] = "right";
    feedback.replaceChildren(
      element("p", { class: "verdict" }, words.right),
      element("p", {}, built(question.because)),
    );
    feedback.hidden = false;
    dress();
  }

  if (edited !== undefined) use(() => {});
  show(answer?.right === true);
  return {
    element: form,
    show(next) {
      if (reset.hidden && !running && right !== (next?.right === true)) show(!right);
    },
  };
}

/** The program as the editor and its result expect to find it, and beside it what it has always printed. */
function figureOf(question: FixQuestion, words: Words): HTMLElement {
  return element(
    "figure",
    { class: "program" },
    element(
      "div",
      { class: "program-body" },
      element("div", { class: "program-code" }, code(built(question.html))),
      element(
        "div",
        { class: "program-side" },
        element("p", { class: "result-label" }, words.shouldPrint),
        code(question.prints.replace(/\n$/, "")),
        element("div", { class: "program-result" }),
      ),
    ),
  );
}

function code(content: string | Node): HTMLElement {
  return element("pre", { class: "code", tabindex: "0" }, element("code", {}, content));
}

function more(title: string, content: HTMLElement): HTMLElement {
  return element("details", { class: "more" }, element("summary", {}, title), content);
}
