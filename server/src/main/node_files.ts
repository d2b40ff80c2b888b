import { lstatSync, readFileSync, type Stats } from "node:fs";
import { lstat, readdir, readFile } from "node:fs/promises";
import { basename, join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { FilePort } from "../lsp/ports.ts";
import type { FileKind } from "../protocol.ts";
import { isPinFile } from "../service/pins.ts";

/** The disk as the language server needs it. Links are not followed: neither loops nor files outside of the folder. */
export const nodeFiles: FilePort = {
  async read(uri) {
    const path = pathOf(uri);
    return path === undefined ? undefined : textOf(path).catch(() => undefined);
  },
  async find(folder, kind, limit, leavesOut) {
    const root = pathOf(folder);
    if (root === undefined) return [];
    const found = await walk(root, kind, limit, (path, isFolder) => leavesOut?.(toUri(path), isFolder) ?? false);
    return found.map(toUri);
  },
};

/** Breadth first, so that with a limit it is the files nearest to the root that are found. */
async function walk(
  root: string,
  kind: FileKind,
  limit: number,
  leavesOut: (path: string, isFolder: boolean) => boolean,
): Promise<readonly string[]> {
  const found: string[] = [];
  let level = [root];
  const deepest = kind === "pins" ? 3 : 40;
  for (let depth = 0; level.length > 0 && depth < deepest; depth++) {
    const next: string[] = [];
    for (const folder of level) {
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
      if (entries.some(({ name }) => name === "pyvenv.cfg")) continue;
      for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) {
          if (!isForeign(entry.name) && !leavesOut(path, true)) next.push(path);
        } else if (entry.isFile() && isWanted(relative(root, path), kind) && !leavesOut(path, false)) {
          found.push(path);
          if (found.length >= limit) return found;
        }
      }
    }
    level = next;
  }
  return found;
}

const toUri = (path: string): string => pathToFileURL(path).href;

function isWanted(path: string, kind: FileKind): boolean {
  if (kind === "python") return /\.pyi?$/i.test(path);
  if (kind === "notebooks") return /\.ipynb$/i.test(path);
  return kind === "pins" ? isPinFile(path.split(sep).join("/")) : basename(path) === ".gitignore";
}

/** Folders of tools and of other people's code. */
const isForeign = (name: string): boolean =>
  /^(\..*|__pycache__|node_modules|site-packages|venv|build|dist|.*\.egg-info)$/.test(name);

/**
 * At once, for that takes a quarter of the processor's time and of ours, until the disk has shown that it is slow or far
 * away: then beside everything else.
 */
async function textOf(path: string): Promise<string | undefined> {
  if (slowReads >= mostSlowReads) return isText(await lstat(path)) ? decoded(await readFile(path)) : undefined;
  const started = performance.now();
  try {
    return isText(lstatSync(path)) ? decoded(readFileSync(path)) : undefined;
  } finally {
    if (performance.now() - started > slowFrom) slowReads++;
  }
}

let slowReads = 0;
const mostSlowReads = 20;
/** In milliseconds. */
const slowFrom = 5;

/** A pipe or a device would never end. */
const isText = (stats: Stats): boolean => stats.isFile() && stats.size <= mostBytes;

const utf8 = new TextDecoder("utf-8", { fatal: true });
const decoded = (bytes: Uint8Array): string => utf8.decode(bytes);

const mostBytes = 10_000_000;

function pathOf(uri: string): string | undefined {
  try {
    return uri.startsWith("file:") ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined;
  }
}
