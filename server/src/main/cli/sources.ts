import { dirname, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Notebook, readNotebook } from "../../service/notebook/read.ts";
import { decode, decodingFault, type Encoding } from "./encoding.ts";
import { type FileFault, findFiles, readBytes, statsOf } from "./files.ts";
import type { Exclusion } from "./gitignore.ts";
import { compareText } from "./lists.ts";
import { type Project, shown } from "./project.ts";
import { namesLibrary, type RawFile, reachedFiles } from "./reach.ts";

/** One file as the analyser sees it, and what is needed to write it back. */
export interface Source {
  /** As reported: relative to the working directory, with forward slashes; of standard input its stated name or "-". */
  readonly path: string;
  /** Absolute; absent for standard input. */
  readonly file?: string;
  readonly uri: string;
  /** What is analysed: Python, without a byte order mark. */
  readonly text: string;
  readonly bytes: Buffer;
  readonly encoding: Encoding;
  readonly notebook?: Notebook;
  /** Whether it was asked for; the others are there so that it can be resolved against them. */
  readonly asked: boolean;
}

export interface Sources {
  /** Sorted by file. Only what SQLAlchemy can reach. */
  readonly all: readonly Source[];
  /** How many Python files and notebooks the paths hold. */
  readonly found: number;
  /** How many of those could be read and decoded. */
  readonly readable: number;
  readonly faults: readonly { readonly path: string; readonly message: string }[];
}

/** Reads the files that the paths (absolute) name, and those of the project that they may import. */
export function readSources(paths: readonly string[], project: Project): Sources {
  const { asked, context, faults } = filesOf(paths, project);
  const naming = new Set<string>();
  const decodable = new Set<string>();
  const raw: RawFile[] = [];
  for (const file of [...asked, ...context]) {
    const isAsked = asked.has(file);
    const bytes = readBytes(file);
    if ("fault" in bytes) {
      if (isAsked) faults.push({ file, message: bytes.fault });
      continue;
    }
    const named = namesLibrary(bytes);
    // A file that nothing of ours can be in is still to be told of where it can't be read.
    const fault = isAsked ? decodingFault(bytes) : undefined;
    if (fault !== undefined) {
      faults.push({ file, message: fault });
      continue;
    }
    if (isAsked) decodable.add(file);
    if (named) naming.add(file);
    raw.push(named ? kept(file, bytes) : readAgain(file));
  }
  const reached = reachedFiles(raw, naming);
  const all: Source[] = [];
  for (const { file, bytes } of raw) {
    if (!reached.has(file)) continue;
    const source = toSource(bytes(), {
      file,
      uri: pathToFileURL(file).href,
      path: shown(file),
      asked: asked.has(file),
    });
    if (!("fault" in source)) all.push(source);
    else if (asked.has(file)) {
      faults.push({ file, message: source.fault });
      decodable.delete(file);
    }
  }
  return {
    all: all.sort((a, b) => compareText(a.path, b.path)),
    found: asked.size,
    readable: decodable.size,
    faults: faults
      .map(({ file, message }) => ({ path: shown(file), message }))
      .sort((a, b) => compareText(a.path, b.path)),
  };
}

/** Standard input as one file. With a name it is resolved against the project that it is said to lie in. */
export async function readStandardInput(name: string | undefined, project: Project): Promise<Sources> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const file = resolve(name ?? "stdin.py");
  const path = name === undefined ? "-" : shown(file);
  const source = toSource(bytes, { uri: pathToFileURL(file).href, path, asked: true }, extname(file));
  if ("fault" in source) return { all: [], found: 1, readable: 0, faults: [{ path, message: source.fault }] };
  const around = name === undefined || project.root === undefined ? [] : readSources([], project).all;
  const others = around.filter(({ uri }) => uri !== source.uri);
  return { all: [...others, source], found: 1, readable: 1, faults: [] };
}

interface Files {
  readonly asked: ReadonlySet<string>;
  readonly context: readonly string[];
  readonly faults: FileFault[];
}

function filesOf(paths: readonly string[], { root, configuration }: Project): Files {
  const asked = new Set<string>();
  const faults: FileFault[] = [];
  const { settings, file } = configuration;
  const exclude: Exclusion = { patterns: settings.exclude ?? [], folder: file === undefined ? "" : dirname(file) };
  for (const path of paths) {
    if (!statsOf(path)?.isDirectory()) {
      asked.add(path);
      continue;
    }
    const found = findFiles(path, { boundary: root ?? path, exclude });
    for (const file of found.files) asked.add(file);
    faults.push(...found.faults);
  }
  if (root === undefined || paths.includes(root)) return { asked, context: [], faults };
  const around = findFiles(root, { boundary: root, exclude }).files;
  return { asked, context: around.filter((file) => !asked.has(file)), faults };
}

const kept = (file: string, bytes: Buffer): RawFile => ({ file, bytes: () => bytes });

/** A file that vanished in the meantime reads as empty. */
const readAgain = (file: string): RawFile => ({
  file,
  bytes() {
    const bytes = readBytes(file);
    return "fault" in bytes ? Buffer.alloc(0) : bytes;
  },
});

function toSource(
  bytes: Buffer,
  known: Pick<Source, "file" | "uri" | "path" | "asked">,
  ending = extname(known.path),
): Source | { readonly fault: string } {
  const decoded = decode(bytes);
  if ("fault" in decoded) return decoded;
  const { text, encoding } = decoded;
  if (ending !== ".ipynb") return { ...known, text, bytes, encoding };
  const notebook = readNotebook(text);
  return "fault" in notebook ? notebook : { ...known, text: notebook.text, bytes, encoding, notebook };
}
