import assert from "node:assert/strict";
import * as vscode from "vscode";
import { found, until } from "./looking.ts";

describe("the extension in a notebook", () => {
  let copies = 0;

  /** A copy of its own for each test: this editor saves by itself. */
  async function opened(): Promise<vscode.NotebookDocument> {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const copy = vscode.Uri.joinPath(folder.uri, `copy${++copies}.ipynb`);
    await vscode.workspace.fs.copy(vscode.Uri.joinPath(folder.uri, "cells.ipynb"), copy);
    const notebook = await vscode.workspace.openNotebookDocument(copy);
    await vscode.window.showNotebookDocument(notebook);
    return notebook;
  }

  const documents = (notebook: vscode.NotebookDocument): readonly vscode.TextDocument[] =>
    notebook
      .getCells()
      .filter(({ kind }) => kind === vscode.NotebookCellKind.Code)
      .map(({ document }) => document);

  async function edit(change: (edit: vscode.WorkspaceEdit) => void): Promise<void> {
    const made = new vscode.WorkspaceEdit();
    change(made);
    assert.ok(await vscode.workspace.applyEdit(made));
  }

  afterEach(async () => {
    await vscode.commands.executeCommand("workbench.action.files.revert");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  it("finds in each cell what is in it", async () => {
    const [first] = documents(await opened());
    assert.ok(first);
    await found(first.uri, 1);
    await edit((made) => made.insert(first.uri, new vscode.Position(1, 0), "select([1])\n"));
    await found(first.uri, 2);
  });

  it("knows in a cell what an earlier one defines, and hears when that changes", async () => {
    const notebook = await opened();
    const [first, second] = documents(notebook);
    assert.ok(first && second);
    const [finding] = await found(second.uri, 1);
    assert.equal(second.getText(finding?.range), "select([1])");
    assert.deepEqual(
      (finding?.relatedInformation ?? []).map(({ location }) => location.uri.toString()),
      [],
      "an import goes without saying",
    );
    await edit((made) => made.replace(first.uri, first.lineAt(0).range, "select = print"));
    await found(second.uri, 0);
    await edit((made) => made.replace(first.uri, first.lineAt(0).range, "from sqlalchemy import column, select"));
    await found(second.uri, 1);
    const inserted = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, "select([3])", "python");
    await edit((made) => made.set(notebook.uri, [vscode.NotebookEdit.insertCells(1, [inserted])]));
    const third = await until(() => documents(notebook)[1]);
    await found(third.uri, 1);
    await edit((made) => made.set(notebook.uri, [vscode.NotebookEdit.deleteCells(new vscode.NotebookRange(0, 1))]));
    await found(third.uri, 0);
    await found(second.uri, 0);
  });

  it("fixes a cell, and hovers in it with the reasons of another", async () => {
    const [, second] = documents(await opened());
    assert.ok(second);
    const [finding] = await found(second.uri, 1);
    assert.ok(finding);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      "vscode.executeHoverProvider",
      second.uri,
      finding.range.start.translate(0, 2),
    );
    const said = hovers.flatMap(({ contents }) =>
      contents.map((each) => (typeof each === "string" ? each : each.value)),
    );
    assert.ok(
      said.some((text) => /because `from sqlalchemy import column, select` \(copy3\\\.ipynb\\:cell 1\\:1\)/.test(text)),
      said.join("\n"),
    );
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      second.uri,
      finding.range,
      vscode.CodeActionKind.QuickFix.value,
      1,
    );
    const [fix] = actions;
    assert.ok(fix?.edit && (await vscode.workspace.applyEdit(fix.edit)));
    assert.match(second.getText(), /^found = select\(1\)$/m);
    await found(second.uri, 0);
  });
});
