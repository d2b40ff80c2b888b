import assert from "node:assert/strict";
import * as vscode from "vscode";

/** Looks again and again: VS Code tells of diagnostics late and in lumps. A test's time limit ends a wait in vain. */
export async function until<T>(look: () => T | undefined | false | Thenable<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found) return found;
    await new Promise((go) => setTimeout(go, 20));
  }
}

export const ownOf = (uri: vscode.Uri): vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(uri).filter(({ source }) => source === "SQLAlchemy Coach");

export const found = (uri: vscode.Uri, count: number): Promise<vscode.Diagnostic[]> =>
  until(() => {
    const own = ownOf(uri);
    return own.length === count && own;
  });

export async function show(path: string): Promise<vscode.TextEditor> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder);
  return vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, path));
}
