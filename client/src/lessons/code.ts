import { CancellationTokenSource, Range, Uri, ViewColumn, window, workspace } from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";
import {
  type ExplainParams,
  type ExplainResult,
  explainRequest,
  type JudgeParams,
  type JudgeResult,
  judgeRequest,
  type OccurrencePlace,
  type OccurrencesParams,
  type OccurrencesResult,
  occurrencesRequest,
} from "../../../server/src/protocol.ts";
import { Explanation, type Places, parse } from "./messages.ts";

/** The reader's own code, as a lesson asks about it. */
export interface Code {
  /** Where a lesson's idea occurs. A later question ends an earlier one, which then answers `undefined`. */
  places(lesson: string, all: boolean): Promise<Places | undefined>;
  /** Opens a place of the last answer about a lesson; a number that is none of its places does nothing. */
  open(lesson: string, place: number): Promise<void>;
  /** What is known of a line; `undefined` where there is nothing to say, or no server. */
  explain(at: ExplainParams): Promise<Explanation | undefined>;
  /** What the analyser finds in an exercise, which is no document; `undefined` while it does not run. */
  judge(exercise: JudgeParams): Promise<JudgeResult | undefined>;
}

/** Files that are looked into without being asked: enough for most, and no burden for a repository of thousands. */
const mostFiles = 500;
const nowhere: Places = { state: "unavailable", places: [], counts: {}, files: 0, left: 0, busy: false };

export function createCode(client: () => BaseLanguageClient | undefined): Code {
  let asking: CancellationTokenSource | undefined;
  let shown: { readonly lesson: string; readonly places: readonly OccurrencePlace[] } | undefined;

  async function places(lesson: string, all: boolean): Promise<Places | undefined> {
    asking?.cancel();
    const server = client();
    const near = nearest();
    if (near === undefined && !workspace.workspaceFolders?.length) return { ...nowhere, state: "noFolder" };
    if (!server) return nowhere;
    const mine = new CancellationTokenSource();
    asking = mine;
    const files = all ? Number.MAX_SAFE_INTEGER : mostFiles;
    const params: OccurrencesParams = { lesson, files, ...(near && { near }) };
    try {
      const found = await server.sendRequest<OccurrencesResult | null>(occurrencesRequest, params, mine.token);
      if (mine.token.isCancellationRequested) return undefined;
      shown = { lesson, places: found?.places ?? [] };
      return found ? toPlaces(found) : nowhere;
    } catch {
      // Cancelled, or the server went away in between.
      return mine.token.isCancellationRequested ? undefined : nowhere;
    }
  }

  return {
    places,
    async open(lesson, place) {
      const found = shown?.lesson === lesson ? shown.places[place] : undefined;
      if (!found) return;
      const selection = new Range(found.line, found.start, found.line, found.end);
      await window.showTextDocument(Uri.parse(found.uri), { selection, viewColumn: ViewColumn.One });
    },
    async explain(at) {
      const found = await client()
        ?.sendRequest<ExplainResult | null>(explainRequest, at)
        .catch(() => null);
      if (!found) return undefined;
      const { text: _, lesson: __, ...rest } = found;
      return parse(Explanation, rest);
    },
    async judge(exercise) {
      const found = await client()
        ?.sendRequest<JudgeResult | null>(judgeRequest, exercise)
        .catch(() => null);
      return found ?? undefined;
    },
  };
}

/** The Python document that the reader has before them: while the lesson has the focus, no editor is active. */
function nearest(): string | undefined {
  const editors = [window.activeTextEditor, ...window.visibleTextEditors];
  return editors.find((editor) => editor?.document.languageId === "python")?.document.uri.toString();
}

function toPlaces({ places, counts, files, left, busy }: OccurrencesResult): Places {
  const shown = places.map(({ path, line, text, name, layer, sections }) => {
    return { path, line: line + 1, text, name, layer, sections: [...sections] };
  });
  return { state: "found", places: shown, counts, files, left, busy };
}
