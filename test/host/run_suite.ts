import { patience } from "../harness/patience.ts";
import { automate, type SuiteResult } from "./automation.ts";
import type { Progress } from "./cache.ts";
import { desktop, runOnDesktop } from "./desktop.ts";
import { started } from "./started.ts";
import { vscodeServer } from "./vscode_server.ts";
import { logProgress, startHost, suiteExtension, type WorkbenchOptions, workbenchUrl } from "./workbench.ts";

/** What to run where. A suite is a module made by `compileSuite` (or any with `run(): Promise<void>`). */
export type SuiteRun = Omit<WorkbenchOptions, "viewport"> & {
  /** Absolute path of the compiled suite. */
  readonly suite: string;
  /** Milliseconds until the run is given up; as long as any suite may take, unless said. */
  readonly limit?: number;
  /** Called with each line of mocha's report once that is whole; printed unless said. */
  readonly onLine?: (line: string) => void;
};

/**
 * Runs a suite in a real VS Code with the extension: on the desktop where there is one, else in VS Code Server with a headless
 * browser. COACH_HOST=desktop or COACH_HOST=server decides otherwise.
 *
 * @throws when no host can be had or it dies; failed tests are a result, not an error
 */
export async function runSuite(options: SuiteRun, progress: Progress = logProgress): Promise<SuiteResult> {
  const onLine = options.onLine ?? ((line) => process.stdout.write(`${line}\n`));
  const limit = options.limit ?? patience.suite;
  const editor = await desktop(process.env["COACH_HOST"], progress);
  const result = editor
    ? await runOnDesktop(editor, options, limit, onLine)
    : await runOnServer(options, limit, onLine, progress);
  if (result.code !== 0 && result.output.length === 0) for (const line of result.log) onLine(line);
  return result;
}

async function runOnServer(
  options: SuiteRun,
  limit: number,
  onLine: (line: string) => void,
  progress: Progress,
): Promise<SuiteResult> {
  const found = await vscodeServer(progress);
  const { server, workspace, page, close } = await started(() => startHost(options, found), progress);
  try {
    const url = workbenchUrl(server, { workspace, extensionDir: suiteExtension(options), suite: options.suite });
    return await automate(page, url, limit, onLine);
  } finally {
    await close();
  }
}
