// Times `activate` of our extension and of a built-in one in the same session of a real VS Code, in milliseconds.
import { join } from "node:path";
import { load } from "../../test/host/load.mjs";

/** @returns {Promise<{ ours: number, reference: number }>} of one session */
export async function timeActivation(root) {
  const { compileSuite, runSuite } = await load("host");
  const suite = await compileSuite([join(root, "scripts/bench/activation.suite.ts")], "node");
  const lines = [];
  const { code, log } = await runSuite({
    extensionDir: root,
    suite,
    workspace: join(root, "test/host/fixtures/workspace"),
    onLine: (line) => lines.push(line),
  });
  const told = [...lines, ...log].map((line) => /bench (\{.*\})/.exec(line)?.[1]).find(Boolean);
  if (code !== 0 || !told) throw new Error(`the session told no times:\n${[...lines, ...log].join("\n")}`);
  return JSON.parse(told);
}
