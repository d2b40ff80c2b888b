import { readdir, symlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { patience } from "../harness/patience.ts";
import { automate, type SuiteResult } from "../host/automation.ts";
import { launchBrowser } from "../host/browser.ts";
import { installed, type Progress } from "../host/cache.ts";
import { type Leashed, leashed, listening } from "../host/leashed.ts";
import { projectRoot } from "../host/project.ts";
import { temporaryCopy, temporaryFolder } from "../host/temporary.ts";
import { systemTools } from "../host/tools.ts";
import { logProgress } from "../host/workbench.ts";

/** What to run in the web worker extension host. */
export interface WebSuiteRun {
  /** The extension's folder, with its package.json; its `browser` entry is what runs. */
  readonly extensionDir: string;
  /** Absolute path of a suite compiled by `compileSuite(…, "web")`. */
  readonly suite: string;
  /** The folder to open: a copy of it, as a virtual file system. */
  readonly workspace: string;
  /** Milliseconds until the run is given up; as long as any suite may take, unless said. */
  readonly limit?: number;
  /** Called with each line of mocha's report; printed unless said. */
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a suite in VS Code's workbench without any server behind it, as on vscode.dev: VS Code of the version in
 * test/web/package.json, the extension and the tests in a web worker, the files behind a virtual file system.
 *
 * @throws when the host cannot be had or dies; failed tests are a result, not an error
 */
export async function runWebSuite(options: WebSuiteRun, progress: Progress = logProgress): Promise<SuiteResult> {
  const onLine = options.onLine ?? ((line) => process.stdout.write(`${line}\n`));
  const { chromium, install } = await webWorkbench(progress);
  const server = await serve(install, options);
  try {
    const port = await listening(server, /^listening on (\d+)$/);
    const browser = await launchBrowser(chromium);
    try {
      const page = await browser.newPage();
      const result = await automate(page, `http://localhost:${port}/`, options.limit ?? patience.suite, onLine);
      if (result.code !== 0 && result.output.length === 0) for (const line of result.log) onLine(line);
      return result;
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
}

/**
 * Installs the serverless workbench, once.
 *
 * @returns its folder, and the executable of the browser that shows it
 */
export async function webWorkbench(
  progress: Progress,
): Promise<{ readonly install: string; readonly chromium: string }> {
  const { chromium } = await systemTools(["chromium"], progress);
  const install = await installed({ name: "web", manifestDir: join(projectRoot, "test/web") }, progress);
  return { install, chromium };
}

async function serve(install: string, { extensionDir, suite, workspace }: WebSuiteRun): Promise<Leashed> {
  const opened = await temporaryCopy(workspace, "workspace");
  const staged = await temporaryFolder("extension");
  // The workbench loads the tests from inside the extension's folder, where they do not belong: so from a folder of links.
  const entries = (await readdir(extensionDir)).filter((name) => name !== "node_modules" && !name.startsWith("."));
  await Promise.all(entries.map((name) => symlink(join(extensionDir, name), join(staged, name))));
  const tests = join(staged, `tests-${basename(suite)}`);
  await symlink(suite, tests);
  const config = { install, extensionDir: staged, suite: tests, workspace: opened };
  return leashed([process.execPath, join(projectRoot, "test/web/serve.mjs"), JSON.stringify(config)], [opened, staged]);
}
