import type { Page, Program } from "../../../content/schema.ts";
import type { FromPage, Words } from "../../src/lessons/messages.ts";
import { announce } from "../announce.ts";
import { element } from "../dom.ts";
import type { ProgramOptions, ProgramView } from "../program/program.ts";
import { loadProgram } from "./load_program.ts";

interface Options {
  readonly page: Page;
  readonly words: Words;
  readonly post: (message: FromPage) => void;
  /** Programs that the reader has edited, keyed by `page/program`. */
  readonly edits: Readonly<Record<string, string>>;
  readonly onEdit: (key: string, code: string | undefined) => void;
}

/** Puts the buttons below each program of the page. What a button then needs is loaded when it is first pressed. */
export function enlivenPrograms(main: HTMLElement, options: Options): void {
  for (const foot of main.querySelectorAll<HTMLElement>("[data-program]")) {
    const program = options.page.programs.find(({ id }) => id === foot.dataset["program"]);
    if (program !== undefined) foot.prepend(...controls(foot, program, options));
  }
}

function controls(foot: HTMLElement, program: Program, { page, words, post, edits, onEdit }: Options): HTMLElement[] {
  const key = `${page.id}/${program.id}`;
  const open = button(words.openInEditor, () => post({ type: "openProgram", lesson: page.id, program: program.id }));
  const figure = foot.closest<HTMLElement>(".program");
  if (program.needs !== undefined) return [element("p", { class: "shown-only" }, words.shownOnly), open];
  if (figure === null) return [open];
  return [runControls({ figure, program, words, edited: edits[key], onEdit: (code) => onEdit(key, code) }), open];
}

/** Run, Edit and Reset for a program whose code stands in `.program-code` of the figure, and its result in `.program-result`. */
export function runControls({
  figure,
  program,
  words,
  edited,
  onEdit,
}: Pick<ProgramOptions, "figure" | "program" | "words" | "edited" | "onEdit">): HTMLElement {
  let loading: Promise<ProgramView> | undefined;
  const use = (what: (view: ProgramView) => void) => {
    loading ??= load();
    loading.then(what).catch((error: unknown) => {
      loading = undefined;
      isRunning(false);
      announce(String(error));
    });
  };
  const isRunning = (running: boolean) => {
    figure.querySelector(".program-result")?.setAttribute("aria-busy", String(running));
    run.textContent = running ? words.stop : words.run;
  };
  const pressed = () => {
    if (loading === undefined) isRunning(true);
    use((view) => view.runOrStop());
  };
  const run = button(words.run, pressed, "primary run");
  const edit = button(words.edit, () => use((view) => view.edit()));
  const reset = button(words.reset, () => use((view) => view.reset()));
  reset.hidden = edited === undefined;

  function load(): Promise<ProgramView> {
    return loadProgram({
      figure,
      program,
      edited,
      words,
      onEdit(code) {
        reset.hidden = code === undefined;
        onEdit(code);
      },
      onRunning: isRunning,
      onLeave: () => run.focus(),
    });
  }
  // An edited program shows the reader's own text at once, and runs nothing.
  if (edited !== undefined) use(() => {});
  return element("div", { class: "program-actions" }, run, edit, reset);
}

function button(text: string, press: () => void, style = "quiet"): HTMLButtonElement {
  const made = element("button", { type: "button", class: style }, text);
  made.addEventListener("click", press);
  return made;
}
