/**
 * Packs the extension: `node scripts/package.mjs [--out FILE] [--no-build]`.
 *
 * Builds for shipping first, unless told that dist/ is what to pack. The same content gives the same bytes: vsce sorts the
 * entries and takes their time from SOURCE_DATE_EPOCH. `.vscodeignore` says what is in.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const { values: options } = parseArgs({
  options: {
    out: { type: "string", default: `${name}-${version}.vsix` },
    "no-build": { type: "boolean", default: false },
  },
});
const out = resolve(options.out);

if (!options["no-build"]) node("scripts/build.mjs", "--minify");
mkdirSync(dirname(out), { recursive: true });
node("node_modules/@vscode/vsce/vsce", "package", "--no-dependencies", "--no-rewrite-relative-links", "--out", out);
const packed = readFileSync(out);
const digest = createHash("sha256").update(packed).digest("hex");
process.stdout.write(`${out}: ${(packed.length / 1024).toFixed(0)} KiB, sha256 ${digest}\n`);

/** Ends this process with the script's own code when it fails; it has said why. */
function node(...command) {
  // The start of 1980 is the earliest time that a zip entry can hold; it holds local time.
  const env = { SOURCE_DATE_EPOCH: "315532800", ...process.env, TZ: "UTC" };
  const { status } = spawnSync(process.execPath, command, { cwd: root, env, stdio: ["ignore", 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}
