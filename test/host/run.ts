import { type SpawnOptions, spawn } from "node:child_process";

/**
 * Runs a program to its end and gives its output back.
 *
 * @returns what it printed on both streams, in order of arrival
 * @throws when it cannot start or does not exit with 0; the message ends with its last lines
 */
export function run(
  program: string,
  args: readonly string[],
  options: Pick<SpawnOptions, "cwd" | "env"> = {},
): Promise<string> {
  return new Promise((done, failed) => {
    const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.once("error", failed);
    child.once("close", (code, signal) => {
      const output = Buffer.concat(chunks).toString("utf8");
      if (code === 0) return done(output);
      const last = output.trimEnd().split("\n").slice(-40).join("\n");
      failed(new Error(`${program} ${args.join(" ")} ended with ${signal ?? code}\n${last}`));
    });
  });
}
