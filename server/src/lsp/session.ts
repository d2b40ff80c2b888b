import type {
  Connection,
  DocumentDiagnosticReport,
  FileEvent,
  InitializeParams,
  PublishDiagnosticsParams,
  WorkspaceDocumentDiagnosticReport,
  WorkspaceFoldersChangeEvent,
} from "vscode-languageserver";
import {
  type AnalysingParams,
  analysingNotification,
  type ExplainParams,
  type ExplainResult,
  explainRequest,
  type InitializationOptions,
  type StatusParams,
  type StatusResult,
  statusNotification,
  statusRequest,
} from "../protocol.ts";
import { Actions } from "./actions.ts";
import { Analysis } from "./analysis.ts";
import { type ClientFeatures, featuresOf } from "./client_features.ts";
import { readSettings, type Settings } from "./config.ts";
import { Diagnostics } from "./diagnostics.ts";
import { Documents, type OpenDocument } from "./documents.ts";
import { FileIndex } from "./index_files.ts";
import { Inquiries } from "./inquiries.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { readOptions } from "./options.ts";
import type { ServerPorts } from "./ports.ts";
import { type Project, Projects } from "./projects.ts";
import { Push } from "./push.ts";
import { Registrations } from "./registrations.ts";
import { type Translate, translator } from "./strings.ts";
import { WorkspacePull } from "./workspace_pull.ts";

/** One client from initialize to shutdown: joins the parts, and hands each message to the one that it concerns. */
export class Session {
  readonly features: ClientFeatures;
  readonly #connection: Connection;
  readonly #lifecycle: Lifecycle;
  readonly #options: InitializationOptions;
  readonly #documents = new Documents();
  readonly #projects: Promise<Projects>;
  readonly #diagnostics: Diagnostics;
  readonly #index: FileIndex;
  readonly #push: Push | undefined;
  readonly #workspacePull: WorkspacePull;
  readonly #registrations: Registrations;
  #settings: Settings;
  #statusTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: Connection, ports: ServerPorts, lifecycle: Lifecycle, params: InitializeParams) {
    this.#connection = connection;
    this.#lifecycle = lifecycle;
    this.features = featuresOf(params.capabilities);
    this.#options = readOptions(params.initializationOptions);
    this.#settings = this.#readSettings(this.#options.settings);
    const { features } = this;
    const { turn } = ports;
    const documents = this.#documents;
    const translate = translator(this.#options.strings);
    const folders = params.workspaceFolders?.map(({ uri }) => uri) ?? (params.rootUri ? [params.rootUri] : []);
    const projects = this.#load(ports, folders, translate);
    this.#projects = projects;
    const analysis = new Analysis({
      documents,
      projects,
      turn,
      crumb: (document) => this.#crumb(document),
      quarantine: this.#options.quarantine ?? [],
    });
    const diagnostics = new Diagnostics({ documents, analysis, features, translate, turn });
    this.#diagnostics = diagnostics;
    this.#workspacePull = new WorkspacePull({ documents, diagnostics, projects });
    this.#index = new FileIndex({
      documents,
      analysis,
      files: ports.files,
      turn,
      changed: () => this.#refresh(),
    });
    const publish = (shown: PublishDiagnosticsParams): void => this.#send(connection.sendDiagnostics(shown));
    const fault = (error: unknown): void => lifecycle.fault("push diagnostics", error);
    this.#push = features.pull ? undefined : new Push({ documents, diagnostics, publish, fault });
    this.#registrations = new Registrations(connection, features);
    const lessonCommand = this.#options.lessonCommand ?? false;
    const { markdown } = features;
    const inquiries = new Inquiries({ documents, analysis, projects, translate, markdown, lessonCommand });
    const actions = new Actions({ documents, analysis, features, translate, lessonCommand, read: ports.files.read });
    this.#listen();
    this.#answer(inquiries, actions);
  }

  get wantsWorkspace(): boolean {
    return this.#settings.diagnostics.workspace;
  }

  async initialized(): Promise<void> {
    await this.#registrations.start(this.wantsWorkspace);
    if (this.features.configuration) await this.#configure();
  }

  dispose(): void {
    this.#push?.dispose();
    clearTimeout(this.#statusTimer);
    this.#lifecycle.attempt("dispose", async () => (await this.#projects).dispose());
  }

  /** Documents: everything here is synchronous, so that messages take effect in the order in which they came. */
  #listen(): void {
    const connection = this.#connection;
    const on = this.#lifecycle.notice.bind(this.#lifecycle);
    const documents = this.#documents;
    connection.onDidOpenTextDocument(on("open", ({ textDocument }) => this.#changed(documents.open(textDocument))));
    connection.onDidChangeTextDocument(
      on("change", ({ textDocument, contentChanges }) => this.#changed(documents.change(textDocument, contentChanges))),
    );
    connection.onDidSaveTextDocument(on("save", ({ textDocument }) => this.#saved(documents.get(textDocument.uri))));
    connection.onDidCloseTextDocument(
      on("close", ({ textDocument }) => this.#closed(documents.close(textDocument.uri))),
    );
    const cells = connection.notebooks.synchronization;
    cells.onDidOpenNotebookDocument(
      on("open notebook", ({ cellTextDocuments }) => {
        for (const cell of cellTextDocuments) this.#changed(documents.open(cell));
      }),
    );
    cells.onDidChangeNotebookDocument(
      on("change notebook", ({ change }) => {
        const { changed, closed } = documents.changeNotebook(change);
        for (const cell of closed) this.#closed(cell);
        for (const cell of changed) this.#changed(cell);
      }),
    );
    cells.onDidCloseNotebookDocument(
      on("close notebook", ({ cellTextDocuments }) => {
        for (const { uri } of cellTextDocuments) this.#closed(documents.close(uri));
      }),
    );
    connection.onDidChangeConfiguration(on("configuration", ({ settings }) => this.#configure(settings)));
    connection.onDidChangeWatchedFiles(on("watched files", ({ changes }) => this.#filesChanged(changes)));
    connection.onNotification(
      "workspace/didChangeWorkspaceFolders",
      on("folders", ({ event }: { event: WorkspaceFoldersChangeEvent }) => this.#foldersChanged(event)),
    );
  }

  #answer(inquiries: Inquiries, actions: Actions): void {
    const connection = this.#connection;
    const answer = this.#lifecycle.answer.bind(this.#lifecycle);
    const documents = this.#documents;
    connection.onHover(
      answer("hover", null, async ({ textDocument, position }, token) => {
        const document = documents.get(textDocument.uri);
        return (document && (await inquiries.hover(document, position, token))) ?? null;
      }),
    );
    connection.onCodeAction(
      answer("code actions", [], async (params, token) => {
        const document = documents.get(params.textDocument.uri);
        return document ? actions.list(params, document, token) : [];
      }),
    );
    connection.onCodeActionResolve((action, token) =>
      answer("code action", action, async () => actions.resolve(action, token))(action, token),
    );
    const nothing: DocumentDiagnosticReport = { kind: "full", items: [] };
    connection.languages.diagnostics.on(
      answer("diagnostics", nothing, async ({ textDocument, previousResultId }, token) => {
        const report = await this.#diagnostics.pull(documents.get(textDocument.uri), previousResultId, token);
        this.#statusChanged();
        return report;
      }),
    );
    connection.languages.diagnostics.onWorkspace(async (params, token, _, progress) => {
      const items: WorkspaceDocumentDiagnosticReport[] = [];
      const send = (batch: WorkspaceDocumentDiagnosticReport[]): void => {
        if (progress) progress.report({ items: batch });
        else items.push(...batch);
      };
      const pull = async (): Promise<void> => this.#workspacePull.pull(params, token, send);
      await answer("workspace diagnostics", undefined, pull)(params, token);
      return { items };
    });
    connection.onRequest(
      explainRequest,
      answer("explain", null, async ({ uri, position }: ExplainParams, token): Promise<ExplainResult | null> => {
        const document = documents.get(uri);
        return (document && (await inquiries.explain(document, position, token))) ?? null;
      }),
    );
    connection.onRequest(
      statusRequest,
      answer(
        "status",
        null,
        async (params: StatusParams | undefined): Promise<StatusResult | null> => inquiries.status(params?.uri),
      ),
    );
  }

  #changed(document: OpenDocument | undefined): void {
    if (!document) return;
    this.#workspacePull.changed();
    this.#push?.changed(document);
    this.#statusChanged();
  }

  #saved(document: OpenDocument | undefined): void {
    if (!document || document.size === "normal") return;
    document.save();
    this.#refresh();
  }

  #closed(document: OpenDocument | undefined): void {
    if (!document) return;
    this.#push?.closed(document);
    this.#lifecycle.attempt("close", async () => {
      const project = (await this.#projects).of(document.uri);
      // What was on the disk is the truth again, and others may see it differ.
      if (await this.#index.refresh(project, document.uri)) this.#refresh();
    });
  }

  async #filesChanged(changes: readonly FileEvent[]): Promise<void> {
    const projects = await this.#projects;
    for (const project of projects.all()) {
      const own = changes.map(({ uri }) => uri).filter((uri) => projects.of(uri) === project);
      if (own.length > 0) await this.#index.update(project, own);
    }
  }

  async #foldersChanged({ added, removed }: WorkspaceFoldersChangeEvent): Promise<void> {
    const projects = await this.#projects;
    const owners = this.#documents.all().map((document) => ({ document, before: projects.of(document.uri) }));
    for (const { uri } of removed) projects.remove(uri);
    for (const { uri } of added) this.#start(projects.add(uri));
    for (const { document, before } of owners) {
      if (projects.of(document.uri) === before) continue;
      if (projects.all().includes(before)) before.service.apply([{ kind: "remove", uri: document.key }]);
      document.forget();
    }
    if (this.features.configuration) await this.#configure();
    this.#refresh();
  }

  /** @param pushed the settings that a client sends which can't be asked for them */
  async #configure(pushed?: unknown): Promise<void> {
    const section = (pushed as { sqlalchemyCoach?: unknown } | null | undefined)?.sqlalchemyCoach;
    if (!this.features.configuration && section === undefined) return;
    const projects = await this.#projects;
    const all = projects.all();
    const scopes = all.map(({ folder }) => ({
      section: "sqlalchemyCoach",
      ...(folder !== undefined && { scopeUri: folder }),
    }));
    const sections: unknown[] = this.features.configuration
      ? await this.#connection.workspace.getConfiguration(scopes)
      : all.map(() => section);
    const changed = all.filter((project, index) => project.configure(this.#readSettings(sections[index])));
    if (changed.length === 0) return;
    this.#settings = all[0]?.settings ?? this.#settings;
    await this.#registrations.diagnostics(all.some(({ settings }) => settings.diagnostics.workspace));
    for (const project of changed) {
      if (project.indexed !== project.settings.index.maxFiles) this.#readFiles(project);
    }
    this.#refresh();
  }

  async #load(ports: ServerPorts, folders: readonly string[], translate: Translate): Promise<Projects> {
    // The answer to initialize goes out before the work begins.
    await ports.turn();
    try {
      const make = await ports.services();
      const log = { fault: (message: string) => this.#lifecycle.fault("analyser", message) };
      const projects = new Projects(() => make(log));
      for (const project of projects.all()) this.#start(project);
      for (const folder of folders) this.#start(projects.add(folder));
      return projects;
    } catch (error) {
      this.#connection.window.showErrorMessage(translate("SQLAlchemy Coach could not load its analyser."));
      throw error;
    }
  }

  #start(project: Project): void {
    project.configure(this.#settings);
    project.ready = this.#index.pins(project).catch((error) => this.#lifecycle.fault("pins", error));
    this.#readFiles(project);
  }

  #readFiles(project: Project): void {
    this.#lifecycle.attempt("workspace files", async () => {
      await project.ready;
      await this.#index.read(project);
    });
  }

  #readSettings(raw: unknown): Settings {
    const { settings, warnings } = readSettings(raw);
    for (const warning of warnings) this.#connection.console.warn(warning);
    return settings;
  }

  /** What is shown of any document may have changed. */
  #refresh(): void {
    this.#workspacePull.changed();
    this.#push?.all();
    if (this.features.pullRefresh) this.#send(this.#connection.languages.diagnostics.refresh());
    this.#statusChanged();
  }

  /** Told at most a few times a second. */
  #statusChanged(): void {
    if (!this.#options.status || this.#statusTimer !== undefined) return;
    this.#statusTimer = setTimeout(() => {
      this.#statusTimer = undefined;
      this.#send(this.#connection.sendNotification(statusNotification));
    }, 250);
  }

  async #crumb(document: AnalysingParams): Promise<void> {
    if (this.#options.status) await this.#connection.sendNotification(analysingNotification, document);
  }

  /** A client that is gone can't be told anything, and that is no fault. */
  #send(sending: Promise<unknown>): void {
    sending.catch(() => undefined);
  }
}
