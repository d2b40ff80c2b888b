import type { Connection, FileEvent, WorkspaceFoldersChangeEvent } from "vscode-languageserver";
import type { DocumentVersion } from "../protocol.ts";
import { Analysis } from "./analysis.ts";
import type { ClientFeatures } from "./client_features.ts";
import { readSettings, type Settings } from "./config.ts";
import type { Documents, OpenDocument } from "./documents.ts";
import { FileIndex } from "./index_files.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { ServerPorts } from "./ports.ts";
import { type Project, Projects } from "./projects.ts";
import { Registrations } from "./registrations.ts";
import type { Translate } from "./strings.ts";

export interface WorkspacePorts extends ServerPorts {
  readonly connection: Connection;
  readonly lifecycle: Lifecycle;
  readonly features: ClientFeatures;
  readonly documents: Documents;
  readonly translate: Translate;
  readonly folders: readonly string[];
  /** The settings that came with initialize. */
  readonly settings: unknown;
  readonly quarantine: readonly DocumentVersion[];
  readonly crumb: (document: DocumentVersion | null) => Promise<void>;
  /** What is shown of any document may have changed. */
  readonly changed: () => void;
}

/** What is drawn in the code beside the diagnostics, each by a setting of its own. */
export type Annotation = "inlayHints" | "codeLens";

/** The folders with their settings and files, kept as the client says they are. */
export class Workspace {
  /** Settles when the analyser is loaded. */
  readonly projects: Promise<Projects>;
  readonly analysis: Analysis;
  readonly #ports: WorkspacePorts;
  readonly #index: FileIndex;
  readonly #registrations: Registrations;
  #settings: Settings;
  #loaded: Projects | undefined;

  constructor(ports: WorkspacePorts) {
    const { connection, documents, features, files, turn, crumb, quarantine, changed } = ports;
    this.#ports = ports;
    this.#settings = this.#read(ports.settings);
    this.#registrations = new Registrations(connection, features);
    this.projects = this.#load();
    this.analysis = new Analysis({ documents, projects: this.projects, turn, crumb, quarantine });
    const warn = (message: string): void => connection.console.warn(message);
    this.#index = new FileIndex({ documents, analysis: this.analysis, files, turn, changed, warn });
  }

  /** Whether diagnostics of files that aren't open are wanted. */
  get wantsAll(): boolean {
    return this.#settings.diagnostics.workspace;
  }

  /** Whether a folder has it turned on. */
  hasEnabled(annotation: Annotation): boolean {
    const all = this.#loaded?.all().map(({ settings }) => settings) ?? [this.#settings];
    return all.some((settings) => settings[annotation].enabled);
  }

  async initialized(): Promise<void> {
    await this.#registrations.start(this.wantsAll);
    if (this.#ports.features.configuration) await this.configure();
  }

  /** @param pushed the settings that a client sends which can't be asked for them */
  async configure(pushed?: unknown): Promise<void> {
    const { connection, features } = this.#ports;
    const section = (pushed as { sqlalchemyCoach?: unknown } | null | undefined)?.sqlalchemyCoach;
    if (!features.configuration && section === undefined) return;
    const all = (await this.projects).all();
    const items = all.map(({ folder }) => ({
      section: "sqlalchemyCoach",
      ...(folder !== undefined && { scopeUri: folder }),
    }));
    const sections: unknown[] = features.configuration
      ? await connection.workspace.getConfiguration(items)
      : all.map(() => section);
    const changed = all.filter((project, index) => project.configure(this.#read(sections[index])));
    if (changed.length === 0) return;
    this.#settings = all[0]?.settings ?? this.#settings;
    await this.#registrations.diagnostics(all.some(({ settings }) => settings.diagnostics.workspace));
    for (const project of changed) {
      if (project.indexed !== undefined && project.indexed !== project.indexing) this.#readFiles(project);
    }
    this.#ports.changed();
  }

  /** What is on the disk is the truth of a closed document again, and others may see it differ. */
  async closed(document: OpenDocument): Promise<void> {
    this.analysis.closed(document);
    const { uri, key } = document.unit;
    // Cells that are still there are told anew.
    if (this.#ports.documents.unit(key)) return this.#ports.changed();
    const project = (await this.projects).of(uri);
    if (await this.#index.refresh(project, uri)) this.#ports.changed();
  }

  async filesChanged(changes: readonly FileEvent[]): Promise<void> {
    const projects = await this.projects;
    for (const project of projects.all()) {
      const own = changes.map(({ uri }) => uri).filter((uri) => projects.of(uri) === project);
      if (own.length > 0 && (await this.#index.update(project, own))) this.#readFiles(project);
    }
  }

  async foldersChanged({ added, removed }: WorkspaceFoldersChangeEvent): Promise<void> {
    const { documents, features, changed } = this.#ports;
    const projects = await this.projects;
    const owners = documents.units().map((unit) => ({ unit, before: projects.of(unit.uri) }));
    for (const { uri } of removed) projects.remove(uri);
    for (const { uri } of added) this.#start(projects.add(uri));
    for (const { unit, before } of owners) {
      if (projects.of(unit.uri) === before) continue;
      if (projects.all().includes(before)) before.apply({ kind: "remove", uri: unit.key });
      unit.forget();
    }
    if (features.configuration) await this.configure();
    changed();
  }

  async dispose(): Promise<void> {
    (await this.projects).dispose();
  }

  async #load(): Promise<Projects> {
    const { turn, services, lifecycle, folders, connection, translate } = this.#ports;
    // The answer to initialize goes out before the work begins.
    await turn();
    try {
      const make = await services();
      const log = { fault: (message: string) => lifecycle.fault("analyser", message) };
      const projects = new Projects(() => make(log));
      this.#loaded = projects;
      for (const project of projects.all()) this.#start(project);
      for (const folder of folders) this.#start(projects.add(folder));
      return projects;
    } catch (error) {
      connection.window.showErrorMessage(translate("SQLAlchemy Coach could not load its analyser."));
      throw error;
    }
  }

  #start(project: Project): void {
    project.configure(this.#settings);
    project.ready = this.#index
      .stated(project)
      .catch((error) => this.#ports.lifecycle.fault("the project's files", error));
    this.#readFiles(project);
  }

  #readFiles(project: Project): void {
    // From now on: before they are read, the files that pin a release are.
    project.busy = true;
    project.read = project.ready
      .then(() => this.#index.read(project))
      .catch((error) => this.#ports.lifecycle.fault("workspace files", error));
  }

  #read(raw: unknown): Settings {
    const { settings, warnings } = readSettings(raw);
    for (const warning of warnings) this.#ports.connection.console.warn(warning);
    return settings;
  }
}
