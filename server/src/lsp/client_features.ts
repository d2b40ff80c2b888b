import type { ClientCapabilities } from "vscode-languageserver";

/** What the client at the other end can do, as far as we ask. */
export interface ClientFeatures {
  readonly pull: boolean;
  readonly pullRegistration: boolean;
  readonly pullRefresh: boolean;
  readonly relatedInformation: boolean;
  readonly codeDescription: boolean;
  readonly tags: boolean;
  readonly diagnosticData: boolean;
  readonly markdown: boolean;
  readonly inlayHints: boolean;
  readonly inlayHintRefresh: boolean;
  readonly codeLens: boolean;
  readonly codeLensRefresh: boolean;
  readonly actionLiterals: boolean;
  readonly actionResolve: boolean;
  readonly actionPreferred: boolean;
  readonly annotations: boolean;
  readonly configuration: boolean;
  readonly configurationRegistration: boolean;
  readonly watchRegistration: boolean;
  readonly folders: boolean;
}

export function featuresOf(capabilities: ClientCapabilities): ClientFeatures {
  const { textDocument = {}, workspace = {} } = capabilities;
  const { codeAction = {}, diagnostic, publishDiagnostics = {} } = textDocument;
  // 3.17 put the abilities of diagnostics with the push model only; 3.18 repeats them with the pull model.
  const able = { ...publishDiagnostics, ...diagnostic };
  return {
    pull: diagnostic !== undefined,
    pullRegistration: diagnostic?.dynamicRegistration === true,
    pullRefresh: workspace.diagnostics?.refreshSupport === true,
    relatedInformation: able.relatedInformation === true,
    codeDescription: able.codeDescriptionSupport === true,
    tags: able.tagSupport !== undefined,
    diagnosticData: able.dataSupport === true,
    inlayHints: textDocument.inlayHint !== undefined,
    inlayHintRefresh: workspace.inlayHint?.refreshSupport === true,
    codeLens: textDocument.codeLens !== undefined,
    codeLensRefresh: workspace.codeLens?.refreshSupport === true,
    markdown: textDocument.hover?.contentFormat?.includes("markdown") ?? false,
    actionLiterals: codeAction.codeActionLiteralSupport !== undefined,
    actionResolve: codeAction.dataSupport === true && (codeAction.resolveSupport?.properties.includes("edit") ?? false),
    actionPreferred: codeAction.isPreferredSupport === true,
    annotations: workspace.workspaceEdit?.changeAnnotationSupport !== undefined,
    configuration: workspace.configuration === true,
    configurationRegistration: workspace.didChangeConfiguration?.dynamicRegistration === true,
    watchRegistration: workspace.didChangeWatchedFiles?.dynamicRegistration === true,
    folders: workspace.workspaceFolders === true,
  };
}
