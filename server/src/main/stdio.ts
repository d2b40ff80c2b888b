import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { type Connection, createConnection } from "vscode-languageserver/node";
import { analyserFrom } from "../lsp/analyser.ts";
import { startServer } from "../lsp/server.ts";
import type { Grammar } from "../syntax/index.ts";
import { defaultCacheFolder, diskMemory } from "./disk_memory.ts";
import { parsedWithin } from "./heap.ts";
import { nodeFiles } from "./node_files.ts";

// An editor is open all day: the garbage of past edits is collected early, at some percent more of the processor's time.
setFlagsFromString("--heap-growing-percent=30");

/**
 * The language server as a process: `node server.js` speaks on standard input and output, with `--node-ipc` to the
 * process that forked it. The grammars lie beside this file in the package. `--cache-dir FOLDER` says where findings are
 * kept from one start to the next; without it that is the user's cache folder.
 */
const connection: Connection = process.argv.includes("--node-ipc")
  ? createConnection()
  : createConnection(process.stdin, process.stdout);

const grammar = async (): Promise<Grammar> => {
  const [runtime, python] = await Promise.all(
    ["web-tree-sitter.wasm", "tree-sitter-python.wasm"].map((file) => readFile(join(__dirname, "grammars", file))),
  );
  if (!runtime || !python) throw new Error("no grammar");
  return { runtime, python };
};

const cacheFolder = (): string => {
  const at = process.argv.indexOf("--cache-dir");
  return (at < 0 ? undefined : process.argv[at + 1]) ?? defaultCacheFolder();
};

const turn = (): Promise<void> => new Promise((go) => setImmediate(go));

// A bug of ours is told and costs that one answer, never the session.
const told = (error: unknown): void => {
  connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
};
process.on("uncaughtException", told);
process.on("unhandledRejection", told);

const services = analyserFrom(grammar, {
  remember: (note) => diskMemory({ folder: cacheFolder(), program: __filename, note }),
  mostParsed: parsedWithin(1 / 4),
});
startServer(connection, { services, files: nodeFiles, turn });
