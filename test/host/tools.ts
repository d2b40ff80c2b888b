import { accessSync, constants, existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { cacheDir, locked, type Progress } from "./cache.ts";
import { run } from "./run.ts";

/** A program of the system that a host needs: any of `names` will do; `debian` is the package that has it. */
interface Tool {
  readonly names: readonly string[];
  readonly debian: string;
}

const tools = {
  chromium: { names: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"], debian: "chromium" },
  ripgrep: { names: ["rg"], debian: "ripgrep" },
  compiler: { names: ["c++", "g++", "clang++"], debian: "g++" },
  make: { names: ["make"], debian: "make" },
  python: { names: ["python3"], debian: "python3" },
} as const satisfies Record<string, Tool>;

export type ToolName = keyof typeof tools;

/**
 * Finds system programs, and installs from Debian what is missing when this process may.
 *
 * @returns the absolute path of each program asked for
 * @throws one line that names what to install, and how, when something stays missing
 */
export async function systemTools<Name extends ToolName>(
  names: readonly Name[],
  progress: Progress,
): Promise<Record<Name, string>> {
  const missing = () => names.filter((name) => !toolPath(name));
  if (missing().length > 0 && mayInstall()) {
    await mkdir(cacheDir, { recursive: true });
    await locked(join(cacheDir, "apt.lock"), progress, async () => {
      if (missing().length > 0) await aptInstall(missing(), progress);
    });
  }
  const found = names.map((name) => [name, toolPath(name)] as const);
  const lacking = found.filter(([, path]) => path === undefined).map(([name]) => tools[name].debian);
  if (lacking.length > 0) {
    throw new Error(
      `this machine lacks ${lacking.join(", ")}: sudo apt-get install ${lacking.join(" ")} (or your system's way)`,
    );
  }
  return Object.fromEntries(found) as Record<Name, string>;
}

/** @returns the first of the programs' names that PATH has, as an absolute path */
export function onPath(names: readonly string[]): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function toolPath(name: ToolName): string | undefined {
  const chosen = name === "chromium" ? process.env["CHROME_PATH"] : undefined;
  return chosen || onPath(tools[name].names);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function mayInstall(): boolean {
  return process.getuid?.() === 0 && existsSync("/etc/debian_version") && onPath(["apt-get"]) !== undefined;
}

async function aptInstall(missing: readonly ToolName[], progress: Progress): Promise<void> {
  const packages = missing.map((name) => tools[name].debian);
  progress(`apt-get install ${packages.join(" ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = () => run("apt-get", ["install", "-y", "--no-install-recommends", ...packages], { env });
  // A fresh image has no package lists yet, and old lists name versions that are gone.
  await install().catch(async () => {
    await run("apt-get", ["update"], { env });
    await install();
  });
}
