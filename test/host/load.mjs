// Gives plain scripts the host layer, which is TypeScript: bundled on the spot, for no build may be there yet.
import { rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * @template {"host" | "web"} Name
 * @param {Name} name the folder under test/ whose index.ts is wanted
 * @returns {Promise<Name extends "host" ? typeof import("./index.ts") : typeof import("../web/index.ts")>}
 */
export async function load(name) {
  const esbuild = await import("esbuild");
  const outfile = join(root, "out/host", `${name}.mjs`);
  // Beside its place and renamed: other processes may be loading it just now.
  const made = join(root, "out/host", `${name}-${process.pid}.mjs`);
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: [`test/${name}/index.ts`],
    outfile: made,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    packages: "external",
    logLevel: "warning",
  });
  await rename(made, outfile);
  return import(pathToFileURL(outfile).href);
}
