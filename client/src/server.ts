import type { BaseLanguageClient, LanguageClientOptions } from "vscode-languageclient";

/** How an entry point makes a client whose server is not started yet; rejects where the server can't be had. */
export type MakeClient = (options: LanguageClientOptions) => Promise<BaseLanguageClient>;

/** The server as the rest of the extension sees it: there at times, replaced by a restart. */
export interface Server {
  /** `undefined` while it doesn't run. */
  readonly client: BaseLanguageClient | undefined;
  /** What runs once every start and stop that was asked for is over. */
  ready(): Promise<BaseLanguageClient | undefined>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface ServerPorts {
  readonly make: MakeClient;
  readonly options: () => LanguageClientOptions;
  /** A client is about to start: what listens to the server is to be attached now. */
  readonly starting: (client: BaseLanguageClient) => void;
  readonly started: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Starts and stops one after the other, however often they are asked for. A restart makes a new client: a worker can't
 * be started twice.
 */
export function createServer({ make, options, starting, started, failed }: ServerPorts): Server {
  let client: BaseLanguageClient | undefined;
  let isStarted = false;
  let queue: Promise<void> = Promise.resolve();

  async function start(): Promise<void> {
    if (client) return;
    try {
      client = await make(options());
      starting(client);
      await client.start();
      isStarted = true;
      started();
    } catch (error) {
      client = undefined;
      failed(error);
    }
  }

  async function stop(): Promise<void> {
    const before = client;
    client = undefined;
    isStarted = false;
    // A server that died already can't be stopped in good order, and need not be.
    await before?.dispose().catch(() => undefined);
  }

  function enqueue(work: () => Promise<void>): Promise<void> {
    queue = queue.then(work);
    return queue;
  }

  return {
    get client() {
      return isStarted ? client : undefined;
    },
    ready: () => queue.then(() => (isStarted ? client : undefined)),
    start: () => enqueue(start),
    stop: () => enqueue(stop),
  };
}
