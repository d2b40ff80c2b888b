import {
  type CancellationToken,
  CodeLensRefreshRequest,
  type Connection,
  type DocumentDiagnosticReport,
  type InitializeParams,
  type PublishDiagnosticsParams,
  type WorkspaceDocumentDiagnosticReport,
  type WorkspaceFoldersChangeEvent,
} from "vscode-languageserver";
import {
  type AnalysingParams,
  analysingNotification,
  type ExplainParams,
  type ExplainResult,
  explainRequest,
  type InitializationOptions,
  type JudgeParams,
  type JudgeResult,
  judgeRequest,
  type OccurrencesParams,
  type OccurrencesResult,
  occurrencesRequest,
  type StatusParams,
  type StatusResult,
  statusNotification,
  statusRequest,
  type TourFixParams,
  type TourFixResult,
  type TourResult,
  tourFixRequest,
  tourRequest,
} from "../protocol.ts";
import { Actions } from "./actions.ts";
import { Annotations } from "./annotations.ts";
import { type ClientFeatures, featuresOf } from "./client_features.ts";
import { Diagnostics } from "./diagnostics.ts";
import { Documents, type OpenDocument } from "./documents.ts";
import { Inquiries } from "./inquiries.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { Occurrences } from "./occurrences.ts";
import { readOptions } from "./options.ts";
import type { ServerPorts } from "./ports.ts";
import { judge } from "./practice.ts";
import { Push } from "./push.ts";
import { translator } from "./strings.ts";
import { Tour } from "./tour.ts";
import { type Annotation, Workspace } from "./workspace.ts";
import { WorkspacePull } from "./workspace_pull.ts";

/** One client from initialize to shutdown: joins the parts, and hands each message to the one that it concerns. */
export class Session {
  readonly features: ClientFeatures;
  readonly #connection: Connection;
  readonly #lifecycle: Lifecycle;
  readonly #options: InitializationOptions;
  readonly #documents = new Documents();
  readonly #diagnostics: Diagnostics;
  readonly #push: Push | undefined;
  readonly #workspace: Workspace;
  readonly #workspacePull: WorkspacePull;
  /** What a folder had turned on at the last refresh. */
  readonly #annotated: Record<Annotation, boolean>;
  #statusTimer: ReturnType<typeof setTimeout> | undefined;
  #refreshTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: Connection, ports: ServerPorts, lifecycle: Lifecycle, params: InitializeParams) {
    this.#connection = connection;
    this.#lifecycle = lifecycle;
    this.features = featuresOf(params.capabilities);
    this.#options = readOptions(params.initializationOptions);
    const { features } = this;
    const { settings, quarantine = [], lessonCommand = false, findingsCommand = false, strings } = this.#options;
    const documents = this.#documents;
    const translate = translator(strings);
    this.#workspace = new Workspace({
      ...ports,
      connection,
      lifecycle,
      features,
      documents,
      translate,
      folders: params.workspaceFolders?.map(({ uri }) => uri) ?? (params.rootUri ? [params.rootUri] : []),
      settings,
      quarantine,
      crumb: (document) => this.#crumb(document),
      changed: () => this.#refresh(),
    });
    this.#annotated = {
      inlayHints: this.#workspace.hasEnabled("inlayHints"),
      codeLens: this.#workspace.hasEnabled("codeLens"),
    };
    const { analysis, projects } = this.#workspace;
    const fault = (error: unknown): void => lifecycle.fault("diagnostics", error);
    const changed = (): void => this.#refresh();
    const diagnostics = new Diagnostics({ documents, analysis, features, translate, turn: ports.turn, changed, fault });
    this.#diagnostics = diagnostics;
    this.#workspacePull = new WorkspacePull({ documents, diagnostics, analysis, projects });
    const publish = (shown: PublishDiagnosticsParams): void => this.#send(connection.sendDiagnostics(shown));
    this.#push = features.pull ? undefined : new Push({ documents, diagnostics, publish, fault });
    const { markdown } = features;
    const inquiries = new Inquiries({ documents, analysis, projects, translate, markdown, lessonCommand });
    const actions = new Actions({ documents, analysis, features, translate, lessonCommand, read: ports.files.read });
    const annotations = new Annotations({ analysis, translate, markdown, findingsCommand });
    const occurrences = new Occurrences({ documents, analysis, projects, turn: ports.turn });
    const tour = new Tour({ documents, analysis, projects, translate, turn: ports.turn, read: ports.files.read });
    this.#listen();
    this.#answer(inquiries, actions);
    this.#annotate(annotations);
    this.#guide(tour);
    const find = async (asked: OccurrencesParams, token: CancellationToken): Promise<OccurrencesResult | null> =>
      occurrences.find(asked, token);
    connection.onRequest(occurrencesRequest, lifecycle.answer("occurrences", null, find));
  }

  get wantsWorkspace(): boolean {
    return this.#workspace.wantsAll;
  }

  initialized(): Promise<void> {
    return this.#workspace.initialized();
  }

  dispose(): void {
    this.#push?.dispose();
    this.#diagnostics.dispose();
    clearTimeout(this.#statusTimer);
    clearTimeout(this.#refreshTimer);
    this.#lifecycle.attempt("dispose", () => this.#workspace.dispose());
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
      on("open notebook", (opened) => {
        for (const cell of documents.openNotebook(opened)) this.#changed(cell);
      }),
    );
    cells.onDidChangeNotebookDocument(
      on("change notebook", ({ notebookDocument, change }) => {
        const { changed, closed } = documents.changeNotebook(notebookDocument.uri, change);
        for (const cell of closed) this.#closed(cell);
        for (const cell of changed) this.#changed(cell);
        if (changed.length > 1) this.#othersChanged();
      }),
    );
    cells.onDidCloseNotebookDocument(
      on("close notebook", ({ notebookDocument }) => {
        for (const cell of documents.closeNotebook(notebookDocument.uri)) this.#closed(cell);
      }),
    );
    connection.onDidChangeConfiguration(on("configuration", ({ settings }) => this.#workspace.configure(settings)));
    connection.onDidChangeWatchedFiles(on("watched files", ({ changes }) => this.#workspace.filesChanged(changes)));
    connection.onNotification(
      "workspace/didChangeWorkspaceFolders",
      on("folders", ({ event }: { event: WorkspaceFoldersChangeEvent }) => this.#workspace.foldersChanged(event)),
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
      judgeRequest,
      answer(
        "judge",
        null,
        async (params: JudgeParams): Promise<JudgeResult | null> => judge(params, this.#workspace.projects),
      ),
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

  #annotate(annotations: Annotations): void {
    const answer = this.#lifecycle.answer.bind(this.#lifecycle);
    const documents = this.#documents;
    this.#connection.languages.inlayHint.on(
      answer("inlay hints", [], async ({ textDocument, range }, token) => {
        const document = documents.get(textDocument.uri);
        return document ? annotations.hints(document, range, token) : [];
      }),
    );
    this.#connection.onCodeLens(
      answer("code lenses", [], async ({ textDocument }, token) => {
        const document = documents.get(textDocument.uri);
        return document ? annotations.lenses(document, token) : [];
      }),
    );
  }

  #guide(tour: Tour): void {
    const answer = this.#lifecycle.answer.bind(this.#lifecycle);
    this.#connection.onRequest(
      tourRequest,
      answer("tour", null, async (_: unknown, token): Promise<TourResult | null> => tour.families(token)),
    );
    this.#connection.onRequest(
      tourFixRequest,
      answer(
        "tour fix",
        null,
        async (params: TourFixParams, token): Promise<TourFixResult | null> => tour.fix(params, token),
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
    document.unit.save();
    this.#refresh();
  }

  #closed(document: OpenDocument | undefined): void {
    if (!document) return;
    this.#push?.closed(document);
    this.#lifecycle.attempt("close", () => this.#workspace.closed(document));
  }

  /** A cell has another text, and with it the others may mean something else: told once typing pauses. */
  #othersChanged(): void {
    if (!this.features.pullRefresh) return;
    clearTimeout(this.#refreshTimer);
    this.#refreshTimer = setTimeout(() => this.#send(this.#connection.languages.diagnostics.refresh()), 200);
  }

  /** What is shown of any document may have changed. */
  #refresh(): void {
    this.#workspacePull.changed();
    this.#push?.all();
    const { pullRefresh, inlayHintRefresh, codeLensRefresh } = this.features;
    if (pullRefresh) this.#send(this.#connection.languages.diagnostics.refresh());
    const areHintsDue = this.#isDue("inlayHints");
    if (inlayHintRefresh && areHintsDue) this.#send(this.#connection.languages.inlayHint.refresh());
    const areLensesDue = this.#isDue("codeLens");
    if (codeLensRefresh && areLensesDue) this.#send(this.#connection.sendRequest(CodeLensRefreshRequest.type));
    this.#statusChanged();
  }

  /** Whether there may be some to draw anew, or to take away because they were just turned off. */
  #isDue(annotation: Annotation): boolean {
    const was = this.#annotated[annotation];
    const is = this.#workspace.hasEnabled(annotation);
    this.#annotated[annotation] = is;
    return was || is;
  }

  /** Told at most a few times a second. */
  #statusChanged(): void {
    if (!this.#options.status || this.#statusTimer !== undefined) return;
    this.#statusTimer = setTimeout(() => {
      this.#statusTimer = undefined;
      this.#send(this.#connection.sendNotification(statusNotification));
    }, 250);
  }

  async #crumb(on: AnalysingParams["on"]): Promise<void> {
    if (this.#options.status) await this.#connection.sendNotification(analysingNotification, { on });
  }

  /** A client that is gone can't be told anything, and that is no fault. */
  #send(sending: Promise<unknown>): void {
    sending.catch(() => undefined);
  }
}
