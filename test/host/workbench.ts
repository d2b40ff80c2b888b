import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "./browser.ts";
import type { Progress } from "./cache.ts";
import { type Gestures, gesturesOn, standing } from "./gestures.ts";
import { projectRoot } from "./project.ts";
import { type RunningServer, type ServerOptions, startServer } from "./server.ts";
import { started } from "./started.ts";
import { linkedExtension, temporaryCopy } from "./temporary.ts";
import { type VscodeServer, vscodeServer } from "./vscode_server.ts";

/** The extension to look at: a folder with its package.json, or a packed one, which is installed first. */
export type ExtensionSource =
  | { readonly extensionDir: string; readonly vsix?: undefined }
  | { readonly vsix: string; readonly extensionDir?: undefined };

/** VS Code's own themes, one of each kind that a page has to be readable in, with the class by which the workbench shows that it has it. */
export const themes = {
  light: { setting: "Default Light Modern", shown: "vs" },
  dark: { setting: "Default Dark Modern", shown: "vs-dark" },
  highContrast: { setting: "Default High Contrast", shown: "hc-black" },
  highContrastLight: { setting: "Default High Contrast Light", shown: "hc-light" },
} as const;

export type Theme = keyof typeof themes;

export type WorkbenchOptions = ExtensionSource & {
  /** The folder to open: a copy of it, removed afterwards. */
  readonly workspace: string;
  readonly theme?: Theme;
  /** User settings besides the theme. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Whether the folder opens untrusted, in restricted mode. */
  readonly workspaceTrust?: boolean;
  /** CSS pixels. */
  readonly viewport?: { readonly width: number; readonly height: number };
};

/** A live workbench, as a person sees it. */
export interface Workbench extends Gestures {
  readonly page: Page;
  /** The folder that is open. */
  readonly workspace: string;
  /** Ends browser and server and removes their folders. */
  close(): Promise<void>;
}

/** Opens VS Code in a headless browser; resolves when the workbench stands. Always VS Code Server, whatever runs the suites. */
export async function openWorkbench(options: WorkbenchOptions, progress: Progress = logProgress): Promise<Workbench> {
  const found = await vscodeServer(progress);
  return started(() => open(options, found), progress);
}

async function open(options: WorkbenchOptions, found: VscodeServer): Promise<Workbench> {
  // VS Code takes every theme that lies below the extension under development for its own, and shows one whatever the settings say:
  // this server, with the themes that come with it, lies in the project's folder.
  const extensionDir = options.extensionDir && (await linkedExtension(options.extensionDir));
  const { server, workspace, page, close } = await startHost(options, found, extensionDir ? [extensionDir] : []);
  try {
    const gestures = gesturesOn(page);
    await page.goto(workbenchUrl(server, { workspace, extensionDir }));
    await standing(page);
    // The settings arrive seconds after the workbench stands: who looks before that sees another theme.
    if (options.theme) await page.locator(`.monaco-workbench.${themes[options.theme].shown}`).waitFor();
    return { page, workspace, close, ...gestures };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A server on a copy of the workspace, and a browser with a blank page. */
export interface Host {
  readonly server: RunningServer;
  readonly workspace: string;
  readonly page: Page;
  /** Ends browser and server and removes their folders. */
  close(): Promise<void>;
}

/** @param folders more that are removed at the end */
export async function startHost(
  options: Omit<WorkbenchOptions, "extensionDir">,
  { serverMain, chromium }: VscodeServer,
  folders: readonly string[] = [],
): Promise<Host> {
  const workspace = await temporaryCopy(options.workspace, "workspace");
  const server = await startServer({ ...serverOptions(options), serverMain, owns: [workspace, ...folders] });
  let browser: Browser | undefined;
  const close = async () => {
    try {
      await browser?.close();
    } finally {
      await server.stop();
    }
  };
  try {
    browser = await launchBrowser(chromium);
    const page = await browser.newPage({ viewport: options.viewport ?? { width: 1280, height: 900 } });
    return { server, workspace, page, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @returns what a server needs to know of a workbench's options */
export function serverOptions(
  options: Omit<WorkbenchOptions, "workspace" | "extensionDir">,
): Omit<ServerOptions, "serverMain"> {
  return {
    vsix: options.vsix,
    workspaceTrust: options.workspaceTrust ?? false,
    settings: {
      ...quietSettings,
      // A browser's light or dark would otherwise choose.
      ...(options.theme && { "window.autoDetectColorScheme": false }),
      ...(options.theme && { "workbench.colorTheme": themes[options.theme].setting }),
      ...options.settings,
    },
  };
}

/** What an address of the workbench opens. */
export interface Opening {
  /** The folder's absolute path. */
  readonly workspace: string;
  /** The extension under development. */
  readonly extensionDir?: string | undefined;
  /** A compiled suite to run instead of waiting for a person. */
  readonly suite?: string | undefined;
  /** A file to show at once. */
  readonly file?: string | undefined;
  /** The server's secret, if it has one. */
  readonly token?: string | undefined;
}

/** @returns the address that opens a folder in a server's workbench */
export function workbenchUrl({ authority }: RunningServer, { workspace, token, ...opening }: Opening): string {
  const parts = {
    extensionDevelopmentPath: opening.extensionDir,
    extensionTestsPath: opening.suite,
    openFile: opening.file,
  };
  const payload = Object.entries(parts).flatMap(([key, path]) =>
    path ? [[key, `vscode-remote://${authority}${encodeURI(path)}`]] : [],
  );
  const query = new URLSearchParams({
    folder: workspace,
    payload: JSON.stringify([["skipWelcome", "true"], ...payload]),
  });
  if (token) query.set("tkn", token);
  return `http://${authority}/?${query}`;
}

/** @returns the folder to develop on: VS Code runs no tests without one, also when the extension is installed */
export function suiteExtension({ extensionDir }: { readonly extensionDir?: string | undefined }): string {
  return extensionDir ?? join(projectRoot, "test/host/fixtures/empty");
}

export function logProgress(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Nothing that moves, asks or fetches by itself. */
export const quietSettings = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.enableExperiments": false,
  "editor.cursorBlinking": "solid",
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  "security.workspace.trust.startupPrompt": "once",
};
