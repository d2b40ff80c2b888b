import type { Certainty, Evidence } from "../resolve/value.ts";
import type { Span, TextEdit } from "../syntax/index.ts";

/** The release of SQLAlchemy that findings are judged for. */
export type Target = "1.4" | "2.0" | "2.1";
export const targets: readonly Target[] = ["1.4", "2.0", "2.1"];

/** What a piece of 1.x code does on the target, worst first. */
export type Effect = "raises" | "changes" | "deprecated" | "legacy";
export const effects: readonly Effect[] = ["raises", "changes", "deprecated", "legacy"];

/** How far a fix is proved; "explain" has no edit. */
export type Safety = "safe" | "review" | "explain";

export type { Certainty, Evidence } from "../resolve/value.ts";

/** Edits of one document; offsets are those of the version the finding was computed for. */
export interface Edit extends TextEdit {
  readonly uri: string;
}

export interface Fix {
  readonly title: string;
  readonly edits: readonly Edit[];
}

/** Plain data: survives the tree, the analysis and the process. */
export interface Finding {
  readonly rule: string;
  readonly effect: Effect;
  readonly uri: string;
  readonly span: Span;
  /** The callee's or class's own name: what an editor strikes through. */
  readonly mark: Span;
  readonly message: string;
  readonly certainty: Certainty;
  readonly because: readonly Evidence[];
  readonly safety: Safety;
  /** For "review": what a person is to confirm, one sentence each. For "explain": why there is no edit. */
  readonly conditions: readonly string[];
  /** Lesson and section: "session#identity-map". */
  readonly lesson: string;
  readonly doc: string;
  /** Absent exactly where `safety` is "explain". */
  readonly fix?: Fix;
}
