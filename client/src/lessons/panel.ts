import { type ExtensionContext, env, l10n, Uri, ViewColumn, type WebviewPanel, window, workspace } from "vscode";
import { isRight } from "../../../content/answers.ts";
import type { FixQuestion, Page } from "../../../content/schema.ts";
import type { ExplainParams } from "../../../server/src/protocol.ts";
import type { Code } from "./code.ts";
import type { Content } from "./content.ts";
import {
  type Answer,
  Example,
  type Explanation,
  FromPage,
  PageState,
  parse,
  type ToPage,
  type Verdict,
} from "./messages.ts";
import type { Progress } from "./progress.ts";
import { reviewPage } from "./review.ts";
import { shellHtml } from "./shell.ts";
import { parseTarget, type Target } from "./target.ts";
import { pageWords } from "./words.ts";

export const PANEL_TYPE = "sqlalchemyCoach.lessons";

export interface OpenRequest {
  /** `core-vs-orm`, `core-vs-orm#section`, `rule:query-get` or `review`; without it, the last place. */
  readonly lesson?: string;
  /** The reader's own line, shown at the top of the section. */
  readonly example?: Example;
  /** Where that line stands: what is known of it is shown with it. */
  readonly at?: ExplainParams;
}

export interface Panel {
  open(request: OpenRequest): Promise<void>;
  /** Takes what another window has kept since into the page that is shown. */
  progressChanged(): Promise<void>;
  /** Looks again into the reader's code where the last look came too early. */
  codeChanged(): void;
}

interface Ports {
  readonly context: ExtensionContext;
  readonly content: () => Promise<Content>;
  readonly progress: () => Promise<Progress>;
  readonly code: Code;
  readonly onProgress: () => void;
}

interface Attempt {
  readonly attempt: number;
  readonly code: string;
  readonly prints: string;
}

/** Read only when it is shown: a target that leads nowhere is then said so in the panel. */
interface Wanted {
  readonly target: string | undefined;
  readonly example: Example | undefined;
  readonly at: ExplainParams | undefined;
}

/**
 * The one lesson panel. It opens beside the editor and is used again; hidden, its page is thrown away, and shown again it asks
 * (`ready`) what to show, so a reload of the window and a return to the tab are the same case.
 */
export function createPanel({ context, content, progress, code, onProgress }: Ports): Panel {
  const roots = ["dist/webview", "dist/content", "dist/runtime"].map((path) =>
    Uri.joinPath(context.extensionUri, path),
  );
  let panel: WebviewPanel | undefined;
  let wanted: Wanted = { target: undefined, example: undefined, at: undefined };
  let showing: Page | undefined;
  let explained: Explanation | undefined;
  /** The page's question whose last answer was not the last word. */
  let unsettled: { readonly lesson: string; readonly all: boolean } | undefined;
  // A page may be gone while an answer to it is being read from disk: only a page that said `ready` is spoken to.
  let ready = false;
  let turn = 0;

  async function open({ lesson, example, at }: OpenRequest): Promise<void> {
    wanted = { target: lesson, example: parse(Example, example), at };
    if (panel === undefined) {
      const column = window.activeTextEditor === undefined ? ViewColumn.Active : ViewColumn.Beside;
      adopt(window.createWebviewPanel(PANEL_TYPE, l10n.t("SQLAlchemy lessons"), column, { enableFindWidget: true }));
    } else {
      panel.reveal();
      if (ready) await show();
    }
  }

  function adopt(next: WebviewPanel): void {
    panel?.dispose();
    panel = next;
    ready = false;
    next.iconPath = Uri.joinPath(context.extensionUri, "client/media/icon.png");
    next.webview.options = { enableScripts: true, localResourceRoots: roots };
    next.webview.onDidReceiveMessage(async (data: unknown) => {
      const message = parse(FromPage, data);
      if (message !== undefined && next === panel) await receive(message);
    });
    next.onDidChangeViewState(() => {
      if (!next.visible) ready = false;
      else if (next.active) void progressChanged();
    });
    next.onDidDispose(() => {
      if (panel === next) panel = undefined;
    });
    const file = (name: string) => Uri.joinPath(context.extensionUri, "dist/webview", name);
    next.webview.html = shellHtml(next.webview, file("main.js"), file("main.css"), env.language);
  }

  async function receive(message: FromPage): Promise<void> {
    switch (message.type) {
      case "ready":
        ready = true;
        return show();
      case "visited":
        return visited(message.page, message.section);
      case "answered":
        return answered(message.lesson, message.question, message.chosen);
      case "attempted":
        return attempted(message.lesson, message.question, message);
      case "follow":
        return open({ lesson: message.target });
      case "openProgram":
        return openProgram(message.lesson, message.program);
      case "startOver":
        await (await progress()).reset(message.lesson);
        onProgress();
        return open({ lesson: message.lesson });
      case "findPlaces":
        return findPlaces(message.lesson, message.all);
      case "openPlace":
        return code.open(message.lesson, message.place);
      case "openSlice":
        return openSlice();
    }
  }

  async function show(): Promise<void> {
    const mine = ++turn;
    unsettled = undefined;
    const message = await toMessage(wanted);
    if (mine !== turn || !ready || panel === undefined) return;
    showing = message.type === "show" ? message.page : undefined;
    if (message.type === "show") panel.title = message.page.title;
    await panel.webview.postMessage(message);
    if (message.type === "show") await explain(mine, message.section);
  }

  /** What the server knows of the reader's line comes after the lesson, which does not wait for it. */
  async function explain(mine: number, section: string): Promise<void> {
    const { at } = wanted;
    explained = undefined;
    const explanation = at && (await code.explain(at));
    if (mine !== turn || !ready || panel === undefined || !explanation) return;
    explained = explanation;
    await panel.webview.postMessage({ type: "explained", section, explanation } satisfies ToPage);
  }

  async function findPlaces(lesson: string, all: boolean): Promise<void> {
    const mine = turn;
    const { index } = await content();
    if (!index.lessons.some(({ id }) => id === lesson)) return;
    const places = await code.places(lesson, all);
    if (mine !== turn || !ready || panel === undefined || !places) return;
    unsettled = places.busy || places.state === "unavailable" ? { lesson, all } : undefined;
    await panel.webview.postMessage({ type: "places", lesson, places } satisfies ToPage);
  }

  async function openSlice(): Promise<void> {
    if (explained?.slice?.kind !== "program") return;
    await openPython(`${explained.slice.setup}\n\n${explained.slice.code}`);
  }

  async function toMessage({ target: text, example }: Wanted): Promise<ToPage> {
    try {
      const known = await progress();
      const target = await toTarget(text ?? known.place());
      const page = await pageOf(target, known);
      const asked = target.kind === "lesson" ? target.section : undefined;
      const section = page.sections.find(({ id }) => id === asked) ?? page.sections[0];
      return {
        type: "show",
        page,
        section: section?.id ?? "",
        ...(example === undefined ? {} : { example }),
        answers: answersOf(page, known),
        visited: page.kind === "lesson" ? [...known.visited(page.id)] : [],
        due: known.due().length,
        ...(await followingOf(page)),
        words: pageWords(),
      };
    } catch (error) {
      return { type: "problem", text: error instanceof Error ? error.message : String(error) };
    }
  }

  async function pageOf(target: Target, known: Progress): Promise<Page> {
    const { page } = await content();
    return target.kind === "review" ? reviewPage(await content(), known.due()) : page(target.kind, target.id);
  }

  async function followingOf(page: Page): Promise<{ following?: { id: string; title: string } }> {
    if (page.kind !== "lesson") return {};
    const { lessons } = (await content()).index;
    const next = lessons[lessons.findIndex(({ id }) => id === page.id) + 1];
    return next === undefined ? {} : { following: { id: next.id, title: next.title } };
  }

  /** A review asks again what it asks: it is left as it is. */
  async function progressChanged(): Promise<void> {
    const mine = turn;
    const page = showing;
    if (!ready || page?.kind !== "lesson") return;
    const known = await progress();
    if (mine !== turn || !ready || panel === undefined) return;
    const message: ToPage = {
      type: "progress",
      lesson: page.id,
      answers: answersOf(page, known),
      visited: [...known.visited(page.id)],
      due: known.due().length,
    };
    await panel.webview.postMessage(message);
  }

  async function visited(page: string, section: string): Promise<void> {
    const { index } = await content();
    const lesson = index.lessons.find(({ id }) => id === page);
    if (!lesson?.sections.some(({ id }) => id === section)) return;
    const known = await progress();
    const target = `${page}#${section}`;
    // The reader's line belongs to the section that it was opened with.
    const isSame = wanted.target === page || wanted.target === target;
    wanted = { target, example: isSame ? wanted.example : undefined, at: isSame ? wanted.at : undefined };
    await known.setPlace(target);
    await known.visit(page, section);
    onProgress();
  }

  /** The page says what was chosen, never whether it was right. */
  async function answered(lesson: string, id: string, chosen: string[]): Promise<void> {
    const { index, question: find } = await content();
    if (!index.lessons.some((known) => known.id === lesson)) return;
    const question = await find(lesson, id);
    if (question === undefined || question.form === "fix") return;
    await (await progress()).answer(lesson, id, { chosen, right: isRight(question, chosen) });
    onProgress();
  }

  async function attempted(lesson: string, id: string, made: Attempt): Promise<void> {
    const { index, question: find } = await content();
    if (!index.lessons.some((known) => known.id === lesson)) return;
    const question = await find(lesson, id);
    if (question?.form !== "fix") return;
    const verdict = await judged(question, made);
    if (verdict.kind === "judged") {
      await (await progress()).answer(lesson, id, { chosen: [], right: verdict.right });
      onProgress();
    }
    const message: ToPage = { type: "judged", attempt: made.attempt, verdict };
    if (ready) await panel?.webview.postMessage(message);
  }

  async function judged({ setup, prints }: FixQuestion, made: Attempt): Promise<Verdict> {
    const found = await code.judge({ setup, code: made.code });
    if (found === undefined) return { kind: "unavailable" };
    const findings = found.findings.map(({ line, message }) => ({ line, message: message.slice(0, 1_000) }));
    const asBefore = made.prints === prints;
    return { kind: "judged", right: asBefore && findings.length === 0, prints: asBefore, findings };
  }

  async function openProgram(lesson: string, id: string): Promise<void> {
    const { index, page } = await content();
    if (!index.lessons.some((known) => known.id === lesson)) return;
    const program = (await page("lesson", lesson)).programs.find((candidate) => candidate.id === id);
    if (program === undefined) return;
    const text = program.setup === "" ? program.code : `${program.setup}\n\n${program.code}`;
    await openPython(text);
  }

  async function toTarget(text: string | undefined): Promise<Target> {
    const asked = text === undefined ? undefined : parseTarget(text);
    return asked ?? { kind: "lesson", id: (await content()).index.lessons[0]?.id ?? "", section: undefined };
  }

  context.subscriptions.push(
    window.registerWebviewPanelSerializer(PANEL_TYPE, {
      async deserializeWebviewPanel(restored: WebviewPanel, data: unknown) {
        const state = parse(PageState, data);
        wanted = { target: state?.target, example: state?.example, at: undefined };
        adopt(restored);
      },
    }),
  );
  return {
    open,
    progressChanged,
    codeChanged() {
      if (unsettled !== undefined && ready) void findPlaces(unsettled.lesson, unsettled.all);
    },
  };
}

async function openPython(text: string): Promise<void> {
  const document = await workspace.openTextDocument({ language: "python", content: text });
  await window.showTextDocument(document, ViewColumn.One);
}

function answersOf(page: Page, progress: Progress): Record<string, Answer> {
  // A review asks again: to show the old answer would give it away.
  if (page.kind !== "lesson") return {};
  const answers: Record<string, Answer> = {};
  for (const { blocks } of page.sections) {
    for (const block of blocks) {
      if (block.kind !== "question") continue;
      const answer = progress.answerTo(page.id, block.question.id);
      if (answer !== undefined) answers[`${page.id}/${block.question.id}`] = answer;
    }
  }
  return answers;
}
