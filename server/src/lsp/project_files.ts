import { readConfiguration } from "../service/configuration.ts";
import { unknownName } from "../service/nearest.ts";
import { releaseOf } from "../service/pins.ts";
import type { Stated, StatedSettings } from "./config.ts";
import type { FilePort } from "./ports.ts";
import { folderOf } from "./uris.ts";

export interface ProjectFilesPorts {
  readonly files: FilePort;
  /** The uri's path for people to read. */
  readonly shownPath: (uri: string) => string;
  /** Names of rules and families. */
  readonly rules: () => ReadonlySet<string>;
}

/** What the files of a workspace folder say of the whole: the release they pin, and our settings; with what is wrong there. */
export async function readStated(
  folder: string,
  { files, shownPath, rules }: ProjectFilesPorts,
): Promise<{ readonly stated: Stated; readonly warnings: readonly string[] }> {
  const uris = await files.find(folder, "pins", mostPinFiles);
  const pins = await Promise.all(
    uris.map(async (uri) => ({ path: shownPath(uri), text: (await files.read(uri)) ?? "" })),
  );
  const release = releaseOf(pins);
  const { settings, warnings } = await settingsFor(folder, files, shownPath);
  const named = [...(settings?.values.select ?? []), ...(settings?.values.ignore ?? [])];
  const unknown = named.filter((name) => !rules().has(name));
  return {
    stated: { ...(release && { release }), ...(settings && { settings }) },
    warnings: [...warnings, ...unknown.map((name) => `${settings?.file}: ${unknownName("rule", name, rules())}`)],
  };
}

/** The .gitignore files that count for a workspace folder, by their folders: those below it, and those above in its repository. */
export async function readIgnores(folder: string, files: FilePort): Promise<ReadonlyMap<string, string>> {
  const found = await files.find(folder, "ignores", mostIgnoreFiles);
  const uris = [...(await ignoresAbove(folder, files)), ...found];
  const texts = await Promise.all(uris.map(async (uri) => [folderOf(uri) ?? "", await files.read(uri)] as const));
  return new Map(texts.flatMap(([at, text]) => (text === undefined ? [] : [[at, text] as const])));
}

const mostPinFiles = 200;
const mostIgnoreFiles = 2000;
const mostFolders = 40;

/** Of the nearest pyproject.toml, the folder's own or of a folder above, that has our table. */
async function settingsFor(
  folder: string,
  files: FilePort,
  shownPath: (uri: string) => string,
): Promise<{ readonly settings?: StatedSettings; readonly warnings: readonly string[] }> {
  for (const at of [folder.replace(/\/+$/, ""), ...foldersAbove(folder)]) {
    const uri = `${at}/pyproject.toml`;
    const text = await files.read(uri);
    const found = text === undefined ? undefined : readConfiguration(text, shownPath(uri));
    if (!found) continue;
    if ("fault" in found) return { warnings: [found.fault] };
    const { settings: values, warning } = found;
    const settings = { values, file: shownPath(uri), folder: at };
    return { settings, warnings: warning === undefined ? [] : [warning] };
  }
  return { warnings: [] };
}

/** Outside of a repository, none: what lies above a folder that someone opened is another project's. */
async function ignoresAbove(folder: string, { read }: FilePort): Promise<readonly string[]> {
  const isRepository = async (at: string): Promise<boolean> =>
    (await read(`${at}/.git/HEAD`)) !== undefined || (await read(`${at}/.git`)) !== undefined;
  if (await isRepository(folder.replace(/\/+$/, ""))) return [];
  const above: string[] = [];
  for (const at of foldersAbove(folder)) {
    above.push(`${at}/.gitignore`);
    if (await isRepository(at)) return above;
  }
  return [];
}

function foldersAbove(folder: string): readonly string[] {
  const above: string[] = [];
  for (let at = folderOf(folder); at !== undefined && above.length < mostFolders; at = folderOf(at)) above.push(at);
  return above;
}
