import type { Finding } from "../engine/finding.ts";
import type { Piece, SourceFile, Span } from "../syntax/index.ts";

/**
 * What was found in the pieces of an open document, told again where they stand now. It holds as long as nothing that the
 * piece rests on says another thing: who needs to be sure analyses all of it again.
 */
export class PieceFindings {
  readonly #known = new WeakMap<Piece, readonly Anchored[]>();

  /** Keeps what an analysis found in some of a file's pieces: nothing in those that have no finding. */
  keep(file: SourceFile, pieces: Iterable<Piece>, findings: readonly Finding[]): void {
    const found = new Map<Piece, Anchored[]>();
    for (const piece of pieces) found.set(piece, []);
    for (const finding of findings) found.get(file.pieceAt(finding.span.start))?.push(anchored(finding, file));
    for (const [piece, all] of found) this.#known.set(piece, all.length > 0 ? all : nothing);
  }

  /** `undefined` for a piece that was never looked at, or that has a finding with a part in one that is gone. */
  of(piece: Piece, file: SourceFile): readonly Finding[] | undefined {
    const known = this.#known.get(piece);
    // Nearly all pieces are of this kind.
    if (known?.length === 0) return nothing;
    const found = known?.map((each) => told(each, file));
    return found?.every((each) => each !== undefined) ? found : undefined;
  }
}

const nothing: readonly never[] = [];

/** A finding, and the places of it by the pieces that they stand in, in the order in which `withPlaces` has them. */
interface Anchored {
  readonly finding: Finding;
  readonly places: readonly { readonly piece: Piece; readonly start: number; readonly end: number }[];
}

function anchored(finding: Finding, file: SourceFile): Anchored {
  const places: Anchored["places"][number][] = [];
  withPlaces(finding, file, (span) => {
    const piece = file.pieceAt(span.start);
    places.push({ piece, start: span.start - piece.start, end: span.end - piece.start });
    return span;
  });
  return { finding, places };
}

function told({ finding, places }: Anchored, file: SourceFile): Finding | undefined {
  if (!places.every(({ piece }) => file.has(piece))) return undefined;
  let next = 0;
  return withPlaces(finding, file, (span) => {
    const place = places[next++];
    return place ? { start: place.piece.start + place.start, end: place.piece.start + place.end } : span;
  });
}

/** The finding with each of its places in the file moved. */
function withPlaces(finding: Finding, file: SourceFile, move: (span: Span) => Span): Finding {
  const { span, mark, because, fix } = finding;
  return {
    ...finding,
    span: move(span),
    mark: move(mark),
    because: because.map((reason) => {
      if (reason.at?.uri !== file.uri) return reason;
      const moved = move(reason.at.span);
      return { ...reason, at: { uri: file.uri, span: moved, line: file.lineOf(moved.start) + 1 } };
    }),
    ...(fix && {
      fix: {
        ...fix,
        edits: fix.edits.map((edit) => (edit.uri === file.uri ? { ...edit, span: move(edit.span) } : edit)),
      },
    }),
  };
}
