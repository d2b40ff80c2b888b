import { isPinFile, releaseOf } from "../service/pins.ts";
import type { Analysis } from "./analysis.ts";
import type { Documents } from "./documents.ts";
import type { FilePort } from "./ports.ts";
import type { Project } from "./projects.ts";
import { toKey } from "./uris.ts";

export interface FileIndexPorts {
  readonly documents: Documents;
  readonly analysis: Analysis;
  readonly files: FilePort;
  readonly turn: () => Promise<void>;
  /** What findings rest on has changed. */
  readonly changed: (project: Project) => void;
}

/** Keeps the analyser's knowledge of the files that no editor has open: at the start, and as they change on disk. */
export class FileIndex {
  readonly #ports: FileIndexPorts;
  /** Bumped to stop a reading that a newer one replaces. */
  readonly #readings = new WeakMap<Project, number>();

  constructor(ports: FileIndexPorts) {
    this.#ports = ports;
  }

  /** Reads what the project's files pin. */
  async pins(project: Project): Promise<void> {
    const { folder } = project;
    if (folder === undefined) return;
    const uris = await this.#ports.files.find(folder, "pins", mostPinFiles);
    const files = await Promise.all(
      uris.map(async (uri) => ({ path: project.shownPath(uri), text: (await this.#ports.files.read(uri)) ?? "" })),
    );
    if (project.configure(project.settings, releaseOf(files) ?? null)) this.#ports.changed(project);
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
    project.indexed = project.settings.index.maxFiles;
    try {
      const uris = await this.#ports.files.find(folder, "python", project.settings.index.maxFiles);
      const waiting: File[] = [];
      let isUsed = this.#ports.documents.all().some(({ lines }) => names.test(lines.text));
      for (let at = 0; at < uris.length && !isStale(); at += batch) {
        const texts = await Promise.all(uris.slice(at, at + batch).map((uri) => this.#file(uri)));
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

  /** Files changed, came or went on disk. What an editor has open is the editor's. */
  async update(project: Project, uris: readonly string[]): Promise<void> {
    const paths = uris.map((uri) => ({ uri, path: project.shownPath(uri) }));
    if (paths.some(({ path }) => isPinFile(path))) await this.pins(project);
    let isChanged = false;
    for (const { uri } of paths.filter(({ path }) => /\.pyi?$/i.test(path))) {
      isChanged = (await this.refresh(project, uri)) || isChanged;
    }
    if (isChanged) this.#ports.changed(project);
  }

  /** Takes one file's text from the disk, or forgets a file that isn't there. Tells whether that was news. */
  async refresh(project: Project, uri: string): Promise<boolean> {
    const key = toKey(uri);
    const file = project.folder === undefined || !key.startsWith("file:") ? undefined : await this.#file(uri);
    if (this.#ports.documents.get(key)) return false;
    const known = project.service.document(key);
    if (file) {
      const isNews = known?.text !== file.text;
      // A document that was open a moment ago is to become a file again, even with the same text.
      if (isNews || !project.files.has(key)) await this.#ports.analysis.tellFile(project, key, file.text);
      return isNews;
    }
    project.files.delete(key);
    project.service.apply([{ kind: "remove", uri: key }]);
    // No other file can import from what has no file.
    return known !== undefined && key.startsWith("file:");
  }

  async #file(uri: string): Promise<File | undefined> {
    const text = await this.#ports.files.read(uri);
    return text === undefined || text.length > mostUnits ? undefined : { key: toKey(uri), text };
  }

  async #tell(project: Project, files: readonly File[], isStale: () => boolean): Promise<void> {
    for (const { key, text } of files) {
      if (isStale()) return;
      if (!this.#ports.documents.get(key)) await this.#ports.analysis.tellFile(project, key, text);
    }
  }
}

interface File {
  readonly key: string;
  readonly text: string;
}

const names = /sqlalchemy|sqlmodel/i;
const batch = 32;
const mostPinFiles = 200;
/** Files beyond are data, or generated: they slow everything down and declare nothing. */
const mostUnits = 1_000_000;
