import { type CancellationToken, LSPErrorCodes, ResponseError } from "vscode-languageserver";
import type { DocumentVersion, ExcludedDocument } from "../protocol.ts";
import type { Service } from "../service/types.ts";
import { BorrowedFiles } from "./borrowed.ts";
import type { Documents, OpenDocument } from "./documents.ts";
import type { Project, Projects } from "./projects.ts";
import type { Unit } from "./units.ts";
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
  readonly #survived = new WeakMap<Unit, number>();
  /** What the client was last told that work starts on. */
  #word: DocumentVersion | undefined;
  /** Analyses on their way: whoever waits for one takes it on, and it stays where it is while no one does. */
  readonly #borrowed = new BorrowedFiles();
  readonly #underway = new Map<Unit, Underway>();

  constructor(ports: AnalysisPorts) {
    this.#ports = ports;
    this.#quarantine = new Map(ports.quarantine.map(({ uri, version }) => [toKey(uri), version]));
  }

  /**
   * Runs `use` on the document's newest text, at once after the analyser learnt it. `undefined` for a document that is
   * closed or left alone, and for a cell that is not whole. Throws ResponseError when cancelled.
   */
  async latest<T>(
    document: OpenDocument,
    token: CancellationToken,
    use: (project: Project) => T,
  ): Promise<T | undefined> {
    const projects = await this.#ports.projects;
    const { unit } = document;
    const project = projects.of(unit.uri);
    await project.ready;
    await this.#ports.turn();
    throwIfCancelled(token);
    await this.tellOpen(project);
    const isNew = this.#survived.get(unit) !== unit.version;
    if (isNew) await this.#leaveWord(document);
    try {
      // The awaits let messages in: what has come since is told first.
      for (;;) {
        throwIfCancelled(token);
        const isOpen = this.#ports.documents.get(document.uri) === document;
        if (!isOpen || !this.#tellNow(unit, project) || !document.isPart) return undefined;
        this.#borrowed.bring(project, projects.all());
        if (this.#isAnalysed(unit, project)) break;
        await this.#ports.turn();
      }
      const { version } = unit;
      const answer = use(project);
      this.#survived.set(unit, version);
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
    const { revision } = document;
    return this.latest(document, token, (project) => {
      throwIfChanged(document, revision);
      return use(project);
    });
  }

  /** Tells what is open, and what a project imports from others: findings of its closed files rest on that, too. */
  async tellOpen(project: Project): Promise<void> {
    const projects = await this.#ports.projects;
    for (const unit of this.#ports.documents.units()) await this.#tell(unit, projects.of(unit.uri));
    this.#borrowed.bring(project, projects.all());
  }

  /** Tells a closed file; of one that an earlier server died on, nothing. */
  async tellFile(project: Project, key: string, text: string): Promise<void> {
    if (this.#quarantine.get(key) === closedVersion) return;
    project.apply({ kind: "set", uri: key, version: closedVersion, text, open: false });
    project.files.add(key);
  }

  excluded(): readonly ExcludedDocument[] {
    return this.#ports.documents.all().flatMap((document): readonly ExcludedDocument[] => {
      if (this.#isQuarantined(document)) return [{ uri: document.uri, why: "quarantined" }];
      return document.size === "normal" ? [] : [{ uri: document.uri, why: document.size }];
    });
  }

  /** Whether an answer about the document would still take the rest of a long analysis. */
  isUnderway(unit: Unit): boolean {
    return this.#underway.has(unit);
  }

  /** A document is closed: what was begun for it is not carried on. */
  closed({ unit }: OpenDocument): void {
    this.#underway.get(unit)?.steps.return();
    this.#underway.delete(unit);
  }

  /** Works on a document for a moment. Whether it is analysed by then, or is one that is analysed in a moment. */
  #isAnalysed(unit: Unit, { service }: Project): boolean {
    let underway = this.#underway.get(unit);
    if (underway?.version !== unit.version || underway.service !== service) {
      underway?.steps.return();
      underway = { version: unit.version, service, steps: service.steps(unit.key) };
      this.#underway.set(unit, underway);
    }
    const until = performance.now() + moment;
    do {
      if (underway.steps.next().done) {
        this.#underway.delete(unit);
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
    return this.#quarantine.get(document.id) === document.version;
  }

  #canTell(unit: Unit): boolean {
    return unit.isDue && !unit.isTold && !unit.documents.some((document) => this.#isQuarantined(document));
  }

  async #tell(unit: Unit, project: Project): Promise<void> {
    const [first] = unit.documents;
    if (!first || !this.#canTell(unit)) return;
    await this.#leaveWord(first);
    this.#tellNow(unit, project);
  }

  /** Whether the analyser knows the newest text now. */
  #tellNow(unit: Unit, project: Project): boolean {
    if (this.#ports.documents.unit(unit.key) !== unit) return false;
    if (this.#canTell(unit)) {
      project.apply(unit.tell());
      project.files.delete(unit.key);
    }
    return unit.isTold;
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

/** @param revision the document's when it was asked about */
export function throwIfChanged(document: OpenDocument, revision: number): void {
  if (document.revision !== revision) throw new ResponseError(LSPErrorCodes.ContentModified, "the document changed");
}

/** Of what nobody takes back. */
export const never: CancellationToken = {
  isCancellationRequested: false,
  onCancellationRequested: () => ({ dispose: () => undefined }),
};
