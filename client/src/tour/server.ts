import { type CancellationToken, CancellationTokenSource, l10n, ProgressLocation, window, workspace } from "vscode";
import {
  type TourFixParams,
  type TourFixResult,
  type TourResult,
  tourFixRequest,
  tourRequest,
} from "../../../server/src/protocol.ts";
import type { Server } from "../server.ts";

/** The tour's questions to the language server. */
export interface TourServer {
  /** `undefined` while no server runs, and where one is being stopped. */
  families(): Promise<TourResult | undefined>;
  /** The same for someone who waits for it, and may cancel: `undefined` then, too. */
  familiesWithProgress(): Promise<TourResult | undefined>;
  /** Asks for a fix and makes it. Tells whether anything was changed: not where a person rejected the preview. */
  fix(params: TourFixParams): Promise<boolean>;
}

export function createTourServer(server: Server): TourServer {
  async function families(token: CancellationToken): Promise<TourResult | undefined> {
    const client = await server.ready();
    try {
      return (await client?.sendRequest<TourResult | null>(tourRequest, null, token)) ?? undefined;
    } catch {
      // Cancelled, or the server stopped: its own error is in the log.
      return undefined;
    }
  }

  return {
    families: () => families(new CancellationTokenSource().token),
    familiesWithProgress: async () =>
      window.withProgress(
        { location: ProgressLocation.Notification, title: l10n.t("Looking for 1.x code…"), cancellable: true },
        (_, token) => families(token),
      ),
    async fix(params) {
      const client = await server.ready();
      try {
        const result = await client?.sendRequest<TourFixResult | null>(tourFixRequest, params);
        if (!client || !result?.edit) return false;
        const edit = await client.protocol2CodeConverter.asWorkspaceEdit(result.edit);
        // As a refactoring, files that were not open are saved: the editor's own setting for that decides.
        return await workspace.applyEdit(edit, { isRefactoring: true });
      } catch {
        // The code changed between the question and the answer.
        return false;
      }
    },
  };
}
