import type { FileKind } from "../protocol.ts";
import { readNotebook } from "../service/notebook/read.ts";
import { isPinFile } from "../service/pins.ts";
import type { Analysis } from "./analysis.ts";
import type { Documents } from "./documents.ts";
import { LeftOut } from "./left_out.ts";
import type { FilePort } from "./ports.ts";
import { readIgnores, readStated } from "./project_files.ts";
import type { Project } from "./projects.ts";
import { isInside, toKey } from "./uris.ts";

export interface FileIndexPorts {
  readonly documents: Documents;
  readonly analysis: Analysis;
  readonly files: FilePort;
  readonly turn: () => Promise<void>;
  /** What findings rest on has changed. */
  readonly changed: (project: Project) => void;
  /** For the person who wrote a file of the project's: what is wrong there. */
  readonly warn: (message: string) => void;
}

/** Keeps the analyser's knowledge of the files that no editor has open: at the start, and as they change on disk. */
export class FileIndex {
  readonly #ports: FileIndexPorts;
  /** Bumped to stop a reading that a newer one replaces. */
  readonly #readings = new WeakMap<Project, number>();
  /** What is wrong with a project's files, as it was last told. */
  readonly #warned = new WeakMap<Project, readonly string[]>();

  constructor(ports: FileIndexPorts) {
    this.#ports = ports;
  }

  /** Reads what the project's files pin and set. */
  async stated(project: Project): Promise<void> {
    const { folder } = project;
    if (folder === undefined) return;
    const { files, warn, changed } = this.#ports;
    const rules = (): ReadonlySet<string> => new Set(project.service.rules().flatMap(({ id, family }) => [id, family]));
    const shownPath = (uri: string): string => project.shownPath(uri);
    const { stated, warnings } = await readStated(folder, { files, shownPath, rules });
    const before = this.#warned.get(project) ?? [];
    for (const warning of warnings) if (!before.includes(warning)) warn(warning);
    this.#warned.set(project, warnings);
    if (project.configure(project.settings, stated)) changed(project);
  }

  /**
   * Tells the analyser every Python file of the folder, unless none of them names SQLAlchemy: a file that names it
   * nowhere can still be handed a Session by another.
   */
  async read(project: Project): Promise<void> {
    const { folder } = project;
    const reading = (this.#readings.get(project) ?? 0) + 1;
    this.#readings.set(project, reading);
    if (folder === undefined || project.settings.index.maxFiles === 0) {
      project.busy = false;
      return;
    }
    const isStale = (): boolean => this.#readings.get(project) !== reading;
    project.busy = true;
    project.indexed = project.indexing;
    const before = [...project.files];
    try {
      const leftOut = new LeftOut(folder, await readIgnores(folder, this.#ports.files), project.exclusion);
      if (isStale()) return;
      project.leftOut = leftOut;
      const leavesOut = (uri: string, isFolder: boolean): boolean => leftOut.has(uri, isFolder);
      const { index, diagnostics } = project.settings;
      const find = (kind: FileKind): Promise<readonly string[]> =>
        this.#ports.files.find(folder, kind, index.maxFiles, leavesOut);
      // No file imports from a notebook: only its own findings are of use.
      const uris = [...(await find("python")), ...(diagnostics.workspace ? await find("notebooks") : [])];
      this.#forget(project, before, new Set(uris.map(toKey)));
      const waiting: File[] = [];
      let isUsed = this.#ports.documents.all().some(({ text }) => names.test(text));
      for (let at = 0; at < uris.length && !isStale(); at += batch) {
        const texts = await Promise.all(uris.slice(at, at + batch).map((uri) => this.#file(project, uri)));
        waiting.push(...texts.filter((file) => file !== undefined));
        isUsed ||= waiting.some(({ text }) => names.test(text));
        if (isUsed) await this.#tell(project, waiting.splice(0), isStale);
        await this.#ports.turn();
      }
    } finally {
      if (!isStale()) {
        project.busy = false;
        this.#ports.changed(project);
      }
    }
  }

  /**
   * Files changed, came or went on disk. What an editor has open is the editor's. Tells whether all files are to be read
   * anew, as other ones count now.
   */
  async update(project: Project, uris: readonly string[]): Promise<boolean> {
    const paths = uris.map((uri) => ({ uri, path: project.shownPath(uri) }));
    const exclusion = JSON.stringify(project.exclusion);
    if (paths.some(({ path }) => isPinFile(path))) await this.stated(project);
    if (paths.some(({ path }) => /(^|\/)\.gitignore$/.test(path)) || exclusion !== JSON.stringify(project.exclusion)) {
      return true;
    }
    let isChanged = false;
    for (const { uri } of paths.filter(({ path }) => /\.(?:pyi?|ipynb)$/i.test(path))) {
      isChanged = (await this.refresh(project, uri)) || isChanged;
    }
    if (isChanged) this.#ports.changed(project);
    return false;
  }

  /** Takes one file's text from the disk, or forgets a file that isn't there. Tells whether that was news. */
  async refresh(project: Project, uri: string): Promise<boolean> {
    const key = toKey(uri);
    const isFile = project.folder !== undefined && isInside(uri, project.folder);
    const file = isFile && !project.leftOut?.has(uri) ? await this.#file(project, uri) : undefined;
    if (this.#ports.documents.unit(key)) return false;
    const known = project.service.document(key);
    if (file) {
      const isNews = known?.text !== file.text;
      // A document that was open a moment ago is to become a file again, even with the same text.
      if (isNews || !project.files.has(key)) await this.#ports.analysis.tellFile(project, key, file.text);
      return isNews;
    }
    project.files.delete(key);
    project.apply({ kind: "remove", uri: key });
    // No other file can import from what has no file.
    return known !== undefined && isFile;
  }

  /** Of a notebook, the Python in it; `undefined` for what is not ours to read. */
  async #file(project: Project, uri: string): Promise<File | undefined> {
    const key = toKey(uri);
    const isNotebook = /\.ipynb$/i.test(key);
    project.notebooks.delete(key);
    if (isNotebook && !project.settings.diagnostics.workspace) return undefined;
    let text = await this.#ports.files.read(uri);
    if (isNotebook && text !== undefined) {
      const notebook = readNotebook(text);
      text = "fault" in notebook ? undefined : notebook.text;
      if (!("fault" in notebook)) project.notebooks.set(key, notebook);
    }
    return text === undefined || text.length > mostUnits ? undefined : { key, text };
  }

  async #tell(project: Project, files: readonly File[], isStale: () => boolean): Promise<void> {
    for (const { key, text } of files) {
      if (isStale()) return;
      if (this.#ports.documents.unit(key)) continue;
      const isKnown = project.files.has(key) && project.service.document(key)?.text === text;
      if (!isKnown) await this.#ports.analysis.tellFile(project, key, text);
    }
  }

  /** Of the files that were known, those that don't count any more. */
  #forget(project: Project, known: readonly string[], present: ReadonlySet<string>): void {
    for (const key of known) {
      if (present.has(key) || !project.files.delete(key)) continue;
      project.apply({ kind: "remove", uri: key });
    }
  }
}

interface File {
  readonly key: string;
  readonly text: string;
}

const names = /sqlalchemy|sqlmodel/i;
const batch = 32;
/** Files beyond are data, or generated: they slow everything down and declare nothing. */
const mostUnits = 1_000_000;
