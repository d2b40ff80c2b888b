import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Log, Service } from "../../service/types.ts";

/** A service in this thread, on the grammars that lie beside the bundle. Its modules are loaded only when it is opened. */
export async function openService(log: Log): Promise<Service> {
  const grammar = (name: string): Buffer => readFileSync(join(__dirname, "grammars", name));
  const { createParser } = await import("../../syntax/index.ts");
  const { createService } = await import("../../service/index.ts");
  const { rules } = await import("../../rules/index.gen.ts");
  const parser = await createParser({
    runtime: grammar("web-tree-sitter.wasm"),
    python: grammar("tree-sitter-python.wasm"),
  });
  return createService({ parser, rules, log });
}
