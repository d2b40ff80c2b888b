import {
  CommentMode,
  type CommentThread,
  CommentThreadCollapsibleState,
  comments,
  type Disposable,
  l10n,
  type MarkdownString,
  Position,
  Range,
  Selection,
  TextEditorRevealType,
  Uri,
  window,
  workspace,
} from "vscode";
import type { Stop } from "./route.ts";

/** The one note of the tour, under the finding that it speaks of. */
export interface Note extends Disposable {
  /**
   * Shows it; one that stands there already is written anew.
   *
   * @param label "3 of 12 · query-get"
   */
  show(stop: Stop, label: string, body: MarkdownString): void;
  /** Says that the finding is gone, where it was. */
  gone(label: string, body: MarkdownString): void;
  /** Brings the editor to the finding. */
  reveal(stop: Stop): Promise<void>;
  hide(): void;
}

const linesAbove = 5;

export function createNote(): Note {
  const controller = comments.createCommentController("sqlalchemyCoach.tour", l10n.t("Guided migration"));
  let thread: CommentThread | undefined;
  let at = "";

  /** @param context what the thread's buttons depend on */
  function write(target: CommentThread, body: MarkdownString, context: string): void {
    target.comments = [{ body, mode: CommentMode.Preview, author: { name: "SQLAlchemy Coach" } }];
    target.contextValue = context;
  }

  function hide(): void {
    thread?.dispose();
    thread = undefined;
  }

  return {
    show(stop, label, body) {
      const range = rangeOf(stop);
      const where = nameOf(stop);
      if (thread === undefined || where !== at) {
        thread?.dispose();
        thread = controller.createCommentThread(Uri.parse(stop.uri), range, []);
        thread.canReply = false;
        thread.collapsibleState = CommentThreadCollapsibleState.Expanded;
      } else if (!thread.range?.isEqual(range)) thread.range = range;
      at = where;
      thread.label = label;
      write(thread, body, stop.safety);
    },
    gone(label, body) {
      if (!thread) return;
      thread.label = label;
      // Not "resolved": the editor would fold the note at once, and what to do next stands in it.
      write(thread, body, "gone");
      deselect(thread.uri);
    },
    async reveal(stop) {
      // A note that goes away above, once the editor has scrolled, would move the place out of sight.
      if (nameOf(stop) !== at) hide();
      const { start } = rangeOf(stop);
      const uri = Uri.parse(stop.uri);
      const cell = workspace.notebookDocuments
        .flatMap((notebook) => notebook.getCells())
        .find(({ document }) => document.uri.toString() === uri.toString());
      if (cell) await window.showNotebookDocument(cell.notebook, { selections: [] });
      else {
        const editor = await window.showTextDocument(uri, { selection: new Range(start, start) });
        // The note needs the room below; a few lines above say where it is.
        const top = new Position(Math.max(0, start.line - linesAbove), 0);
        editor.revealRange(new Range(top, top), TextEditorRevealType.AtTop);
      }
    },
    hide,
    dispose: () => controller.dispose(),
  };
}

const nameOf = ({ uri, rule, key }: Stop): string => `${uri} ${rule} ${key}`;

/** An edit at the cursor leaves the new text selected: the next key would replace it. */
function deselect(uri: Uri): void {
  const editor = window.activeTextEditor;
  if (editor?.document.uri.toString() !== uri.toString()) return;
  const { start } = editor.selection;
  editor.selection = new Selection(start, start);
}

function rangeOf({ range: { start, end } }: Stop): Range {
  return new Range(start.line, start.character, end.line, end.character);
}
