import { randomBytes } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { isWithin, reasonOf } from "./files.ts";

export interface Replacement {
  /** Absolute; where it is a link, what it leads to is replaced. */
  readonly file: string;
  /** What was read: nothing is written where the file holds anything else by now. */
  readonly before: Buffer;
  readonly after: Buffer;
  /** A link that leads out of this folder (absolute) is not followed. */
  readonly boundary: string;
}

/**
 * Replaces a file's content at once: whoever reads it, also after a crash, sees all of the old or all of the new bytes.
 * Keeps mode and owner. Answers why it was not done; the file is as before then.
 */
export function replaceFile({ file, before, after, boundary }: Replacement): string | undefined {
  try {
    const target = realpathSync(file);
    if (!isWithin(target, realpathSync(boundary))) return "is a link out of the project: not written";
    const stats = statSync(target);
    // A file's own mode says so even to those who may write anything.
    if ((stats.mode & 0o222) === 0) return "is read-only: not written";
    if (!readFileSync(target).equals(before)) return changed;
    return writeBeside(target, stats, after);
  } catch (error) {
    return `can't be written: ${reasonOf(error)}`;
  }
}

const changed = "changed since it was read: not written";

function writeBeside(target: string, stats: Stats, content: Buffer): string | undefined {
  const folder = dirname(target);
  const temporary = join(folder, `.${basename(target)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    const file = openSync(temporary, "wx", 0o600);
    try {
      writeFileSync(file, content);
      keepOwner(file, stats);
      fchmodSync(file, stats.mode & 0o7777);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    const now = statSync(target);
    if (now.mtimeMs !== stats.mtimeMs || now.size !== stats.size || now.ino !== stats.ino) return changed;
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { force: true });
  }
  syncFolder(folder);
  return undefined;
}

function keepOwner(file: number, { uid, gid }: Stats): void {
  const own = fstatSync(file);
  if (own.uid === uid && own.gid === gid) return;
  try {
    fchownSync(file, uid, gid);
  } catch {
    // Only root may give a file away; who may write it may still replace it.
  }
}

/** Makes the rename itself outlive a power cut, where the platform can. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, "r");
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // Windows opens no folders: its rename is durable by the journal.
  }
}
