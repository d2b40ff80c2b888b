/**
 * The worker that programs run in: CPython in WebAssembly, started with what the page hands over. It has no network and no files but
 * in its own memory. It never ends a program: the page ends the worker.
 */
import { loadPyodide, type PyodideConfig } from "pyodide";
import createPyodideModule from "pyodide/pyodide.asm.mjs";
import { parse } from "../../src/lessons/messages.ts";
import { type FromWorker, type Parts, ToWorker } from "./messages.ts";

/** What pyodide-lock.json says of the build, without the packages that nobody fetches. Put in by the build. */
declare const PYODIDE_BUILD: Exclude<Awaited<PyodideConfig["lockFileContents"]>, string | undefined>["info"];

/** Bytes of memory that a program may use, Python's own 50 MB included. Beyond it, Python raises MemoryError. */
const MAX_MEMORY = 512 * 1024 * 1024;
const PAGE_OF_MEMORY = 64 * 1024;

/** What Pyodide's loader asks for by these addresses is answered from memory. */
const BASE = "part:/";

interface Driver {
  run(setup: string, code: string, tell: (json: string) => void): void;
}

const scope = globalThis as unknown as {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent<unknown>) => void): void;
};
let driver: Driver | undefined;

scope.addEventListener("message", ({ data }) => {
  const message = parse(ToWorker, data);
  if (message === undefined) return;
  try {
    if (message.type === "run") run(message.source.setup, message.source.code);
    else start(message).catch(breakDown);
  } catch (error) {
    breakDown(error);
  }
});

function run(setup: string, code: string): void {
  driver?.run(setup, code, (json) => scope.postMessage({ type: "event", json }));
  scope.postMessage({ type: "done" });
}

async function start({ module, parts, snapshot }: Extract<ToWorker, { type: "start" }>): Promise<void> {
  Object.assign(globalThis, { fetch: (address: URL | string) => Promise.resolve(answer(String(address), parts)) });
  Object.assign(WebAssembly, {
    async instantiateStreaming(_response: unknown, imports: WebAssembly.Imports) {
      const instance = await WebAssembly.instantiate(module, imports);
      if (snapshot !== undefined) makeRoom(instance, snapshot.length);
      return { module, instance };
    },
  });
  boundMemory();
  const python = await loadPyodide({
    indexURL: BASE,
    packageBaseUrl: BASE,
    stdLibURL: `${BASE}library.zip`,
    lockFileContents: { info: PYODIDE_BUILD, packages: {} },
    createPyodideModule,
    env: { PYTHONHASHSEED: "0", PYTHONDONTWRITEBYTECODE: "1", PYTHONPATH: "/coach/sqlalchemy.zip:/coach" },
    fsInit: async (files) => {
      files.mkdir("/coach");
      files.writeFile("/coach/sqlalchemy.zip", parts["sqlalchemy.zip"]);
      files.writeFile("/coach/driver.py", parts["driver.py"]);
    },
    jsglobals: {},
    stdin: () => null,
    stdout: ignore,
    stderr: ignore,
    ...(snapshot === undefined ? { _makeSnapshot: true } : { _loadSnapshot: snapshot }),
  });
  python.runPython("import driver");
  // Before anything of JavaScript's is known to Python: of that, memory alone would hold dead references.
  const made = snapshot === undefined ? (python.makeMemorySnapshot() as Uint8Array<ArrayBuffer>) : undefined;
  driver = python.pyimport("driver");
  scope.postMessage({ type: "ready", ...(made && { snapshot: made }) }, made ? [made.buffer] : []);
}

function answer(address: string, parts: Parts): Response {
  const bytes = Object.entries(parts).find(([name]) => address === `${BASE}${name}`)?.[1];
  // The interpreter itself is asked for as well, although it is here already, compiled.
  return bytes === undefined ? new Response(null, { status: 404 }) : new Response(bytes);
}

/** A snapshot is put back into memory that has to be as large already. */
function makeRoom({ exports: { memory } }: WebAssembly.Instance, length: number): void {
  if (!(memory instanceof WebAssembly.Memory)) return;
  const missing = length - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_OF_MEMORY));
}

function boundMemory(): void {
  const { grow } = WebAssembly.Memory.prototype;
  WebAssembly.Memory.prototype.grow = function (pages) {
    if (this.buffer.byteLength + pages * PAGE_OF_MEMORY > MAX_MEMORY) throw new RangeError("no more memory");
    return grow.call(this, pages);
  };
}

function breakDown(error: unknown): void {
  scope.postMessage({ type: "broken", reason: String(error).slice(0, 2_000) });
}

function ignore(): void {}
