// Lint, format and types in one check: `npm run check`.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name) => join(root, "node_modules/.bin", name);

const projects = [
  "server/tsconfig.core.json",
  "server/tsconfig.json",
  "client/tsconfig.json",
  "client/webview/tsconfig.json",
  "content/tsconfig.json",
  "test/tsconfig.json",
];

let failed = false;
for (const [command, args] of [
  [bin("biome"), ["check", "--error-on-warnings"]],
  ...projects.map((project) => [bin("tsc"), ["-p", project]]),
]) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  if (status !== 0) failed = true;
}
process.exit(failed ? 1 : 0);
