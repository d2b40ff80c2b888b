import type { Location } from "vscode-languageserver";
import type { Evidence } from "../engine/finding.ts";
import type { Release } from "../service/pins.ts";
import type { Config, Service } from "../service/types.ts";
import { defaultSettings, type Settings, toConfig } from "./config.ts";
import type { Documents } from "./documents.ts";
import { Lines } from "./lines.ts";
import { isInside, shownPath, toKey } from "./uris.ts";

/**
 * A workspace folder with an analyser of its own, because two folders may run two releases of SQLAlchemy. The project
 * without a folder takes what lies outside of all others: single files, untitled documents.
 */
export class Project {
  readonly folder: string | undefined;
  readonly service: Service;
  /** Keys of the files that the analyser knows though no editor has them open. */
  readonly files = new Set<string>();
  /** Whether the files are still to be read, or being read. */
  busy = false;
  /** The most files that were asked for when they were last read; `undefined` before. */
  indexed: number | undefined;
  /** Grows with every change of what a finding's presentation depends on besides the finding. */
  generation = 0;
  /** Settles once the files that pin a release have been read: no finding is shown before. */
  ready: Promise<void> = Promise.resolve();
  /** Settles once the files that no editor has open have been read. */
  read: Promise<void> = Promise.resolve();
  #settings: Settings = defaultSettings;
  #release: Release | undefined;
  #config: Config = toConfig(defaultSettings, undefined);

  constructor(folder: string | undefined, service: Service) {
    this.folder = folder;
    this.service = service;
    service.configure(this.#config);
  }

  get settings(): Settings {
    return this.#settings;
  }

  get config(): Config {
    return this.#config;
  }

  /**
   * Tells whether anything changed.
   *
   * @param release what the files pin, `null` when they pin nothing; as before without it
   */
  configure(settings: Settings, release: Release | null | undefined = this.#release): boolean {
    const config = toConfig(settings, release ?? undefined);
    const before = JSON.stringify([this.#settings, this.#config]);
    if (before === JSON.stringify([settings, config])) return false;
    if (JSON.stringify(config) !== JSON.stringify(this.#config)) this.service.configure(config);
    this.#settings = settings;
    this.#release = release ?? undefined;
    this.#config = config;
    this.generation++;
    return true;
  }

  shownPath(uri: string): string {
    return shownPath(uri, this.folder);
  }
}

/** The projects by their folders, and who owns which document. */
export class Projects {
  readonly #make: () => Service;
  readonly #loose: Project;
  #folders: readonly Project[] = [];

  constructor(make: () => Service) {
    this.#make = make;
    this.#loose = new Project(undefined, make());
  }

  /** Those with a folder first, in the client's order. */
  all(): readonly Project[] {
    return [...this.#folders, this.#loose];
  }

  /** The innermost folder that holds the document. */
  of(uri: string): Project {
    const path = ownerUri(uri);
    const holding = this.#folders.filter(({ folder }) => folder !== undefined && isInside(path, folder));
    const length = ({ folder }: Project): number => toKey(folder ?? "").length;
    return holding.sort((a, b) => length(b) - length(a))[0] ?? this.#loose;
  }

  /** An analyser that knows no file of anyone's. Who asks for it disposes of it. */
  detached(): Service {
    return this.#make();
  }

  add(folder: string): Project {
    const project = new Project(folder, this.#make());
    this.#folders = [...this.#folders, project];
    return project;
  }

  remove(folder: string): Project | undefined {
    const gone = this.#folders.find(
      (project) => project.folder !== undefined && toKey(project.folder) === toKey(folder),
    );
    if (!gone) return undefined;
    this.#folders = this.#folders.filter((project) => project !== gone);
    gone.service.dispose();
    return gone;
  }

  dispose(): void {
    for (const project of this.all()) project.service.dispose();
  }
}

/** Texts to compute positions on, of documents open or not; good for one answer, in which no text changes. */
export class Places {
  readonly #documents: Documents;
  readonly #project: Project;
  readonly #lines = new Map<string, Lines | undefined>();

  constructor(documents: Documents, project: Project) {
    this.#documents = documents;
    this.#project = project;
  }

  /** The present text of an open document, else what the analyser knows. */
  linesOf(key: string): Lines | undefined {
    const open = this.#documents.get(key);
    if (open) return open.lines;
    if (!this.#lines.has(key)) {
      const known = this.#project.service.document(key);
      this.#lines.set(key, known && new Lines(known.text));
    }
    return this.#lines.get(key);
  }

  locate = ({ at }: Evidence): Location | undefined => {
    const lines = at && this.linesOf(at.uri);
    if (!at || !lines) return undefined;
    return { uri: this.#documents.get(at.uri)?.uri ?? at.uri, range: lines.rangeOf(at.span) };
  };
}

/** A notebook's cell lies where its notebook lies: `vscode-notebook-cell:/a/b.ipynb#x` in the folder `file:///a`. */
function ownerUri(uri: string): string {
  const cell = /^vscode-notebook-cell:(?:\/\/[^/]*)?(\/[^#]*)/.exec(uri);
  return cell ? `file://${cell[1]}` : uri;
}
