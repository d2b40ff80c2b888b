import {
  type CancellationToken,
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Diagnostic,
  LSPErrorCodes,
  ResponseError,
} from "vscode-languageserver";
import * as z from "zod/mini";
import type { Finding, Fix } from "../engine/finding.ts";
import { fixAllKind, type OpenLessonArguments, openLessonCommand } from "../protocol.ts";
import type { Span } from "../syntax/text.ts";
import { type Analysis, throwIfChanged } from "./analysis.ts";
import type { ClientFeatures } from "./client_features.ts";
import { diagnosticSource, shownSpan } from "./convert.ts";
import { difference } from "./difference.ts";
import type { Documents, OpenDocument } from "./documents.ts";
import { toWorkspaceEdit } from "./fixes.ts";
import { exampleOf, lessonTitle } from "./lessons.ts";
import type { Project } from "./projects.ts";
import type { Translate } from "./strings.ts";

export interface ActionsPorts {
  readonly documents: Documents;
  readonly analysis: Analysis;
  readonly features: ClientFeatures;
  readonly translate: Translate;
  /** Whether the client has the command that opens a lesson. */
  readonly lessonCommand: boolean;
  readonly read: (uri: string) => Promise<string | undefined>;
}

/** What an action does, kept in its `data` until the client wants the edits. */
const actionData = z.object({
  uri: z.string(),
  version: z.number(),
  does: z.enum(["fix", "fixRule", "fixAll", "suppress"]),
  rule: z.optional(z.string()),
  span: z.optional(z.object({ start: z.number(), end: z.number() })),
});
type ActionData = z.infer<typeof actionData>;

export const actionKinds: readonly string[] = [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite, fixAllKind];

export class Actions {
  readonly #ports: ActionsPorts;

  constructor(ports: ActionsPorts) {
    this.#ports = ports;
  }

  /** In the order in which a person is to see them: fixes, fix-alls, suppressions, lessons. */
  async list(
    { range, context }: CodeActionParams,
    document: OpenDocument,
    token: CancellationToken,
  ): Promise<CodeAction[]> {
    const { analysis, features } = this.#ports;
    if (!features.actionLiterals) return [];
    let owner: Project | undefined;
    const actions = await analysis.asked(document, token, (project) => {
      owner = project;
      const asked = document.lines.spanOf(range);
      const all = project.findings(document.key);
      const findings = all.filter(({ span }) => document.holds(span));
      const here = findings.filter((finding) => touches(shownSpan(finding), asked));
      const offered = [
        ...this.#fixes(here, document, project, context.only),
        ...this.#fixRules(here, all, document, project),
        ...this.#fixAll(findings, document, context.only),
        ...this.#suppressions(here, document),
        ...this.#lessons(here, document, project),
      ];
      return offered
        .filter(({ kind = "" }) => isWanted(kind, context.only))
        .map((action) => withDiagnostics(action, here, document, context.diagnostics));
    });
    if (!actions || !owner) return [];
    if (features.actionResolve) return actions;
    const project = owner;
    return Promise.all(actions.map((action) => (action.data ? this.#completed(action, document, project) : action)));
  }

  /** Adds the edits, computed on a fresh parse. Throws ContentModified where the document is another by now. */
  async resolve(action: CodeAction, token: CancellationToken): Promise<CodeAction> {
    const data = z.safeParse(actionData, action.data);
    const document = data.success ? this.#ports.documents.get(data.data.uri) : undefined;
    if (!data.success || !document) return action;
    throwIfChanged(document, data.data.version);
    const project = await this.#ports.analysis.asked(document, token, (owner) => owner);
    return project ? this.#completed(action, document, project) : action;
  }

  async #completed(action: CodeAction, document: OpenDocument, project: Project): Promise<CodeAction> {
    const data = action.data as ActionData;
    throwIfChanged(document, data.version);
    const { documents, features, read } = this.#ports;
    const finding = findingOf(data, document, project);
    const edits = editsOf(data, finding, document, project);
    if (!edits) throw new ResponseError(LSPErrorCodes.ContentModified, "the finding is gone");
    const isReview = data.does === "fix" && finding?.safety === "review";
    const annotation = {
      label: action.title,
      needsConfirmation: true,
      description: finding?.conditions.join(" ") ?? "",
    };
    const context = { documents, project, read };
    const edit = await toWorkspaceEdit(edits, context, isReview && features.annotations ? annotation : undefined);
    throwIfChanged(document, data.version);
    return { ...action, edit };
  }

  #fixes(
    here: readonly Finding[],
    document: OpenDocument,
    project: Project,
    only: readonly string[] | undefined,
  ): CodeAction[] {
    const { features, translate } = this.#ports;
    const fixable = here.filter(({ fix, safety }) => fix && (safety === "safe" || project.settings.codeActions.review));
    const isOnlySafe = fixable.filter(({ safety }) => safety === "safe").length === 1;
    return fixable.map((finding): CodeAction => {
      const isSafe = finding.safety === "safe";
      const title = finding.fix?.title ?? finding.rule;
      // A client that can't ask for confirmation gets an edit with conditions only under "refactor"; and one that asks
      // for refactorings only finds it there.
      const isRewrite = !isSafe && (!features.annotations || isRefactoring(only));
      return {
        title: isSafe ? title : translate("{0} (needs review)", title),
        kind: isRewrite ? CodeActionKind.RefactorRewrite : CodeActionKind.QuickFix,
        ...(features.actionPreferred && isSafe && isOnlySafe && { isPreferred: true }),
        data: dataOf("fix", document, finding),
      };
    });
  }

  #fixRules(
    here: readonly Finding[],
    all: readonly Finding[],
    document: OpenDocument,
    { service }: Project,
  ): CodeAction[] {
    const rules = [...new Set(here.filter(isSafeFix).map(({ rule }) => rule))];
    const several = rules.filter(
      (rule) => all.filter((finding) => finding.rule === rule && isSafeFix(finding)).length > 1,
    );
    const titles = several.length > 0 ? new Map(service.rules().map(({ id, title }) => [id, title])) : undefined;
    return several.map((rule) => ({
      title: this.#ports.translate("Fix all in this file: {0}", titles?.get(rule) ?? rule),
      kind: CodeActionKind.QuickFix,
      data: { uri: document.uri, version: document.revision, does: "fixRule", rule } satisfies ActionData,
    }));
  }

  #fixAll(all: readonly Finding[], document: OpenDocument, only: readonly string[] | undefined): CodeAction[] {
    // Offered to those who ask for source actions: everyone else would see it at every cursor.
    if (!only?.some((kind) => kind.startsWith(CodeActionKind.Source)) || !all.some(isSafeFix)) return [];
    return [
      {
        title: this.#ports.translate("Apply all safe SQLAlchemy fixes"),
        kind: fixAllKind,
        data: { uri: document.uri, version: document.revision, does: "fixAll" } satisfies ActionData,
      },
    ];
  }

  #suppressions(here: readonly Finding[], document: OpenDocument): CodeAction[] {
    return distinct(here, ({ rule, span }) => `${rule} ${document.lines.positionAt(span.start).line}`).map(
      (finding) => ({
        title: this.#ports.translate("Ignore {0} on this line", finding.rule),
        kind: CodeActionKind.QuickFix,
        data: dataOf("suppress", document, finding),
      }),
    );
  }

  #lessons(here: readonly Finding[], document: OpenDocument, project: Project): CodeAction[] {
    if (!this.#ports.lessonCommand || !project.settings.codeActions.learn) return [];
    return distinct(here, ({ lesson }) => lesson).map(({ lesson, span, mark }) => {
      const title = this.#ports.translate("Learn why: {0}", lessonTitle(lesson));
      const opened: OpenLessonArguments = { lesson, example: exampleOf(document, span, project, mark.end) };
      return {
        title,
        kind: CodeActionKind.QuickFix,
        command: { title, command: openLessonCommand, arguments: [opened] },
      };
    });
  }
}

function dataOf(does: ActionData["does"], document: OpenDocument, { rule, span }: Finding): ActionData {
  return { uri: document.uri, version: document.revision, does, rule, span };
}

function findingOf({ rule, span }: ActionData, document: OpenDocument, project: Project): Finding | undefined {
  if (rule === undefined || span === undefined) return undefined;
  return project.findings(document.key).find((finding) => finding.rule === rule && isSame(finding.span, span));
}

/** `undefined` where there is nothing to do any more. */
function editsOf(
  { does, rule }: ActionData,
  finding: Finding | undefined,
  document: OpenDocument,
  { service }: Project,
): Fix["edits"] | undefined {
  switch (does) {
    case "fix":
      return finding && service.fix(document.key, finding.rule, finding.span)?.edits;
    case "suppress":
      return finding && service.suppression(document.key, finding)?.edits;
    default: {
      const fixed = service.fixAll(document.key, { safety: "safe", ...(rule !== undefined && { select: [rule] }) });
      const known = service.document(document.key);
      if (!known || fixed?.version !== document.revision) return undefined;
      return difference(known.text, fixed.text).map((edit) => ({ uri: document.key, ...edit }));
    }
  }
}

/** Links an action to those of the client's diagnostics that it answers. */
function withDiagnostics(
  action: CodeAction,
  here: readonly Finding[],
  document: OpenDocument,
  known: readonly Diagnostic[],
): CodeAction {
  const { does, rule, span } = (action.data ?? {}) as Partial<ActionData>;
  if (does !== "fix" || !span) return action;
  const finding = here.find((each) => each.rule === rule && isSame(each.span, span));
  const shown = finding && shownSpan(finding);
  const answered = known.filter(
    ({ source, code, range }) =>
      source === diagnosticSource && code === rule && shown && isSame(document.lines.spanOf(range), shown),
  );
  return answered.length > 0 ? { ...action, diagnostics: answered } : action;
}

const isSafeFix = ({ fix, safety }: Finding): boolean => fix !== undefined && safety === "safe";

const isSame = (a: Span, b: Span): boolean => a.start === b.start && a.end === b.end;

const touches = (a: Span, b: Span): boolean => a.start <= b.end && b.start <= a.end;

const isWanted = (kind: string, only: readonly string[] | undefined): boolean =>
  only === undefined || only.some((wanted) => wanted === "" || kind === wanted || kind.startsWith(`${wanted}.`));

const isRefactoring = (only: readonly string[] | undefined): boolean =>
  only?.some((kind) => kind.startsWith(CodeActionKind.Refactor)) ?? false;

/** The first of those that share a key. */
function distinct<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const seen = new Set<string>();
  return items.filter((item) => seen.size < seen.add(keyOf(item)).size);
}
