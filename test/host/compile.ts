import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import * as esbuild from "esbuild";
import { projectRoot } from "./project.ts";

/** Which extension host a suite is compiled for: Node's CommonJS, or a web worker without any Node module. */
export type SuiteTarget = "node" | "web";

/**
 * Bundles test files, the runner and mocha into the one CommonJS file that an extension host loads.
 *
 * @param files absolute paths of `*.suite.ts` files, run in this order
 * @returns the bundle's absolute path
 */
export async function compileSuite(files: readonly string[], target: SuiteTarget): Promise<string> {
  const name = files.map((file) => basename(file, ".suite.ts")).join("+");
  // A package.json may make `.js` mean ESM to Node, while the worker's loader insists on that very ending.
  const outfile = join(projectRoot, "out/host", target, `${name}.${target === "node" ? "cjs" : "js"}`);
  const loaders = files.map((file) => `() => import(${JSON.stringify(file)})`);
  await esbuild.build({
    absWorkingDir: projectRoot,
    stdin: {
      contents: `import { runSuite } from "./test/host/suite/index.ts"; export const run = () => runSuite([${loaders.join(", ")}]);`,
      resolveDir: projectRoot,
      loader: "ts",
    },
    outfile,
    bundle: true,
    format: "cjs",
    target: "es2022",
    external: ["vscode"],
    plugins: [mochaAsScript],
    sourcemap: "inline",
    logLevel: "warning",
    ...(target === "node"
      ? { platform: "node" }
      : {
          platform: "browser",
          define: { global: "globalThis" },
          alias: { "node:assert/strict": join(projectRoot, "test/web/suite/assert.ts") },
        }),
  });
  return outfile;
}

/**
 * mocha's build for browsers looks for a module system to hand itself to. Inside a bundle it would find the bundle's own, or the
 * loader of the worker, and take the place of the suite: so it sees none, and sets its globals.
 */
const mochaAsScript: esbuild.Plugin = {
  name: "mocha as a script",
  setup(build) {
    build.onLoad({ filter: /[\\/]mocha[\\/]mocha\.js$/ }, async ({ path }) => ({
      contents: `(function (module, exports, define) {\n${await readFile(path, "utf8")}\n})();`,
    }));
  },
};
