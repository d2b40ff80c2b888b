import {
  type Comment,
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
  TabInputText,
  TextEditorRevealType,
  Uri,
  ViewColumn,
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
  /** Opens the finding's file where nothing is open: no place is left then that anyone would be taken from. */
  revealIfEmpty(stop: Stop): Promise<void>;
  hide(): void;
}

const linesAbove = 5;

export function createNote(): Note {
  const controller = comments.createCommentController("sqlalchemyCoach.tour", l10n.t("Guided migration"));
  let thread: CommentThread | undefined;
  let at = "";
  let written = "";

  /**
   * What stands there already is not written again: the editor would draw it anew, under a click or the keyboard's focus.
   *
   * @param context what the thread's buttons depend on
   */
  function write(target: CommentThread, label: string, body: MarkdownString, context: string): void {
    const text = JSON.stringify([label, body.value, context]);
    if (text === written) return;
    written = text;
    target.label = label;
    target.contextValue = context;
    if (target.comments[0]?.body !== body) target.comments = [toComment(body)];
  }

  function hide(): void {
    thread?.dispose();
    thread = undefined;
  }

  async function reveal(stop: Stop): Promise<void> {
    // A note that goes away above, once the editor has scrolled, would move the place out of sight.
    if (nameOf(stop) !== at) hide();
    const { start } = rangeOf(stop);
    const uri = Uri.parse(stop.uri);
    const cell = workspace.notebookDocuments
      .flatMap((notebook) => notebook.getCells())
      .find(({ document }) => document.uri.toString() === uri.toString());
    if (cell) {
      await window.showNotebookDocument(cell.notebook, { selections: [] });
      return;
    }
    const editor = await window.showTextDocument(uri, {
      selection: new Range(start, start),
      viewColumn: columnFor(uri.toString()),
    });
    // The note needs the room below; a few lines above say where it is.
    const top = new Position(Math.max(0, start.line - linesAbove), 0);
    editor.revealRange(new Range(top, top), TextEditorRevealType.AtTop);
  }

  return {
    show(stop, label, body) {
      const range = rangeOf(stop);
      const where = nameOf(stop);
      if (thread === undefined || where !== at) {
        thread?.dispose();
        // With its text from the start: two changes in a row are drawn concurrently.
        thread = controller.createCommentThread(Uri.parse(stop.uri), range, [toComment(body)]);
        written = "";
        thread.canReply = false;
        thread.collapsibleState = CommentThreadCollapsibleState.Expanded;
      } else if (!thread.range?.isEqual(range)) thread.range = range;
      at = where;
      write(thread, label, body, stop.safety);
    },
    gone(label, body) {
      if (!thread) return;
      // Not "resolved": the editor would fold the note at once, and what to do next stands in it.
      write(thread, label, body, "gone");
      deselect(thread.uri);
    },
    reveal,
    async revealIfEmpty(stop) {
      if (window.tabGroups.all.every(({ tabs }) => tabs.length === 0)) await reveal(stop);
    },
    hide,
    dispose: () => controller.dispose(),
  };
}

/** Where the file stands already, else where files stand: not over a lesson, from which the tour may have been started. */
function columnFor(uri: string): ViewColumn {
  const groups = [window.tabGroups.activeTabGroup, ...window.tabGroups.all];
  const holding = (isWanted: (input: TabInputText) => boolean) =>
    groups.find(({ tabs }) => tabs.some(({ input }) => input instanceof TabInputText && isWanted(input)));
  const group = holding((input) => input.uri.toString() === uri) ?? holding(() => true);
  return group?.viewColumn ?? ViewColumn.One;
}

const toComment = (body: MarkdownString): Comment => ({
  body,
  mode: CommentMode.Preview,
  author: { name: "SQLAlchemy Coach" },
});

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
