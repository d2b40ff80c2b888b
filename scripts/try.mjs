/**
 * Tries the extension on a sample project, from a fresh clone: `npm run try -- [--host HOST] [--port PORT] [--check] [--no-build]`.
 *
 * Opens desktop VS Code where `code` and a display are there, else starts VS Code Server and prints the address to open;
 * COACH_HOST=desktop or COACH_HOST=server decides otherwise. Stays until Ctrl-C. With --check it only makes sure that the
 * workbench answers and the extension activates in it. With --no-build it takes dist/ as it is.
 */
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

try {
  process.exitCode = await main();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function main() {
  const { values: options } = parseArgs({
    options: {
      host: { type: "string", default: "127.0.0.1" },
      port: { type: "string", default: "0" },
      check: { type: "boolean", default: false },
      "no-build": { type: "boolean", default: false },
    },
  });
  const lacking = missing();
  if (lacking) throw new Error(lacking);
  if (isStale()) step("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
  if (!options["no-build"]) step(process.execPath, ["scripts/build.mjs"]);
  const { load } = await import("../test/host/load.mjs");
  const host = await load("host");
  const code = desktopEditor(host);
  if (code && !options.check) return onDesktop(code, host);
  return onServer(options, host);
}

/** @returns one line that says what this machine lacks */
function missing() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    return `Node 20.19 or newer is needed: this is ${process.versions.node}`;
  const pythons = process.env["PYTHON"] ? [process.env["PYTHON"]] : ["python3", "python"];
  const isNewEnough = (python) =>
    spawnSync(python, ["-c", "import sys; sys.exit(sys.version_info < (3, 10))"], { stdio: "ignore" }).status === 0;
  if (!pythons.some(isNewEnough)) return "Python 3.10 or newer is needed: install it, or set PYTHON to one";
  return undefined;
}

/** @returns whether node_modules is not what package-lock.json says; packages for other systems are never installed */
function isStale() {
  const record = join(root, "node_modules/.package-lock.json");
  if (!existsSync(record)) return true;
  const { packages: there } = JSON.parse(readFileSync(record, "utf8"));
  const { packages: wanted } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  return Object.entries(wanted).some(
    ([path, { version, optional, devOptional }]) =>
      path !== "" && !(optional ?? devOptional) && there[path]?.version !== version,
  );
}

function step(program, args) {
  const line = [program === process.execPath ? "node" : program, ...args].join(" ");
  say(line);
  // On Windows npm is a script, which only a shell starts.
  const shell = process.platform === "win32" && program === "npm";
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: ["ignore", 2, 2], shell });
  if (status !== 0) throw error ?? new Error(`failed: ${line}`);
}

/** @returns the `code` command, when a person can see what it opens */
function desktopEditor({ hasDisplay, onPath }) {
  const choice = process.env["COACH_HOST"];
  if (choice === "server") return undefined;
  const code = onPath([process.platform === "win32" ? "code.cmd" : "code"]);
  if (choice === "desktop" && !code) throw new Error("COACH_HOST=desktop, but there is no `code` on PATH");
  return choice === "desktop" || hasDisplay() ? code : undefined;
}

async function onDesktop(code, { temporaryCopy }) {
  const workspace = await temporaryCopy(join(root, "content/sample"), "try");
  say("opening VS Code; close its window, or press Ctrl-C, when you have seen enough");
  const editor = spawn(code, ["--new-window", "--wait", `--extensionDevelopmentPath=${root}`, workspace], {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  const status = await Promise.race([
    interrupted().then(() => 0),
    new Promise((done) => editor.once("exit", (exit) => done(exit ?? 1)).once("error", () => done(1))),
  ]);
  editor.kill();
  await rm(workspace, { recursive: true, force: true });
  return status;
}

async function onServer(options, host) {
  const { serverMain, chromium } = await host.vscodeServer(say);
  const workspace = await host.temporaryCopy(join(root, "content/sample"), "try");
  const isLocal = ["127.0.0.1", "localhost", "::1"].includes(options.host);
  const opening = {
    extensionDir: root,
    workspace,
    file: join(workspace, firstPythonFile(workspace)),
    token: isLocal ? undefined : randomBytes(16).toString("hex"),
  };
  const server = await host.startServer({
    serverMain,
    settings: host.quietSettings,
    owns: [workspace],
    host: options.host,
    port: Number(options.port),
    token: opening.token,
  });
  try {
    process.stdout.write(`${host.workbenchUrl(server, opening)}\n`);
    if (options.check) return await check(server, opening, chromium, host);
    say("open this address in a browser; Ctrl-C ends it");
    await Promise.race([interrupted(), server.ended]);
    return 0;
  } finally {
    await server.stop();
  }
}

/** Opens the same server's workbench unseen, with the tests that say whether the extension came to life in it. */
async function check(server, opening, chromium, { automate, compileSuite, launchBrowser, workbenchUrl }) {
  const suite = await compileSuite([join(root, "test/host/suite/smoke.suite.ts")], "node");
  const browser = await launchBrowser(chromium);
  try {
    const page = await browser.newPage();
    const { code, log } = await automate(page, workbenchUrl(server, { ...opening, suite }), 120_000, say);
    if (code !== 0) for (const line of log) say(line);
    return code === 0 ? 0 : 1;
  } finally {
    await browser.close();
  }
}

/** @returns the shallowest Python file with something in it, as a relative path */
function firstPythonFile(folder) {
  const files = readdirSync(folder, { recursive: true }).filter(
    (file) => file.endsWith(".py") && readFileSync(join(folder, file), "utf8").trim() !== "",
  );
  const depth = (file) => file.split(/[\\/]/).length;
  return files.sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1))[0] ?? "";
}

/** Resolves at the first Ctrl-C or request to end. */
function interrupted() {
  return new Promise((done) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, done);
  });
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
