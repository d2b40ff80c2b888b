import { applyEdits, type SourceFile, type Span, type TextEdit } from "../syntax/index.ts";
import type { Finding } from "./finding.ts";

/**
 * Takes the edits from every finding whose fix would not parse. Statements of the module are tried one by one, each with
 * all fixes that touch it together: one small parse a statement, which the caller may remember. A step a statement.
 */
export function* verified(
  file: SourceFile,
  findings: readonly Finding[],
  accepts: (text: string) => boolean,
): Generator<void, readonly Finding[]> {
  const broken = new Set<Finding>();
  for (const [index, touching] of byStatement(file, findings)) {
    const piece = pieceOf(file, index);
    for (const finding of brokenIn(piece, touching, accepts)) broken.add(finding);
    yield;
  }
  return broken.size === 0
    ? findings
    : findings.map((finding) => (broken.has(finding) ? explained(finding, file) : finding));
}

function explained(finding: Finding, file: SourceFile): Finding {
  const { fix: _, ...rest } = finding;
  const why = file.hasErrorIn(finding.span)
    ? "This statement does not parse as it stands; finish it first."
    : "The edit would not parse here; please change this by hand.";
  return { ...rest, safety: "explain", conditions: [why] };
}

/** Every finding with a fix, by the statements of the module that its edits touch. */
function byStatement(file: SourceFile, findings: readonly Finding[]): ReadonlyMap<number, readonly Finding[]> {
  const touched = new Map<number, Finding[]>();
  for (const finding of findings) {
    const indices = new Set((finding.fix?.edits ?? []).map(({ span }) => statementAt(file, span.start, span.end)));
    for (const index of indices) {
      const known = touched.get(index);
      if (known) known.push(finding);
      else touched.set(index, [finding]);
    }
  }
  return touched;
}

/** A statement owns the text from the end of the one before it; -1 stands for the whole file. */
function statementAt(file: SourceFile, start: number, end: number): number {
  const { body } = file;
  let low = 0;
  let high = body.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((body[middle]?.end ?? 0) < end) low = middle + 1;
    else high = middle;
  }
  const from = body[low - 1]?.end ?? 0;
  return start >= from && body.length > 0 ? low : -1;
}

interface Piece {
  readonly start: number;
  /** Whether an edit is this piece's: what is put in right behind a statement is not the next one's. */
  readonly owns: (span: Span) => boolean;
  readonly text: string;
}

function pieceOf(file: SourceFile, index: number): Piece {
  if (index < 0) return { start: 0, owns: () => true, text: file.text };
  const start = file.body[index - 1]?.end ?? 0;
  const end = index + 1 === file.body.length ? file.text.length : (file.body[index]?.end ?? start);
  // A statement that follows another one on its line stands alone here.
  const text = file.text.slice(start, end).replace(/^[ \t]*;[ \t]*/, (blank) => "\n".repeat(blank.length));
  return { start, owns: (span) => statementAt(file, span.start, span.end) === index, text };
}

function brokenIn(piece: Piece, findings: readonly Finding[], accepts: (text: string) => boolean): readonly Finding[] {
  const parses = (some: readonly Finding[]): boolean => {
    const edits = editsIn(piece, some);
    return edits !== undefined && accepts(applyEdits(piece.text, edits));
  };
  const search = (some: readonly Finding[]): readonly Finding[] => {
    if (some.length === 0 || parses(some)) return [];
    if (some.length === 1) return some;
    const middle = some.length >> 1;
    return [...search(some.slice(0, middle)), ...search(some.slice(middle))];
  };
  return search(findings);
}

/** The edits of several findings that lie in a piece, equal ones once; `undefined` where two of them overlap. */
function editsIn({ start, text, owns }: Piece, findings: readonly Finding[]): readonly TextEdit[] | undefined {
  const edits = new Map<string, TextEdit>();
  for (const { fix } of findings) {
    for (const { span, text: inserted } of fix?.edits ?? []) {
      const moved = { start: span.start - start, end: span.end - start };
      if (!owns(span) || moved.start < 0 || moved.end > text.length) continue;
      edits.set(`${moved.start}:${moved.end}:${inserted}`, { span: moved, text: inserted });
    }
  }
  const sorted = [...edits.values()].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  let end = -1;
  for (const { span } of sorted) {
    if (span.start < end) return undefined;
    end = span.end;
  }
  return sorted;
}
