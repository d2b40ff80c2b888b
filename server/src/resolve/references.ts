import { Name, type Piece } from "../syntax/index.ts";
import { compact, gather } from "./binder.ts";
import type { Inference } from "./infer.ts";
import type { Scope } from "./scopes.ts";

/** The names of one file by the variable that they are. Each piece is walked once, on first need. */
export class References {
  readonly #inference: Inference;
  readonly #known = new Map<Scope, Map<string, readonly Name[]>>();
  /** All pieces' names together, once so many of the module's were asked for that it pays. */
  #joined: ReadonlyMap<string, readonly Name[]> | undefined;
  #asked = 0;

  constructor(inference: Inference) {
    this.#inference = inference;
  }

  /** Every other read or write of the variable that `name` is bound to, in document order. */
  of(name: Name): readonly Name[] {
    const scope = this.#inference.scopeOf(name.name, name.start);
    return scope ? this.in(scope, name.name).filter((other) => other !== name) : [];
  }

  /** Every read and write of a scope's own variable, in document order, those from inner scopes included. */
  in(scope: Scope, name: string): readonly Name[] {
    const known = this.#known.get(scope) ?? new Map<string, readonly Name[]>();
    this.#known.set(scope, known);
    let found = known.get(name);
    if (!found) {
      found = this.#find(scope, name);
      known.set(name, found);
    }
    return found;
  }

  #find(scope: Scope, name: string): readonly Name[] {
    const { file } = this.#inference;
    const names = scope.node ? namesIn(file.pieceAt(scope.node.start)).get(name) : this.#anywhere(name);
    return (names ?? []).filter((node) => this.#inference.scopeOf(name, node.start) === scope);
  }

  #anywhere(name: string): readonly Name[] | undefined {
    const { pieces } = this.#inference.file;
    if (!this.#joined && ++this.#asked <= manyNames) {
      return pieces.flatMap((piece) => namesIn(piece).get(name) ?? []);
    }
    this.#joined ??= joined(pieces);
    return this.#joined.get(name);
  }
}

const manyNames = 20;

function joined(pieces: readonly Piece[]): ReadonlyMap<string, readonly Name[]> {
  const all = new Map<string, Name[]>();
  for (const piece of pieces) for (const [name, names] of namesIn(piece)) gather(all, name, names);
  return all;
}

const inPieces = new WeakMap<Piece, ReadonlyMap<string, readonly Name[]>>();

function namesIn(piece: Piece): ReadonlyMap<string, readonly Name[]> {
  const known = inPieces.get(piece);
  if (known) return known;
  const found = new Map<string, Name[]>();
  for (const statement of piece.body) {
    for (const node of statement.walk()) {
      if (!(node instanceof Name) || !isReference(node)) continue;
      const { name } = node;
      const same = found.get(name);
      if (same) same.push(node);
      else found.set(name, [node]);
    }
  }
  const all = compact(found);
  inPieces.set(piece, all);
  return all;
}

/** Not the name behind a dot, nor that of a keyword argument. */
function isReference(node: Name): boolean {
  const outer = node.parent;
  return (
    (outer?.type !== "attribute" || outer.children[0] === node) &&
    (outer?.type !== "keyword_argument" || outer.children[0] !== node)
  );
}
