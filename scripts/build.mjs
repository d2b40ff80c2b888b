// Builds everything into dist/ (what ships) and out/ (what tests run): `node scripts/build.mjs [TARGET…] [--minify]`.
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as esbuild from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const minify = process.argv.includes("--minify");

/** Options that every bundle shares. web-tree-sitter's ESM build asks for `import.meta`, which a CommonJS bundle lacks. */
const common = {
  absWorkingDir: root,
  bundle: true,
  minify,
  sourcemap: minify ? false : "linked",
  target: "es2023",
  logLevel: "warning",
  legalComments: "none",
  metafile: true,
};
const node = {
  ...common,
  platform: "node",
  format: "cjs",
  target: "node20.19",
  alias: { "web-tree-sitter": join(root, "node_modules/web-tree-sitter/web-tree-sitter.cjs") },
  // Packages that ship both kinds: the ESM one can be shaken.
  mainFields: ["module", "main"],
};
const browser = {
  ...common,
  platform: "browser",
  external: ["fs/promises", "module", "node:*"],
  define: { "import.meta.url": '""' },
};

/** They load one another by their own addresses. */
const webviewModule = { ...browser, define: {}, format: "esm", outdir: "dist/webview" };

const bundles = {
  client: { ...node, external: ["vscode"], entryPoints: ["client/src/node.ts"], outfile: "dist/extension.js" },
  server: { ...node, entryPoints: ["server/src/main/stdio.ts"], outfile: "dist/server.js" },
  cli: {
    ...node,
    entryPoints: ["server/src/main/cli.ts"],
    outfile: "dist/cli.js",
    banner: { js: "#!/usr/bin/env node" },
  },
  web: {
    ...browser,
    format: "cjs",
    external: ["vscode", ...browser.external],
    entryPoints: ["client/src/web.ts"],
    outfile: "dist/web/extension.js",
  },
  worker: { ...browser, format: "iife", entryPoints: ["server/src/main/worker.ts"], outfile: "dist/web/server.js" },
  webview: {
    ...browser,
    format: "iife",
    entryPoints: ["client/webview/main.ts", "client/webview/main.css"],
    outdir: "dist/webview",
  },
  // Loaded by the page once its text is there, and what a program takes when a learner runs or edits one.
  activities: {
    ...webviewModule,
    entryPoints: ["client/webview/activities/activities.ts", "client/webview/activities/activities.css"],
  },
  program: {
    ...webviewModule,
    entryPoints: ["client/webview/program/program.ts", "client/webview/program/program.css"],
  },
};

async function grammars() {
  const lock = JSON.parse(await readFile(join(root, "grammars/LOCK.json"), "utf8"));
  await mkdir(join(root, "dist/grammars"), { recursive: true });
  for (const { file, from, sha256 } of lock.files) {
    const source = join(root, "node_modules", from);
    const actual = createHash("sha256")
      .update(await readFile(source))
      .digest("hex");
    if (actual !== sha256) throw new Error(`${from} is not the file that grammars/LOCK.json names`);
    await copyFile(source, join(root, "dist/grammars", file));
  }
}

async function runtime() {
  const { buildRuntime } = await import("./runtime.mjs");
  await buildRuntime({ root, options: { ...browser, metafile: false } });
}

/** The analyser as a module for the build's own use and for tests' tools. */
async function analyser() {
  await esbuild.build({
    ...node,
    entryPoints: ["server/src/main/analyser.ts"],
    outfile: "out/analyser.cjs",
  });
}

async function content() {
  const { createAnalyser } = (await import(pathToFileURL(join(root, "out/analyser.cjs")).href)).default;
  const { buildContent } = await import("./content.mjs");
  await buildContent({ root, outDir: join(root, "dist/content"), analyser: await createAnalyser(root) });
}

async function tests() {
  const { globSync } = await import("./files.mjs");
  await rm(join(root, "out/test"), { recursive: true, force: true });
  await esbuild.build({
    ...node,
    format: "esm",
    outExtension: { ".js": ".mjs" },
    entryPoints: globSync(root, "test", ".test.ts"),
    outdir: "out/test",
    outbase: "test",
    packages: "external",
    alias: {},
  });
}

const steps = {
  grammars,
  ...Object.fromEntries(
    Object.entries(bundles).map(([name, options]) => [
      name,
      async () => {
        const { metafile } = await esbuild.build(options);
        await mkdir(join(root, "out/meta"), { recursive: true });
        await writeFile(join(root, `out/meta/${name}.json`), JSON.stringify(metafile));
      },
    ]),
  ),
  runtime,
  analyser,
  content,
  tests,
};

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const unknown = wanted.filter((name) => !(name in steps));
if (unknown.length > 0) {
  console.error(`build: no target ${unknown.join(", ")}; there are ${Object.keys(steps).join(", ")}`);
  process.exit(2);
}
for (const [name, step] of Object.entries(steps)) {
  if (wanted.length === 0 ? name !== "tests" : wanted.includes(name)) await step();
}
