import type { PublishDiagnosticsParams } from "vscode-languageserver";
import { never } from "./analysis.ts";
import type { Diagnostics } from "./diagnostics.ts";
import type { Documents, OpenDocument } from "./documents.ts";

export interface PushPorts {
  readonly documents: Documents;
  readonly diagnostics: Diagnostics;
  readonly publish: (params: PublishDiagnosticsParams) => void;
  readonly fault: (error: unknown) => void;
}

/** Diagnostics for clients that don't pull: published after a pause in typing that a slow document makes longer. */
export class Push {
  readonly #ports: PushPorts;
  readonly #timers = new Map<OpenDocument, ReturnType<typeof setTimeout>>();
  readonly #costs = new WeakMap<OpenDocument, number>();
  readonly #published = new WeakMap<OpenDocument, string>();

  constructor(ports: PushPorts) {
    this.#ports = ports;
  }

  /** The document changed, and with it what its importers see. */
  changed(document: OpenDocument): void {
    this.#schedule(document);
    for (const other of this.#ports.documents.all()) if (!this.#timers.has(other)) this.#schedule(other);
  }

  all(): void {
    for (const document of this.#ports.documents.all()) this.#schedule(document);
  }

  closed(document: OpenDocument): void {
    clearTimeout(this.#timers.get(document));
    this.#timers.delete(document);
    this.#ports.publish({ uri: document.uri, diagnostics: [] });
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #schedule(document: OpenDocument): void {
    clearTimeout(this.#timers.get(document));
    const pause = document.lines.count <= 2000 ? 0 : Math.min(300, 2 * (this.#costs.get(document) ?? 0));
    const timer = setTimeout(() => {
      this.#timers.delete(document);
      this.#publish(document).catch(this.#ports.fault);
    }, pause);
    this.#timers.set(document, timer);
  }

  async #publish(document: OpenDocument): Promise<void> {
    const start = performance.now();
    const { version, revision } = document;
    const report = await this.#ports.diagnostics.report(document, never);
    this.#costs.set(document, performance.now() - start);
    const isPresent = document.revision === revision && this.#ports.documents.get(document.uri) === document;
    if (!report || !isPresent || this.#published.get(document) === report.resultId) return;
    this.#published.set(document, report.resultId);
    this.#ports.publish({ uri: document.uri, version, diagnostics: report.items() });
  }
}
