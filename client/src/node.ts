import { type ExtensionContext, Uri } from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";
import { activate as activateWith, type StartServer } from "./extension.ts";

export { deactivate } from "./extension.ts";

export const activate = (context: ExtensionContext): void => activateWith(context, startServer);

/** A process of the editor's own Node. */
const startServer: StartServer = (context) => async (options) => {
  const module = context.asAbsolutePath("dist/server.js");
  const args = ["--cache-dir", Uri.joinPath(context.globalStorageUri, "findings").fsPath];
  const run = { module, transport: TransportKind.ipc, args };
  const debug = { ...run, options: { execArgv: ["--nolazy", "--inspect=6009"] } };
  return new LanguageClient("sqlalchemyCoach", "SQLAlchemy Coach", { run, debug }, options);
};
