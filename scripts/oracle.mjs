/**
 * Real SQLAlchemy to ask: one folder of installed packages per release, made on first use and shared by every caller.
 *
 *   node scripts/oracle.mjs setup     makes all of them
 *
 * The exact versions are in test/oracle/requirements/. Needs Python 3.10 or newer with pip; PYTHON names another interpreter.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, realpathSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = findRoot(dirname(fileURLToPath(import.meta.url)));
const requirementsFolder = join(root, "test", "oracle", "requirements");
const cacheFolder = join(root, "node_modules", ".cache", "sqlalchemy-coach");
const made = new Map();
let interpreter;

/**
 * @typedef {{ code: number, stdout: string, stderr: string }} Ran
 * @typedef {object} Oracle
 * @property {string} python the interpreter
 * @property {NodeJS.ProcessEnv} env the environment to spawn it with: PYTHONPATH, a fixed hash seed, UTF-8
 * @property {string} version the SQLAlchemy version installed, as "2.0.58"
 * @property {string} folder where its packages are
 * @property {(script: string, options?: { input?: string, args?: readonly string[], env?: Record<string, string> }) => Promise<Ran>} run
 *   runs a script file ("-" runs `input` as source) and resolves when it ends, whatever its exit code
 */

/**
 * @param {string} release a file name in test/oracle/requirements: "1.4", "2.0", "2.1", and with Flask-SQLAlchemy and
 *   SQLModel beside SQLAlchemy "1.4-libs", "2.0-libs"
 * @returns {Promise<Oracle>} rejects with one clear sentence when Python, pip or a package cannot be had
 */
export function oracle(release) {
  let found = made.get(release);
  if (!found) {
    found = make(release);
    made.set(release, found);
  }
  return found;
}

/** @returns {Promise<string[]>} what `oracle` can be asked for */
export async function oracleReleases() {
  const files = await readdir(requirementsFolder);
  return files
    .filter((file) => file.endsWith(".txt"))
    .map((file) => file.slice(0, -".txt".length))
    .sort();
}

/** Upwards, since tests bundle this module into another folder. */
function findRoot(from) {
  if (existsSync(join(from, "test", "oracle", "requirements"))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error("scripts/oracle.mjs is not inside its repository");
  return findRoot(parent);
}

async function make(release) {
  const requirements = join(requirementsFolder, `${release}.txt`);
  const pins = await readFile(requirements, "utf8").catch(() => {
    throw new Error(`no oracle for "${release}": there is no test/oracle/requirements/${release}.txt`);
  });
  const version = /^SQLAlchemy==(\S+)$/m.exec(pins)?.[1];
  if (!version) throw new Error(`test/oracle/requirements/${release}.txt does not pin SQLAlchemy`);
  return { ...(await pythonPackages(requirements)), version };
}

/**
 * Python packages in a folder of their own, made on first use.
 *
 * @param {string} requirements absolute path of a file of exact pins that names every dependency
 * @returns {Promise<Omit<Oracle, "version">>}
 */
export async function pythonPackages(requirements) {
  interpreter ??= findPython();
  const { python, tag } = await interpreter;
  const pins = await readFile(requirements, "utf8");
  // Compiled packages fit one Python only, so its version is part of the folder's identity.
  const hash = createHash("sha256").update(`${tag}\n${pins}`).digest("hex").slice(0, 16);
  const folder = join(cacheFolder, `py-${hash}`);
  if (!existsSync(folder)) await install(python, requirements, folder);
  const env = {
    ...process.env,
    PYTHONPATH: folder,
    PYTHONHASHSEED: "0",
    PYTHONNOUSERSITE: "1",
    PYTHONUTF8: "1",
    PYTHONDONTWRITEBYTECODE: "1",
  };
  return {
    python,
    env,
    folder,
    run: (script, { input = "", args = [], env: more = {} } = {}) =>
      spawned(python, [script, ...args], { env: { ...env, ...more }, input }),
  };
}

async function findPython() {
  const candidates = process.env["PYTHON"] ? [process.env["PYTHON"]] : ["python3", "python"];
  const ask = "import sys; print('.'.join(map(str, sys.version_info[:3])), sys.implementation.cache_tag, sys.platform)";
  const seen = [];
  for (const python of candidates) {
    const asked = await spawned(python, ["-c", ask]).catch(() => undefined);
    if (asked?.code !== 0) continue;
    const [version = "", ...tag] = asked.stdout.trim().split(" ");
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (major === 3 && minor >= 10) return { python, tag: tag.join(" ") };
    seen.push(`${python} is ${version}`);
  }
  const found = seen.length > 0 ? seen.join(", ") : `tried ${candidates.join(", ")}`;
  throw new Error(`Python 3.10 or newer is needed (${found}): install it, or set PYTHON to one.`);
}

/** Installs beside the final folder and renames, so that a folder that exists is complete and the first of two makers wins. */
async function install(python, requirements, folder) {
  const pip = await spawned(python, ["-m", "pip", "--version"]);
  if (pip.code !== 0) throw new Error(`${python} has no pip: install it (python3-pip), or set PYTHON to one that has.`);
  await mkdir(cacheFolder, { recursive: true });
  const temporary = `${folder}.${process.pid}.${Date.now()}`;
  const args = ["-m", "pip", "install", "--target", temporary, "--no-deps", "--quiet", "--disable-pip-version-check"];
  const { code, stderr } = await spawned(python, [...args, "-r", requirements]);
  try {
    if (code !== 0) {
      const why =
        stderr
          .trim()
          .split(/\r?\n/)
          .filter((line) => line.startsWith("ERROR"))
          .join(" ") || stderr.trim();
      throw new Error(`pip could not install ${requirements.slice(root.length + 1)}: ${why}`);
    }
    await rename(temporary, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** @returns {Promise<Ran>} rejects only when the program cannot be started */
function spawned(program, args, { env = process.env, input = "" } = {}) {
  return new Promise((done, failed) => {
    const child = spawn(program, args, { env, stdio: ["pipe", "pipe", "pipe"] });
    const out = [];
    const err = [];
    child.stdout.on("data", (chunk) => out.push(chunk));
    child.stderr.on("data", (chunk) => err.push(chunk));
    child.on("error", failed);
    child.on("close", (code) =>
      done({
        code: code ?? 1,
        stdout: Buffer.concat(out).toString("utf8"),
        stderr: Buffer.concat(err).toString("utf8"),
      }),
    );
    // A script may end without reading its input; its exit code tells all that there is to tell.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

async function main(command) {
  if (command !== "setup") {
    process.stderr.write("usage: node scripts/oracle.mjs setup\n");
    return 2;
  }
  for (const release of await oracleReleases()) {
    const { version, python, folder } = await oracle(release);
    process.stdout.write(`${release}: SQLAlchemy ${version}, ${python}, packages in ${folder}\n`);
  }
  return 0;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await main(process.argv[2]);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
