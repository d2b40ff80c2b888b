import assert from "node:assert/strict";
import * as vscode from "vscode";

const id = "sqlalchemy-coach.sqlalchemy-coach";

interface Manifest {
  readonly contributes: {
    readonly commands?: readonly { readonly command: string }[];
    readonly configuration?: Configuration | readonly Configuration[];
  };
}

interface Configuration {
  readonly properties: Readonly<Record<string, { readonly default?: unknown }>>;
}

describe("the installed extension", () => {
  let extension: vscode.Extension<unknown>;
  let manifest: Manifest;

  before(() => {
    const found = vscode.extensions.getExtension(id);
    assert.ok(found, `${id} is not installed`);
    extension = found;
    manifest = extension.packageJSON;
  });

  it("activates for a Python file, without a command", async () => {
    const active = activation(extension);
    const document = await vscode.workspace.openTextDocument({ language: "python", content: "import sqlalchemy\n" });
    await vscode.window.showTextDocument(document);
    await active;
    assert.equal(extension.isActive, true);
  });

  it("registers every command that it contributes", async () => {
    await extension.activate();
    const contributed = (manifest.contributes.commands ?? []).map(({ command }) => command);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.ok(contributed.length > 0);
    assert.deepEqual(
      contributed.filter((command) => !registered.has(command)),
      [],
    );
  });

  it("offers every setting with its default", () => {
    const settings = [manifest.contributes.configuration ?? []]
      .flat()
      .flatMap(({ properties }) => Object.entries(properties));
    assert.ok(settings.length > 0);
    for (const [name, { default: expected }] of settings) {
      assert.deepEqual(vscode.workspace.getConfiguration().inspect(name)?.defaultValue, expected, name);
    }
  });
});

/** Resolves when the extension has been activated by somebody else; VS Code has no event for it, so this looks again and again. */
async function activation(extension: vscode.Extension<unknown>): Promise<void> {
  while (!extension.isActive) await new Promise((done) => setTimeout(done, 20));
}
