// What every command of the repository needs first. Only Node's own modules.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Ends the process with one line where Node.js is too old. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  stop(`Node.js 20.19 or newer is needed; this is ${process.versions.node}.`);
}

/** Ends the process with one line where there is no Python ≥ 3.10 with pip. */
export function requirePython() {
  const probe = "import sys, pip; sys.exit(0 if sys.version_info >= (3, 10) else 3)";
  const { status, error } = spawnSync("python3", ["-c", probe], { stdio: "ignore" });
  if (error) stop("Python 3.10 or newer is needed, and there is no `python3` on the PATH.");
  if (status === 3) stop("Python 3.10 or newer is needed; `python3` on the PATH is older.");
  if (status !== 0)
    stop("Python's pip is needed, and `python3 -m pip` does not work (Debian: apt-get install python3-pip).");
}

/** `npm ci` where node_modules is missing or older than the lock file. */
export function installDependencies() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const stamp = join(root, "node_modules/.cache/sqlalchemy-coach/lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  console.log("# npm ci");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const { status, error } = spawnSync(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: root,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (error || status !== 0) stop("`npm ci` failed: the npm registry has to be reachable.");
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, lock);
}

function stop(message) {
  console.error(`sqlalchemy-coach: ${message}`);
  process.exit(1);
}
