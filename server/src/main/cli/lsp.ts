import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { UsageError } from "./usage_error.ts";

/** `lsp --stdio`: becomes the language server that lies beside this file, on this process's standard streams. */
export function lsp(): void {
  const server = join(__dirname, "server.js");
  if (!existsSync(server)) throw new UsageError(`${server} is missing: install the package again`);
  createRequire(__filename)(server);
}
