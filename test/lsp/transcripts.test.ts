import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { serverPath } from "./client.ts";

interface Message {
  readonly id?: number | string | null;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: { readonly code: number };
}

/** A client that says whatever it likes, byte by byte. */
class Wire {
  readonly process: ChildProcess = spawn(process.execPath, [serverPath], { stdio: ["pipe", "pipe", "ignore"] });
  readonly exit: Promise<unknown> = once(this.process, "exit").then(([code]) => code);
  readonly #messages: Message[] = [];
  #buffer = Buffer.alloc(0);
  #wake: () => void = () => undefined;

  constructor() {
    this.process.stdout?.on("data", (chunk: Buffer) => {
      this.#buffer = Buffer.concat([this.#buffer, chunk]);
      this.#read();
      this.#wake();
    });
    // A server that has gone doesn't read what is still to be said.
    this.process.stdin?.on("error", () => undefined);
  }

  raw(bytes: string): void {
    this.process.stdin?.write(bytes);
  }

  say(message: object): void {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.raw(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  ask(id: number, method: string, params?: unknown): Promise<Message> {
    this.say({ id, method, ...(params !== undefined && { params }) });
    return this.answer(id);
  }

  async answer(id: number | null): Promise<Message> {
    for (;;) {
      const found = this.#messages.find((message) => message.id === id && message.method === undefined);
      if (found) return found;
      await new Promise<void>((go) => {
        this.#wake = go;
      });
    }
  }

  #read(): void {
    for (;;) {
      const header = /^Content-Length: (\d+)\r\n(?:[^\r\n]+\r\n)*\r\n/.exec(this.#buffer.toString("latin1"));
      const end = (header?.[0].length ?? 0) + Number(header?.[1]);
      if (!header || this.#buffer.length < end) return;
      this.#messages.push(JSON.parse(this.#buffer.subarray(header[0].length, end).toString("utf8")));
      this.#buffer = this.#buffer.subarray(end);
    }
  }
}

const initialize = { processId: null, rootUri: null, capabilities: { textDocument: { diagnostic: {} } } };
const uri = "untitled:x";
const open = (version: number, text: string) => ({
  method: "textDocument/didOpen",
  params: { textDocument: { uri, languageId: "python", version, text } },
});
const change = (version: number, ...contentChanges: unknown[]) => ({
  method: "textDocument/didChange",
  params: { textDocument: { uri, version }, contentChanges },
});
const old = "from sqlalchemy import select\nselect([1])\n";

describe("a client that misbehaves", () => {
  let wire: Wire;
  beforeEach(() => {
    wire = new Wire();
  });
  afterEach(() => wire.process.kill("SIGKILL"));

  const codeOf = async (asked: Promise<Message>): Promise<number | undefined> => (await asked).error?.code;
  const countOf = async (id: number): Promise<number> => {
    const { result } = await wire.ask(id, "textDocument/diagnostic", { textDocument: { uri } });
    return (result as { items: unknown[] }).items.length;
  };
  const leave = async (): Promise<unknown> => {
    await wire.ask(999, "shutdown");
    wire.say({ method: "exit" });
    return wire.exit;
  };

  it("asks before initialize", async () => {
    assert.equal(await codeOf(wire.ask(1, "textDocument/hover", { textDocument: { uri }, position: {} })), -32002);
    assert.equal(await codeOf(wire.ask(2, "no/such/method")), -32002);
    assert.equal(await codeOf(wire.ask(3, "shutdown")), -32002);
    wire.say(open(1, old));
    assert.ok((await wire.ask(4, "initialize", initialize)).result);
    assert.equal(await countOf(5), 0, "what was opened too early isn't open");
    assert.equal(await leave(), 0);
  });

  it("initializes twice", async () => {
    await wire.ask(1, "initialize", initialize);
    assert.equal(await codeOf(wire.ask(2, "initialize", initialize)), -32600);
    wire.say(open(1, old));
    assert.equal(await countOf(3), 1);
  });

  it("never says that it is initialized", async () => {
    await wire.ask(1, "initialize", initialize);
    wire.say(open(1, old));
    assert.equal(await countOf(2), 1);
  });

  it("asks for what there isn't", async () => {
    await wire.ask(1, "initialize", initialize);
    assert.equal(await codeOf(wire.ask(2, "textDocument/unheardOf", {})), -32601);
    assert.equal(await codeOf(wire.ask(3, "textDocument/formatting", {})), -32601);
    assert.equal(await codeOf(wire.ask(4, "workspace/executeCommand", { command: "x" })), -32601);
    wire.say({ method: "$/unheardOf" });
    wire.say({ method: "workspace/unheardOf", params: { a: 1 } });
    assert.equal(await leave(), 0);
  });

  it("shuts down twice, and asks on", async () => {
    await wire.ask(1, "initialize", initialize);
    assert.equal((await wire.ask(2, "shutdown")).result, null);
    assert.equal(await codeOf(wire.ask(3, "shutdown")), -32600);
    assert.equal(await codeOf(wire.ask(4, "textDocument/hover", { textDocument: { uri }, position: {} })), -32600);
    wire.say(open(1, old));
    wire.say({ method: "exit" });
    assert.equal(await wire.exit, 0);
  });

  it("leaves without a word", async () => {
    await wire.ask(1, "initialize", initialize);
    wire.say({ method: "exit" });
    assert.equal(await wire.exit, 1);
  });

  it("hangs up", async () => {
    await wire.ask(1, "initialize", initialize);
    wire.process.stdin?.end();
    assert.equal(await wire.exit, 1);
  });

  it("sends parameters of any shape", async () => {
    await wire.ask(1, "initialize", { processId: null, rootUri: null, capabilities: {}, initializationOptions: 7 });
    const shapes = [undefined, {}, [], { textDocument: null }, { textDocument: { uri: 5 } }, { textDocument: { uri } }];
    let id = 10;
    for (const method of ["hover", "codeAction", "diagnostic"]) {
      for (const params of shapes) {
        const { error, result } = await wire.ask(id++, `textDocument/${method}`, params);
        assert.ok(
          error ? [-32602, -32603].includes(error.code) : result !== undefined,
          `${method} ${JSON.stringify(params)}`,
        );
      }
    }
    for (const method of ["didOpen", "didChange", "didClose", "didSave"]) {
      for (const params of shapes) wire.say({ method: `textDocument/${method}`, ...(params && { params }) });
    }
    wire.say(open(1, old));
    assert.equal(await countOf(id), 1);
  });

  it("changes what isn't open, opens twice, and closes twice", async () => {
    await wire.ask(1, "initialize", initialize);
    wire.say(change(2, { text: old }));
    assert.equal(await countOf(2), 0);
    wire.say(open(1, old));
    wire.say(open(1, `${old}select([2])\n`));
    assert.equal(await countOf(3), 2);
    for (let time = 0; time < 2; time++)
      wire.say({ method: "textDocument/didClose", params: { textDocument: { uri } } });
    assert.equal(await countOf(4), 0);
    assert.equal(await leave(), 0);
  });

  it("points outside of the text, and backwards", async () => {
    await wire.ask(1, "initialize", initialize);
    wire.say(open(1, "from sqlalchemy import select\n"));
    const position = (line: number, character: number) => ({ line, character });
    wire.say(change(2, { range: { start: position(9, 9), end: position(99, 0) }, text: "select([1])\n" }));
    wire.say(change(3, { range: { start: position(1, 7), end: position(1, 0) }, text: "select(" }));
    wire.say(change(4, { range: { start: position(-1, -1), end: position(-1, -1) }, text: "\n" }));
    assert.equal(await countOf(2), 1);
  });

  it("cancels what was answered, what never was, and what it asks next", async () => {
    await wire.ask(1, "initialize", initialize);
    for (const id of [1, 77, "no", null]) wire.say({ method: "$/cancelRequest", params: { id } });
    wire.say(open(1, old));
    assert.equal(await countOf(2), 1);
  });

  it("answers what nobody asked", async () => {
    await wire.ask(1, "initialize", initialize);
    wire.say({ id: 4711, result: { a: 1 } });
    wire.say({ id: 4712, error: { code: -1, message: "no" } });
    wire.say(open(1, old));
    assert.equal(await countOf(2), 1);
  });

  it("types ten thousand times in a second", async () => {
    await wire.ask(1, "initialize", initialize);
    wire.say(open(1, "from sqlalchemy import select\n"));
    const line = "select([1])\n";
    for (let typed = 0; typed < 10_000; typed++) {
      const character = typed % line.length;
      const at = { line: 1 + Math.floor(typed / line.length), character };
      wire.say(change(2 + typed, { range: { start: at, end: at }, text: line[character] }));
    }
    assert.equal(await countOf(2), Math.floor(10_000 / line.length));
    assert.equal(await leave(), 0);
  });

  it("sends JSON that is none, and goes on", async () => {
    await wire.ask(1, "initialize", initialize);
    wire.raw("Content-Length: 5\r\n\r\n{{{{{");
    wire.say(open(1, old));
    assert.equal(await countOf(2), 1);
  });

  it("sends its bytes in pieces, with another header", async () => {
    await wire.ask(1, "initialize", initialize);
    const body = JSON.stringify({ jsonrpc: "2.0", ...open(1, `# 𝕏é\n${old}`) });
    const bytes = `Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    for (const piece of bytes.match(/[\s\S]{1,7}/gu) ?? []) wire.raw(piece);
    assert.equal(await countOf(2), 1);
  });
});
