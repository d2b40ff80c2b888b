// Speaks LSP to dist/server.js and times it, wall-clock, in milliseconds.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";

/** @returns {Promise<number>} from spawn to the answer of `initialize` */
export async function timeStart(root) {
  const started = performance.now();
  const server = await startServer(root);
  const took = performance.now() - started;
  await server.stop();
  return took;
}

/**
 * One character typed in the middle of `text`, again and again: from the change's being sent to the new diagnostics.
 * @returns {Promise<number[]>} one figure an edit
 */
export async function timeEdits(root, text, count) {
  const server = await startServer(root);
  const uri = "file:///bench/program.py";
  const { connection } = server;
  connection.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId: "python", version: 0, text },
  });
  await connection.sendRequest("textDocument/diagnostic", { textDocument: { uri } });
  const lines = text.split("\n");
  // The end of a name, as when somebody types: the text stays whole.
  const line = lines.findIndex((each, index) => index > lines.length / 2 && /^ +return \w+$/.test(each));
  const end = lines[line].length;
  const figures = [];
  for (let version = 1; version <= count; version++) {
    const started = performance.now();
    const inserts = version % 2 === 1;
    connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version },
      contentChanges: [
        {
          range: { start: { line, character: end }, end: { line, character: inserts ? end : end + 1 } },
          text: inserts ? "x" : "",
        },
      ],
    });
    await connection.sendRequest("textDocument/diagnostic", { textDocument: { uri } });
    figures.push(performance.now() - started);
  }
  await server.stop();
  return figures;
}

async function startServer(root) {
  const child = spawn(process.execPath, [join(root, "dist/server.js"), "--stdio"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const connection = createMessageConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.onRequest("workspace/configuration", ({ items }) => items.map(() => null));
  connection.onRequest("client/registerCapability", () => null);
  connection.listen();
  await connection.sendRequest("initialize", {
    processId: process.pid,
    rootUri: null,
    capabilities: { textDocument: { diagnostic: {} } },
    workspaceFolders: null,
  });
  connection.sendNotification("initialized", {});
  return {
    connection,
    async stop() {
      await connection.sendRequest("shutdown");
      connection.sendNotification("exit");
      await new Promise((done) => child.once("exit", done));
      connection.dispose();
    },
  };
}
