import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cli } from "./harness.ts";

const framed = (message: object): string => {
  const body = JSON.stringify({ jsonrpc: "2.0", ...message });
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
};

describe("lsp --stdio", () => {
  it("is the language server, with nothing else on standard output", async () => {
    const server = spawn(process.execPath, [cli, "lsp", "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
    let output = "";
    server.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    const messages = [
      { id: 1, method: "initialize", params: { processId: null, rootUri: null, capabilities: {} } },
      { method: "initialized", params: {} },
      { id: 2, method: "shutdown" },
      { method: "exit" },
    ];
    server.stdin.write(messages.map(framed).join(""));
    const [status] = await once(server, "exit");
    assert.equal(status, 0);
    assert.match(output, /^Content-Length: \d+\r\n\r\n\{/);
    assert.match(output, /"id":1,"result":\{"capabilities":\{/);
  });
});
