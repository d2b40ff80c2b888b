import {
  type CancellationToken,
  type Diagnostic,
  DiagnosticSeverity,
  type DocumentDiagnosticReport,
  type WorkspaceDocumentDiagnosticReport,
} from "vscode-languageserver";
import type { Finding } from "../engine/finding.ts";
import { jsonOffsetOf, type Notebook } from "../service/notebook/read.ts";
import type { Span } from "../syntax/text.ts";
import { type Analysis, closedVersion, never, throwIfCancelled } from "./analysis.ts";
import type { ClientFeatures } from "./client_features.ts";
import { diagnosticSource, type Positions, toDiagnostic } from "./convert.ts";
import type { Documents, OpenDocument } from "./documents.ts";
import { Lines } from "./lines.ts";
import { Places, type Project } from "./projects.ts";
import type { Translate } from "./strings.ts";

export interface DiagnosticsPorts {
  readonly documents: Documents;
  readonly analysis: Analysis;
  readonly features: ClientFeatures;
  readonly translate: Translate;
  readonly turn: () => Promise<void>;
  /** What is shown of any document may have changed. */
  readonly changed: () => void;
  readonly fault: (error: unknown) => void;
}

/** A document's diagnostics under an id that is the same exactly as long as they are. */
export interface Report {
  readonly resultId: string;
  /** Computed only when the client doesn't have them yet. */
  readonly items: () => Diagnostic[];
}

export class Diagnostics {
  readonly #ports: DiagnosticsPorts;
  readonly #reported = new Map<string, Reported>();
  // Ids of another run of the server must not be taken for ours.
  readonly #run = Math.random().toString(36).slice(2, 8);
  #serial = 0;
  /** Documents that were only glanced at since their last edit. */
  readonly #glanced = new Map<OpenDocument, ReturnType<typeof setTimeout>>();

  constructor(ports: DiagnosticsPorts) {
    this.#ports = ports;
  }

  /** Answers for the newest text; `undefined` for a document that is left alone for now. */
  async report(document: OpenDocument, token: CancellationToken): Promise<Report | undefined> {
    if (document.size === "huge") return this.#tooLarge(document);
    if (document.isForeign) return { resultId: `${this.#run}.foreign`, items: () => [] };
    return this.#ports.analysis.latest(document, token, (project) => {
      const findings = project.settings.diagnostics.enabled ? this.#findingsOf(project, document) : none;
      return this.#reportOf(project, openFile(document), findings);
    });
  }

  dispose(): void {
    for (const timer of this.#glanced.values()) clearTimeout(timer);
    this.#glanced.clear();
  }

  async pull(
    document: OpenDocument | undefined,
    previous: string | undefined,
    token: CancellationToken,
  ): Promise<DocumentDiagnosticReport> {
    const report = document && (await this.report(document, token));
    // Of a large document between two saves, what was known still stands.
    if (!report)
      return previous === undefined ? { kind: "full", items: [] } : { kind: "unchanged", resultId: previous };
    if (report.resultId === previous) return { kind: "unchanged", resultId: previous };
    return { kind: "full", resultId: report.resultId, items: report.items() };
  }

  /** Every file of the project that has findings or had some, in batches, with a turn after each file. */
  async pullProject(
    project: Project,
    previous: ReadonlyMap<string, string>,
    token: CancellationToken,
    send: (items: WorkspaceDocumentDiagnosticReport[]) => void,
  ): Promise<void> {
    let batch: WorkspaceDocumentDiagnosticReport[] = [];
    for (const key of [...project.files].sort()) {
      await this.#ports.turn();
      throwIfCancelled(token);
      const file = project.service.document(key);
      if (!file || this.#ports.documents.unit(key)) continue;
      const findings = project.settings.diagnostics.enabled ? project.findings(key) : none;
      const report = this.#reportOf(project, closedFile(key, file.text, project.notebooks.get(key)), findings);
      const had = previous.get(key);
      if (had === report.resultId) batch.push({ kind: "unchanged", uri: key, version: null, resultId: had });
      else {
        const items = report.items();
        const isNews = items.length > 0 || had !== undefined;
        if (isNews) batch.push({ kind: "full", uri: key, version: null, resultId: report.resultId, items });
      }
      if (batch.length >= 50) {
        send(batch);
        batch = [];
      }
    }
    if (batch.length > 0) send(batch);
  }

  /** In a long document those of the edited piece first; what the edit means for the others when typing pauses. */
  #findingsOf(project: Project, document: OpenDocument): readonly Finding[] {
    const { key } = document;
    clearTimeout(this.#glanced.get(document));
    this.#glanced.delete(document);
    // Who can't be told to ask again gets all at once.
    const { pull, pullRefresh } = this.#ports.features;
    const isShort = document.text.length < longText || document.unit.documents.length > 1;
    if (isShort || (pull && !pullRefresh)) return project.findings(key);
    const { findings, isWhole } = project.glance(key);
    if (!isWhole) this.#lookAgain(document, findings);
    return findings;
  }

  #lookAgain(document: OpenDocument, told: readonly Finding[]): void {
    const look = async (): Promise<void> => {
      this.#glanced.delete(document);
      const whole = await this.#ports.analysis.latest(document, never, (project) => project.findings(document.key));
      if (whole && !isSame(whole, told)) this.#ports.changed();
    };
    const timer = setTimeout(() => void look().catch(this.#ports.fault), pauseInTyping);
    this.#glanced.set(document, timer);
  }

  #reportOf(project: Project, of: ReportedFile, all: readonly Finding[]): Report {
    const { diagnostics } = project.settings;
    const { id, version, text, linesOf, holds } = of;
    const findings = all.length === 0 || !holds ? all : all.filter(({ span }) => holds(span));
    const { generation } = project;
    const resultId = `${this.#run}.${this.#serialOf(id, { findings, version, text, generation })}`;
    const items = (): Diagnostic[] => {
      const { locate } = new Places(this.#ports.documents, project);
      const { features } = this.#ports;
      const context = { lines: linesOf(), version, config: project.config, features, locate };
      const shown = findings.filter(({ effect }) => effect !== "legacy" || diagnostics.legacy !== "off");
      return shown.map((finding) => toDiagnostic(finding, context));
    };
    return { resultId, items };
  }

  /** An analysis that was done again for the same text and found the same is no news. */
  #serialOf(id: string, now: Omit<Reported, "serial">): number {
    const before = this.#reported.get(id);
    const isKnown =
      before?.version === now.version &&
      before.text === now.text &&
      before.generation === now.generation &&
      isSame(before.findings, now.findings);
    const serial = isKnown ? before.serial : ++this.#serial;
    this.#reported.set(id, { ...now, serial });
    return serial;
  }

  #tooLarge(document: OpenDocument): Report {
    const range = document.lines.rangeOf({ start: 0, end: 0 });
    const message = this.#ports.translate("This file is over 10 MB: SQLAlchemy Coach leaves it alone.");
    const severity = DiagnosticSeverity.Information;
    return { resultId: `${this.#run}.huge`, items: () => [{ range, severity, source: diagnosticSource, message }] };
  }
}

/** From so many UTF-16 units on a document is glanced at while somebody types: about a thousand lines. */
const longText = 30_000;

/** In milliseconds. */
const pauseInTyping = 300;

/** What a report is made for: a document, a cell, or a file that no editor has open. */
interface ReportedFile {
  readonly id: string;
  /** The analyser's. */
  readonly key: string;
  readonly version: number;
  readonly text: string;
  readonly linesOf: () => Positions;
  /** Which of the findings are its own, where others have a part in them. */
  readonly holds?: (span: Span) => boolean;
}

function openFile(document: OpenDocument): ReportedFile {
  const { id, key, version, text } = document;
  const holds = document.unit.documents.length > 1 ? (span: Span): boolean => document.holds(span) : undefined;
  return { id, key, version, text, linesOf: () => document.lines, ...(holds && { holds }) };
}

const closedFile = (key: string, text: string, notebook: Notebook | undefined): ReportedFile => ({
  ...{ id: key, key, version: closedVersion, text },
  linesOf: () => (notebook ? positionsIn(notebook) : new Lines(text)),
});

/** A notebook that no editor shows is its JSON. */
function positionsIn(notebook: Notebook): Positions {
  const lines = new Lines(notebook.json);
  return {
    rangeOf: ({ start, end }) =>
      lines.rangeOf({ start: jsonOffsetOf(notebook, start), end: jsonOffsetOf(notebook, end) }),
  };
}

/** What a document's last report was made of. */
interface Reported {
  readonly findings: readonly Finding[];
  /** Closed files all have one version: it is their text that tells them apart. */
  readonly version: number;
  readonly text: string;
  readonly generation: number;
  readonly serial: number;
}

const none: readonly Finding[] = [];

const isSame = (a: readonly Finding[], b: readonly Finding[]): boolean =>
  a === b || (a.length === b.length && JSON.stringify(a) === JSON.stringify(b));
