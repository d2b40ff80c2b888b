import { type Disposable, type LanguageStatusItem, LanguageStatusSeverity, l10n, languages, window } from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";
import {
  type ExcludedDocument,
  type StatusParams,
  type StatusResult,
  statusRequest,
} from "../../server/src/protocol.ts";
import { pythonDocuments } from "./client_options.ts";
import type { Server } from "./server.ts";

export interface Status extends Disposable {
  starting(): void;
  failed(reason: string): void;
  /** Asks the server what is to be shown. */
  refresh(): void;
}

/** The item in the language status of Python documents: the release that findings are judged for, and why that one. */
export function createStatus(server: () => Server | undefined): Status {
  const item = languages.createLanguageStatusItem("sqlalchemyCoach.status", pythonDocuments());
  item.name = "SQLAlchemy Coach";
  const follow = window.onDidChangeActiveTextEditor(() => refresh());
  let asked = 0;

  async function ask(client: BaseLanguageClient): Promise<void> {
    const turn = ++asked;
    const uri = window.activeTextEditor?.document.uri.toString();
    const params: StatusParams = uri === undefined ? {} : { uri };
    const result = await client.sendRequest<StatusResult | null>(statusRequest, params);
    // A newer question, or a server that stopped meanwhile, has the last word.
    if (turn === asked && result) show(item, result, uri);
  }

  function refresh(): void {
    const client = server()?.client;
    // A server that is just being stopped doesn't answer, and the item says so by then.
    if (client) ask(client).catch(() => undefined);
  }

  return {
    starting() {
      asked++;
      item.text = "SQLAlchemy";
      item.busy = true;
      item.severity = LanguageStatusSeverity.Information;
      item.detail = l10n.t("Starting…");
      item.command = { title: l10n.t("Show output"), command: "sqlalchemyCoach.showOutput" };
    },
    failed(reason) {
      asked++;
      item.text = "SQLAlchemy";
      item.busy = false;
      item.severity = LanguageStatusSeverity.Error;
      item.detail = reason;
      item.command = { title: l10n.t("Restart server"), command: "sqlalchemyCoach.restartServer" };
    },
    refresh,
    dispose() {
      follow.dispose();
      item.dispose();
    },
  };
}

function show(item: LanguageStatusItem, status: StatusResult, uri: string | undefined): void {
  const excluded = status.excluded.find((document) => document.uri === uri);
  item.text = `SQLAlchemy ${status.target}`;
  item.busy = status.busy;
  item.severity = excluded ? LanguageStatusSeverity.Warning : LanguageStatusSeverity.Information;
  item.detail = excluded ? reasonOf(excluded) : [status.targetBecause, countsOf(status)].filter(Boolean).join(" · ");
  item.command = { title: l10n.t("Settings"), command: "sqlalchemyCoach.openSettings" };
}

function countsOf({ findings }: StatusResult): string {
  const names: Readonly<Record<string, string>> = {
    raises: l10n.t("raises"),
    changes: l10n.t("changes"),
    deprecated: l10n.t("deprecated"),
    legacy: l10n.t("legacy"),
  };
  const counted = Object.entries(findings).filter(([, count]) => count > 0);
  return counted.map(([effect, count]) => `${names[effect] ?? effect}: ${count}`).join(", ");
}

function reasonOf({ why }: ExcludedDocument): string {
  switch (why) {
    case "large":
      return l10n.t("This file is large: it is analysed when it is saved.");
    case "huge":
      return l10n.t("This file is over 10 MB: SQLAlchemy Coach leaves it alone.");
    case "quarantined":
      return l10n.t("The analyser stopped twice on this file: it is left alone until it changes.");
  }
}
