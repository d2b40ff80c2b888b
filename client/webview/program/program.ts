/** What the page loads when a program is run or edited for the first time: its editor, and what shows its result. */
import type { Program } from "../../../content/schema.ts";
import type { Words } from "../../src/lessons/messages.ts";
import { element, fill } from "../dom.ts";
import { loadStyleOf } from "../load_style.ts";
import { collect } from "../runtime/outcome.ts";
import { type Outcome, type Progress, type Run, TIME_LIMIT } from "../runtime/runtime.ts";
import { sharedRuntime } from "../runtime/shared.ts";
import { createEditor } from "./editor.ts";
import { resultElements } from "./result.ts";

export interface ProgramView {
  /** Runs the code as it stands, or stops it. */
  runOrStop(): void;
  edit(): void;
  /** Back to the lesson's own code and result. */
  reset(): void;
}

export interface ProgramOptions {
  /** `.program` as the build makes it. */
  readonly figure: HTMLElement;
  readonly program: Pick<Program, "id" | "title" | "setup" | "code">;
  /** What the reader had made of the code before; `undefined` where they have not edited it. */
  readonly edited: string | undefined;
  readonly words: Words;
  /** The address of dist/runtime/, ending in a slash. */
  readonly base: string;
  readonly announce: (text: string) => void;
  readonly onEdit: (code: string | undefined) => void;
  readonly onRunning: (running: boolean) => void;
  readonly onLeave: () => void;
  /** A run has ended that was not overtaken by another. */
  readonly onOutcome?: (outcome: Outcome, code: string) => void;
}

/** How often a result is drawn while its program is running, in milliseconds. */
const REDRAW = 200;

export async function createProgram(options: ProgramOptions): Promise<ProgramView> {
  const { figure, program, words } = options;
  await loadStyleOf(import.meta.url);
  const place = figure.querySelector(".program-code") ?? figure;
  const result = figure.querySelector(".program-result") ?? figure;
  const asWritten = [...result.childNodes];
  const original = program.code.replace(/\n$/, "");
  let current: Run | undefined;
  const editor = createEditor({
    id: `program-${program.id}`,
    title: program.title,
    text: options.edited ?? original,
    words,
    onChange: (text) => options.onEdit(text === original ? undefined : text),
    onRun: () => void run(),
    onLeave: options.onLeave,
  });
  place.replaceChildren(editor.element);

  async function run(): Promise<void> {
    const code = editor.text();
    const lines = code.split("\n");
    const told = collect();
    let redraw: ReturnType<typeof setTimeout> | undefined;
    const mine = sharedRuntime(options.base).run(
      { setup: program.setup, code },
      {
        onProgress: (progress) => result.replaceChildren(progressElement(progress, words)),
        onEvent(event) {
          told.add(event);
          redraw ??= setTimeout(() => {
            redraw = undefined;
            if (current === mine) draw(told.outcome("finished"), words.running);
          }, REDRAW);
        },
      },
    );
    current = mine;
    options.onRunning(true);
    options.announce(words.running);
    try {
      const outcome = await mine.outcome;
      if (current !== mine) return;
      draw(outcome, endingOf(outcome, words));
      if (options.onOutcome === undefined) options.announce(summaryOf(outcome, words));
      else options.onOutcome(outcome, code);
    } catch (error) {
      if (current !== mine) return;
      const reason = fill(words.cannotRun, error instanceof Error ? error.message : String(error));
      result.replaceChildren(element("p", { class: "run-ending" }, reason));
      options.announce(reason);
    } finally {
      clearTimeout(redraw);
      if (current === mine) {
        current = undefined;
        options.onRunning(false);
      }
    }

    function draw(outcome: Outcome, ending: string | undefined): void {
      result.replaceChildren(...resultElements({ outcome, code: lines, words, ending, goTo: editor.goTo }));
      if (editor.text() !== code) return;
      const sent = new Map<number, number>();
      for (const { line } of outcome.statements) if (line !== null) sent.set(line, (sent.get(line) ?? 0) + 1);
      editor.mark({ sent, raised: outcome.error?.line ?? null });
    }
  }

  return {
    runOrStop() {
      if (current === undefined) void run();
      else current.stop();
    },
    edit: () => editor.field.focus(),
    reset() {
      current?.stop();
      current = undefined;
      options.onRunning(false);
      editor.setText(original);
      result.replaceChildren(...asWritten);
      editor.field.focus();
    },
  };
}

function progressElement(progress: Progress, words: Words): HTMLElement {
  if (progress.state !== "fetching") {
    const text = progress.state === "starting" ? words.starting : words.running;
    return element("p", { class: "run-ending" }, text);
  }
  const inMegabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  const text = fill(words.fetching, inMegabytes(progress.loaded), inMegabytes(progress.total));
  const bar = element("progress", { max: String(progress.total), "aria-label": text });
  bar.value = progress.loaded;
  return element("div", { class: "run-progress" }, element("p", { class: "run-ending" }, text), bar);
}

/** How it ended, where that needs saying. */
function endingOf({ ending, statements, output, error, warnings }: Outcome, words: Words): string | undefined {
  if (ending === "stopped") return words.stopped;
  if (ending === "timed out") return fill(words.timedOut, TIME_LIMIT / 1_000);
  if (ending === "broken") return words.broken;
  const silent = statements.length === 0 && output === "" && error === undefined && warnings.length === 0;
  return silent ? words.nothing : undefined;
}

/** For those who hear the page. */
function summaryOf(outcome: Outcome, words: Words): string {
  const { error, statements, output } = outcome;
  if (error !== undefined)
    return `${words.error}: ${error.summary} ${error.line === null ? "" : fill(words.line, error.line)}`;
  const lines = output === "" ? 0 : output.replace(/\n$/, "").split("\n").length;
  return `${endingOf(outcome, words) ?? ""} ${fill(words.finished, statements.length, lines)}`.trim();
}
