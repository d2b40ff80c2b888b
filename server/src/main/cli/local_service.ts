import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Log, Service } from "../../service/types.ts";
import { diskMemory } from "../disk_memory.ts";
import { parsedWithin } from "../heap.ts";

/**
 * A service in this thread, on the grammars that lie beside the bundle. Its modules are loaded only when it is opened.
 *
 * @param cache the folder in which findings are kept between runs; none are without it
 */
export async function openService(log: Log, cache?: string): Promise<Service> {
  const grammar = (name: string): Buffer => readFileSync(join(__dirname, "grammars", name));
  const { createParser } = await import("../../syntax/index.ts");
  const { createService } = await import("../../service/index.ts");
  const { rules } = await import("../../rules/index.gen.ts");
  const parser = await createParser({
    runtime: grammar("web-tree-sitter.wasm"),
    python: grammar("tree-sitter-python.wasm"),
  });
  const note = (message: string): void => log.fault(message);
  const memory = cache === undefined ? {} : { memory: diskMemory({ folder: cache, program: __filename, note }) };
  return createService({ parser, rules, log, mostParsed: parsedWithin(1 / 2), ...memory });
}
