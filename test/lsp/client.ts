import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type CodeAction,
  createProtocolConnection,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type InitializeParams,
  type InitializeResult,
  Message,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type Range,
  StreamMessageReader,
  StreamMessageWriter,
  type TextDocumentContentChangeEvent,
  type TextDocumentEdit,
} from "vscode-languageserver-protocol/node";
import { applyEdits, type TextEdit } from "../../server/src/syntax/text.ts";

/** The tests are bundled to out/test/lsp, two folders below the project. */
export const serverPath = fileURLToPath(new URL("../../../dist/server.js", import.meta.url));

/** What one server keeps for the next is not to outlive the tests. */
const cacheFolder = mkdtempSync(join(tmpdir(), "coach-findings-"));
process.once("exit", () => rmSync(cacheFolder, { recursive: true, force: true }));

/** What VS Code's client can do, as far as our server asks. */
export const ableClient: InitializeParams["capabilities"] = {
  textDocument: {
    diagnostic: {
      dynamicRegistration: true,
      relatedInformation: true,
      dataSupport: true,
      codeDescriptionSupport: true,
    },
    publishDiagnostics: { tagSupport: { valueSet: [1, 2] } },
    hover: { contentFormat: ["markdown", "plaintext"] },
    codeAction: {
      dataSupport: true,
      isPreferredSupport: true,
      resolveSupport: { properties: ["edit"] },
      codeActionLiteralSupport: { codeActionKind: { valueSet: ["", "quickfix", "refactor", "source"] } },
    },
  },
  workspace: {
    workspaceFolders: true,
    configuration: true,
    workspaceEdit: { documentChanges: true, changeAnnotationSupport: {} },
    diagnostics: { refreshSupport: true },
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
  },
};

/** A client of the oldest kind that is still met: it is pushed to, and resolves nothing. */
export const plainClient: InitializeParams["capabilities"] = {
  textDocument: {
    publishDiagnostics: {},
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } },
  },
};

export interface Options {
  readonly capabilities?: InitializeParams["capabilities"];
  readonly folders?: readonly string[];
  readonly options?: unknown;
  /** What `workspace/configuration` is answered with. */
  settings?: Record<string, unknown>;
}

/** A whole LSP client in few lines, over a real process' pipes or over any pair of streams. */
export class TestClient {
  readonly connection: ProtocolConnection;
  readonly registered = new Map<string, unknown>();
  readonly pushed: PublishDiagnosticsParams[] = [];
  readonly logged: string[] = [];
  readonly noticed: { readonly method: string; readonly params: unknown }[] = [];
  refreshes = 0;
  /** The id of the last request sent: what a cancellation names. */
  lastId: number | string | null | undefined;
  #waiting: (() => void)[] = [];

  constructor(input: NodeJS.ReadableStream, output: NodeJS.WritableStream, options: Options = {}) {
    const writer = new StreamMessageWriter(output);
    const write = writer.write.bind(writer);
    writer.write = (message) => {
      if (Message.isRequest(message)) this.lastId = message.id;
      return write(message);
    };
    const connection = createProtocolConnection(new StreamMessageReader(input), writer);
    this.connection = connection;
    connection.onRequest("client/registerCapability", ({ registrations }) => {
      for (const { method, registerOptions } of registrations) this.registered.set(method, registerOptions);
      this.#wake();
      return null;
    });
    connection.onRequest("client/unregisterCapability", () => null);
    connection.onRequest("workspace/configuration", ({ items }: { items: unknown[] }) =>
      items.map(() => options.settings ?? null),
    );
    connection.onRequest("workspace/diagnostic/refresh", () => {
      this.refreshes++;
      this.#wake();
      return null;
    });
    connection.onNotification("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) => {
      this.pushed.push(params);
      this.#wake();
    });
    connection.onNotification("window/logMessage", ({ message }: { message: string }) => {
      this.logged.push(message);
      this.#wake();
    });
    connection.onUnhandledNotification(({ method, params }) => {
      this.noticed.push({ method, params });
      this.#wake();
    });
    connection.listen();
  }

  async initialize({ capabilities = ableClient, folders = [], options }: Options = {}): Promise<InitializeResult> {
    const result = await this.connection.sendRequest<InitializeResult>("initialize", {
      processId: null,
      rootUri: null,
      capabilities,
      workspaceFolders: folders.map((uri) => ({ uri, name: uri })),
      ...(options !== undefined && { initializationOptions: options }),
    });
    await this.notify("initialized", {});
    return result;
  }

  notify(method: string, params?: unknown): Promise<void> {
    return this.connection.sendNotification(method, params);
  }

  request<R>(method: string, params?: unknown): Promise<R> {
    return this.connection.sendRequest<R>(method, params);
  }

  open(uri: string, text: string, version = 1): Promise<void> {
    return this.notify("textDocument/didOpen", { textDocument: { uri, languageId: "python", version, text } });
  }

  change(uri: string, version: number, ...contentChanges: TextDocumentContentChangeEvent[]): Promise<void> {
    return this.notify("textDocument/didChange", { textDocument: { uri, version }, contentChanges });
  }

  close(uri: string): Promise<void> {
    return this.notify("textDocument/didClose", { textDocument: { uri } });
  }

  pull(uri: string, previousResultId?: string): Promise<DocumentDiagnosticReport> {
    return this.request("textDocument/diagnostic", {
      textDocument: { uri },
      ...(previousResultId !== undefined && { previousResultId }),
    });
  }

  async diagnostics(uri: string): Promise<Diagnostic[]> {
    const report = await this.pull(uri);
    if (report.kind !== "full") throw new Error("a full report was asked for");
    return report.items;
  }

  actions(
    uri: string,
    range: Range,
    context: { diagnostics?: Diagnostic[]; only?: string[] } = {},
  ): Promise<CodeAction[]> {
    return this.request("textDocument/codeAction", {
      textDocument: { uri },
      range,
      context: { diagnostics: [], ...context },
    });
  }

  resolve(action: CodeAction): Promise<CodeAction> {
    return this.request("codeAction/resolve", action);
  }

  /** Resolves as soon as `is` holds; a test's own time limit ends a wait in vain. */
  async until(is: () => boolean): Promise<void> {
    while (!is()) await new Promise<void>((go) => this.#waiting.push(go));
  }

  #wake(): void {
    for (const go of this.#waiting.splice(0)) go();
  }
}

/** A client and its server process. */
export class TestProcess extends TestClient {
  readonly process: ChildProcess;
  readonly exit: Promise<number | null>;

  private constructor(
    child: ChildProcess & { stdin: NodeJS.WritableStream; stdout: NodeJS.ReadableStream },
    options: Options,
  ) {
    super(child.stdout, child.stdin, options);
    this.process = child;
    this.exit = once(child, "exit").then(([code]) => code as number | null);
    // What is asked of a process that died is to fail at once.
    child.once("exit", () => this.connection.dispose());
  }

  static spawn(options: Options = {}): TestProcess {
    const args = [serverPath, "--stdio", "--cache-dir", cacheFolder];
    return new TestProcess(spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] }), options);
  }

  static async start(options: Options = {}): Promise<TestProcess> {
    const client = TestProcess.spawn(options);
    await client.initialize(options);
    return client;
  }

  async stop(): Promise<number | null> {
    await this.request("shutdown");
    await this.notify("exit");
    return this.exit;
  }

  /** Ends a process that a failed test left behind. */
  kill(): void {
    this.connection.dispose();
    if (this.process.exitCode === null) this.process.kill("SIGKILL");
  }
}

/** The text after a change of one document, computed as an editor would; throws on edits that overlap. */
export function applied(
  text: string,
  change: TextDocumentEdit | undefined,
  offsetAt: (at: Range["start"]) => number,
): string {
  const edits = (change?.edits ?? []).flatMap((edit): TextEdit[] =>
    "newText" in edit
      ? [{ span: { start: offsetAt(edit.range.start), end: offsetAt(edit.range.end) }, text: edit.newText }]
      : [],
  );
  return applyEdits(text, edits);
}
