import {
  type CodeDescription,
  type Diagnostic,
  type DiagnosticRelatedInformation,
  DiagnosticSeverity,
  DiagnosticTag,
  type Location,
} from "vscode-languageserver";
import { type Effect, type Evidence, type Finding, targets } from "../engine/finding.ts";
import type { Config } from "../service/types.ts";
import type { Span } from "../syntax/text.ts";
import type { ClientFeatures } from "./client_features.ts";
import type { Lines } from "./lines.ts";

export const diagnosticSource = "SQLAlchemy Coach";

/** What comes back with a diagnostic, so that its code actions need no search. */
export interface DiagnosticData {
  readonly rule: string;
  readonly span: Span;
  readonly version: number;
}

/** Where offsets stand for people. */
export type Positions = Pick<Lines, "rangeOf">;

export interface DiagnosticContext {
  readonly lines: Positions;
  readonly version: number;
  readonly config: Config;
  readonly features: ClientFeatures;
  /** Where a reason stands, `undefined` where that document isn't known. */
  readonly locate: (evidence: Evidence) => Location | undefined;
}

export function toDiagnostic(finding: Finding, context: DiagnosticContext): Diagnostic {
  const { features, lines, version } = context;
  const data: DiagnosticData = { rule: finding.rule, span: finding.span, version };
  const related = features.relatedInformation ? relatedOf(finding, context) : [];
  return {
    range: lines.rangeOf(shownSpan(finding)),
    severity: severityOf(finding.effect, context.config),
    code: finding.rule,
    source: diagnosticSource,
    message: finding.message,
    ...(features.codeDescription &&
      finding.doc !== "" && { codeDescription: { href: finding.doc } as CodeDescription }),
    ...(features.tags && finding.effect === "legacy" && { tags: [DiagnosticTag.Deprecated] }),
    ...(related.length > 0 && { relatedInformation: related }),
    ...(features.diagnosticData && { data }),
  };
}

/** What an editor marks. A strike-through through a whole statement would make it unreadable: legacy marks the name. */
export const shownSpan = (finding: Finding): Span => (finding.effect === "legacy" ? finding.mark : finding.span);

function severityOf(effect: Effect, { installed, target }: Config): DiagnosticSeverity {
  switch (effect) {
    case "raises":
      return installed !== undefined && targets.indexOf(installed) >= targets.indexOf(target)
        ? DiagnosticSeverity.Error
        : DiagnosticSeverity.Warning;
    case "changes":
      return DiagnosticSeverity.Warning;
    case "deprecated":
      return DiagnosticSeverity.Information;
    case "legacy":
      return DiagnosticSeverity.Hint;
  }
}

/** An editor shows these ahead of the hover's own text: two will do, and imports go without saying. The hover has all. */
const mostRelated = 2;
const isImport = ({ text }: Evidence): boolean => /^`(from|import)\s/.test(text);

function relatedOf({ because }: Finding, { locate }: DiagnosticContext): DiagnosticRelatedInformation[] {
  const telling = because.filter((evidence) => !isImport(evidence)).slice(0, mostRelated);
  return telling.flatMap((evidence) => {
    const location = locate(evidence);
    return location ? [{ location, message: evidence.text }] : [];
  });
}
