import { RelativePattern, Uri, workspace } from "vscode";
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
  return uris.map(String).sort();
}
