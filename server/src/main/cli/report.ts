import { fileURLToPath } from "node:url";
import type { Certainty, Effect, Evidence, Finding, Safety, Target } from "../../engine/finding.ts";
import { cellAt, toCellEdit } from "../../service/notebook/join.ts";
import type { Notebook } from "../../service/notebook/read.ts";
import { lineAt, lineStarts, type Span } from "../../syntax/index.ts";
import { compareText } from "./lists.ts";
import { shown } from "./project.ts";
import type { Source } from "./sources.ts";

/** What `check --format json` prints. Other programs read it: add, never rename. */
export interface CheckReport {
  readonly version: 1;
  readonly target: Target;
  readonly targetBecause: string;
  readonly files: { readonly found: number; readonly analysed: number };
  readonly findings: readonly ReportedFinding[];
  readonly faults: readonly { readonly path: string; readonly message: string }[];
  /** How many findings the baseline took out; absent without a baseline. */
  readonly baselined?: number;
}

export interface ReportedFinding extends Place {
  readonly rule: string;
  readonly effect: Effect;
  readonly end: Position;
  readonly message: string;
  readonly certainty: Certainty;
  readonly because: readonly string[];
  readonly safety: Safety;
  readonly conditions: readonly string[];
  readonly lesson: string;
  readonly doc: string;
  readonly fix?: { readonly title: string; readonly edits: readonly ReportedEdit[] };
}

export interface ReportedEdit extends Place {
  readonly end: Position;
  readonly text: string;
}

export interface Place {
  readonly path: string;
  /** 1-based, of all cells of a notebook; absent elsewhere. Positions are the cell's own. */
  readonly cell?: number;
  readonly start: Position;
}

/** 1-based; columns count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Turns the analyser's offsets into the lines and columns of files and of notebooks' cells. */
export class Reporter {
  readonly #sources: ReadonlyMap<string, Source>;
  readonly #lines = new Map<string, readonly number[]>();

  constructor(sources: readonly Source[]) {
    this.#sources = new Map(sources.map((source) => [source.uri, source]));
  }

  /** By path and place. */
  sorted(findings: readonly Finding[]): readonly Finding[] {
    const paths = new Map(findings.map(({ uri }) => [uri, this.pathOf(uri)]));
    return findings.toSorted(
      (a, b) =>
        compareText(paths.get(a.uri) ?? "", paths.get(b.uri) ?? "") ||
        a.span.start - b.span.start ||
        a.span.end - b.span.end ||
        compareText(a.rule, b.rule),
    );
  }

  /** "`session = SessionLocal()`, app/db.py:7" */
  evidence({ text, at }: Evidence): string {
    if (!at) return text;
    const notebook = this.#sources.get(at.uri)?.notebook;
    if (!notebook) return `${text}, ${this.pathOf(at.uri)}:${at.line}`;
    const { path, cell, start } = this.place(at.uri, at.span);
    return `${text}, ${path}:cell ${cell}:${start.line}`;
  }

  place(uri: string, span: Span): Place & { readonly end: Position } {
    const source = this.#sources.get(uri);
    const path = this.pathOf(uri);
    if (source?.notebook) return { path, ...this.#placeInCell(source.notebook, span) };
    const text = source?.text ?? "";
    return { path, start: this.#position(uri, text, span.start), end: this.#position(uri, text, span.end) };
  }

  pathOf(uri: string): string {
    return this.#sources.get(uri)?.path ?? shown(fileURLToPath(uri));
  }

  finding(finding: Finding): ReportedFinding {
    const { rule, effect, message, certainty, conditions, safety, lesson, doc, fix } = finding;
    const { path, cell, start, end } = this.place(finding.uri, finding.span);
    const edits = fix?.edits.map((edit) => this.#edit(edit.uri, edit.span, edit.text));
    const because = finding.because.map((evidence) => this.evidence(evidence));
    const place = { path, ...(cell !== undefined && { cell }), start, end };
    const about = { message, certainty, because };
    const rest = { lesson, doc };
    if (!fix || !edits) return { rule, effect, ...place, ...about, safety, conditions, ...rest };
    if (!edits.every((edit) => edit !== undefined)) {
      return {
        rule,
        effect,
        ...place,
        ...about,
        safety: "explain",
        conditions: ["The edit reaches over a cell's end."],
        ...rest,
      };
    }
    return { rule, effect, ...place, ...about, safety, conditions, ...rest, fix: { title: fix.title, edits } };
  }

  #edit(uri: string, span: Span, text: string): ReportedEdit | undefined {
    const notebook = this.#sources.get(uri)?.notebook;
    if (!notebook) return { ...this.place(uri, span), text };
    const edit = toCellEdit(notebook, { span, text });
    if (!edit) return undefined;
    const { cell } = edit;
    const absolute = { start: cell.start + edit.span.start, end: cell.start + edit.span.end };
    return { ...this.place(uri, absolute), text: edit.text };
  }

  #placeInCell(notebook: Notebook, span: Span): { cell: number; start: Position; end: Position } {
    const start = cellAt(notebook, span.start);
    const cell = start?.cell;
    if (!start || !cell) return { cell: 1, start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };
    const lines = lineStarts(cell.source);
    const end = Math.min(span.end - cell.start, cell.source.length);
    return { cell: cell.number, start: positionIn(lines, start.offset), end: positionIn(lines, end) };
  }

  #position(uri: string, text: string, offset: number): Position {
    let lines = this.#lines.get(uri);
    if (!lines) {
      lines = lineStarts(text);
      this.#lines.set(uri, lines);
    }
    return positionIn(lines, offset);
  }
}

function positionIn(lines: readonly number[], offset: number): Position {
  const line = lineAt(lines, offset);
  return { line: line + 1, column: offset - (lines[line] ?? 0) + 1 };
}

/** "app/users.py:12:5", "analysis.ipynb:cell 3:2:1" */
export const placeText = ({ path, cell, start }: Place): string =>
  `${path}${cell === undefined ? "" : `:cell ${cell}`}:${start.line}:${start.column}`;
