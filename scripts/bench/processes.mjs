// What other processes take. Linux only: it reads /proc.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

/** Processor seconds of a command and its children, from its start to its end. Throws where it fails. */
export function cpuOf(command, { env = process.env, allowed = [0] } = {}) {
  const { stdout, stderr, status } = spawnSync("python3", [join(here, "cpu.py"), ...command], {
    encoding: "utf8",
    env,
    maxBuffer: 64 * 1024 * 1024,
  });
  const [seconds, code] = stdout.trim().split(" ").map(Number);
  if (status !== 0 || !allowed.includes(code)) throw new Error(`${command.join(" ")}: status ${code}\n${stderr}`);
  return seconds;
}

/** Milliseconds of a command by the clock. */
export function wallOf(command) {
  const started = performance.now();
  spawnSync(command[0], command.slice(1));
  return performance.now() - started;
}

/** Processor milliseconds of a process that still runs, without its children. */
export function cpuOfRunning(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  // Fields 14 and 15 of the whole line, in ticks of a hundredth of a second.
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Resident memory of a process that runs, in MB. */
export function residentOf(pid) {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

/** Processor milliseconds of this process while `work` runs. */
export async function cpuHere(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
