import { existsSync, realpathSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath, SilentReporter } from "@vscode/test-electron";
import { type SuiteResult, suiteReport } from "./automation.ts";
import type { Progress } from "./cache.ts";
import { toArguments } from "./flags.ts";
import { leashed } from "./leashed.ts";
import { projectRoot } from "./project.ts";
import { run } from "./run.ts";
import type { SuiteRun } from "./run_suite.ts";
import { temporaryCopy, temporaryFolder } from "./temporary.ts";
import { onPath } from "./tools.ts";
import { serverOptions, suiteExtension } from "./workbench.ts";

/** The same VS Code as the server's. */
const version = "1.100.3";

let downloaded: Promise<string> | undefined;

/**
 * The executable of a desktop VS Code to run suites in: an installed one, or one downloaded to `.vscode-test/`.
 *
 * @param choice "desktop" insists, "server" declines, anything else prefers the desktop where there is a display
 * @returns `undefined` when suites are to run in VS Code Server
 * @throws when the desktop was insisted on and cannot be had
 */
export async function desktop(choice: string | undefined, progress: Progress): Promise<string | undefined> {
  if (choice === "server" || (choice !== "desktop" && !hasDisplay())) return undefined;
  try {
    return installedEditor() ?? (await download(progress));
  } catch (error) {
    if (choice === "desktop") throw error;
    progress(`no desktop VS Code (${error instanceof Error ? error.message : error}): using VS Code Server`);
    return undefined;
  }
}

/** @returns whether a window can be shown to somebody */
export function hasDisplay(env: NodeJS.ProcessEnv = process.env, platform: string = process.platform): boolean {
  if (platform === "win32" || platform === "darwin") return true;
  return Boolean(env["DISPLAY"] || env["WAYLAND_DISPLAY"]);
}

export async function runOnDesktop(
  editor: string,
  options: SuiteRun,
  limit: number,
  onLine: (line: string) => void,
): Promise<SuiteResult> {
  const data = await temporaryFolder("desktop");
  const workspace = await temporaryCopy(options.workspace, "workspace");
  const folders = { "user-data-dir": join(data, "user"), "extensions-dir": join(data, "extensions") };
  const { settings, vsix, workspaceTrust } = serverOptions(options);
  try {
    await mkdir(join(data, "user/User"), { recursive: true });
    await writeFile(join(data, "user/User/settings.json"), JSON.stringify(settings));
    if (vsix) {
      const [cli = editor, ...args] = resolveCliArgsFromVSCodeExecutablePath(editor, { reuseMachineInstall: true });
      await run(cli, [...args, ...toArguments({ ...folders, "install-extension": vsix })]);
    }
    const { output, log, add } = suiteReport();
    const flags = toArguments({
      ...folders,
      extensionDevelopmentPath: suiteExtension(options),
      extensionTestsPath: options.suite,
      "disable-workspace-trust": !workspaceTrust,
      "disable-telemetry": true,
      "disable-updates": true,
      "skip-release-notes": true,
      "skip-welcome": true,
      // As for the headless browser: root, as which containers run, gets no sandbox.
      "no-sandbox": true,
      "disable-gpu-sandbox": true,
    });
    const program = leashed([editor, ...flags, workspace], [data, workspace]);
    program.onLine(add);
    const timer = setTimeout(() => void program.stop(), limit);
    const code = await program.ended.finally(() => clearTimeout(timer));
    for (const line of output) onLine(line);
    return { code, output, log };
  } finally {
    await Promise.all([data, workspace].map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

function download(progress: Progress): Promise<string> {
  if (!downloaded) {
    progress(`getting VS Code ${version} for the desktop`);
    const cachePath = join(projectRoot, ".vscode-test");
    downloaded = downloadAndUnzipVSCode({ version, cachePath, reporter: new SilentReporter(), timeout: 15_000 });
  }
  return downloaded;
}

/** `code` is a script; only the program that it starts hands the exit code of tests on. */
function installedEditor(): string | undefined {
  const script = onPath(["code", "code.cmd"]);
  if (!script) return undefined;
  const bin = dirname(realpathSync(script));
  // Where the program is, seen from its script, on Linux, Windows and macOS.
  return ["../code", "../Code.exe", "../../../MacOS/Electron"].map((path) => join(bin, path)).find(existsSync);
}
