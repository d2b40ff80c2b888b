import type { Finding } from "../engine/finding.ts";
import type { FileResolver } from "../resolve/index.ts";
import type { ParsedDocument, SourceFile, Span } from "../syntax/index.ts";
import type { Occurrence } from "./types.ts";

/** One version of a document, with what was made of it so far. */
export interface Document {
  readonly version: number;
  readonly text: string;
  /** Parsed on first need; an open document keeps its tree for the next edit. */
  parsed: ParsedDocument | undefined;
  readonly open: boolean;
  file: SourceFile | undefined;
  findings: readonly Finding[] | undefined;
  /** Made of the findings, and as good as they are. */
  occurrences: { readonly findings: readonly Finding[]; readonly found: readonly Occurrence[] } | undefined;
  /** What `glance` answered, until the findings are there. */
  glance: readonly Finding[] | undefined;
  /** The resolver that the findings were made with: another one, and they are stale. */
  resolver: FileResolver | undefined;
  /** Whether that, and all that was parsed, was let go of, and the findings kept. */
  rests: boolean;
  /** The change of the workspace up to which they are known to hold. */
  heldAt: number;
}

/** Lets go of what was parsed of a document, and resolved in it. */
export function letRest(document: Document): void {
  document.parsed = undefined;
  document.file = undefined;
  document.resolver = undefined;
  document.rests = true;
}

export function fresh(version: number, text: string, open: boolean, parsed: ParsedDocument | undefined): Document {
  return {
    version,
    text,
    open,
    parsed,
    file: parsed?.file,
    resolver: undefined,
    rests: false,
    heldAt: -1,
    findings: undefined,
    occurrences: undefined,
    glance: undefined,
  };
}

/** The first line of what a span of a text holds, shortened. */
export function firstLineIn(text: string, { start, end }: Span): string {
  const line =
    text
      .slice(start, Math.min(end, start + 200))
      .split("\n", 1)[0]
      ?.trim() ?? "";
  return line.length > 72 ? `${line.slice(0, 71)}…` : line;
}
