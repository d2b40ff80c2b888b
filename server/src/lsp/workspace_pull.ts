import type {
  CancellationToken,
  WorkspaceDiagnosticParams,
  WorkspaceDocumentDiagnosticReport,
} from "vscode-languageserver";
import type { Analysis } from "./analysis.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { Documents } from "./documents.ts";
import type { Projects } from "./projects.ts";
import { toKey } from "./uris.ts";

export interface WorkspacePullPorts {
  readonly documents: Documents;
  readonly diagnostics: Diagnostics;
  readonly analysis: Analysis;
  readonly projects: Promise<Projects>;
}

/**
 * Diagnostics of the files that aren't open. Clients ask again as soon as they have an answer: one who has everything
 * waits here until something changes.
 */
export class WorkspacePull {
  readonly #ports: WorkspacePullPorts;
  #revision = 0;
  #answered = -1;
  #waiting: (() => void)[] = [];

  constructor(ports: WorkspacePullPorts) {
    this.#ports = ports;
  }

  changed(): void {
    this.#revision++;
    for (const go of this.#waiting.splice(0)) go();
  }

  async pull(
    { previousResultIds }: WorkspaceDiagnosticParams,
    token: CancellationToken,
    send: (items: WorkspaceDocumentDiagnosticReport[]) => void,
  ): Promise<void> {
    const projects = await this.#ports.projects;
    const isRepeated = previousResultIds.length > 0;
    if (isRepeated && this.#answered === this.#revision) await this.#change(token);
    const revision = this.#revision;
    const previous = new Map(previousResultIds.map(({ uri, value }) => [toKey(uri), value]));
    for (const project of projects.all()) {
      await project.ready;
      if (!project.settings.diagnostics.workspace) continue;
      await this.#ports.analysis.tellOpen(project);
      await this.#ports.diagnostics.pullProject(project, previous, token, send);
    }
    // Of an open notebook it is the cells that are reported, under their own uris.
    const isOpen = (key: string): boolean => this.#ports.documents.get(key) !== undefined;
    const gone = [...previous.keys()].filter((key) => !this.#isShown(key, projects) && !isOpen(key));
    if (gone.length > 0) send(gone.map((uri) => ({ kind: "full", uri, version: null, items: [] })));
    this.#answered = revision;
  }

  #isShown(key: string, projects: Projects): boolean {
    const project = projects.of(key);
    return project.settings.diagnostics.workspace && project.files.has(key);
  }

  #change(token: CancellationToken): Promise<void> {
    return new Promise((go) => {
      this.#waiting.push(go);
      token.onCancellationRequested(() => go());
    });
  }
}
