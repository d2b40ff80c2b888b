import type { Node, Source } from "./node.ts";
import { lineAt, lineStarts, type Span } from "./text.ts";

/** One version of one document, parsed. Immutable, and free of the parser's memory. */
export class SourceFile {
  readonly source: Source;
  readonly version: number;
  /** The statements of the module. */
  readonly body: readonly Node[];
  /** In document order; a comment is no node, since it may stand anywhere. */
  readonly comments: readonly Span[];
  readonly errors: readonly Span[];
  #lines: readonly number[] | undefined;

  constructor(
    source: Source,
    version: number,
    body: readonly Node[],
    comments: readonly Span[],
    errors: readonly Span[],
  ) {
    this.source = source;
    this.version = version;
    this.body = body;
    this.comments = comments;
    this.errors = errors;
  }

  get uri(): string {
    return this.source.uri;
  }

  get text(): string {
    return this.source.text;
  }

  /** 0-based offsets of the line starts. */
  get lines(): readonly number[] {
    this.#lines ??= lineStarts(this.source.text);
    return this.#lines;
  }

  /** How the file ends its lines: what is put into it does likewise. */
  get lineEnd(): string {
    return this.source.text.includes("\r\n") ? "\r\n" : "\n";
  }

  /** 0-based. */
  lineOf(offset: number): number {
    return lineAt(this.lines, offset);
  }

  /** The smallest node that holds `offset`; a caret right behind a name finds the name. */
  nodeAt(offset: number): Node | undefined {
    const found = this.#leafAt(offset);
    if (found?.type === "identifier" || offset === 0) return found;
    const before = this.#leafAt(offset - 1);
    return before?.type === "identifier" ? before : (found ?? before);
  }

  #leafAt(offset: number): Node | undefined {
    let found: Node | undefined;
    let level: readonly Node[] = this.body;
    for (;;) {
      const next = level.find((node) => node.start <= offset && offset < node.end);
      if (!next) return found;
      found = next;
      level = next.children;
    }
  }

  /** Whether a part that could not be parsed lies in or touches `span`. */
  hasErrorIn(span: Span): boolean {
    return this.errors.some((error) => error.start <= span.end && span.start <= error.end);
  }

  commentsIn(span: Span): readonly Span[] {
    return this.comments.filter((comment) => span.start <= comment.start && comment.end <= span.end);
  }

  *walk(): Generator<Node> {
    for (const statement of this.body) yield* statement.walk();
  }
}
