import { type CancellationToken, LSPErrorCodes, ResponseError } from "vscode-languageserver";
import type { DocumentVersion, ExcludedDocument } from "../protocol.ts";
import type { Service } from "../service/types.ts";
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
  /** What the client was last told that work starts on. */
  #word: DocumentVersion | undefined;
  /** Analyses on their way: whoever waits for one takes it on, and it stays where it is while no one does. */
  readonly #underway = new Map<OpenDocument, Underway>();

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
    if (isNew) await this.#leaveWord(document);
    try {
      // The awaits let messages in: what has come since is told first.
      for (;;) {
        throwIfCancelled(token);
        if (!this.#tellNow(document, project)) return undefined;
        if (this.#isAnalysed(document, project)) break;
        await this.#ports.turn();
      }
      const { version } = document;
      const answer = use(project);
      this.#survived.set(document, version);
      return answer;
    } finally {
      if (isNew) this.#takeWordBack();
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

  /** Whether an answer about the document would still take the rest of a long analysis. */
  isUnderway(document: OpenDocument): boolean {
    return this.#underway.has(document);
  }

  /** A document is closed: what was begun for it is not carried on. */
  closed(document: OpenDocument): void {
    this.#underway.get(document)?.steps.return();
    this.#underway.delete(document);
  }

  /** Works on a document for a moment. Whether it is analysed by then, or is one that is analysed in a moment. */
  #isAnalysed(document: OpenDocument, { service }: Project): boolean {
    let underway = this.#underway.get(document);
    if (underway?.version !== document.version || underway.service !== service) {
      underway?.steps.return();
      underway = { version: document.version, service, steps: service.steps(document.key) };
      this.#underway.set(document, underway);
    }
    const until = performance.now() + moment;
    do {
      if (underway.steps.next().done) {
        this.#underway.delete(document);
        return true;
      }
    } while (performance.now() < until);
    return false;
  }

  /** Of which document work starts; said once however often. */
  async #leaveWord({ uri, version }: OpenDocument): Promise<void> {
    if (this.#word?.uri === uri && this.#word.version === version) return;
    this.#word = { uri, version };
    await this.#ports.crumb(this.#word);
  }

  #takeWordBack(): void {
    this.#word = undefined;
    void this.#ports.crumb(null);
  }

  #isQuarantined(document: OpenDocument): boolean {
    return this.#quarantine.get(document.key) === document.version;
  }

  #canTell(document: OpenDocument): boolean {
    return document.isDue && !document.isTold && !this.#isQuarantined(document);
  }

  async #tell(document: OpenDocument, project: Project): Promise<void> {
    if (!this.#canTell(document)) return;
    await this.#leaveWord(document);
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

interface Underway {
  readonly version: number;
  readonly service: Service;
  readonly steps: Generator<void, void>;
}

/** So long, in milliseconds, others wait for a long analysis. */
const moment = 8;

/** Files that no editor has open have one version: the present one. */
export const closedVersion = 0;

export function throwIfCancelled(token: CancellationToken): void {
  if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, "cancelled");
}

export function throwIfChanged(document: OpenDocument, version: number): void {
  if (document.version !== version) throw new ResponseError(LSPErrorCodes.ContentModified, "the document changed");
}

/** Of what nobody takes back. */
export const never: CancellationToken = {
  isCancellationRequested: false,
  onCancellationRequested: () => ({ dispose: () => undefined }),
};
