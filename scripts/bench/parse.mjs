// A full parse of a text by the grammar that the server uses, in milliseconds.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Language, Parser } from "web-tree-sitter";

let parser;

export async function timeParse(root, text) {
  if (!parser) {
    await Parser.init();
    parser = new Parser();
    parser.setLanguage(await Language.load(readFileSync(join(root, "dist/grammars/tree-sitter-python.wasm"))));
  }
  const figures = [];
  for (let round = 0; round < 3; round++) {
    const started = performance.now();
    parser.parse(text).delete();
    figures.push(performance.now() - started);
  }
  return Math.min(...figures);
}
