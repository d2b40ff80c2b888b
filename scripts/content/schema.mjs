import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

/** @returns {Promise<typeof import("../../content/schema.ts")>} the content's schema, compiled for this Node */
export async function loadSchema() {
  const { outputFiles } = await esbuild.build({
    entryPoints: [fileURLToPath(new URL("../../content/schema.ts", import.meta.url))],
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    logLevel: "warning",
  });
  const [compiled] = outputFiles;
  return import(`data:text/javascript;base64,${Buffer.from(compiled.contents).toString("base64")}`);
}
