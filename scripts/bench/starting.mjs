// What the extension and its server cost before anything is done with them.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { transformSync } from "esbuild";
import { timeActivation } from "./activation.mjs";
import { wallOf } from "./processes.mjs";

/** @type {readonly import("./run.mjs").Measurement[]} */
export const starting = [
  {
    id: "P8",
    what: "spawn to the answer of initialize / node -e 0 (ms)",
    must: 2.6,
    ours: async (context) => {
      const started = performance.now();
      const server = await context.server();
      const took = performance.now() - started;
      await server.stop();
      return took;
    },
    reference: () => wallOf([process.execPath, "-e", "0"]),
  },
  {
    id: "P9",
    what: "our activate / that of CSS's language features (ms)",
    must: 1,
    rounds: 3,
    ours: async (context) => {
      const { ours, reference } = await timeActivation(context.root);
      context.once("activations", () => []).push(reference);
      return ours;
    },
    reference: (context) => context.once("activations", () => []).shift(),
  },
  {
    id: "P18",
    what: "JavaScript that ships, minified (MB)",
    must: 1.2,
    rounds: 1,
    figure: ([size]) => size,
    ours: ({ root }) => (minified(root, "extension.js").length + minified(root, "server.js").length) / 1e6,
  },
  {
    id: "P18",
    what: "the lesson panel's JavaScript, gzipped (kB)",
    must: 20,
    rounds: 1,
    figure: ([size]) => size,
    ours: ({ root }) => gzipSync(minified(root, "webview/main.js"), { level: 9 }).length / 1e3,
  },
];

/** Bytes of a bundle as the package has it; dist/ may hold the readable one. */
function minified(root, file) {
  const { code } = transformSync(readFileSync(join(root, "dist", file), "utf8"), { minify: true, target: "es2023" });
  return Buffer.from(code);
}
