import { FileType, RelativePattern, Uri, workspace } from "vscode";
import type { BaseLanguageClient } from "vscode-languageclient";
import {
  type FileKind,
  type FindFilesParams,
  findFilesRequest,
  type ReadFileParams,
  readFileRequest,
} from "../../server/src/protocol.ts";

/** Reads the workspace for a server without a file system: folders of any scheme, and nothing outside of them. */
export function serveFiles(client: BaseLanguageClient): void {
  client.onRequest(readFileRequest, ({ uri }: ReadFileParams) => read(Uri.parse(uri)));
  client.onRequest(findFilesRequest, ({ folder, kind, limit }: FindFilesParams) =>
    find(Uri.parse(folder), kind, limit),
  );
}

const mostBytes = 10_000_000;

async function read(uri: Uri): Promise<string | null> {
  if (!workspace.getWorkspaceFolder(uri)) return null;
  try {
    const { size } = await workspace.fs.stat(uri);
    if (size > mostBytes) return null;
    return new TextDecoder("utf-8", { fatal: true }).decode(await workspace.fs.readFile(uri));
  } catch {
    // Gone by now, or not UTF-8: to the analyser both mean that there is no such file.
    return null;
  }
}

const globs: Readonly<Record<FileKind, string>> = {
  python: "**/*.{py,pyi}",
  notebooks: "**/*.ipynb",
  pins: "{*,*/*,requirements/*}",
  ignores: "**/.gitignore",
};
const others = "**/{.*,__pycache__,node_modules,site-packages,venv,build,dist,*.egg-info}/**";

async function find(folder: Uri, kind: FileKind, limit: number): Promise<string[]> {
  const uris = await workspace.findFiles(new RelativePattern(folder, globs[kind]), others, limit);
  if (uris.length > 0 || folder.scheme === "file") return uris.map(String).sort();
  // A virtual file system need not know how to search, and one that is about to start finds nothing yet; it can be asked for its folders.
  return (await walk(folder, globs[kind], limit)).sort();
}

const isOther = /^(\..*|__pycache__|node_modules|site-packages|venv|build|dist|.*\.egg-info)$/;
/** Each costs a round trip, of however far. */
const mostFolders = 500;

/**
 * What a glob says, without a search: one that begins with two stars, of files at any depth; any other, of all files in the folder and the
 * folders in it. Level by level, so that what is not reached any more is what lies deepest.
 */
async function walk(folder: Uri, glob: string, limit: number): Promise<string[]> {
  const isDeep = glob.startsWith("**/");
  const wanted = isDeep ? patternOf(glob.slice("**/".length)) : /./;
  const found: string[] = [];
  let level = [folder];
  let asked = 0;
  for (let depth = 0; level.length > 0 && (isDeep || depth < 2); depth++) {
    const asking = level.slice(0, mostFolders - asked);
    asked += asking.length;
    level = [];
    const listed = await Promise.all(asking.map(async (each) => ({ each, entries: await entriesOf(each) })));
    for (const { each, entries } of listed) {
      for (const [name, type] of entries) {
        const uri = Uri.joinPath(each, name);
        if (type & FileType.Directory) {
          if (!isOther.test(name)) level.push(uri);
        } else if (wanted.test(name)) found.push(uri.toString());
        if (found.length >= limit) return found;
      }
    }
  }
  return found;
}

/** Of a file's name with `*` and `{a,b}` in it. */
function patternOf(name: string): RegExp {
  const text = name
    .replaceAll(".", "\\.")
    .replaceAll("*", ".*")
    .replace(/{([^}]*)}/g, (_, choices: string) => `(${choices.replaceAll(",", "|")})`);
  return new RegExp(`^${text}$`);
}

async function entriesOf(folder: Uri): Promise<[string, FileType][]> {
  try {
    return await workspace.fs.readDirectory(folder);
  } catch {
    // Gone by now, or not to be read.
    return [];
  }
}
