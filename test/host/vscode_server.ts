import { existsSync } from "node:fs";
import { mkdir, readFile, rm, symlink } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { installed, npm, type Progress } from "./cache.ts";
import { projectRoot } from "./project.ts";
import { run } from "./run.ts";
import { systemTools } from "./tools.ts";

/** VS Code Server and the browser that shows it, ready to start. */
export interface VscodeServer {
  /** The script that `node` runs. */
  readonly serverMain: string;
  /** The executable of a Chromium. */
  readonly chromium: string;
}

/** What the server loads at its start; everything else that its packages could compile is for other systems or for proxies. */
const nativeModules = ["@vscode/spdlog", "node-pty", "native-watchdog"];

let ready: Promise<VscodeServer> | undefined;

/**
 * Installs VS Code Server of the version in test/host/package.json, once: about two minutes the first time, mostly compiling.
 *
 * @throws one line that says what is missing on this system
 */
export function vscodeServer(progress: Progress): Promise<VscodeServer> {
  ready ??= setUp(progress);
  return ready;
}

async function setUp(progress: Progress): Promise<VscodeServer> {
  const folder = await installed(
    {
      name: "host",
      manifestDir: join(projectRoot, "test/host"),
      key: `${process.platform}-${process.arch}-${process.versions.modules}`,
      prepare: () => systemTools(["chromium", "ripgrep", "compiler", "make", "python"], progress),
      finish,
    },
    progress,
  );
  const { chromium } = await systemTools(["chromium"], progress);
  return { serverMain: join(folder, "node_modules/code-server/lib/vscode/out/server-main.js"), chromium };
}

async function finish(folder: string, progress: Progress): Promise<void> {
  const { ripgrep } = await systemTools(["ripgrep"], progress);
  const vscode = join(folder, "node_modules/code-server/lib/vscode");
  // Not `npm ci`: the shrinkwrap that code-server ships lacks an entry, and `ci` refuses it.
  await npm("install", vscode);
  await npm("install", join(vscode, "extensions"));
  await compile(folder, vscode, progress);
  const bin = join(vscode, "node_modules/@vscode/ripgrep/bin");
  await mkdir(bin, { recursive: true });
  await rm(join(bin, "rg"), { force: true });
  await symlink(ripgrep, join(bin, "rg"));
}

async function compile(folder: string, vscode: string, progress: Progress): Promise<void> {
  const nodeGyp = join(folder, "node_modules/node-gyp/bin/node-gyp.js");
  const headers = await headersPrefix();
  // The build files call `node` by name: it has to be the one that will load the result.
  const env = { ...process.env, PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter) };
  progress(`host: compiling ${nativeModules.join(", ")}`);
  await Promise.all(
    nativeModules.map((name) =>
      run(process.execPath, [nodeGyp, "rebuild", ...(headers ? [`--nodedir=${headers}`] : [])], {
        cwd: join(vscode, "node_modules", name),
        env,
      }),
    ),
  );
}

/** @returns the prefix under which the running Node has its C headers, else undefined: node-gyp then downloads them */
async function headersPrefix(): Promise<string | undefined> {
  const prefix = dirname(dirname(process.execPath));
  const header = join(prefix, "include/node/node_version.h");
  if (!existsSync(header)) return undefined;
  const text = await readFile(header, "utf8");
  const part = (name: string) => new RegExp(`#define NODE_${name}_VERSION (\\d+)`).exec(text)?.[1];
  const version = ["MAJOR", "MINOR", "PATCH"].map(part).join(".");
  return version === process.versions.node ? prefix : undefined;
}
