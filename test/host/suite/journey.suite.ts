import assert from "node:assert/strict";
import * as vscode from "vscode";

/** The sample workspace's file with each kind of finding of the ORM, or of Core. */
async function open(path: string): Promise<vscode.TextDocument> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, "no workspace is open");
  const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, path));
  await vscode.window.showTextDocument(document);
  return document;
}

/** Asks until the answer is there: the editor debounces its own events, so that waiting for one can miss it. */
async function eventually<T>(ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((done) => setTimeout(done, 20));
  }
}

const codeOf = ({ code }: vscode.Diagnostic): unknown => (typeof code === "object" ? code.value : code);

const diagnosticsOf = ({ uri }: vscode.TextDocument): vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(uri).filter(({ source }) => source === "SQLAlchemy Coach");

/** A rule's first finding: what rests on other files is found only once those have been read. */
const finding = (document: vscode.TextDocument, rule: string): Promise<vscode.Diagnostic> =>
  eventually(() => diagnosticsOf(document).find((each) => codeOf(each) === rule));

async function actionsOn(document: vscode.TextDocument, diagnostic: vscode.Diagnostic): Promise<vscode.CodeAction[]> {
  return vscode.commands.executeCommand<vscode.CodeAction[]>(
    "vscode.executeCodeActionProvider",
    document.uri,
    diagnostic.range,
    undefined,
    50,
  );
}

describe("a person in the editor", () => {
  // Joins are known by their models: from then on all files have been read, and answers stay as they are.
  before(async () => {
    await finding(await open("library/catalogue.py"), "join-string");
  });

  it("sees findings by their effect: old style is a quiet hint, what breaks is a warning", async () => {
    const document = await open("library/catalogue.py");
    const severityOf = async (rule: string) => (await finding(document, rule)).severity;
    assert.equal(await severityOf("query-to-select"), vscode.DiagnosticSeverity.Hint);
    assert.equal(await severityOf("query-get"), vscode.DiagnosticSeverity.Information);
    assert.equal(await severityOf("join-string"), vscode.DiagnosticSeverity.Warning);
  });

  it("finds only the name of a legacy call struck through", async () => {
    const document = await open("library/catalogue.py");
    const isLegacy = ({ tags }: vscode.Diagnostic) => tags?.includes(vscode.DiagnosticTag.Deprecated);
    const found = await eventually(() => {
      const legacy = diagnosticsOf(document).filter(isLegacy);
      return legacy.length > 0 ? legacy : undefined;
    });
    for (const { range } of found) assert.match(document.getText(range), /^\w+$/);
  });

  it("reads in a hover which layer it is, and why", async () => {
    const document = await open("library/catalogue.py");
    const at = document.positionAt(document.getText().indexOf("query(Author).get") + 2);
    const text = await eventually(async () => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        "vscode.executeHoverProvider",
        document.uri,
        at,
      );
      const all = hovers
        .flatMap(({ contents }) => contents)
        .map((each) => (typeof each === "string" ? each : each.value));
      return all.find((each) => each.includes("ORM"));
    });
    assert.match(text, /because/);
    assert.match(text, /Session/);
    assert.ok(text.trim().split("\n").length <= 12, text);
  });

  it("fixes one finding by the light bulb, and it is gone", async () => {
    const document = await open("library/catalogue.py");
    const actions = await actionsOn(document, await finding(document, "query-get"));
    const fix = actions.find(({ kind, isPreferred }) => kind?.value === "quickfix" && isPreferred);
    assert.ok(fix?.edit, actions.map(({ title }) => title).join("\n"));
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    assert.match(document.getText(), /return session\.get\(Author, key\)/);
    await eventually(() => (diagnosticsOf(document).some((each) => codeOf(each) === "query-get") ? undefined : true));
    await vscode.commands.executeCommand("undo");
  });

  it("is offered to silence it and to learn why", async () => {
    const document = await open("library/catalogue.py");
    const titles = (await actionsOn(document, await finding(document, "join-string")))
      .map(({ title }) => title)
      .join("\n");
    assert.match(titles, /Learn/);
    assert.match(titles, /[Ii]gnore|[Ss]uppress/);
  });

  it("fixes all that is safe in a file at once, and only that", async () => {
    const document = await open("library/reports.py");
    await finding(document, "select-list");
    await vscode.commands.executeCommand("editor.action.codeAction", {
      kind: "source.fixAll.sqlalchemyCoach",
      apply: "first",
    });
    await eventually(() => (document.getText().includes("select([") ? undefined : true));
    assert.doesNotMatch(document.getText(), /case\(\[/);
    assert.match(document.getText(), /mapper\(/, "what is only explained stays");
    await vscode.commands.executeCommand("undo");
  });

  it("is warned of the write that 2.0 loses, across a file's border", async () => {
    const document = await open("library/reports.py");
    const found = await finding(document, "autocommit-dml");
    assert.equal(found.severity, vscode.DiagnosticSeverity.Warning);
  });

  it("hears nothing about modern code", async () => {
    const old = await open("library/reports.py");
    await finding(old, "autocommit-dml");
    const document = await open("library/modern.py");
    const hover = document.positionAt(document.getText().indexOf("session.get") + 9);
    await eventually(async () => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        "vscode.executeHoverProvider",
        document.uri,
        hover,
      );
      return hovers.length > 0 ? true : undefined;
    });
    assert.deepEqual(diagnosticsOf(document), []);
  });

  it("has findings in a file that was never saved, and in a cell of a notebook", async () => {
    const code = "from sqlalchemy.orm import Session\nSession().query(A).get(1)\n";
    const untitled = await vscode.workspace.openTextDocument({ language: "python", content: code });
    await vscode.window.showTextDocument(untitled);
    await eventually(() => diagnosticsOf(untitled)[0]);
    const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, code, "python");
    const notebook = await vscode.workspace.openNotebookDocument("jupyter-notebook", new vscode.NotebookData([cell]));
    await vscode.window.showNotebookDocument(notebook);
    await eventually(() => diagnosticsOf(notebook.cellAt(0).document)[0]);
  });

  it("opens the lesson at the section", async () => {
    await vscode.commands.executeCommand("sqlalchemyCoach.openLesson", { lesson: "core-vs-orm#old-code" });
    await eventually(() =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .find(({ input }) => input instanceof vscode.TabInputWebview),
    );
  });
});
