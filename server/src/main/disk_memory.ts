import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Memory } from "../service/index.ts";

export interface DiskMemoryOptions {
  /** Absolute; made on first need. */
  readonly folder: string;
  /** The file of the running program: what another build of it kept is not recalled. */
  readonly program: string;
  /** Told once where nothing can be kept. */
  readonly note: (message: string) => void;
  readonly limits?: Limits;
}

/** Beyond them the oldest entries go, down to three quarters, when the next is written. */
export interface Limits {
  readonly entries: number;
  readonly bytes: number;
  /** An entry beyond is not kept at all. */
  readonly bytesOfOne: number;
}

const usual: Limits = { entries: 20_000, bytes: 100_000_000, bytesOfOne: 1_000_000 };

/** The user's cache folder, by the platform's convention. */
export function defaultCacheFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const name = "sqlalchemy-coach";
  if (process.platform === "win32") {
    return join(env["LOCALAPPDATA"] ?? join(homedir(), "AppData", "Local"), name, "Cache");
  }
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", name);
  const xdg = env["XDG_CACHE_HOME"];
  return join(xdg?.startsWith("/") ? xdg : join(homedir(), ".cache"), name);
}

/**
 * A file an entry, each written beside its place and renamed: processes that share the folder see whole entries, and the
 * last one wins. A folder that can't be written is told once and left alone.
 */
export function diskMemory({ folder, program, note, limits = usual }: DiskMemoryOptions): Memory {
  const build = digest(readFileSync(program));
  let isWritable = true;
  let isPruned = false;
  return {
    digest,
    recall(key) {
      try {
        const [head = "", value = ""] = split(readFileSync(join(folder, key), "utf8"));
        return head === `${build} ${digest(value)}` ? value : undefined;
      } catch {
        // Nearly always: there is none yet. One that can't be read is as good as none.
        return undefined;
      }
    },
    keep(key, value) {
      if (!isWritable || value.length > limits.bytesOfOne) return;
      try {
        if (!isPruned) {
          mkdirSync(folder, { recursive: true, mode: 0o700 });
          prune(folder, limits);
          isPruned = true;
        }
        write(join(folder, key), `${build} ${digest(value)}\n${value}`);
      } catch (error) {
        isWritable = false;
        const code = (error as NodeJS.ErrnoException).code ?? String(error);
        note(`nothing can be kept in the cache folder ${folder} (${code}): each run analyses everything`);
      }
    },
  };
}

function digest(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 40);
}

function split(content: string): readonly string[] {
  const end = content.indexOf("\n");
  return end < 0 ? [] : [content.slice(0, end), content.slice(end + 1)];
}

function write(path: string, content: string): void {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    writeFileSync(temporary, content, { mode: 0o600, flag: "wx" });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Makes room, and removes what writers left that died. Only ever touches files of the names that we give. */
function prune(folder: string, most: Limits): void {
  const names = readdirSync(folder).filter((name) => /^[0-9a-f]{40}(\.[0-9a-f]{12}\.tmp)?$/.test(name));
  // So few can't be too much, and looking at each costs more than it saves.
  if (names.length < Math.min(most.entries, most.bytes / most.bytesOfOne)) return;
  const entries = names
    .flatMap((name) => {
      const stats = statSync(join(folder, name), { throwIfNoEntry: false });
      return stats ? [{ name, bytes: stats.size, time: stats.mtimeMs }] : [];
    })
    .sort((a, b) => b.time - a.time);
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  const isFull = entries.length > most.entries || bytes > most.bytes;
  const share = isFull ? 0.75 : 1;
  const hourAgo = Date.now() - 3_600_000;
  let kept = 0;
  for (const [index, { name, bytes, time }] of entries.entries()) {
    kept += bytes;
    const isAbandoned = name.endsWith(".tmp") && time < hourAgo;
    if (isAbandoned || index >= most.entries * share || kept > most.bytes * share) {
      rmSync(join(folder, name), { force: true });
    }
  }
}
