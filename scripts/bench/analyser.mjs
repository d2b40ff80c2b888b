// The analyser in this process: as it ships, but for the process around it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as esbuild from "esbuild";

const exported = `
export { createParser } from "./server/src/syntax/index.ts";
export { createService, defaultConfig } from "./server/src/service/index.ts";
export { rules } from "./server/src/rules/index.gen.ts";
`;

/** @returns {Promise<() => import("../../server/src/service/index.ts").Service>} makes an empty service; they share the parser */
export async function loadAnalyser(root, folder) {
  const outfile = join(folder, "analyser.cjs");
  await esbuild.build({
    stdin: { contents: exported, resolveDir: root, loader: "ts" },
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20.19",
    mainFields: ["module", "main"],
    alias: { "web-tree-sitter": join(root, "node_modules/web-tree-sitter/web-tree-sitter.cjs") },
    outfile,
  });
  const { createParser, createService, defaultConfig, rules } = createRequire(outfile)(outfile);
  const grammar = (name) => readFileSync(join(root, "dist/grammars", name));
  const parser = await createParser({
    runtime: grammar("web-tree-sitter.wasm"),
    python: grammar("tree-sitter-python.wasm"),
  });
  const log = {
    fault(message) {
      throw new Error(message);
    },
  };
  return () => {
    const service = createService({ parser, rules, log });
    service.configure(defaultConfig);
    return service;
  };
}

export const set = (uri, text, { version = 1, open = false } = {}) => ({ kind: "set", uri, version, text, open });
