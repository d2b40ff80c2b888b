import { type ExtensionContext, Uri, workspace } from "vscode";
import { LanguageClient } from "vscode-languageclient/browser";
import type { WorkerStart } from "../../server/src/protocol.ts";
import { activate as activateWith, type StartServer } from "./extension.ts";

export { deactivate } from "./extension.ts";

export const activate = (context: ExtensionContext): void => activateWith(context, startServer);

/** A worker. It can't read files of the extension, so it is handed its grammar before the first word of LSP. */
const startServer: StartServer =
  ({ extensionUri }, channel) =>
  async (options) => {
    const read = (file: string) => workspace.fs.readFile(Uri.joinPath(extensionUri, "dist/grammars", file));
    const [runtime, python] = await Promise.all([read("web-tree-sitter.wasm"), read("tree-sitter-python.wasm")]);
    const worker = new Worker(Uri.joinPath(extensionUri, "dist/web/server.js").toString(true));
    worker.addEventListener("error", ({ message }) => channel.error(message));
    worker.postMessage({ grammar: { runtime, python } } satisfies WorkerStart);
    return new LanguageClient("sqlalchemyCoach", "SQLAlchemy Coach", worker, options);
  };
