// Runs a server that may not outlive the process that asked for it: `node leash.mjs JSON`, JSON = { command: [], remove: [] }.
//
// The asker holds the other end of our standard input. However it goes (exit, Ctrl-C, crash, SIGKILL), that end closes; then the
// server's whole process group is killed and the temporary folders are removed. No signal handler could promise as much.
import { spawn, spawnSync } from "node:child_process";
import { rmSync } from "node:fs";

const { command, remove } = JSON.parse(process.argv[2] ?? "");
const [program, ...args] = command;
const server = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"], detached: true });

const killGroup = () => {
  if (process.platform === "win32") {
    spawnSync("taskkill", ["/pid", String(server.pid), "/T", "/F"], { stdio: "ignore" });
    return;
  }
  try {
    process.kill(-server.pid, "SIGKILL");
  } catch {
    // No such group: all of it has ended already.
  }
};

process.stdin.resume().once("end", killGroup).once("error", killGroup);
server.once("error", (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
server.once("exit", (code) => {
  killGroup();
  for (const folder of remove) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.exit(code ?? 1);
});
