import { readFileSync } from "node:fs";
import { join } from "node:path";
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
