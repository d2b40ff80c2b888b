import type {
  Call,
  ClassDef,
  Expr,
  FunctionDef,
  Import,
  Lambda,
  Node,
  Parameter,
  Piece,
  SourceFile,
} from "../syntax/index.ts";
import { drained, ImportFrom } from "../syntax/index.ts";
import { bindPiece, gather, type Part } from "./binder.ts";
import type { Fill } from "./filled.ts";

/** One way in which a name gets its value. `node` is what evidence shows. */
export type Definition = { readonly node: Node } & (
  | { readonly kind: "import"; readonly module: string; readonly name: string | undefined }
  | { readonly kind: "value"; readonly value: Expr; readonly path: readonly number[] }
  | { readonly kind: "annotated"; readonly annotation: Expr; readonly value: Expr | undefined }
  | {
      readonly kind: "parameter";
      readonly owner: FunctionDef | Lambda;
      readonly parameter: Parameter;
      readonly index: number;
    }
  | { readonly kind: "with"; readonly value: Expr; readonly isAsync: boolean; readonly path: readonly number[] }
  | { readonly kind: "for"; readonly value: Expr; readonly isAsync: boolean; readonly path: readonly number[] }
  | { readonly kind: "function"; readonly function: FunctionDef }
  | { readonly kind: "class"; readonly class: ClassDef }
  | { readonly kind: "opaque" }
);

export type ScopeKind = "module" | "class" | "function" | "lambda" | "comprehension";

export class Scope {
  readonly kind: ScopeKind;
  readonly node: Node | undefined;
  readonly parent: Scope | undefined;
  readonly names = new Map<string, Definition[]>();
  /** In document order, spans disjoint. */
  readonly inner: Scope[] = [];
  /** Names that `global` or `nonlocal` hand to an outer scope. */
  readonly outer = new Set<string>();

  constructor(kind: ScopeKind, node: Node | undefined, parent: Scope | undefined) {
    this.kind = kind;
    this.node = node;
    this.parent = parent;
  }
}

/** What is known of some of a file's nodes. */
export interface ByNode<N extends Node, T> {
  get(node: N): T | undefined;
}

/** What one pass over a file collects, so that no one else needs to walk it. */
export interface Bound {
  readonly module: Scope;
  readonly calls: readonly Call[];
  /** The calls of something whose name, or the last of whose names, is this one. */
  callsNamed(name: string): readonly Call[];
  readonly classes: readonly ClassDef[];
  readonly functions: readonly FunctionDef[];
  readonly imports: readonly (Import | ImportFrom)[];
  /** `self.x = …` in the methods of a class, by the class. */
  readonly selfAttributes: ByNode<ClassDef, ReadonlyMap<string, readonly Definition[]>>;
  /** `g.db = …`, by the target's text: what the file puts on objects that it does not define. */
  readonly attributes: ReadonlyMap<string, readonly Definition[]>;
  /** `engines[url] = engine`: what is put into a container under a key. */
  readonly entries: readonly Fill[];
  /** `row["name"]`, `row[table.c.name]`, `**row`: what is read, or written, by a text or an attribute, or unpacked by name. */
  readonly subscripts: readonly Expr[];
  /** `return` and `yield` values by function. */
  readonly results: ByNode<FunctionDef, { readonly returns: readonly Expr[]; readonly yields: readonly Expr[] }>;
  /** The scope that a function, class, lambda or comprehension opens. */
  readonly scopes: ByNode<Node, Scope>;
  /** Modules whose every public name the file imports, by scope of the module only. */
  readonly stars: readonly ImportFrom[];
}

/**
 * One pass over each piece of the file, made once however many versions of the file have it. The module's scope is that of
 * the newest version: older ones are no longer true.
 */
export function bind(file: SourceFile): Bound {
  let bound = known.get(file);
  if (!bound) {
    bound = drained(bindingOf(file));
    known.set(file, bound);
  }
  return bound;
}

/** The same pass in steps; `bind` answers at once when it is done. */
export function* bindInSteps(file: SourceFile): Generator<void, void> {
  if (!known.has(file)) known.set(file, yield* bindingOf(file));
}

function* bindingOf({ pieces }: SourceFile): Generator<void, Bound> {
  const module = pieces.map((piece) => parts.get(piece)?.module).find((each) => each !== undefined);
  const scope = module ?? new Scope("module", undefined, undefined);
  const all: Part[] = [];
  for (const [index, piece] of pieces.entries()) {
    all.push(partOf(piece, scope));
    if (index % piecesPerStep === piecesPerStep - 1) yield;
  }
  return joined(all, scope);
}

const known = new WeakMap<SourceFile, Bound>();
const parts = new WeakMap<Node["source"], Part>();

function partOf(piece: Piece, module: Scope): Part {
  let part = parts.get(piece);
  if (part?.module !== module) {
    part = bindPiece(piece, module);
    parts.set(piece, part);
  }
  return part;
}

const piecesPerStep = 50;
const none: readonly Call[] = [];

/** After every edit: one loop, and no list of lists. */
function joined(all: readonly Part[], module: Scope): Bound {
  module.names.clear();
  module.inner.length = 0;
  const calls: Call[] = [];
  const classes: ClassDef[] = [];
  const functions: FunctionDef[] = [];
  const imports: (Import | ImportFrom)[] = [];
  const attributes = new Map<string, Definition[]>();
  const entries: Fill[] = [];
  const subscripts: Expr[] = [];
  for (const part of all) {
    for (const call of part.calls) calls.push(call);
    for (const node of part.classes) classes.push(node);
    for (const node of part.functions) functions.push(node);
    for (const node of part.imports) imports.push(node);
    for (const entry of part.entries) entries.push(entry);
    for (const node of part.subscripts) subscripts.push(node);
    for (const scope of part.inner) module.inner.push(scope);
    if (part.names.size > 0) for (const [name, definitions] of part.names) gather(module.names, name, definitions);
    if (part.attributes.size > 0) {
      for (const [text, definitions] of part.attributes) gather(attributes, text, definitions);
    }
  }
  const partWith = ({ source }: Node): Part | undefined => parts.get(source);
  return {
    module,
    calls,
    callsNamed(name) {
      const found: Call[] = [];
      for (const part of all) for (const call of part.callsByName.get(name) ?? none) found.push(call);
      return found;
    },
    classes,
    functions,
    imports,
    selfAttributes: { get: (node) => partWith(node)?.selfAttributes.get(node) },
    attributes,
    entries,
    subscripts,
    results: { get: (node) => partWith(node)?.results.get(node) },
    scopes: { get: (node) => partWith(node)?.scopes.get(node) },
    stars: imports.filter((found): found is ImportFrom => found instanceof ImportFrom && found.isStar),
  };
}

/** The innermost scope whose body holds `offset`. */
export function scopeAt(module: Scope, offset: number): Scope {
  let scope = module;
  for (;;) {
    const next = innerAt(scope.inner, offset);
    if (!next) return scope;
    scope = next;
  }
}

function innerAt(scopes: readonly Scope[], offset: number): Scope | undefined {
  let low = 0;
  let high = scopes.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const scope = scopes[middle];
    const node = scope?.node;
    if (!scope || !node) return undefined;
    if (offset < node.start) high = middle - 1;
    else if (offset >= node.end) low = middle + 1;
    else return scope;
  }
  return undefined;
}
