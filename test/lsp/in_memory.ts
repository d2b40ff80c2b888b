import { PassThrough } from "node:stream";
import { createConnection, StreamMessageReader, StreamMessageWriter } from "vscode-languageserver/node";
import type { FilePort } from "../../server/src/lsp/ports.ts";
import { startServer } from "../../server/src/lsp/server.ts";
import { type Options, TestClient } from "./client.ts";
import { type FakeOptions, fakeService } from "./fake_service.ts";

/** Files by uri; what a test changes is on the "disk" at once. */
export type Disk = Map<string, string>;

export interface MemoryOptions extends Options, FakeOptions {
  readonly disk?: Disk;
  /** When a folder can be searched; at once unless said. */
  readonly searchable?: Promise<void>;
}

const endings = { python: /\.py$/, notebooks: /\.ipynb$/, pins: /\.txt$/, ignores: /\/\.gitignore$/ };

/** Our server over a fake analyser and a fake disk, in this process; initialized. */
export async function startInMemory(options: MemoryOptions = {}): Promise<TestClient> {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  const disk = options.disk ?? new Map<string, string>();
  const files: FilePort = {
    read: async (uri) => disk.get(uri),
    async find(folder, kind, limit, leavesOut) {
      await options.searchable;
      return [...disk.keys()]
        .filter((uri) => uri.startsWith(folder) && endings[kind].test(uri) && !leavesOut?.(uri, false))
        .slice(0, limit);
    },
  };
  startServer(createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)), {
    services: async () => () => fakeService(options),
    files,
    turn: () => new Promise((go) => setImmediate(go)),
  });
  const client = new TestClient(toClient, toServer, options);
  await client.initialize(options);
  return client;
}
