import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { projectRoot } from "./project.ts";
import { run } from "./run.ts";

/** A folder with its own package.json and package-lock.json, installed apart from the project's packages. */
export interface PrivatePackage {
  /** First part of the cache folder's name. */
  readonly name: string;
  /** Absolute path of the folder that holds the manifest and the lock. */
  readonly manifestDir: string;
  /** What else the result depends on, such as the Node version that native modules are compiled for. */
  readonly key?: string;
  /** Makes sure of what the installation needs, before anything else is done for it. */
  prepare?(progress: Progress): Promise<unknown>;
  /** Completes the installation in its temporary folder, which is renamed afterwards. */
  finish?(folder: string, progress: Progress): Promise<void>;
}

export type Progress = (line: string) => void;

/** Besides a root `npm ci`, which empties node_modules, nothing should cost a second installation: hence not in there. */
export const cacheDir = join(projectRoot, ".vscode-test");

/**
 * Installs a private package once per content of its lock. A folder that exists is complete: it is made beside its place and
 * renamed; concurrent callers, also in other processes, wait for the first one.
 *
 * @returns the absolute path of the installed folder (with `node_modules` in it)
 */
export async function installed(what: PrivatePackage, progress: Progress): Promise<string> {
  const hash = createHash("sha256").update(what.key ?? "");
  for (const file of ["package.json", "package-lock.json"]) hash.update(await readFile(join(what.manifestDir, file)));
  const folder = join(cacheDir, `${what.name}-${hash.digest("hex").slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  await mkdir(cacheDir, { recursive: true });
  await locked(`${folder}.lock`, progress, async () => {
    if (!existsSync(folder)) await make(what, folder, progress);
  });
  return folder;
}

async function make(what: PrivatePackage, folder: string, progress: Progress): Promise<void> {
  const temporary = `${folder}.part`;
  const started = Date.now();
  await what.prepare?.(progress);
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary);
  try {
    for (const file of ["package.json", "package-lock.json"]) {
      await copyFile(join(what.manifestDir, file), join(temporary, file));
    }
    progress(`${what.name}: installing packages`);
    await npm("ci", temporary);
    await what.finish?.(temporary, progress);
    await rename(temporary, folder);
    progress(`${what.name}: ready after ${Math.round((Date.now() - started) / 1000)} s`);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Runs `npm ci` or `npm install` for the packages that run, never their scripts: what must be compiled is named by its owner. */
export async function npm(command: "ci" | "install", folder: string): Promise<void> {
  const flags = [
    "--omit=dev",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    "--loglevel=error",
  ];
  const program = process.platform === "win32" ? "npm.cmd" : "npm";
  // Reached through a link, npm takes a package for its own dependency.
  const cwd = await realpath(folder);
  await run(program, [command, ...flags, "--prefix", cwd], { cwd, env: withoutOuterNpm(process.env) });
}

/** Under `npm run`, npm hands its own prefix and flags down; an inner npm would take them for its own. */
function withoutOuterNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const foreign = /^npm_(package_|lifecycle_|command$|config_(local_prefix|prefix|global_prefix|ignore_scripts)$)/;
  return Object.fromEntries(Object.entries(env).filter(([key]) => !foreign.test(key)));
}

/** Runs an action while no other process does so under the same lock, a file that it makes and removes. */
export async function locked(lock: string, progress: Progress, action: () => Promise<void>): Promise<void> {
  for (let waiting = false; !(await taken(lock)); waiting = true) {
    if (!waiting) progress(`waiting for another installation (${lock})`);
    await pause(500);
  }
  try {
    await action();
  } finally {
    await rm(lock, { force: true });
  }
}

/** Creates the lock file with our process id; a lock whose process is gone is removed, so that a crash blocks nobody. */
async function taken(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  const owner = Number(await readFile(lock, "utf8").catch(() => ""));
  if (owner > 0 && !isAlive(owner)) await rm(lock, { force: true });
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
