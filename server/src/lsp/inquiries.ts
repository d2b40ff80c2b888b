import type { CancellationToken, Hover, Position } from "vscode-languageserver";
import { effects } from "../engine/finding.ts";
import type { ExplainResult, StatusResult } from "../protocol.ts";
import type { Label } from "../service/types.ts";
import { type Analysis, throwIfChanged } from "./analysis.ts";
import type { Documents, OpenDocument } from "./documents.ts";
import { toExplanation } from "./explanation.ts";
import { type HoverContext, toHover } from "./hover.ts";
import type { Project, Projects } from "./projects.ts";
import type { Translate } from "./strings.ts";
import type { Unit } from "./units.ts";

export interface InquiriesPorts {
  readonly documents: Documents;
  readonly analysis: Analysis;
  readonly projects: Promise<Projects>;
  readonly translate: Translate;
  readonly markdown: boolean;
  readonly lessonCommand: boolean;
}

/** Hover, and what our own client asks. */
export class Inquiries {
  readonly #ports: InquiriesPorts;

  constructor(ports: InquiriesPorts) {
    this.#ports = ports;
  }

  async hover(document: OpenDocument, position: Position, token: CancellationToken): Promise<Hover | undefined> {
    return this.#labelled(document, position, token, (label, context) =>
      context.project.settings.hover.enabled ? toHover(label, context) : undefined,
    );
  }

  async explain(
    document: OpenDocument,
    position: Position,
    token: CancellationToken,
  ): Promise<ExplainResult | undefined> {
    return this.#labelled(document, position, token, (label, context) =>
      toExplanation(label, document.lines.offsetAt(position), context),
    );
  }

  async status(uri: string | undefined): Promise<StatusResult> {
    const projects = await this.#ports.projects;
    const project = uri === undefined ? projects.all()[0] : projects.of(uri);
    await project?.ready;
    const open = this.#ports.documents.units().filter(({ uri }) => projects.of(uri) === project);
    // Counts must not start work: what isn't analysed yet is counted when it is.
    const isKnown = (unit: Unit): boolean => unit.isTold && !this.#ports.analysis.isUnderway(unit);
    const known = open.filter(isKnown).map(({ key }) => project?.findings(key) ?? []);
    const count = (effect: string): number =>
      known.reduce((sum, findings) => sum + findings.filter((finding) => finding.effect === effect).length, 0);
    return {
      target: project?.config.target ?? "",
      targetBecause: project?.config.targetBecause ?? "",
      files: known.filter(({ length }) => length > 0).length,
      findings: Object.fromEntries(effects.map((effect) => [effect, count(effect)])),
      known: project?.files.size ?? 0,
      busy: project?.busy ?? false,
      excluded: this.#ports.analysis.excluded(),
    };
  }

  async #labelled<T>(
    document: OpenDocument,
    position: Position,
    token: CancellationToken,
    use: (label: Label, context: HoverContext) => T | undefined,
  ): Promise<T | undefined> {
    const answer = () =>
      this.#ports.analysis.asked(document, token, (project: Project) => {
        const label = project.service.label(document.key, document.lines.offsetAt(position));
        return label && use(label, { ...this.#ports, document, project });
      });
    const { revision } = document;
    const answered = await answer();
    const project = (await this.#ports.projects).of(document.unit.uri);
    if (answered !== undefined || !project.busy) return answered;
    // What it is may stand in a file that is still to be read, and an editor doesn't ask twice for one place.
    await Promise.race([project.read, new Promise((resolve) => token.onCancellationRequested(resolve))]);
    throwIfChanged(document, revision);
    return answer();
  }
}
