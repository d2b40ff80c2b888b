import { l10n } from "vscode";
import { CloseAction, ErrorAction, type ErrorHandler } from "vscode-languageclient";
import type { AnalysingParams, DocumentVersion } from "../../server/src/protocol.ts";

export interface CrashGuard {
  /** The server said on which document it works now. */
  working(params: AnalysingParams): void;
  /** Document versions on which a server died twice: the next one is to leave them alone. */
  quarantine(): readonly DocumentVersion[];
  readonly errorHandler: ErrorHandler;
}

/** As many restarts within as many milliseconds: a server that dies faster than that is broken, not unlucky. */
const mostCrashes = 5;
const period = 3 * 60 * 1000;

/** Restarts a server that died, and keeps the document that killed it from killing every server after it. */
export function createCrashGuard(now: () => number = Date.now): CrashGuard {
  const crashes: number[] = [];
  const deaths = new Map<string, { readonly on: DocumentVersion; count: number }>();
  let current: AnalysingParams["on"] = null;

  function blame(on: DocumentVersion): void {
    const known = deaths.get(on.uri);
    // Another version is another document: the edit may have been the cure.
    if (known && known.on.version === on.version) known.count++;
    else deaths.set(on.uri, { on, count: 1 });
  }

  return {
    working({ on }) {
      current = on;
    },
    quarantine: () => [...deaths.values()].filter(({ count }) => count >= 2).map(({ on }) => on),
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue }),
      closed() {
        if (current) blame(current);
        current = null;
        const time = now();
        crashes.push(time);
        while (crashes.length > 0 && time - (crashes[0] ?? time) > period) crashes.shift();
        if (crashes.length < mostCrashes) return { action: CloseAction.Restart, handled: true };
        const message = l10n.t(
          "The SQLAlchemy Coach server stopped {0} times in 3 minutes and stays off.",
          crashes.length,
        );
        crashes.length = 0;
        return { action: CloseAction.DoNotRestart, message };
      },
    },
  };
}
