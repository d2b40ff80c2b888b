import type { Certainty, Effect, Evidence, Finding, Fix, Safety, Target } from "../engine/finding.ts";
import type { Place } from "../resolve/index.ts";
import type { Slice } from "../slice/index.ts";
import type { Span, TextEdit } from "../syntax/index.ts";
import type { LayerHint } from "./layer_hints.ts";

export type { LayerHint } from "./layer_hints.ts";

/**
 * One change of the outside world. `open` means that an editor owns the text (its edits are parsed incrementally); a
 * document that is not open is a file of the workspace, known so that others can be resolved against it.
 */
export type DocumentChange =
  | {
      readonly kind: "set";
      readonly uri: string;
      readonly version: number;
      readonly text: string;
      readonly open: boolean;
    }
  /** Edits in order, each with the UTF-16 offsets of the text that the ones before it left. */
  | { readonly kind: "edit"; readonly uri: string; readonly version: number; readonly edits: readonly TextEdit[] }
  | { readonly kind: "remove"; readonly uri: string };

export interface Config {
  readonly target: Target;
  /** "requirements.txt:3 sqlalchemy==2.0.52", "the setting sqlalchemyCoach.target", "the default". */
  readonly targetBecause: string;
  /** Releases the project already runs on: a finding that raises there is an error, otherwise a warning. */
  readonly installed?: Target;
  /** Rule ids or family (folder) names; all when empty. */
  readonly select: readonly string[];
  readonly ignore: readonly string[];
}

/** What a label speaks of: a name of SQLAlchemy's, a keyword argument, its value, or something of the person's own. */
export type LabelKind =
  | "name"
  | "parameter"
  | "option"
  | "column"
  | "relationship"
  | "attribute"
  | "model"
  | "object"
  | "table"
  | "mixin";

/** One thing that is known of a column or relationship, with the place that says so. */
export interface LabelFact {
  readonly name: "foreign key" | "through" | "other side" | "cascade" | "loading" | "declared in" | "checked by";
  /** Code stands between backticks. */
  readonly text: string;
  readonly at?: Place;
}

export interface Label {
  readonly kind: LabelKind;
  /** What the person calls it, "Author.name"; "" where `api` says it. */
  readonly title: string;
  /** Canonical name, `null` where it is none of SQLAlchemy's. Of a mapped attribute, what makes it. */
  readonly api: string | null;
  readonly layer: "core" | "orm" | "both" | null;
  readonly certainty: Certainty;
  readonly because: readonly Evidence[];
  /** What it does, one sentence. */
  readonly summary: string;
  /** "Since 1.4.", "Legacy since 2.0: use Session.get()."; may be empty. */
  readonly history: string;
  readonly lesson: string;
  readonly doc: string;
  /** The expression that the label speaks of. */
  readonly span: Span;
  readonly facts: readonly LabelFact[];
  /** For a model or a table: attribute, type, and the rest in a few words, one row each; code between backticks. */
  readonly rows: readonly LabelRow[];
  /** The same as lines of plain text. */
  readonly details: readonly string[];
  /** Rules that have a finding on this expression. */
  readonly findings: readonly string[];
}

export type LabelRow = readonly [attribute: string, type: string, more: string];

/** A class or function at the top of a file, decorators included. */
export interface Definition {
  readonly name: Span;
  readonly span: Span;
}

/** A place where something that a lesson teaches occurs. */
export interface Occurrence {
  /** What an editor is to select: the name. */
  readonly span: Span;
  /** "Session.get", "class Author", or the id of a rule that has a finding there. */
  readonly name: string;
  readonly layer: "core" | "orm" | "both" | null;
  /** Lessons with their sections: "session#identity-map". */
  readonly sections: readonly string[];
}

export interface FixOptions {
  /** "safe" applies safe fixes only, "review" both. */
  readonly safety: Exclude<Safety, "explain">;
  readonly select?: readonly string[];
}

/** Result of fixing one document until nothing applicable is left (a fixpoint, at most ten rounds). */
export interface FixedDocument {
  readonly uri: string;
  readonly version: number;
  readonly text: string;
  /** Rule ids, one for each fix applied. */
  readonly applied: readonly string[];
  readonly left: readonly { readonly rule: string; readonly effect: Effect; readonly why: string }[];
}

export interface RuleInfo {
  readonly id: string;
  readonly family: string;
  readonly title: string;
  readonly lesson: string;
  readonly doc: string;
  readonly effects: Readonly<Partial<Record<Target, Effect>>>;
  readonly examples: readonly { readonly bad: string; readonly good?: string }[];
}

export interface Log {
  /** A rule, or another part, that threw: a bug of ours, told once. Never holds the user's source. */
  fault(message: string): void;
}

export type { Slice } from "../slice/index.ts";

export interface Glance {
  readonly findings: readonly Finding[];
  /** Whether they are what `findings` tells. */
  readonly isWhole: boolean;
}

/** Everything a host can ask. Synchronous, frozen, plain data out; unknown uris answer "nothing". */
export interface Service {
  apply(changes: readonly DocumentChange[]): void;
  configure(config: Config): void;
  /**
   * The work behind the first `findings` of a long open document, in steps of a few milliseconds: a host may let others in
   * between two of them, and asks for the findings when it is done. What changes under it ends it early; a host that
   * stops in between says `return`. No step for a document that needs none.
   */
  steps(uri: string): Generator<void, void>;
  /** Sorted by position. The same array object until something that it rests on changes. */
  findings(uri: string): readonly Finding[];
  /**
   * The findings of an open document right after an edit: those of the pieces that were edited are new, the others are
   * where they have moved to. Where they rest on what was edited, `findings` tells more, which takes longer.
   */
  glance(uri: string): Glance;
  /** What the expression at a UTF-16 offset is; `undefined` where there is nothing to say. */
  label(uri: string, offset: number): Label | undefined;
  /** The layers of the calls that touch a span, sorted by position. */
  layerHints(uri: string, span: Span): readonly LayerHint[];
  /** The names of the classes and functions at the top of a file, and what each of them spans. */
  definitions(uri: string): readonly Definition[];
  /** By position; the same array object until something that it rests on changes. Empty for what can't reach SQLAlchemy. */
  occurrences(uri: string): readonly Occurrence[];
  /**
   * The statement at a UTF-16 offset as a program that shows its SQL, in the form that a fix gives it where it would
   * raise; `undefined` where there is no statement.
   */
  slice(uri: string, offset: number): Slice | undefined;
  /** Computed on a fresh parse of the document's present text; `undefined` for an unknown document. */
  fixAll(uri: string, options: FixOptions): FixedDocument | undefined;
  /** One finding's fix on a fresh parse of the present text; `undefined` where the finding is gone. */
  fix(uri: string, rule: string, span: Span): Fix | undefined;
  /** An edit that puts `# sqla: ignore[rule]` on the finding's line. */
  suppression(uri: string, finding: Finding): Fix | undefined;
  /** The text and version that findings(uri) speak of; positions are to be computed on it. */
  document(uri: string): { readonly version: number; readonly text: string } | undefined;
  /**
   * What documents import that no document is, as paths without an ending: "shared/models", below a folder that is yet to
   * be found, for an absolute import; for a relative one a uri. Names within a module look the same.
   */
  missing(): ReadonlySet<string>;
  rules(): readonly RuleInfo[];
  dispose(): void;
}
