import { type Certainty, type Evidence, type FileResolver, mayReadRow, weakest } from "../resolve/index.ts";
import {
  Call,
  type ClassDef,
  chainOf,
  drained,
  type Expr,
  type ImportFrom,
  ImportFrom as ImportFromNode,
  type Node,
  type Piece,
  type SourceFile,
  type Span,
} from "../syntax/index.ts";
import type { Finding, Safety, Target } from "./finding.ts";
import { markOf, type ProposedFix, type Report, type Rule, type RuleContext } from "./rule.ts";
import type { RuleIndex } from "./rule_index.ts";
import { readSuppressions } from "./suppression.ts";
import { verified } from "./verify.ts";

export interface AnalysisOptions {
  readonly target: Target;
  /** The oldest release that the project is known to run on. */
  readonly installed?: Target;
  /** Whether findings of this rule are wanted. */
  readonly wants: (rule: Rule) => boolean;
  /** Told of a rule that threw, with its id and the offset; never with the user's text. */
  readonly fault: (message: string) => void;
  /** Whether a text parses without an error: a fix must leave as few errors as it found. */
  readonly accepts: (text: string) => boolean;
  /** Only what stands in these pieces of the file; all of it without. */
  readonly within?: ReadonlySet<Piece>;
}

/** All findings of one file, by position. One walk over what the resolver collected; rules run where a name is theirs. */
export function analyze(
  file: SourceFile,
  resolver: FileResolver,
  rules: RuleIndex,
  options: AnalysisOptions,
): readonly Finding[] {
  return drained(analyzeInSteps(file, resolver, rules, options));
}

/** The same in steps; what it answers is of the workspace as it was when it began only if nothing changed in between. */
export function* analyzeInSteps(
  file: SourceFile,
  resolver: FileResolver,
  rules: RuleIndex,
  options: AnalysisOptions,
): Generator<void, readonly Finding[]> {
  const analysis = new Analysis(file, resolver, options);
  const { calls, subscripts, classes, imports } = sitesIn(resolver.inference.bound, options.within);
  for (const [index, call] of calls.entries()) {
    const name = rules.wantsCall(call, resolver) ? resolver.nameOf(call.callee) : undefined;
    if (name) for (const rule of rules.onCall(name)) analysis.run(rule, call);
    for (const rule of rules.onBuiltin(call, resolver)) analysis.run(rule, call);
    if (index % callsPerStep === callsPerStep - 1) yield;
  }
  for (const [index, node] of subscripts.entries()) {
    if (mayReadRow(node, resolver.inference)) for (const rule of rules.onSubscript) analysis.run(rule, node);
    if (index % callsPerStep === callsPerStep - 1) yield;
  }
  for (const node of classes) {
    for (const rule of rules.onClass) analysis.run(rule, node);
    yield;
  }
  for (const node of imports) {
    if (node instanceof ImportFromNode) for (const rule of rules.onImportFrom(node.module)) analysis.run(rule, node);
  }
  return yield* analysis.findings();
}

type Sites = Pick<FileResolver["inference"]["bound"], "calls" | "subscripts" | "classes" | "imports">;

function sitesIn({ calls, subscripts, classes, imports }: Sites, within: AnalysisOptions["within"]): Sites {
  if (!within) return { calls, subscripts, classes, imports };
  const stands = ({ source }: Node): boolean => within.has(source as Piece);
  return {
    calls: calls.filter(stands),
    subscripts: subscripts.filter(stands),
    classes: classes.filter(stands),
    imports: imports.filter(stands),
  };
}

export const byPosition = (a: Finding, b: Finding): number =>
  a.span.start - b.span.start || a.span.end - b.span.end || (a.rule < b.rule ? -1 : 1);

const callsPerStep = 50;

class Analysis {
  readonly #file: SourceFile;
  readonly #resolver: FileResolver;
  readonly #options: AnalysisOptions;
  readonly #found: Finding[] = [];
  readonly #broken = new Set<Rule>();

  constructor(file: SourceFile, resolver: FileResolver, options: AnalysisOptions) {
    this.#file = file;
    this.#resolver = resolver;
    this.#options = options;
  }

  run(rule: Rule, site: Expr | ClassDef | ImportFrom): void {
    if (this.#broken.has(rule) || !this.#options.wants(rule)) return;
    const used = new Used();
    try {
      if (site instanceof Call) used.add(this.#resolver.valueOf(site.callee));
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

  *findings(): Generator<void, readonly Finding[]> {
    const suppressed = readSuppressions(this.#file);
    const found = yield* verified(this.#file, this.#found, this.#options.accepts);
    return found.filter((finding) => !suppressed(finding.rule, finding.span)).sort(byPosition);
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
      queryVariableOf: (name) => {
        const variable = resolver.queryVariableOf(name);
        if (variable) used.add(variable);
        return variable;
      },
      databaseFor: (query) => {
        const database = resolver.databaseFor(query);
        if (database) used.add(database);
        return database;
      },
      importFor: resolver.importFor,
      chainOf,
      queryHooks: resolver.queryHooks,
    };
  }

  #add(rule: Rule, site: Node, report: Report, used: Used): void {
    const effect = report.effect ?? rule.effects[this.#options.target];
    if (!effect) return;
    const { fix, conditions, safety } = judged(this.#file, report, used.certainty, this.#options.installed);
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
function judged(file: SourceFile, report: Report, certainty: Certainty, installed: Target | undefined): Judged {
  const { fix } = report;
  if ("why" in fix) return { safety: "explain", conditions: [fix.why] };
  const dropped = droppedComments(file, fix);
  if (dropped > 0) {
    return { safety: "explain", conditions: ["A comment stands inside of what would be replaced; move it first."] };
  }
  const conditions = [...(fix.conditions ?? [])];
  if (fix.needs && installed && Number(installed) < Number(fix.needs)) {
    conditions.push(
      `The project runs on SQLAlchemy ${fix.needs} or newer: ${installed}, which it pins, does not have this.`,
    );
  }
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
