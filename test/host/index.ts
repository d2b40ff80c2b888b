export { automate, type SuiteResult } from "./automation.ts";
export { launchBrowser } from "./browser.ts";
export type { Progress } from "./cache.ts";
export { installed } from "./cache.ts";
export { compileSuite, type SuiteTarget } from "./compile.ts";
export { desktop, hasDisplay } from "./desktop.ts";
export type { Gestures } from "./gestures.ts";
export { projectRoot } from "./project.ts";
export { runSuite, type SuiteRun } from "./run_suite.ts";
export { type RunningServer, type ServerOptions, startServer } from "./server.ts";
export { temporaryCopy, temporaryFolder } from "./temporary.ts";
export { onPath, systemTools } from "./tools.ts";
export { type VscodeServer, vscodeServer } from "./vscode_server.ts";
export {
  type Opening,
  openWorkbench,
  quietSettings,
  serverOptions,
  type Theme,
  themes,
  type Workbench,
  type WorkbenchOptions,
  workbenchUrl,
} from "./workbench.ts";
