// A full parse of a text by the grammar that the server uses, in milliseconds.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Language, Parser } from "web-tree-sitter";

/** @returns {Promise<(text: string) => number>} times one parse by the clock */
export async function createParse(root) {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(readFileSync(join(root, "dist/grammars/tree-sitter-python.wasm"))));
  return (text) => {
    const started = performance.now();
    parser.parse(text).delete();
    return performance.now() - started;
  };
}
