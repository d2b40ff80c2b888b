import { BrowserMessageReader, BrowserMessageWriter, createConnection } from "vscode-languageserver/browser";
import { analyserFrom } from "../lsp/analyser.ts";
import type { FilePort } from "../lsp/ports.ts";
import { startServer } from "../lsp/server.ts";
import { findFilesRequest, readFileRequest, type WorkerStart } from "../protocol.ts";

/**
 * The language server in a worker. It has neither files nor a place of its own to load the grammar from, so the client's
 * first message, before any of LSP, brings that; what it reads of the workspace it asks of the client.
 */
self.onmessage = ({ data }: MessageEvent<WorkerStart>): void => {
  self.onmessage = null;
  const scope = self as DedicatedWorkerGlobalScope;
  const connection = createConnection(new BrowserMessageReader(scope), new BrowserMessageWriter(scope));
  const files: FilePort = {
    read: async (uri) => (await connection.sendRequest<string | null>(readFileRequest, { uri })) ?? undefined,
    async find(folder, kind, limit, leavesOut) {
      const find = (most: number) => connection.sendRequest<string[]>(findFilesRequest, { folder, kind, limit: most });
      if (!leavesOut) return find(limit);
      // The client can't ask which are left out, so that some of what it finds doesn't count.
      return (await find(4 * limit)).filter((uri) => !leavesOut(uri, false)).slice(0, limit);
    },
  };
  connection.onExit(() => scope.close());
  startServer(connection, { services: analyserFrom(async () => data.grammar), files, turn });
};

const turn = (): Promise<void> => new Promise((go) => setTimeout(go));
