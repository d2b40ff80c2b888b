import {
  type CancellationToken,
  type Connection,
  ErrorCodes,
  type GenericRequestHandler,
  LSPErrorCodes,
  ResponseError,
} from "vscode-languageserver";

/** Where a session stands: what may be asked, and what an error of ours does. */
export class Lifecycle {
  readonly #connection: Connection;
  #phase: "new" | "running" | "shutdown" = "new";
  #faults = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
    // Requests that no one handles: which error they get depends on the phase.
    const unhandled: GenericRequestHandler<never, void> = (method: string) => {
      this.check();
      throw new ResponseError(ErrorCodes.MethodNotFound, `Unhandled method ${method}`);
    };
    connection.onRequest(unhandled);
  }

  get isRunning(): boolean {
    return this.#phase === "running";
  }

  /** Throws InvalidRequest on a second initialize. */
  initialize(): void {
    if (this.#phase !== "new") throw new ResponseError(ErrorCodes.InvalidRequest, "already initialized");
    this.#phase = "running";
  }

  /** Throws before initialize and on a second shutdown. */
  shutdown(): void {
    this.check();
    this.#phase = "shutdown";
  }

  /** Throws the error that the protocol wants for a request in the wrong phase. */
  check(): void {
    if (this.#phase === "new") throw new ResponseError(ErrorCodes.ServerNotInitialized, "not initialized yet");
    if (this.#phase === "shutdown") throw new ResponseError(ErrorCodes.InvalidRequest, "shut down already");
  }

  /** A request's handler that answers `fallback` where ours throws: a bug is told, it ends nothing. */
  answer<P, R>(
    name: string,
    fallback: R,
    handle: (params: P, token: CancellationToken) => Promise<R>,
  ): (params: P, token: CancellationToken) => Promise<R> {
    return async (params, token) => {
      this.check();
      try {
        return await handle(params, token);
      } catch (error) {
        if (error instanceof ResponseError) throw error;
        if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, "cancelled");
        this.fault(name, error);
        return fallback;
      }
    };
  }

  /** A notification's handler: dropped in the wrong phase, as the protocol says. */
  notice<P>(name: string, handle: (params: P) => void | Promise<void>): (params: P) => void {
    return (params) => {
      if (this.isRunning) this.attempt(name, () => handle(params));
    };
  }

  /** Runs work that no one waits for. */
  attempt(name: string, work: () => void | Promise<void>): void {
    const failed = (error: unknown): void => this.fault(name, error);
    try {
      Promise.resolve(work()).catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  /** Tells an error of ours; a flood of them is no one's reading. Never holds the person's source. */
  fault(name: string, error: unknown): void {
    if (this.#faults++ > 100) return;
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#connection.console.error(`${name}: ${told}`);
  }
}
