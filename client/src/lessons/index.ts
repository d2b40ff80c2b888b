import { type ExtensionContext, Uri } from "vscode";
import type { Code } from "./code.ts";
import { type Content, readContent } from "./content.ts";
import { createPanel, type OpenRequest } from "./panel.ts";
import { createProgress, type Progress } from "./progress.ts";
import { createTree, type LessonTree } from "./tree.ts";

export type { OpenRequest } from "./panel.ts";

export interface Lessons {
  /** Shows a lesson, a rule's page or the review in the one panel; without a target, the last place. */
  open(request?: OpenRequest): Promise<void>;
  readonly tree: LessonTree;
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
  return { open: (request = {}) => panel.open(request), tree };
}
