import * as nodeModule from "node:module";
import { setFlagsFromString } from "node:v8";
import { isMainThread, parentPort, workerData } from "node:worker_threads";

// A run of seconds is over before it has earned back what optimising most functions costs: a fifth of its processor time.
if (process.argv[2] !== "lsp") setFlagsFromString("--interrupt-budget=600000");
// Node 22 and later keep compiled code between runs; the types are those of Node 20.
(nodeModule as { enableCompileCache?: () => unknown }).enableCompileCache?.();

if (isMainThread) void main();
else void work();

async function main(): Promise<void> {
  // `… | head` closes the pipe early: that is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit();
    process.stderr.write(`sqlalchemy-coach: standard output can't be written: ${error.code}\n`);
    process.exit(2);
  });
  const { runCommandLine } = await import("./cli/command_line.ts");
  const status = await runCommandLine(process.argv.slice(2));
  // Not exit(): a pipe may still have to take what was written.
  if (status !== undefined) process.exitCode = status;
}

async function work(): Promise<void> {
  const { runTask } = await import("./cli/analysis.ts");
  parentPort?.postMessage(await runTask(workerData));
}
