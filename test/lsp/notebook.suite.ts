import assert from "node:assert/strict";
import * as vscode from "vscode";
import { found } from "./looking.ts";

describe("the extension in a notebook", () => {
  it("finds in each cell what is in it", async () => {
    const folder = vscode.workspace.workspaceFolders?.[0];
    assert.ok(folder);
    const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.joinPath(folder.uri, "cells.ipynb"));
    await vscode.window.showNotebookDocument(notebook);
    const { document } = notebook.cellAt(0);
    await found(document.uri, 1);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(1, 0), "select([1])\n");
    await vscode.workspace.applyEdit(edit);
    await found(document.uri, 2);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  });
});
