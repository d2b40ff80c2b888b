import { type CancellationToken, LSPErrorCodes, ResponseError } from "vscode-languageserver";
import type { DocumentVersion, ExcludedDocument } from "../protocol.ts";
import type { Documents, OpenDocument } from "./documents.ts";
import type { Project, Projects } from "./projects.ts";
import { toKey } from "./uris.ts";

export interface AnalysisPorts {
  readonly documents: Documents;
  /** Settles when the analyser is loaded. */
  readonly projects: Promise<Projects>;
  readonly turn: () => Promise<void>;
  /** Leaves word of the document that work starts on, `null` at its end; settles when the word is out. */
  readonly crumb: (document: DocumentVersion | null) => Promise<void>;
  /** Document versions that an earlier server died on. */
  readonly quarantine: readonly DocumentVersion[];
}

/**
 * The way to the analyser. Edits are kept until someone asks, then told in one piece: ten thousand changes that no one
 * asks about in between cost one parse.
 */
export class Analysis {
  readonly #ports: AnalysisPorts;
  readonly #quarantine: ReadonlyMap<string, number>;
  /** Versions that were analysed and survived. */
  readonly #survived = new WeakMap<OpenDocument, number>();

  constructor(ports: AnalysisPorts) {
    this.#ports = ports;
    this.#quarantine = new Map(ports.quarantine.map(({ uri, version }) => [toKey(uri), version]));
  }

  /**
   * Runs `use` on the document's newest text, at once after the analyser learnt it. `undefined` for a document that is
   * closed or left alone. Throws ResponseError when cancelled.
   */
  async latest<T>(
    document: OpenDocument,
    token: CancellationToken,
    use: (project: Project) => T,
  ): Promise<T | undefined> {
    const projects = await this.#ports.projects;
    const project = projects.of(document.uri);
    await project.ready;
    await this.#ports.turn();
    throwIfCancelled(token);
    await this.tellOpen(project);
    const isNew = this.#survived.get(document) !== document.version;
    if (isNew) await this.#ports.crumb({ uri: document.uri, version: document.version });
    try {
      // The awaits let messages in: what has come since is told first.
      throwIfCancelled(token);
      return this.#tellNow(document, project) ? use(project) : undefined;
    } finally {
      if (isNew) void this.#ports.crumb(null);
      this.#survived.set(document, document.version);
    }
  }

  /** As `latest`, for an answer that speaks of positions: throws ContentModified when the text changed since the question. */
  async asked<T>(
    document: OpenDocument,
    token: CancellationToken,
    use: (project: Project) => T,
  ): Promise<T | undefined> {
    const { version } = document;
    return this.latest(document, token, (project) => {
      throwIfChanged(document, version);
      return use(project);
    });
  }

  /** Tells what is open of a project: findings of its closed files rest on that, too. */
  async tellOpen(project: Project): Promise<void> {
    const projects = await this.#ports.projects;
    for (const document of this.#ports.documents.all()) {
      if (projects.of(document.uri) === project) await this.#tell(document, project);
    }
  }

  /** Tells a closed file; of one that an earlier server died on, nothing. */
  async tellFile(project: Project, key: string, text: string): Promise<void> {
    if (this.#quarantine.get(key) === closedVersion) return;
    project.service.apply([{ kind: "set", uri: key, version: closedVersion, text, open: false }]);
    project.files.add(key);
  }

  excluded(): readonly ExcludedDocument[] {
    return this.#ports.documents.all().flatMap((document): readonly ExcludedDocument[] => {
      if (this.#isQuarantined(document)) return [{ uri: document.uri, why: "quarantined" }];
      return document.size === "normal" ? [] : [{ uri: document.uri, why: document.size }];
    });
  }

  #isQuarantined(document: OpenDocument): boolean {
    return this.#quarantine.get(document.key) === document.version;
  }

  #canTell(document: OpenDocument): boolean {
    return document.isDue && !document.isTold && !this.#isQuarantined(document);
  }

  async #tell(document: OpenDocument, project: Project): Promise<void> {
    if (!this.#canTell(document)) return;
    await this.#ports.crumb({ uri: document.uri, version: document.version });
    this.#tellNow(document, project);
  }

  /** Whether the analyser knows the newest text now. */
  #tellNow(document: OpenDocument, project: Project): boolean {
    if (this.#ports.documents.get(document.uri) !== document) return false;
    if (this.#canTell(document)) {
      project.service.apply([document.tell()]);
      project.files.delete(document.key);
    }
    return document.isTold;
  }
}

/** Files that no editor has open have one version: the present one. */
export const closedVersion = 0;

export function throwIfCancelled(token: CancellationToken): void {
  if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, "cancelled");
}

export function throwIfChanged(document: OpenDocument, version: number): void {
  if (document.version !== version) throw new ResponseError(LSPErrorCodes.ContentModified, "the document changed");
}
