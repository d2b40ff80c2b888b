import { type ServerCapabilities, TextDocumentSyncKind } from "vscode-languageserver";
import { actionKinds } from "./actions.ts";
import type { ClientFeatures } from "./client_features.ts";

export const pythonSelector = [{ language: "python" }];

/** @param workspace whether diagnostics of files that aren't open are wanted */
export const diagnosticOptions = (workspace: boolean) => ({
  identifier: "sqlalchemyCoach",
  // A model changed in one file changes what is said of its queries in another.
  interFileDependencies: true,
  workspaceDiagnostics: workspace,
});

export function serverCapabilities(features: ClientFeatures, workspace: boolean): ServerCapabilities {
  return {
    positionEncoding: "utf-16",
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
    notebookDocumentSync: { notebookSelector: [{ notebook: "jupyter-notebook", cells: pythonSelector }] },
    hoverProvider: true,
    ...(features.inlayHints && { inlayHintProvider: true }),
    ...(features.codeLens && { codeLensProvider: {} }),
    codeActionProvider: { codeActionKinds: [...actionKinds], resolveProvider: features.actionResolve },
    // A client that lets us register gets this then, and again when the setting changes.
    ...(features.pull && !features.pullRegistration && { diagnosticProvider: diagnosticOptions(workspace) }),
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  };
}
