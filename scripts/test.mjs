// Installs what the tests need, builds, checks and runs every test: `npm test [-- --only FOLDER] [-- --grep TEXT]`.
// Only Node's own modules: on a clean clone nothing is installed yet.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { installDependencies, requireNode, requirePython } from "./setup.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const args = process.argv.slice(2);
const optionOf = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
const only = optionOf("--only");
const grep = optionOf("--grep");

/** Milliseconds that a test may take, set-up included: only one that hangs takes as long, on the slowest of machines. */
const limit = 600_000;

/**
 * Test files that take long, as beginnings of their paths: they come first, so that none is left at the end to be waited for. Those
 * of the editors come after others, in whose time the editors are made ready.
 */
const long = ["knowledge/fresh", "lessons/access", "oracle/", "knowledge/truth", "lessons/driver", "robustness/fixes"];
const editors = ["host/", "lsp/editor", "web/", "lessons/", "robustness/"];

requireNode();
requirePython();
installDependencies();

const running = new Set();
process.once("exit", () => running.forEach(end));
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

const ahead = only
  ? []
  : [
      inBackground("SQLAlchemy, every release", ["scripts/oracle.mjs", "setup"]),
      inBackground("VS Code for the tests", ["test/host/setup.mjs"]),
    ];
await run("generated files are fresh", ["scripts/rules.mjs", "--check"]);
if (!only) await run("lint and format", ["scripts/check.mjs"]);
await run("build", ["scripts/build.mjs"]);
await run("the table of rules in README.md is fresh", ["scripts/rules.mjs", "--check", "--readme"]);
await run("build the tests", ["scripts/build.mjs", "tests"]);
// Tests of editors wait for theirs; two tests that ask for a release at once would both install it.
await ahead[0];

await run("tests", [
  "--enable-source-maps",
  "node_modules/mocha/bin/mocha.js",
  ...["--timeout", String(limit)],
  ...(grep ? ["--grep", grep] : []),
  // Tests of editors wait for most of their time: two files at once, also on one processor.
  ...(only ? [] : ["--parallel", "--jobs", String(Math.min(4, Math.max(2, availableParallelism())))]),
  ...testFiles(only?.replace(/^test\//, "").replace(/\.ts$/, "") ?? ""),
]);
await Promise.all(ahead);

/** @param start how their paths begin; ends everything where none does */
function testFiles(start) {
  const turns = [...long, ...editors, ""];
  const turnOf = (path) => turns.findIndex((start) => start === "" || path.startsWith(start));
  const found = readdirSync(join(root, "out/test"), { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.startsWith(start) && path.endsWith(".test.mjs"))
    .sort((a, b) => turnOf(a) - turnOf(b) || (a < b ? -1 : 1))
    .map((path) => `out/test/${path}`);
  if (found.length > 0) return found;
  console.error(`npm test: there are no tests whose path begins with test/${start}`);
  process.exit(1);
}

/** Runs a script to its end, its output as it comes; ends everything when it fails. */
async function run(what, command) {
  console.log(`\n# ${what}`);
  const child = spawn(process.execPath, command, { cwd: root, stdio: "inherit" });
  const status = await statusOf(child);
  if (status === 0) return;
  console.error(`\nnpm test: ${what}: failed (exit status ${status})`);
  process.exit(status);
}

/** Gets something ready ahead of the tests, which do it themselves where this failed; what it says is printed when it has ended. */
async function inBackground(what, command) {
  const started = Date.now();
  const detached = process.platform !== "win32";
  const child = spawn(process.execPath, command, { cwd: root, stdio: ["ignore", "pipe", "pipe"], detached });
  running.add(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  const status = await statusOf(child);
  running.delete(child);
  const outcome = status === 0 ? "ready" : `not ready (exit status ${status}), the tests try again`;
  console.log(`\n# ${what}: ${outcome} after ${Math.round((Date.now() - started) / 1000)} s\n${output.trimEnd()}`);
}

/** Its exit status when it has ended and all that it printed has come. */
function statusOf(child) {
  return new Promise((done) => {
    child.once("error", (error) => {
      console.error(error.message);
      done(1);
    });
    child.once("close", (code) => done(code ?? 1));
  });
}

/** With all that it started. */
function end(child) {
  try {
    process.kill(process.platform === "win32" ? child.pid : -child.pid);
  } catch {
    // It has ended already.
  }
}
