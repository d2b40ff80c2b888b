import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { patience } from "../harness/patience.ts";
import { projectRoot } from "./project.ts";

/** A process that ends with this one at the latest, whatever ends this one (leash.mjs). */
export interface Leashed {
  /** Resolves with the exit code when the process has ended and its folders are gone. */
  readonly ended: Promise<number>;
  /** All that it printed so far. */
  log(): string;
  /** Calls back with each complete line that it prints. */
  onLine(listener: (line: string) => void): void;
  /** Kills it with all that it started; resolves when that is done. */
  stop(): Promise<void>;
}

/**
 * Starts a program on a leash.
 *
 * @param remove folders that are its own: removed when it ends
 */
export function leashed(command: readonly string[], remove: readonly string[]): Leashed {
  const leash = join(projectRoot, "test/host/leash.mjs");
  // Set in the terminals of VS Code, it would make a VS Code that is started there a mere Node.
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  const child = spawn(process.execPath, [leash, JSON.stringify({ command, remove })], { env, detached: true });
  const lines: string[] = [];
  const listeners: ((line: string) => void)[] = [];
  eachLine(child, (line) => {
    lines.push(line);
    for (const listener of listeners) listener(line);
  });
  const ended = once(child, "close").then(([code]) => Number(code));
  return Object.freeze({
    ended,
    log: () => lines.join("\n"),
    onLine: (listener: (line: string) => void) => void listeners.push(listener),
    async stop() {
      child.stdin.end();
      await ended;
    },
  });
}

/**
 * @param pattern its first group is the port, in the line that says that the server listens
 * @returns the port
 * @throws with all that the server printed when it ends or takes too long; it is stopped then
 */
export async function listening(server: Leashed, pattern: RegExp): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<number>((done, failed) => {
      const fail = (why: string) => failed(new Error(`the server ${why}\n${server.log()}`));
      timer = setTimeout(() => fail("did not listen in time"), patience.step);
      void server.ended.then((code) => fail(`ended with ${code}`));
      server.onLine((line) => {
        const port = pattern.exec(line)?.[1];
        if (port) done(Number(port));
      });
    });
  } catch (error) {
    await server.stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function eachLine(child: ChildProcessWithoutNullStreams, listener: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? "";
      for (const line of lines) listener(line);
    });
    stream.once("end", () => {
      if (rest !== "") listener(rest);
    });
  }
}
