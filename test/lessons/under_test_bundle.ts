import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import { root } from "./root.ts";

export type UnderTest = typeof import("./under_test.ts");

/** Bundles the lessons with a fake `vscode`; each call of what is returned gives a fresh copy, as each window of VS Code has one. */
export async function bundleUnderTest(): Promise<() => Promise<UnderTest>> {
  // Several processes test at once.
  const outfile = join(root, `out/test/under_test/lessons-${process.pid}.mjs`);
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: ["test/lessons/under_test.ts"],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile,
    alias: { vscode: join(root, "test/lessons/fake_vscode.ts") },
    logLevel: "warning",
  });
  return () => import(`${pathToFileURL(outfile).href}?copy=${crypto.randomUUID()}`);
}
