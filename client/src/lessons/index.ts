import { type ExtensionContext, Uri } from "vscode";
import type { Code } from "./code.ts";
import { type Content, readContent } from "./content.ts";
import { createPanel, type OpenRequest } from "./panel.ts";
import { createProgress, type Progress } from "./progress.ts";
import { pickTarget } from "./search_pick.ts";
import { createTree, type LessonTree } from "./tree.ts";

export type { OpenRequest } from "./panel.ts";

export interface Lessons {
  /** Shows a lesson, a rule's page or the review in the one panel; without a target, the last place. */
  open(request?: OpenRequest): Promise<void>;
  /** Lets the person look for a place, and opens it. */
  search(): Promise<void>;
  /** The title of a lesson's section, or of the lesson; `undefined` where there is none of that name. */
  titleOf(target: string): Promise<string | undefined>;
  readonly tree: LessonTree;
  /** Takes in what another window has kept since; for when this one gets the focus. */
  refocused(): Promise<void>;
  /** What the server knows of the reader's code has changed, or it runs only now. */
  codeChanged(): void;
}

/**
 * The lessons. Nothing is read from disk until a lesson is opened or the tree is shown.
 *
 * @param code the reader's own code, as the server knows it
 * @param openCommand the command that the tree's items run with an `OpenRequest`; whoever registers it calls `open`
 */
export function createLessons(
  context: ExtensionContext,
  openCommand: string,
  code: Code,
  now: () => number = Date.now,
): Lessons {
  let reading: Promise<Content> | undefined;
  let progressOf: Progress | undefined;

  function content(): Promise<Content> {
    if (reading === undefined) {
      reading = readContent(Uri.joinPath(context.extensionUri, "dist/content"));
      // A read that failed may succeed the next time.
      reading.catch(() => {
        reading = undefined;
      });
    }
    return reading;
  }
  function progress(): Promise<Progress> {
    const known = content().then(({ index }) => index.lessons.map(({ id }) => id));
    return known.then((lessons) => {
      progressOf ??= createProgress(context.globalState, lessons, now);
      return progressOf;
    });
  }

  const tree = createTree(content, progress, openCommand);
  const panel = createPanel({ context, content, progress, code, onProgress: tree.refresh });
  return {
    open: (request = {}) => panel.open(request),
    async search() {
      const target = await pickTarget(content().then(({ searchIndex }) => searchIndex()));
      if (target !== undefined) await panel.open({ lesson: target });
    },
    async titleOf(target) {
      const [id, section] = target.split("#");
      const lesson = (await content()).index.lessons.find((each) => each.id === id);
      return lesson?.sections.find((each) => each.id === section)?.title ?? lesson?.title;
    },
    tree,
    async refocused() {
      // Who has shown no lesson and no tree yet has nothing to take in, and nothing to lose.
      if (progressOf === undefined) return;
      await progressOf.sync();
      tree.refresh();
      await panel.progressChanged();
    },
    codeChanged: panel.codeChanged,
  };
}
