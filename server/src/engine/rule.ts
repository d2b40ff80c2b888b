import type { ApiName } from "../knowledge/index.ts";
import type {
  DatabaseAnswer,
  ImportAnswer,
  Model,
  ModelRef,
  QueryHook,
  QueryVariable,
  Value,
} from "../resolve/index.ts";
import type {
  Attribute,
  Chain,
  ClassDef,
  Expr,
  ImportFrom,
  Name,
  Node,
  SourceFile,
  Span,
  TextEdit,
} from "../syntax/index.ts";
import { Call } from "../syntax/index.ts";
import type { Effect, Safety, Target } from "./finding.ts";

/** Python that a rule flags, and what its fix makes of it. Executed by the tests: by the analyser and by SQLAlchemy. */
export interface Example {
  readonly bad: string;
  /** Absent where the rule only explains. */
  readonly good?: string;
}

interface About {
  /** Names the flagged pattern: "query-get". Unique over all rules. */
  readonly id: string;
  /** One line, at most 90 characters; its first clause says what to do. The message of a finding unless that has its own. */
  readonly title: string;
  /** Lesson and section that teach it: "session#identity-map". */
  readonly lesson: string;
  /** The page of SQLAlchemy's documentation that says so. */
  readonly doc: string;
  /** What the pattern does on each release; a release that is not named is not flagged. */
  readonly effects: Readonly<Partial<Record<Target, Effect>>>;
  readonly examples: readonly Example[];
}

/** What can be told of an expression by its form, and by the names that lead to it. */
export interface Forms {
  mayBeRow(expr: Expr | undefined): boolean;
}

/** What a rule sees first. Dispatch is by resolved name, so that a hundred rules cost one look-up. */
export interface Triggers {
  /** Calls whose callee resolves to one of these names. */
  readonly call?: readonly ApiName[];
  /** Whether such a call has a form that the rule minds at all: asked first, as to resolve a callee costs a hundred times more. */
  readonly form?: (call: Call, forms: Forms) => boolean;
  /** `row["name"]`, `**row`: whatever is read by a text, or by an attribute of something, or unpacked by name. */
  readonly subscript?: true;
  /** Calls of these functions of Python's own, where the file gives their names to nothing else. */
  readonly builtin?: readonly string[];
  /** Every class statement. */
  readonly class?: true;
  /** `from MODULE import …` of one of these modules, as written. */
  readonly importFrom?: readonly string[];
}

export interface Rule extends About {
  readonly on: Triggers;
  /** `undefined`: not mine. A throw is a bug: it costs this rule on this file. */
  check(site: Expr | ClassDef | ImportFrom, context: RuleContext): Report | readonly Report[] | undefined;
}

type Answer = Report | readonly Report[] | undefined;

/** A rule as its author writes it: `check` gets the kind of site that its trigger names. */
export interface CallRule extends About {
  readonly on: Pick<Triggers, "form"> & { readonly call: readonly ApiName[] };
  check(call: Call, context: RuleContext): Answer;
}
export interface ExprRule extends About {
  readonly on: Pick<Triggers, "call" | "form" | "subscript" | "builtin"> & { readonly subscript: true };
  check(expr: Expr, context: RuleContext): Answer;
}
export interface ClassRule extends About {
  readonly on: { readonly class: true };
  check(node: ClassDef, context: RuleContext): Answer;
}
export interface ImportRule extends About {
  readonly on: { readonly importFrom: readonly string[] };
  check(node: ImportFrom, context: RuleContext): Answer;
}

export interface Report {
  /** What the finding covers. */
  readonly at: Span;
  /** The name to strike through; the callee's own name unless said. */
  readonly mark?: Span;
  readonly message?: string;
  /** Where a site's effect differs from the rule's. */
  readonly effect?: Effect;
  /** The edit, or the stated reason for none. */
  readonly fix: ProposedFix | { readonly why: string };
}

export interface ProposedFix {
  readonly title: string;
  /** The author's claim; the engine may lower it, never raise it. */
  readonly safety: Exclude<Safety, "explain">;
  /** For "review": what a person is to confirm, one sentence each. */
  readonly conditions?: readonly string[];
  /** The first release that has what the fix writes, where 1.4 has not: a project that runs on an older one is to know. */
  readonly needs?: Target;
  /** Of this file; small and many beats one that replaces everything: text that is not touched keeps its comments. */
  readonly edits: readonly TextEdit[];
}

/** What a rule may ask. Every answer that says something is recorded, and the weakest of them caps the fix. */
export interface RuleContext {
  readonly file: SourceFile;
  readonly target: Target;
  valueOf(expr: Expr): Value;
  nameOf(expr: Expr): ApiName | undefined;
  modelOf(of: ClassDef | ModelRef): Model | undefined;
  usesOf(name: Name): readonly Name[];
  /** The query over several statements that a variable holds where `name` is written or read. */
  queryVariableOf(name: Name): QueryVariable | undefined;
  importFor(name: ApiName, at: Expr): ImportAnswer;
  /** How to write the Flask-SQLAlchemy object whose Session `Author.query` uses; see also `databaseFor`. */
  databaseFor(query: Attribute): DatabaseAnswer | undefined;
  /** The whole method chain around an expression, and how its value is used. */
  chainOf(expr: Expr): Chain;
  /** What makes queries of the project do more than their chains say, wherever it stands. */
  queryHooks(): readonly QueryHook[];
}

/** Defines a rule in code; the last form is for one with several kinds of site. */
export function rule(definition: CallRule): Rule;
export function rule(definition: ExprRule): Rule;
export function rule(definition: ClassRule): Rule;
export function rule(definition: ImportRule): Rule;
export function rule(definition: Rule): Rule;
export function rule(definition: CallRule | ExprRule | ClassRule | ImportRule | Rule): Rule {
  return definition as Rule;
}

/** The name that a finding on `site` strikes through. */
export function markOf(site: Node): Span {
  if (!(site instanceof Call)) return site;
  const { callee } = site;
  return callee.children[callee.children.length - 1] ?? callee;
}
