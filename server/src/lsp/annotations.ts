import {
  type CancellationToken,
  type CodeLens,
  type InlayHint,
  InlayHintLabelPart,
  MarkupKind,
  type Range,
} from "vscode-languageserver";
import type { Finding } from "../engine/finding.ts";
import { showFindingsCommand } from "../protocol.ts";
import type { LayerHint } from "../service/types.ts";
import { contains, type Span } from "../syntax/text.ts";
import type { Analysis } from "./analysis.ts";
import { shownSpan } from "./convert.ts";
import type { OpenDocument } from "./documents.ts";
import { markdown, plain } from "./markup.ts";
import type { Project } from "./projects.ts";
import type { Translate } from "./strings.ts";

export interface AnnotationsPorts {
  readonly analysis: Analysis;
  readonly translate: Translate;
  readonly markdown: boolean;
  /** Whether the client has the command that lists findings: elsewhere a lens is only read. */
  readonly findingsCommand: boolean;
}

/** What is written between a person's lines where they ask for it: layers behind calls, counts above definitions. */
export class Annotations {
  readonly #ports: AnnotationsPorts;

  constructor(ports: AnnotationsPorts) {
    this.#ports = ports;
  }

  async hints(document: OpenDocument, range: Range, token: CancellationToken): Promise<InlayHint[]> {
    const found = await this.#ports.analysis.asked(document, token, ({ service, settings }: Project) =>
      settings.inlayHints.enabled ? service.layerHints(document.key, document.lines.spanOf(range)) : [],
    );
    return (found ?? []).map((hint) => this.#hint(hint, document));
  }

  async lenses(document: OpenDocument, token: CancellationToken): Promise<CodeLens[]> {
    const found = await this.#ports.analysis.asked(document, token, (project: Project) => {
      const { service, settings } = project;
      if (!settings.codeLens.enabled) return [];
      const findings = project
        .findings(document.key)
        .filter(
          ({ effect, span }) => document.holds(span) && (effect !== "legacy" || settings.diagnostics.legacy !== "off"),
        );
      if (findings.length === 0) return [];
      const { start } = document.lines.span;
      const whole = this.#lens({ start, end: start }, findings, document);
      const parts = service.definitions(document.key).flatMap(({ name, span }) => {
        const inside = findings.filter((finding) => contains(span, finding.span));
        return inside.length > 0 ? [this.#lens(name, inside, document)] : [];
      });
      return [whole, ...parts];
    });
    return found ?? [];
  }

  #hint({ at, layer, api, because }: LayerHint, { lines }: OpenDocument): InlayHint {
    const { translate: t } = this.#ports;
    const names = { core: t("Core"), orm: t("ORM"), both: t("Core and ORM") };
    const markup = this.#ports.markdown ? markdown : plain;
    const reasons = because.map(({ text }) => t("because {0}", markup.prose(text)));
    const value = [`${markup.bold(names[layer])} · ${markup.code(api)}`, ...reasons].join("\n\n");
    const label = InlayHintLabelPart.create(names[layer]);
    label.tooltip = { kind: this.#ports.markdown ? MarkupKind.Markdown : MarkupKind.PlainText, value };
    return { position: lines.positionAt(at), label: [label], paddingLeft: true };
  }

  #lens(at: Span, findings: readonly Finding[], { uri, lines }: OpenDocument): CodeLens {
    const { translate: t, findingsCommand } = this.#ports;
    const title =
      findings.length === 1 ? t("1 pattern of SQLAlchemy 1.x") : t("{0} patterns of SQLAlchemy 1.x", findings.length);
    const range = lines.rangeOf(at);
    const ranges = findings.map((finding) => lines.rangeOf(shownSpan(finding)));
    if (!findingsCommand) return { range, command: { title, command: "" } };
    return { range, command: { title, command: showFindingsCommand, arguments: [{ uri, at: range.start, ranges }] } };
  }
}
