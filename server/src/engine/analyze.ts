import type { ApiName } from "../knowledge/index.ts";
import { type Certainty, type Evidence, type FileResolver, weakest } from "../resolve/index.ts";
import {
  applyEdits,
  type Call,
  type ClassDef,
  chainOf,
  type ImportFrom,
  ImportFrom as ImportFromNode,
  type Node,
  type SourceFile,
  type Span,
} from "../syntax/index.ts";
import type { Finding, Safety, Target } from "./finding.ts";
import { markOf, type ProposedFix, type Report, type Rule, type RuleContext } from "./rule.ts";
import type { RuleIndex } from "./rule_index.ts";
import { readSuppressions } from "./suppression.ts";

export interface AnalysisOptions {
  readonly target: Target;
  /** Whether findings of this rule are wanted. */
  readonly wants: (rule: Rule) => boolean;
  /** Told of a rule that threw, with its id and the offset; never with the user's text. */
  readonly fault: (message: string) => void;
  /** Whether a text parses without an error: a fix must leave as few errors as it found. */
  readonly accepts: (text: string) => boolean;
}

/** All findings of one file, by position. One walk over what the resolver collected; rules run where a name is theirs. */
export function analyze(
  file: SourceFile,
  resolver: FileResolver,
  rules: RuleIndex,
  options: AnalysisOptions,
): readonly Finding[] {
  const analysis = new Analysis(file, resolver, options);
  const { calls, classes, imports } = resolver.inference.bound;
  for (const call of calls) {
    const name = rules.wantsCall(call) ? resolver.nameOf(call.callee) : undefined;
    if (name) for (const rule of rules.onCall(name)) analysis.run(rule, call);
  }
  for (const node of classes) for (const rule of rules.onClass) analysis.run(rule, node);
  for (const node of imports) {
    if (node instanceof ImportFromNode) for (const rule of rules.onImportFrom(node.module)) analysis.run(rule, node);
  }
  return analysis.findings();
}

class Analysis {
  readonly #file: SourceFile;
  readonly #resolver: FileResolver;
  readonly #options: AnalysisOptions;
  readonly #found: Finding[] = [];
  readonly #broken = new Set<Rule>();
  #calls: readonly { readonly call: Call; readonly name: ApiName | undefined }[] | undefined;

  constructor(file: SourceFile, resolver: FileResolver, options: AnalysisOptions) {
    this.#file = file;
    this.#resolver = resolver;
    this.#options = options;
  }

  run(rule: Rule, site: Call | ClassDef | ImportFrom): void {
    if (this.#broken.has(rule) || !this.#options.wants(rule)) return;
    const used = new Used();
    try {
      if ("callee" in site) used.add(this.#resolver.valueOf(site.callee));
      const reports = rule.check(site, this.#context(used));
      for (const report of reports === undefined ? [] : Array.isArray(reports) ? reports : [reports]) {
        this.#add(rule, site, report, used);
      }
    } catch (error) {
      this.#broken.add(rule);
      const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      this.#options.fault(`rule ${rule.id} failed at ${this.#file.uri}, offset ${site.start}: ${what}`);
    }
  }

  findings(): readonly Finding[] {
    const suppressed = readSuppressions(this.#file);
    return verified(this.#file, this.#found, this.#options)
      .filter((finding) => !suppressed(finding.rule, finding.span))
      .sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end || (a.rule < b.rule ? -1 : 1));
  }

  #context(used: Used): RuleContext {
    const resolver = this.#resolver;
    return {
      file: this.#file,
      target: this.#options.target,
      valueOf: (expr) => used.add(resolver.valueOf(expr)),
      nameOf: (expr) => {
        const name = resolver.nameOf(expr);
        if (name) used.add(resolver.valueOf(expr));
        return name;
      },
      modelOf: (of) => {
        const model = resolver.modelOf(of);
        if (model) used.add(model);
        return model;
      },
      usesOf: resolver.usesOf,
      importFor: resolver.importFor,
      chainOf,
      calls: () => {
        this.#calls ??= resolver.inference.bound.calls.map((call) => ({ call, name: resolver.nameOf(call.callee) }));
        return this.#calls;
      },
    };
  }

  #add(rule: Rule, site: Node, report: Report, used: Used): void {
    const effect = report.effect ?? rule.effects[this.#options.target];
    if (!effect) return;
    const { fix, conditions, safety } = judged(this.#file, report, used.certainty);
    this.#found.push({
      rule: rule.id,
      effect,
      uri: this.#file.uri,
      span: plain(report.at),
      mark: plain(report.mark ?? markOf(site)),
      message: report.message ?? rule.title,
      certainty: used.certainty,
      because: used.because,
      safety,
      conditions,
      lesson: rule.lesson,
      doc: rule.doc,
      ...(fix ? { fix: { title: fix.title, edits: fix.edits.map((edit) => ({ uri: this.#file.uri, ...edit })) } } : {}),
    });
  }
}

const plain = (span: Span): Span => ({ start: span.start, end: span.end });

/** Collects every answer of the resolver that a rule was given. */
class Used {
  certainty: Certainty = "certain";
  because: readonly Evidence[] = [];

  add<T extends { readonly certainty: Certainty; readonly because: readonly Evidence[] }>(answer: T): T {
    if (answer.certainty === "unknown") return answer;
    this.certainty = weakest(this.certainty, answer.certainty);
    const more = answer.because.filter(
      (reason) => !this.because.some((known) => known.text === reason.text && known.at?.line === reason.at?.line),
    );
    this.because = [...this.because, ...more].slice(0, 6);
    return answer;
  }
}

interface Judged {
  readonly fix?: ProposedFix;
  readonly safety: Safety;
  readonly conditions: readonly string[];
}

/** Lowers the author's claim by what the engine knows itself. */
function judged(file: SourceFile, report: Report, certainty: Certainty): Judged {
  const { fix } = report;
  if ("why" in fix) return { safety: "explain", conditions: [fix.why] };
  const dropped = droppedComments(file, fix);
  if (dropped > 0) {
    return { safety: "explain", conditions: ["A comment stands inside of what would be replaced; move it first."] };
  }
  const conditions = [...(fix.conditions ?? [])];
  if (certainty !== "certain") {
    conditions.push("The receiver is what its name or its use says: no import, call or annotation proves it.");
  }
  return { fix, safety: conditions.length > 0 ? "review" : fix.safety, conditions };
}

/** Comments that stand in a replaced span and not in what replaces it. */
function droppedComments(file: SourceFile, fix: ProposedFix): number {
  return fix.edits.reduce((count, edit) => {
    const inside = file.commentsIn(edit.span);
    return count + inside.filter((comment) => !edit.text.includes(file.text.slice(comment.start, comment.end))).length;
  }, 0);
}

/**
 * Takes the edits from every finding whose fix would break the syntax. All fixes are tried together first: one parse
 * of the statements they touch answers for nearly every file.
 */
function verified(file: SourceFile, findings: readonly Finding[], options: AnalysisOptions): Finding[] {
  const broken = new Set(
    brokenFixes(
      file,
      findings.filter((finding) => finding.fix),
      options,
    ),
  );
  return findings.map((finding) => (broken.has(finding) ? explained(finding) : finding));
}

function explained(finding: Finding): Finding {
  const { fix: _, ...rest } = finding;
  return { ...rest, safety: "explain", conditions: ["The edit would not parse here; please change this by hand."] };
}

function brokenFixes(file: SourceFile, findings: readonly Finding[], options: AnalysisOptions): readonly Finding[] {
  if (findings.length === 0) return [];
  const parses = (some: readonly Finding[]): boolean => {
    const edits = distinctEdits(some);
    return edits !== undefined && options.accepts(applyEdits(...excerpt(file, edits)));
  };
  const search = (some: readonly Finding[]): readonly Finding[] => {
    if (some.length === 0 || parses(some)) return [];
    if (some.length === 1) return some;
    const middle = some.length >> 1;
    return [...search(some.slice(0, middle)), ...search(some.slice(middle))];
  };
  return search(findings);
}

/** The edits of several findings, equal ones once; `undefined` where two of them overlap. */
function distinctEdits(
  findings: readonly Finding[],
): readonly { readonly span: Span; readonly text: string }[] | undefined {
  const edits = new Map<string, { readonly span: Span; readonly text: string }>();
  for (const { fix } of findings) {
    for (const { span, text } of fix?.edits ?? []) edits.set(`${span.start}:${span.end}:${text}`, { span, text });
  }
  const sorted = [...edits.values()].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  let end = -1;
  for (const { span } of sorted) {
    if (span.start < end) return undefined;
    end = span.end;
  }
  return sorted;
}

/** The touched statements of the module alone, with the edits' offsets moved to them. */
function excerpt(
  file: SourceFile,
  edits: readonly { readonly span: Span; readonly text: string }[],
): [string, readonly { readonly span: Span; readonly text: string }[]] {
  const pieces: string[] = [];
  const moved: { readonly span: Span; readonly text: string }[] = [];
  let length = 0;
  let next = 0;
  for (let i = 0; i < file.body.length && next < edits.length; i++) {
    const start = file.body[i - 1]?.end ?? 0;
    const end = i + 1 === file.body.length ? file.text.length : (file.body[i]?.end ?? start);
    const here: typeof moved = [];
    for (let edit = edits[next]; edit && (edit.span.start < end || edit.span.end <= end); edit = edits[++next]) {
      if (edit.span.end > end) return [file.text, edits];
      here.push({
        span: { start: edit.span.start - start + length, end: edit.span.end - start + length },
        text: edit.text,
      });
    }
    if (here.length === 0) continue;
    // A statement that follows another one on its line stands alone here.
    pieces.push(file.text.slice(start, end).replace(/^[ \t]*;[ \t]*/, (blank) => "\n".repeat(blank.length)));
    moved.push(...here);
    length += end - start;
  }
  return next < edits.length ? [file.text, edits] : [pieces.join(""), moved];
}
