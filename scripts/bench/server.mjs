// A language server as it ships, and a client that speaks LSP to it.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";
import { cpuOfRunning, residentOf } from "./processes.mjs";

/**
 * @param {string} root the repository's
 * @param {{ folder?: string, settings?: object, cache?: string }} options the workspace folder's uri, the section
 *   sqlalchemyCoach of the settings, where findings are kept (by default nowhere)
 */
export async function startServer(root, { folder, settings = {}, cache = "/dev/null" } = {}) {
  const child = spawn(process.execPath, [join(root, "dist/server.js"), "--stdio", "--cache-dir", cache], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.onRequest("workspace/configuration", ({ items }) => items.map(() => settings));
  connection.onRequest("client/registerCapability", () => null);
  connection.onRequest("workspace/diagnostic/refresh", () => null);
  connection.listen();
  await connection.sendRequest("initialize", {
    processId: process.pid,
    rootUri: folder ?? null,
    capabilities: {
      textDocument: { diagnostic: {} },
      workspace: { configuration: true, diagnostics: { refreshSupport: true } },
    },
    workspaceFolders: folder === undefined ? null : [{ uri: folder, name: "bench" }],
    initializationOptions: { settings },
  });
  connection.sendNotification("initialized", {});
  return new Server(child, connection);
}

class Server {
  #child;
  #connection;
  #stopped;
  #results = new Map();

  constructor(child, connection) {
    this.#child = child;
    this.#connection = connection;
  }

  /** Processor milliseconds so far. */
  cpu() {
    return cpuOfRunning(this.#child.pid);
  }

  /** Resident memory in MB. */
  resident() {
    return residentOf(this.#child.pid);
  }

  request(method, params, token) {
    return this.#connection.sendRequest(method, params, ...(token ? [token] : []));
  }

  open(uri, text, version = 0) {
    const textDocument = { uri, languageId: "python", version, text };
    this.#connection.sendNotification("textDocument/didOpen", { textDocument });
  }

  /** Replaces what lies between two characters of a line. */
  edit(uri, version, line, [start, end], text) {
    const range = { start: { line, character: start }, end: { line, character: end } };
    this.#connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version },
      contentChanges: [{ range, text }],
    });
  }

  close(uri) {
    this.#results.delete(uri);
    this.#connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
  }

  /** As an editor asks: with the id of what it shows already. Answers how many findings there are. */
  async diagnostics(uri, token) {
    const before = this.#results.get(uri);
    const params = { textDocument: { uri }, ...(before && { previousResultId: before.id }) };
    const { kind, resultId, items } = await this.request("textDocument/diagnostic", params, token);
    const count = kind === "unchanged" ? before.count : items.length;
    this.#results.set(uri, { id: resultId, count });
    return count;
  }

  hover(uri, line, character) {
    return this.request("textDocument/hover", { textDocument: { uri }, position: { line, character } });
  }

  /** Settles when the files of the workspace have been read. */
  async indexed() {
    for (;;) {
      const status = await this.request("sqlalchemyCoach/status", {});
      if (status && !status.busy && status.known > 0) return status;
      await new Promise((again) => setTimeout(again, 20));
    }
  }

  stop() {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop() {
    const ended = new Promise((done) => this.#child.once("exit", done));
    await this.request("shutdown");
    this.#connection.sendNotification("exit");
    await ended;
    this.#connection.dispose();
  }
}
