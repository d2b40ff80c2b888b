import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as z from "zod/mini";

/** The command line as it ships: tests run from the repository's root. */
export const cli = join(process.cwd(), "dist/cli.js");

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly bytes: Buffer;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string | Buffer;
  readonly uid?: number;
  readonly maxBuffer?: number;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs the real program as a process of its own. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Ended {
  const { input = "", ...rest } = options;
  const { status, stdout, stderr, error } = spawnSync(program, args, { ...rest, input: Buffer.from(input) });
  if (error) throw error;
  return { status, stdout: stdout.toString("utf8"), stderr: stderr.toString("utf8"), bytes: stdout };
}

/** A temporary folder that is a repository of its own; `coach` runs the command line in it. */
export class Workspace {
  /** Absolute, without links. */
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "coach-cli-")));

  constructor(files: Readonly<Record<string, string | Buffer>> = {}) {
    mkdirSync(join(this.folder, ".git"));
    for (const [path, content] of Object.entries(files)) this.write(path, content);
  }

  write(path: string, content: string | Buffer): void {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), content);
  }

  read(path: string): string {
    return readFileSync(this.at(path), "utf8");
  }

  bytes(path: string): Buffer {
    return readFileSync(this.at(path));
  }

  at(path: string): string {
    return join(this.folder, path);
  }

  /** What one run keeps for the next stays in the workspace. */
  coach(args: readonly string[], options: RunOptions = {}): Ended {
    const env = { ...process.env, XDG_CACHE_HOME: this.at(".cache") };
    return run(process.execPath, [cli, ...args], { cwd: this.folder, env, ...options });
  }

  check(...args: string[]): Report {
    const { stdout } = this.coach(["check", "--format", "json", ...args]);
    return reportSchema.parse(JSON.parse(stdout));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Runs `body` in a fresh workspace, which is removed whatever happens. */
export function inWorkspace<T>(files: Readonly<Record<string, string | Buffer>>, body: (workspace: Workspace) => T): T {
  const workspace = new Workspace(files);
  try {
    return body(workspace);
  } finally {
    workspace.remove();
  }
}

const position = z.strictObject({ line: z.int().check(z.minimum(1)), column: z.int().check(z.minimum(1)) });
const place = {
  path: z.string().check(z.regex(/^[^\\]+$/)),
  cell: z.optional(z.int().check(z.minimum(1))),
  start: position,
  end: position,
};
const edit = z.strictObject({ ...place, text: z.string() });
const about = {
  rule: z.string(),
  effect: z.enum(["raises", "changes", "deprecated", "legacy"]),
  ...place,
  message: z.string().check(z.minLength(1)),
  certainty: z.enum(["certain", "likely", "unknown"]),
  because: z.array(z.string()),
  conditions: z.array(z.string()),
  lesson: z.string().check(z.regex(/^[\w-]+#[\w-]+$/)),
  doc: z.url(),
};
const fix = z.strictObject({ title: z.string(), edits: z.array(edit).check(z.minLength(1)) });
export const findingSchema = z.discriminatedUnion("safety", [
  z.strictObject({ ...about, safety: z.literal("safe"), fix }),
  z.strictObject({ ...about, safety: z.literal("review"), conditions: z.array(z.string()).check(z.minLength(1)), fix }),
  z.strictObject({ ...about, safety: z.literal("explain") }),
]);
const faults = z.array(z.strictObject({ path: z.string(), message: z.string() }));
const head = {
  version: z.literal(1),
  target: z.enum(["1.4", "2.0", "2.1"]),
  targetBecause: z.string().check(z.minLength(1)),
  files: z.strictObject({ found: z.int(), analysed: z.int() }),
  findings: z.array(findingSchema),
  faults,
};

/** The contract of `check --format json`: a key that is not listed here is an error. */
export const reportSchema = z.strictObject({ ...head, baselined: z.optional(z.int()) });
export type Report = z.infer<typeof reportSchema>;

/** The contract of `fix --format json`. */
export const fixReportSchema = z.strictObject({
  ...head,
  fixes: z.array(
    z.strictObject({
      path: z.string(),
      applied: z.array(z.string()),
      left: z.array(z.strictObject({ rule: z.string(), why: z.string() })),
      diff: z.string(),
    }),
  ),
});

/** "app/users.py:12:5 legacy query-get" */
export const brief = ({ findings }: Report): string[] =>
  findings.map(({ path, start, effect, rule }) => `${path}:${start.line}:${start.column} ${effect} ${rule}`);
