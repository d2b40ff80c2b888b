/** Custom messages between our client and our server: names and plain types only, so that both sides may import it. */

/** What our client passes as `initializationOptions`; every other client may pass any part of it, or nothing. */
export interface InitializationOptions {
  /** The section `sqlalchemyCoach` of the settings, so that the first answer needs no second round trip. */
  readonly settings?: unknown;
  /** The client has the command `openLessonCommand`: only then do hovers and code actions name it. */
  readonly lessonCommand?: boolean;
  /** The client has the command `showFindingsCommand`: only then do code lenses name it. */
  readonly findingsCommand?: boolean;
  /** The client answers `readFileRequest` and `findFilesRequest`; a server without a file system asks it. */
  readonly files?: boolean;
  /** The client listens to `statusNotification` and `analysingNotification`. */
  readonly status?: boolean;
  /** Document versions on which an earlier server died twice: left alone until they change. */
  readonly quarantine?: readonly DocumentVersion[];
  /** Translations of the server's own sentences, by the English one. */
  readonly strings?: Readonly<Record<string, string>>;
}

export interface DocumentVersion {
  readonly uri: string;
  readonly version: number;
}

/** Client to server: everything known about the expression at a position, as `sqlalchemy-coach explain` prints it. */
export const explainRequest = "sqlalchemyCoach/explain";
export interface ExplainParams {
  readonly uri: string;
  /** 0-based line and UTF-16 character, as in LSP. */
  readonly position: { readonly line: number; readonly character: number };
}
/** The answer is `null` where there is nothing to say. */
export interface ExplainResult {
  readonly api: string | null;
  readonly layer: "core" | "orm" | "both" | null;
  readonly lesson: string;
  /** The person's lines without their common indentation, for the lesson's example. */
  readonly code: string;
  /** Where in `code` the expression stands, in UTF-16 units. */
  readonly mark: { readonly start: number; readonly end: number };
  /** "app/views.py:12", for people to read. */
  readonly source: string;
  /** The hover in plain text. */
  readonly text: string;
  /** What it does, one sentence. */
  readonly summary: string;
  /** Why we believe so, each with its place, "" where that is not known. */
  readonly because: readonly { readonly text: string; readonly where: string }[];
  /** What 2.0 has in its place; `null` where nothing is to be written otherwise. */
  readonly modern: ModernForm | null;
  /** The statement cut out of its program; `null` where there is none. */
  readonly slice: ExplainedSlice | null;
}
export interface ModernForm {
  /** What is found, in a sentence. */
  readonly message: string;
  /** The lines before and after the fix; `after` is empty where there is none. */
  readonly before: string;
  readonly after: string;
  /** What a person is to confirm, or why there is no fix. */
  readonly conditions: readonly string[];
}
/** A program of SQLAlchemy's names alone, with the person's models and statement, that prints the statement's SQL. */
export type ExplainedSlice =
  | {
      readonly kind: "program";
      readonly setup: string;
      readonly code: string;
      readonly dialect: string;
      /** Parameters with the person's own text that each stands for. */
      readonly parameters: readonly { readonly name: string; readonly text: string }[];
      readonly notes: readonly string[];
    }
  | { readonly kind: "refused"; readonly why: string };

/** Client to server: where what a lesson teaches occurs in the workspace. */
export const occurrencesRequest = "sqlalchemyCoach/occurrences";
export interface OccurrencesParams {
  /** The lesson's id, without a section. */
  readonly lesson: string;
  /** The document that the person looks at: its places come first, then those of the files nearest to it. */
  readonly near?: string;
  /** The most files to look into; those looked into already are looked into again, at no cost. */
  readonly files: number;
}
export interface OccurrencesResult {
  /** Nearest first, the places of one file together; at most fifty of each section. */
  readonly places: readonly OccurrencePlace[];
  /** By section, all places, listed or not. */
  readonly counts: Readonly<Record<string, number>>;
  /** Files looked into, and files of the workspace that were not. */
  readonly files: number;
  readonly left: number;
  /** Whether the workspace's files are still being read: there may be more. */
  readonly busy: boolean;
}
export interface OccurrencePlace {
  readonly uri: string;
  /** Below the workspace folder, for people to read. */
  readonly path: string;
  /** 0-based line and UTF-16 characters, as in LSP. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** The line, without its indentation, cut where it is long. */
  readonly text: string;
  readonly name: string;
  readonly layer: "core" | "orm" | "both" | null;
  /** Ids of the lesson's sections. */
  readonly sections: readonly string[];
}

/** Client to server: what the analyser finds, for 2.0, in a text that is no document: an exercise of a lesson. */
export const judgeRequest = "sqlalchemyCoach/judge";
export interface JudgeParams {
  /** Python that runs ahead of the code and is not judged. */
  readonly setup: string;
  readonly code: string;
}
export interface JudgeResult {
  readonly findings: readonly {
    /** 1-based, in the code. */
    readonly line: number;
    readonly rule: string;
    readonly message: string;
  }[];
}

/** Client to server: what the status item shows. */
export const statusRequest = "sqlalchemyCoach/status";
export interface StatusParams {
  /** The document whose project is meant; the first project without it. */
  readonly uri?: string;
}
export interface StatusResult {
  readonly target: string;
  readonly targetBecause: string;
  /** Open documents of the project that have findings, and their findings by effect. */
  readonly files: number;
  readonly findings: Readonly<Record<string, number>>;
  /** Files of the project known to the analyser. */
  readonly known: number;
  /** Whether the project's files are still being read. */
  readonly busy: boolean;
  /** Documents left alone: too large, or quarantined. */
  readonly excluded: readonly ExcludedDocument[];
}
export interface ExcludedDocument {
  readonly uri: string;
  readonly why: "large" | "huge" | "quarantined";
}

/** Server to client, without parameters: what `statusRequest` answers may have changed. */
export const statusNotification = "sqlalchemyCoach/statusChanged";

/**
 * Server to client: the document that the analyser starts on, and none when it is done. Should the server die in
 * between, the client knows on which document.
 */
export const analysingNotification = "sqlalchemyCoach/analysing";
export interface AnalysingParams {
  readonly on: DocumentVersion | null;
}

/** Server to client: reads a workspace file; the browser's server has no file system of its own. `null` where it can't. */
export const readFileRequest = "sqlalchemyCoach/readFile";
export interface ReadFileParams {
  readonly uri: string;
}

/** What to look for in a folder: Python files, or the files that pin a release. */
export type FileKind = "python" | "notebooks" | "pins" | "ignores";

/** Server to client: uris of a workspace folder's files, without those of virtual environments and packages. */
export const findFilesRequest = "sqlalchemyCoach/findFiles";
export interface FindFilesParams {
  readonly folder: string;
  readonly kind: FileKind;
  readonly limit: number;
}

/** Client to server, without parameters: the workspace's findings family by family, for the guided migration. Cancellable. */
export const tourRequest = "sqlalchemyCoach/tour";
export interface TourResult {
  /** Worst effect first, then the most findings; a family is a rule. */
  readonly families: readonly TourFamily[];
  /** Python files that were looked through. */
  readonly files: number;
}
export interface TourFamily {
  readonly rule: string;
  readonly title: string;
  readonly effect: "raises" | "changes" | "deprecated" | "legacy";
  /** Lesson and section: "session#identity-map". */
  readonly lesson: string;
  /** All of them; `findings` holds the first ones. */
  readonly count: number;
  /** How many of all have a safe fix. */
  readonly safe: number;
  readonly findings: readonly TourFinding[];
}
export interface TourFinding {
  /** Names the finding by its rule, file and code: stays when lines above it come and go. */
  readonly key: string;
  readonly uri: string;
  /** The file for people to read, below its folder. */
  readonly path: string;
  /** 0-based lines and UTF-16 characters, as in LSP. */
  readonly range: { readonly start: TextPosition; readonly end: TextPosition };
  readonly message: string;
  /** What the project runs on or is to run on. */
  readonly target: string;
  readonly safety: "safe" | "review" | "explain";
  /** For "review": what a person is to confirm. For "explain": why there is no edit. */
  readonly conditions: readonly string[];
  /** What the fix does; `null` where `safety` is "explain". */
  readonly fix: string | null;
  /** The code's first line. */
  readonly code: string;
}

/** Client to server: the edits of one finding's fix, or without `finding` of every safe fix of the rule. */
export const tourFixRequest = "sqlalchemyCoach/tourFix";
export interface TourFixParams {
  readonly rule: string;
  readonly finding?: { readonly uri: string; readonly key: string };
}
export interface TourFixResult {
  /** LSP's WorkspaceEdit, for the versions it was computed for; `null` where there is nothing to do any more. */
  readonly edit: object | null;
  readonly files: number;
}

/** Arguments of the client's command `sqlalchemyCoach.openLesson`, which code actions and hover links name. */
export const openLessonCommand = "sqlalchemyCoach.openLesson";
export interface OpenLessonArguments {
  readonly lesson: string;
  readonly example?: {
    readonly code: string;
    readonly source: string;
    /** Where it stands, for `explainRequest`. */
    readonly at?: ExplainParams;
  };
}

/** Arguments of the client's command that lists the places of a code lens, 0-based as in LSP. */
export const showFindingsCommand = "sqlalchemyCoach.showFindings";
export interface ShowFindingsArguments {
  readonly uri: string;
  readonly at: TextPosition;
  readonly ranges: readonly { readonly start: TextPosition; readonly end: TextPosition }[];
}
export interface TextPosition {
  readonly line: number;
  readonly character: number;
}

/** The kind of the code action that applies every safe fix of a document. */
export const fixAllKind = "source.fixAll.sqlalchemyCoach";

/** The first message to a server in a worker, before any of LSP: its wasm files, which it can't load by itself. */
export interface WorkerStart {
  readonly grammar: { readonly runtime: Uint8Array; readonly python: Uint8Array };
}
