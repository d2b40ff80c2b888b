import type { Location } from "vscode-languageserver";
import type { Evidence, Finding } from "../engine/finding.ts";
import type { Place } from "../resolve/index.ts";
import type { Notebook } from "../service/notebook/read.ts";
import type { Config, DocumentChange, Glance, Service } from "../service/types.ts";
import type { Span } from "../syntax/text.ts";
import { defaultSettings, type Settings, type Stated, toConfig } from "./config.ts";
import type { Documents, OpenDocument } from "./documents.ts";
import { LeftOut } from "./left_out.ts";
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
  /** What of the settings decided which files were last read; `undefined` before. */
  indexed: string | undefined;
  /** Of the files, those that are notebooks: what the analyser knows of them is not their text. */
  readonly notebooks = new Map<string, Notebook>();
  /** Grows with every change of what a finding's presentation depends on besides the finding. */
  generation = 0;
  /** Grows with every change that the analyser is told. */
  changes = 0;
  /** Settles once the files that pin a release have been read: no finding is shown before. */
  ready: Promise<void> = Promise.resolve();
  /** Settles once the files that no editor has open have been read. */
  read: Promise<void> = Promise.resolve();
  /** Which files are not to be read: what .gitignore files say, once they have been read, and the project's settings. */
  leftOut: LeftOut | undefined;
  #settings: Settings = defaultSettings;
  #stated: Stated = {};
  #config: Config = toConfig(defaultSettings, {});
  #excluded: LeftOut | undefined;
  #wanted = new WeakMap<readonly Finding[], readonly Finding[]>();

  constructor(folder: string | undefined, service: Service) {
    this.folder = folder;
    this.service = service;
    service.configure(this.#config);
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** What of the settings decides which files are read. */
  get indexing(): string {
    const { index, diagnostics } = this.#settings;
    return `${index.maxFiles} ${diagnostics.workspace}`;
  }

  get config(): Config {
    return this.#config;
  }

  get stated(): Stated {
    return this.#stated;
  }

  /**
   * Tells whether anything changed.
   *
   * @param stated what the project's files say; as before without it
   */
  configure(settings: Settings, stated: Stated = this.#stated): boolean {
    const config = toConfig(settings, stated);
    const before = JSON.stringify([this.#settings, this.#stated, this.#config]);
    if (before === JSON.stringify([settings, stated, config])) return false;
    if (JSON.stringify(config) !== JSON.stringify(this.#config)) this.service.configure(config);
    this.#settings = settings;
    this.#stated = stated;
    this.#config = config;
    const exclusion = this.exclusion;
    this.#excluded =
      exclusion && this.folder !== undefined ? new LeftOut(this.folder, new Map(), exclusion) : undefined;
    this.#wanted = new WeakMap();
    this.generation++;
    return true;
  }

  /** What the settings in the project's files leave out. */
  get exclusion(): { readonly folder: string; readonly patterns: readonly string[] } | undefined {
    const { settings } = this.#stated;
    return settings?.values.exclude && { folder: settings.folder, patterns: settings.values.exclude };
  }

  /** The findings of a document that the project wants; the same array until something that they rest on changes. */
  findings(key: string): readonly Finding[] {
    return this.#excluded?.has(key) ? none : this.#wantedOf(this.service.findings(key));
  }

  /** Those right after an edit of an open document, as `Service.glance` has them. */
  glance(key: string): Glance {
    if (this.#excluded?.has(key)) return { findings: none, isWhole: true };
    const { findings, isWhole } = this.service.glance(key);
    return { findings: this.#wantedOf(findings), isWhole };
  }

  #wantedOf(all: readonly Finding[]): readonly Finding[] {
    const effects = this.#stated.settings?.values.effect;
    if (!effects) return all;
    let wanted = this.#wanted.get(all);
    if (!wanted) {
      wanted = all.filter(({ effect }) => effects.includes(effect));
      this.#wanted.set(all, wanted);
    }
    return wanted;
  }

  /** The files but for notebooks, of which nothing can be shown or changed until an editor has them open. */
  modules(): readonly string[] {
    return [...this.files].filter((key) => !this.notebooks.has(key));
  }

  apply(change: DocumentChange): void {
    this.changes++;
    this.service.apply([change]);
  }

  shownPath(uri: string): string {
    return shownPath(uri, this.folder);
  }
}

const none: readonly Finding[] = [];

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

  /** Where a span of what the analyser knows stands for people; `undefined` where that isn't known any more. */
  at(key: string, span: Span): Standing | undefined {
    const unit = this.#documents.unit(key);
    if (!unit) {
      const lines = this.closed(key);
      return lines && { uri: key, lines };
    }
    const document = unit.holding(span);
    return document && { uri: document.uri, lines: document.lines, document };
  }

  /** The text of a file that no editor has open, as the analyser knows it. */
  closed(key: string): Lines | undefined {
    if (!this.#lines.has(key)) {
      const known = this.#project.service.document(key);
      this.#lines.set(key, known && new Lines(known.text));
    }
    return this.#lines.get(key);
  }

  locate = ({ at }: Evidence): Location | undefined => {
    const found = at && this.at(at.uri, at.span);
    return at && found && { uri: found.uri, range: found.lines.rangeOf(at.span) };
  };

  /** "app/models.py:12", "notes.ipynb:cell 3:2" */
  shown({ uri, span, line }: Place): string {
    const path = this.#project.shownPath(uri);
    const document = this.at(uri, span)?.document;
    if (document?.cell === undefined) return `${path}:${line}`;
    return `${path}:cell ${document.cell}:${document.lines.positionAt(span.start).line + 1}`;
  }
}

export interface Standing {
  readonly uri: string;
  readonly lines: Lines;
  /** Where an editor has it open. */
  readonly document?: OpenDocument;
}

/** A notebook's cell lies where its notebook lies: `vscode-notebook-cell:/a/b.ipynb#x` in the folder `file:///a`. */
function ownerUri(uri: string): string {
  const cell = /^vscode-notebook-cell:(?:\/\/[^/]*)?(\/[^#]*)/.exec(uri);
  return cell ? `file://${cell[1]}` : uri;
}
