import { PARTS, type Parts } from "./messages.ts";

/** What it takes to start an interpreter, kept for starting another. */
export interface Machine {
  /** Address of the worker's script: a blob, since a webview may start no other worker. */
  readonly script: string;
  readonly module: WebAssembly.Module;
  readonly parts: Parts;
}

/**
 * Fetches dist/runtime/ into memory. The page does it, since a worker made of a blob reaches no file of the extension.
 *
 * @param base the address of dist/runtime/, ending in a slash
 * @param onBytes is told how many bytes of how many have come
 * @throws {Error} naming the part that cannot be had
 */
export async function fetchMachine(base: string, onBytes: (loaded: number, total: number) => void): Promise<Machine> {
  const sizes: Record<string, number> = await (await get(`${base}parts.json`)).json();
  const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  let loaded = 0;
  onBytes(0, total);
  const fetched = await Promise.all(
    [...PARTS, "worker.js"].map(async (name) => {
      const bytes = await readAll(await get(base + name), sizes[name] ?? 0, (count) => {
        loaded += count;
        onBytes(loaded, total);
      });
      return [name, bytes] as const;
    }),
  );
  const { "python.wasm": python, "worker.js": script, ...parts } = Object.fromEntries(fetched);
  return {
    script: URL.createObjectURL(new Blob([script ?? ""], { type: "text/javascript" })),
    module: await WebAssembly.compile(python ?? new Uint8Array()),
    parts: parts as Parts,
  };
}

async function get(address: string): Promise<Response> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address.slice(address.lastIndexOf("/") + 1)}: ${response.status}`);
  return response;
}

/** @param size what the build has counted; the length of what really comes may differ */
async function readAll(
  response: Response,
  size: number,
  onBytes: (count: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = new Uint8Array(size);
  let length = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const read = await reader?.read();
    if (read === undefined || read.done) return bytes.subarray(0, length);
    if (length + read.value.length > bytes.length) {
      const larger = new Uint8Array((length + read.value.length) * 2);
      larger.set(bytes.subarray(0, length));
      bytes = larger;
    }
    bytes.set(read.value, length);
    length += read.value.length;
    onBytes(read.value.length);
  }
}
