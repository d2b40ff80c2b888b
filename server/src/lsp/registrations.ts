import {
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type Disposable,
  DocumentDiagnosticRequest,
} from "vscode-languageserver";
import { pinFileGlobs } from "../service/pins.ts";
import { diagnosticOptions, pythonSelector } from "./capabilities.ts";
import type { ClientFeatures } from "./client_features.ts";

/** What is registered with the client while the server runs, where the client lets it. */
export class Registrations {
  readonly #connection: Connection;
  readonly #features: ClientFeatures;
  #diagnostics: { readonly workspace: boolean; readonly registered: Disposable } | undefined;

  constructor(connection: Connection, features: ClientFeatures) {
    this.#connection = connection;
    this.#features = features;
  }

  async start(workspace: boolean): Promise<void> {
    const { client } = this.#connection;
    const { configurationRegistration, watchRegistration } = this.#features;
    const watchers = ["**/*.{py,pyi,ipynb}", "**/.gitignore", ...pinFileGlobs].map((globPattern) => ({ globPattern }));
    await Promise.all([
      this.diagnostics(workspace),
      configurationRegistration &&
        client.register(DidChangeConfigurationNotification.type, { section: "sqlalchemyCoach" }),
      watchRegistration && client.register(DidChangeWatchedFilesNotification.type, { watchers }),
    ]);
  }

  /** Registers the pull of diagnostics anew where workspace diagnostics were switched on or off. */
  async diagnostics(workspace: boolean): Promise<void> {
    if (!this.#features.pull || !this.#features.pullRegistration || this.#diagnostics?.workspace === workspace) return;
    const before = this.#diagnostics?.registered;
    const options = { documentSelector: pythonSelector, ...diagnosticOptions(workspace) };
    const registered = await this.#connection.client.register(DocumentDiagnosticRequest.type, options);
    this.#diagnostics = { workspace, registered };
    before?.dispose();
  }
}
