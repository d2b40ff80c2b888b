import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Tree } from "web-tree-sitter";
import { directWalkers, type Walker, type WasmModule, walkerOf } from "../../server/src/syntax/walker.ts";
import { root } from "../harness/parser.ts";

/** A copy of the library apart from the other tests' one: only the first `init` of a copy fills the module. */
async function freshLibrary(): Promise<{ module: WasmModule; parse: (text: string) => Tree }> {
  const library = `${pathToFileURL(join(root, "node_modules/web-tree-sitter/web-tree-sitter.js")).href}?apart`;
  const { Language, Parser }: typeof import("web-tree-sitter") = await import(library);
  const runtime = readFileSync(join(root, "node_modules/web-tree-sitter/web-tree-sitter.wasm"));
  const module = { wasmBinary: runtime, locateFile: (file: string) => file };
  await Parser.init(module);
  const parser = new Parser();
  const python = readFileSync(join(root, "node_modules/tree-sitter-python/tree-sitter-python.wasm"));
  parser.setLanguage(await Language.load(python));
  return {
    module,
    parse(text) {
      const tree = parser.parse(text);
      assert.ok(tree);
      return tree;
    },
  };
}

function steps(walker: Walker): string {
  const lines: string[] = [];
  for (;;) {
    lines.push(`${walker.typeId()} ${walker.start()}-${walker.end()}`);
    if (walker.toFirstChild()) continue;
    while (!walker.toNextSibling()) {
      if (!walker.toParent()) {
        walker.close();
        return lines.join("\n");
      }
    }
  }
}

describe("walking a tree", () => {
  it("straight in the parser's memory gives what the public cursor gives", async () => {
    const { module, parse } = await freshLibrary();
    const direct = directWalkers(module);
    assert.ok(
      direct,
      "this version of web-tree-sitter has no such parts: the public cursor is used, at thrice the time",
    );
    for (const text of [
      "x = f(a, *b, c=1)\n",
      `${"(".repeat(500)}1${")".repeat(500)}\n`,
      "# \u{1F40D}\nclass A:\n  def f(",
      "",
    ]) {
      const tree = parse(text);
      assert.equal(steps(direct(tree.rootNode)), steps(walkerOf(tree.rootNode)));
      tree.delete();
    }
  });

  it("falls back to the public cursor where the parts are not there", () => {
    assert.equal(directWalkers({}), undefined);
    assert.equal(directWalkers({ _ts_init: () => 0 }), undefined);
  });
});
