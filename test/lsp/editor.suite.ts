import assert from "node:assert/strict";
import * as vscode from "vscode";
import { CloseAction } from "vscode-languageclient";
import { createCrashGuard } from "../../client/src/crash_guard.ts";
import { found, ownOf, show, until } from "./looking.ts";

describe("the extension in the editor", () => {
  afterEach(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));

  it("marks what a person wrote, by the release that the project pins", async () => {
    const { document } = await show("app/use.py");
    const own = await found(document.uri, 3);
    assert.deepEqual(
      own.map(({ severity }) => severity),
      [0, 0, 0],
      "2.0 runs already, so these are errors",
    );
    const [first] = own;
    assert.equal(document.getText(first?.range), 'select([column("a")])');
    const code = first?.code;
    assert.ok(typeof code === "object");
    assert.equal(code.value, "select-list");
    assert.equal(code.target.authority, "docs.sqlalchemy.org");
    const statement = own.find(({ range }) => range.start.line === 8);
    assert.ok(statement?.relatedInformation?.some(({ location }) => location.uri.path.endsWith("/app/db.py")));
  });

  it("hovers with links that work here, and names one command only", async () => {
    const { document } = await show("app/use.py");
    const at = new vscode.Position(4, 10);
    const text = await until(async () => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        "vscode.executeHoverProvider",
        document.uri,
        at,
      );
      const contents = hovers
        .flatMap((hover) => hover.contents)
        .filter((each) => each instanceof vscode.MarkdownString);
      return contents.find(({ value }) => value.includes("sqlalchemy.select"));
    });
    assert.match(text.value, /^\*\*Core/);
    assert.deepEqual(text.isTrusted, { enabledCommands: ["sqlalchemyCoach.openLesson"] });
    assert.equal(text.supportHtml, false);
  });

  it("fixes one line, and says so to the walkthrough", async () => {
    const { document } = await show("app/use.py");
    const [first] = await found(document.uri, 3);
    assert.ok(first);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      document.uri,
      first.range,
      vscode.CodeActionKind.QuickFix.value,
      1,
    );
    const [fix] = actions;
    assert.equal(fix?.title, "Unpack the columns");
    assert.equal(fix.isPreferred, true);
    assert.ok(fix.edit && (await vscode.workspace.applyEdit(fix.edit)));
    assert.equal(document.lineAt(4).text, 'first = select(column("a"))');
    await found(document.uri, 2);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  });

  it("applies every safe fix of the file by a command", async () => {
    const { document } = await show("app/use.py");
    await found(document.uri, 3);
    await vscode.commands.executeCommand("sqlalchemyCoach.fixAllSafe");
    await until(() => document.isDirty);
    await found(document.uri, 0);
    assert.equal(document.lineAt(5).text, 'second = select(column("b"))');
    await vscode.commands.executeCommand("workbench.action.files.revert");
  });

  it("follows the settings", async () => {
    const { document } = await show("app/use.py");
    await found(document.uri, 3);
    const settings = vscode.workspace.getConfiguration("sqlalchemyCoach");
    await settings.update("rules.ignore", ["select-list"], vscode.ConfigurationTarget.Global);
    await found(document.uri, 1);
    await settings.update("rules.ignore", undefined, vscode.ConfigurationTarget.Global);
    await found(document.uri, 3);
  });

  it("follows the project's pyproject.toml", async () => {
    const { document } = await show("app/use.py");
    await found(document.uri, 3);
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const file = vscode.Uri.joinPath(folder.uri, "pyproject.toml");
    const table = new TextEncoder().encode('[tool.sqlalchemy-coach]\nselect = ["string-statement"]\n');
    await vscode.workspace.fs.writeFile(file, table);
    await found(document.uri, 1);
    await vscode.workspace.fs.delete(file);
    await found(document.uri, 3);
  });

  it("knows no file that git ignores, but for what is open", async () => {
    const { document } = await show("app/use.py");
    await found(document.uri, 3);
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const file = vscode.Uri.joinPath(folder.uri, ".gitignore");
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode("app/\n"));
    await found(document.uri, 2);
    await vscode.workspace.fs.delete(file);
    await found(document.uri, 3);
  });

  it("works on untitled documents", async () => {
    const content = "from sqlalchemy import select\nselect([1])\n";
    const document = await vscode.workspace.openTextDocument({ language: "python", content });
    await vscode.window.showTextDocument(document);
    await found(document.uri, 1);
  });

  it("explains the name at the cursor by its lesson", async () => {
    const editor = await show("app/use.py");
    await found(editor.document.uri, 3);
    editor.selection = new vscode.Selection(4, 10, 4, 10);
    await vscode.commands.executeCommand("sqlalchemyCoach.explainHere");
    const isLesson = ({ input }: vscode.Tab) =>
      input instanceof vscode.TabInputWebview && input.viewType.endsWith("sqlalchemyCoach.lessons");
    await until(() => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).find(isLesson));
  });

  it("opens its example, in which there is something of each kind to find", async () => {
    await vscode.commands.executeCommand("sqlalchemyCoach.openExample");
    const document = await until(() => vscode.window.activeTextEditor?.document);
    assert.match(document.getText(), /^"""An example of SQLAlchemy 1\.x\./);
    const own = await until(() => ownOf(document.uri).length >= 2 && ownOf(document.uri));
    assert.ok(own.some(({ severity }) => severity <= vscode.DiagnosticSeverity.Warning));
  });

  it("comes back after a restart of its server", async () => {
    const { document } = await show("app/use.py");
    await found(document.uri, 3);
    await vscode.commands.executeCommand("sqlalchemyCoach.restartServer");
    await found(document.uri, 3);
  });

  it("leaves the marked documents to the open editors", async () => {
    const { document } = await show("app/use.py");
    await found(document.uri, 3);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await found(document.uri, 0);
  });
});

describe("the crash guard", () => {
  it("restarts the server, and sets aside the document that killed it twice", async () => {
    const guard = createCrashGuard(() => 0);
    const poison = { uri: "file:///poison.py", version: 3 };
    const closed = async () => (await guard.errorHandler.closed()).action;
    guard.working({ on: poison });
    assert.equal(await closed(), CloseAction.Restart);
    assert.deepEqual(guard.quarantine(), []);
    guard.working({ on: poison });
    assert.equal(await closed(), CloseAction.Restart);
    assert.deepEqual(guard.quarantine(), [poison]);
    guard.working({ on: { ...poison, version: 4 } });
    await closed();
    assert.deepEqual(guard.quarantine(), [], "it changed since");
  });

  it("blames no document for a server that dies idle", async () => {
    const guard = createCrashGuard(() => 0);
    for (let time = 0; time < 2; time++) {
      guard.working({ on: { uri: "file:///fine.py", version: 1 } });
      guard.working({ on: null });
      await guard.errorHandler.closed();
    }
    assert.deepEqual(guard.quarantine(), []);
  });

  it("gives up on a server that dies five times in three minutes, not on one that dies now and then", async () => {
    let now = 0;
    const guard = createCrashGuard(() => now);
    const actions: CloseAction[] = [];
    for (; actions.length < 10; now += 60_000) actions.push((await guard.errorHandler.closed()).action);
    assert.ok(actions.every((action) => action === CloseAction.Restart));
    now += 1_000_000;
    for (let time = 0; time < 4; time++) assert.equal((await guard.errorHandler.closed()).action, CloseAction.Restart);
    assert.equal((await guard.errorHandler.closed()).action, CloseAction.DoNotRestart);
  });
});
