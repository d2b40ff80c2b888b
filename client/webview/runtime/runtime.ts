/**
 * Runs Python programs with real SQLAlchemy, in a worker of the page. Knows nothing of the page itself.
 *
 *     const runtime = createRuntime("https://…/dist/runtime/");
 *     const run = runtime.run({ setup, code }, { onEvent, onProgress });
 *     const { ending, output, statements, error } = await run.outcome;
 */
import { parse } from "../../src/lessons/messages.ts";
import { Event, FromWorker, type Source, type ToWorker } from "./messages.ts";
import { collect, type Ending, type Outcome } from "./outcome.ts";
import { fetchMachine, type Machine } from "./parts.ts";

export type { Event, Source } from "./messages.ts";
export type { Ending, Outcome, PythonError, Statement, Table, Warning } from "./outcome.ts";

/** What a learner waits for before a program starts: `fetching` in bytes, `starting` in no measure. */
export type Progress =
  | { readonly state: "fetching"; readonly loaded: number; readonly total: number }
  | { readonly state: "starting" }
  | { readonly state: "running" };

export interface Handlers {
  /** Each thing that the program does, as it does it. */
  onEvent?(event: Event): void;
  onProgress?(progress: Progress): void;
}

export interface Run {
  /**
   * What became of the program. Rejects only where no program can run: a part is missing, or the interpreter does not start;
   * the next run tries again.
   */
  readonly outcome: Promise<Outcome>;
  /** Ends the program, if it has not ended yet; `outcome` then says `stopped`, with what had happened until then. */
  stop(): void;
}

export interface Runtime {
  /** Runs a program after whatever ran before it; a program that is still running is stopped. */
  run(source: Source, handlers?: Handlers): Run;
  /** Stops what is running. */
  stop(): void;
}

interface Interpreter {
  readonly worker: Worker;
  readonly ready: Promise<void>;
}

/** Milliseconds that a program may run. */
export const TIME_LIMIT = 20_000;

/**
 * Nothing is fetched or started before the first run. One interpreter runs all programs, until one has to be ended: an interpreter
 * can't be interrupted, so it goes, and the next starts at once from the memory that the first one had when it was new.
 *
 * @param base the address of dist/runtime/, ending in a slash
 */
export function createRuntime(base: string, timeLimit = TIME_LIMIT): Runtime {
  let machine: Promise<Machine> | undefined;
  let interpreter: Interpreter | undefined;
  let snapshot: Uint8Array<ArrayBuffer> | undefined;
  let stopCurrent = () => {};

  function start({ script, module, parts }: Machine): Interpreter {
    const worker = new Worker(script, { type: "module", name: "Python" });
    const ready = new Promise<void>((resolve, reject) => {
      worker.addEventListener("error", (event) => reject(new Error(event.message || "The worker did not start.")));
      worker.addEventListener("message", ({ data }) => {
        const message = parse(FromWorker, data);
        if (message?.type === "broken") reject(new Error(message.reason));
        if (message?.type !== "ready") return;
        snapshot ??= message.snapshot;
        resolve();
      });
    });
    const made = { worker, ready };
    ready.catch(() => end(made));
    post(worker, { type: "start", module, parts, ...(snapshot && { snapshot }) });
    return made;
  }

  function end(which: Interpreter | undefined): void {
    which?.worker.terminate();
    if (interpreter === which) interpreter = undefined;
  }

  async function interpreterWith(onProgress: NonNullable<Handlers["onProgress"]>): Promise<Interpreter> {
    machine ??= fetchMachine(base, (loaded, total) => onProgress({ state: "fetching", loaded, total }));
    const fetched = machine;
    try {
      const parts = await fetched;
      onProgress({ state: "starting" });
      interpreter ??= start(parts);
    } catch (error) {
      if (machine === fetched) machine = undefined;
      throw error;
    }
    const current = interpreter;
    await current.ready;
    return current;
  }

  function run(source: Source, { onEvent = () => {}, onProgress = () => {} }: Handlers = {}): Run {
    stopCurrent();
    const told = collect();
    let finish: (ending: Ending) => void = () => {};
    const outcome = new Promise<Outcome>((resolve, reject) => {
      let ended = false;
      finish = (ending) => {
        if (!ended) resolve(told.outcome(ending));
        ended = true;
      };
      interpreterWith((progress) => {
        if (!ended) onProgress(progress);
      })
        .then((current) => {
          if (ended) return;
          onProgress({ state: "running" });
          finish = execute(current, finish);
        })
        .catch(reject);
    });

    /** @returns how to end it from outside */
    function execute(current: Interpreter, settle: (ending: Ending) => void): (ending: Ending) => void {
      const { worker } = current;
      const listen = ({ data }: MessageEvent<unknown>) => {
        const message = parse(FromWorker, data);
        if (message?.type === "event") {
          const event = parse(Event, fromJson(message.json));
          if (event === undefined) return;
          told.add(event);
          onEvent(event);
        } else if (message?.type === "done") close(told.hasError() ? "raised" : "finished");
        else if (message?.type === "broken") kill("broken");
      };
      const timer = setTimeout(() => kill("timed out"), timeLimit);
      let closed = false;
      worker.addEventListener("message", listen);
      post(worker, { type: "run", source: { setup: source.setup, code: source.code } });

      function close(ending: Ending): void {
        closed = true;
        clearTimeout(timer);
        worker.removeEventListener("message", listen);
        settle(ending);
      }
      function kill(ending: Ending): void {
        if (closed) return;
        close(ending);
        end(current);
        // The next program should not have to wait for what can be done now.
        machine?.then((parts) => {
          interpreter ??= start(parts);
        });
      }
      return kill;
    }

    const stop = () => finish("stopped");
    stopCurrent = stop;
    return { outcome, stop };
  }

  return { run, stop: () => stopCurrent() };
}

function post(worker: Worker, message: ToWorker): void {
  worker.postMessage(message);
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
