import { symlink } from "node:fs/promises";
import { basename, join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { patience } from "../harness/patience.ts";
import { automate, type SuiteResult } from "../host/automation.ts";
import { launchProfile } from "../host/browser.ts";
import { installed, type Progress } from "../host/cache.ts";
import { type Gestures, gesturesOn, standing } from "../host/gestures.ts";
import { type Leashed, leashed, listening } from "../host/leashed.ts";
import { projectRoot } from "../host/project.ts";
import { started } from "../host/started.ts";
import { linkedExtension, temporaryCopy, temporaryFolder } from "../host/temporary.ts";
import { systemTools } from "../host/tools.ts";
import { logProgress } from "../host/workbench.ts";

/** What the serverless workbench opens. */
export interface WebOptions {
  /** The extension's folder, with its package.json; its `browser` entry is what runs. */
  readonly extensionDir: string;
  /** The folder to open: a copy of it, as a virtual file system. */
  readonly workspace: string;
}

/** What to run in the web worker extension host. */
export interface WebSuiteRun extends WebOptions {
  /** Absolute path of a suite compiled by `compileSuite(…, "web")`. */
  readonly suite: string;
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
  const { page, address, close } = await started(() => start(options, progress), progress);
  try {
    const result = await automate(page, address, options.limit ?? patience.suite, onLine);
    if (result.code !== 0 && result.output.length === 0) for (const line of result.log) onLine(line);
    return result;
  } finally {
    await close();
  }
}

/** A live workbench without a server, as a person sees it. */
export interface WebWorkbench extends Gestures {
  readonly page: Page;
  close(): Promise<void>;
}

/**
 * Opens the serverless workbench; resolves when it stands. Its webviews come from the same server as itself, each at a subdomain of
 * localhost of its own, so they need no network.
 */
export function openWebWorkbench(options: WebOptions, progress: Progress = logProgress): Promise<WebWorkbench> {
  return started(() => open(options, progress), progress);
}

async function open(options: WebOptions, progress: Progress): Promise<WebWorkbench> {
  const { page, address, close } = await start(options, progress);
  try {
    const gestures = gesturesOn(page);
    // The welcome page has a webview of its own, and takes the focus at whatever moment it has loaded.
    await page.goto(`${address}?${new URLSearchParams({ payload: JSON.stringify([["skipWelcome", "true"]]) })}`);
    await standing(page);
    return { page, close, ...gestures };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Started {
  /** Blank as yet. */
  readonly page: Page;
  readonly address: string;
  /** Ends browser and server and removes their folders. */
  close(): Promise<void>;
}

async function start(options: WebOptions & { readonly suite?: string }, progress: Progress): Promise<Started> {
  const { chromium, install } = await webWorkbench(progress);
  const profile = await temporaryFolder("profile");
  const server = await serve(install, profile, options);
  let browser: BrowserContext | undefined;
  const close = async () => {
    try {
      await browser?.close();
    } finally {
      await server.stop();
    }
  };
  try {
    const port = await listening(server, /^listening on (\d+)$/);
    browser = await launchProfile(chromium, profile);
    const page = await browser.newPage();
    return { page, address: `http://localhost:${port}/`, close };
  } catch (error) {
    await close();
    throw error;
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

async function serve(
  install: string,
  profile: string,
  { extensionDir, suite, workspace }: WebOptions & { readonly suite?: string },
): Promise<Leashed> {
  const opened = await temporaryCopy(workspace, "workspace");
  // The workbench loads the tests from inside the extension's folder, where they do not belong.
  const staged = await linkedExtension(extensionDir);
  const tests = suite && join(staged, `tests-${basename(suite)}`);
  if (suite && tests) await symlink(suite, tests);
  const config = { install, extensionDir: staged, suite: tests, workspace: opened };
  return leashed(
    [process.execPath, join(projectRoot, "test/web/serve.mjs"), JSON.stringify(config)],
    [opened, staged, profile],
  );
}
