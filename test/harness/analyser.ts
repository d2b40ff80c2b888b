import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rules } from "../../server/src/rules/index.gen.ts";
import { createService, type RuleEntry, type Service } from "../../server/src/service/index.ts";
import { createParser, type Parser } from "../../server/src/syntax/index.ts";

/** The repository's root: tests run from it. */
export const root = process.cwd();

let parser: Promise<Parser> | undefined;

/** One parser for the whole run: loading the grammar is the slow part. */
export function testParser(): Promise<Parser> {
  const modules = join(root, "node_modules");
  parser ??= createParser({
    runtime: readFileSync(join(modules, "web-tree-sitter/web-tree-sitter.wasm")),
    python: readFileSync(join(modules, "tree-sitter-python/tree-sitter-python.wasm")),
  });
  return parser;
}

/** A service in which a rule that throws fails the test. */
export async function testService(entries: readonly RuleEntry[] = rules): Promise<Service> {
  return createService({
    parser: await testParser(),
    rules: entries,
    log: {
      fault(message) {
        throw new Error(message);
      },
    },
  });
}
