import {
  Assignment,
  Attribute,
  Call,
  ClassDef,
  type Expr,
  FunctionDef,
  Import,
  ImportFrom,
  Lambda,
  Name,
  type Node,
  type Piece,
  Str,
  unparenthesized,
} from "../syntax/index.ts";
import type { Fill } from "./filled.ts";
import { type Bound, type Definition, Scope, type ScopeKind } from "./scopes.ts";

/** What one piece of a file adds to it. */
export interface Part {
  readonly module: Scope;
  readonly names: ReadonlyMap<string, readonly Definition[]>;
  readonly inner: readonly Scope[];
  readonly calls: readonly Call[];
  readonly callsByName: ReadonlyMap<string, readonly Call[]>;
  readonly classes: readonly ClassDef[];
  readonly functions: readonly FunctionDef[];
  readonly imports: readonly (Import | ImportFrom)[];
  readonly selfAttributes: ReadonlyMap<ClassDef, ReadonlyMap<string, readonly Definition[]>>;
  readonly attributes: ReadonlyMap<string, readonly Definition[]>;
  readonly entries: readonly Fill[];
  readonly subscripts: readonly Expr[];
  readonly results: Bound["results"];
  readonly scopes: Bound["scopes"];
}

/** One pass over a piece of a file, whose module has the scope. */
export const bindPiece = (piece: Piece, module: Scope): Part => new Binder(module).bind(piece);

export function gather<K, V>(into: Map<K, V[]>, key: K, values: readonly V[]): void {
  const known = into.get(key);
  if (!known) into.set(key, [...values]);
  else for (const value of values) known.push(value);
}

class Binder {
  readonly #module: Scope;
  /** What the piece defines in the module. */
  readonly #names = new Map<string, Definition[]>();
  /** The scopes at the top of the piece. */
  readonly #inner: Scope[] = [];
  readonly #calls: Call[] = [];
  readonly #classes: ClassDef[] = [];
  readonly #functions: FunctionDef[] = [];
  readonly #imports: (Import | ImportFrom)[] = [];
  readonly #self = new Map<ClassDef, Map<string, Definition[]>>();
  readonly #attributes = new Map<string, Definition[]>();
  readonly #entries: Fill[] = [];
  readonly #subscripts: Expr[] = [];
  readonly #results = new Map<FunctionDef, { returns: Expr[]; yields: Expr[] }>();
  readonly #scopes = new Map<Node, Scope>();
  #scope: Scope;

  constructor(module: Scope) {
    this.#module = module;
    this.#scope = module;
  }

  bind(piece: Piece): Part {
    for (const statement of piece.body) {
      for (const node of statement.walk()) {
        while (this.#scope.node && node.start >= this.#scope.node.end && this.#scope.parent)
          this.#scope = this.#scope.parent;
        this.#visit(node);
      }
    }
    return {
      module: this.#module,
      names: compact(this.#names),
      inner: this.#inner,
      calls: this.#calls,
      callsByName: byName(this.#calls),
      classes: this.#classes,
      functions: this.#functions,
      imports: this.#imports,
      selfAttributes: kept(this.#self),
      attributes: compact(this.#attributes),
      entries: this.#entries.length === 0 ? noEntries : this.#entries,
      subscripts: this.#subscripts.length === 0 ? noSubscripts : this.#subscripts,
      results: kept(this.#results),
      scopes: kept(this.#scopes),
    };
  }

  #visit(node: Node): void {
    const [first, second] = node.children;
    switch (node.type) {
      case "call":
        if (node instanceof Call) this.#calls.push(node);
        break;
      case "subscript":
        if (second instanceof Str || second instanceof Attribute) this.#subscripts.push(node as Expr);
        break;
      case "dictionary_splat":
        this.#subscripts.push(node as Expr);
        break;
      case "assignment":
        if (node instanceof Assignment) this.#assignment(node);
        break;
      case "function_definition":
        if (node instanceof FunctionDef) this.#function(node);
        break;
      case "class_definition":
        if (node instanceof ClassDef) this.#class(node);
        break;
      case "import_statement":
        if (node instanceof Import) this.#import(node);
        break;
      case "import_from_statement":
        if (node instanceof ImportFrom) this.#importFrom(node);
        break;
      case "lambda":
        if (node instanceof Lambda) this.#lambda(node);
        break;
      case "named_expression":
        if (first instanceof Name && second) this.#named(first, second, node);
        break;
      case "type_alias_statement":
        this.#alias(node);
        break;
      case "as_pattern":
        this.#asPattern(node);
        break;
      case "for_statement":
      case "for_in_clause":
        if (first && second) this.#for(node, first, second);
        break;
      case "case_pattern":
        this.#capture(node);
        break;
      case "augmented_assignment":
        if (first instanceof Name) this.#define(first, { kind: "opaque", node });
        break;
      case "global_statement":
      case "nonlocal_statement":
        // At the top `global` says nothing.
        if (this.#scope !== this.#module) for (const name of node.children) this.#scope.outer.add(name.text);
        break;
      case "return_statement":
      case "yield":
        this.#result(node);
        break;
      case "list_comprehension":
      case "set_comprehension":
      case "dictionary_comprehension":
      case "generator_expression":
        this.#enter("comprehension", node);
        break;
    }
  }

  /** `case name:` binds the name to what is matched. */
  #capture(node: Node): void {
    const [pattern] = node.children;
    const name = pattern?.type === "dotted_name" && pattern.children.length === 1 ? pattern.children[0] : pattern;
    if (name instanceof Name) this.#define(name, { kind: "opaque", node });
  }

  #lambda(node: Lambda): void {
    this.#enter("lambda", node);
    this.#parameters(node);
  }

  #enter(kind: ScopeKind, node: Node): void {
    const scope = new Scope(kind, node, this.#scope);
    (this.#scope === this.#module ? this.#inner : this.#scope.inner).push(scope);
    this.#scopes.set(node, scope);
    this.#scope = scope;
  }

  #define({ name }: Name, definition: Definition): void {
    this.#defineIn(this.#scope.outer.has(name) ? this.#module : this.#scope, name, definition);
  }

  #defineIn(scope: Scope, name: string, definition: Definition): void {
    gather(scope === this.#module ? this.#names : scope.names, name, [definition]);
  }

  #assignment(node: Assignment): void {
    const { annotation, right } = node;
    if (annotation) {
      this.#target(node.left, () => ({ kind: "annotated", annotation, value: right, node }));
    } else if (right) {
      this.#target(node.left, (path) => ({ kind: "value", value: right, path, node }));
    }
  }

  /** Defines every name of a target; `path` holds the indices that lead to it through tuples and lists. */
  #target(target: Expr, definition: (path: readonly number[]) => Definition, path: readonly number[] = []): void {
    // Deeper than anyone unpacks: the stack is ours.
    if (path.length > 30) return;
    const bare = unparenthesized(target);
    if (bare instanceof Name) this.#define(bare, definition(path));
    else if (bare instanceof Attribute) this.#attribute(bare, definition(path));
    else if (
      /^(pattern_list|tuple_pattern|list_pattern|tuple|list|expression_list|as_pattern_target)$/.test(bare.type)
    ) {
      const single = bare.type === "as_pattern_target" && bare.children.length === 1;
      const splat = bare.children.findIndex((child) => child.type === "list_splat_pattern");
      bare.children.forEach((child, index) => {
        // Behind `*rest` places are counted from the end.
        const place = splat >= 0 && index > splat ? index - bare.children.length : index;
        this.#target(child, definition, single ? path : [...path, place]);
      });
    } else if (bare.type === "subscript") {
      this.#entry(bare, definition(path));
    } else if (bare.type === "list_splat_pattern" && bare.children[0] instanceof Name) {
      this.#define(bare.children[0], { kind: "opaque", node: bare });
    }
  }

  /** `engines[url] = engine` */
  #entry({ children: [into, key] }: Expr, definition: Definition): void {
    if (definition.kind !== "value" || definition.path.length > 0) return;
    if (into instanceof Name || into instanceof Attribute)
      this.#entries.push({ into, key, value: definition.value, node: definition.node });
  }

  #attribute(target: Attribute, definition: Definition): void {
    if (this.#selfAttribute(target, definition)) return;
    const text = target.text.replace(/\s/g, "");
    const known = this.#attributes.get(text);
    if (known) known.push(definition);
    else this.#attributes.set(text, [definition]);
  }

  #selfAttribute(target: Attribute, definition: Definition): boolean {
    let method: Scope | undefined = this.#scope;
    while (method && method.parent?.kind !== "class") method = method.parent;
    const owner = method?.parent?.node;
    const self = method?.node instanceof FunctionDef ? method.node.params[0] : undefined;
    if (!(owner instanceof ClassDef) || !self || target.object.text !== self.name.name) return false;
    const attributes = this.#self.get(owner) ?? new Map<string, Definition[]>();
    this.#self.set(owner, attributes);
    const known = attributes.get(target.name);
    if (known) known.push(definition);
    else attributes.set(target.name, [definition]);
    return true;
  }

  /** `type Rows = Query[Book]`, `type Rows[T] = Query[T]` */
  #alias(node: Node): void {
    const [alias, value] = node.children;
    const [named] = alias?.children ?? [];
    const name = named instanceof Name ? named : named?.children[0];
    if (name instanceof Name && value) this.#define(name, { kind: "value", value, path: [], node });
  }

  #named(name: Name, value: Expr, node: Node): void {
    // A walrus in a comprehension binds in the scope around it.
    let scope = this.#scope;
    while (scope.kind === "comprehension" && scope.parent) scope = scope.parent;
    this.#defineIn(scope, name.name, { kind: "value", value, path: [], node });
  }

  /** `with value as target` and `except E as target` share a node type. */
  #asPattern(node: Node): void {
    const [value, target] = node.children;
    const around = node.parent;
    if (!value || !target) return;
    if (around?.type === "with_item") {
      const statement = around.around((outer) => outer.type === "with_statement");
      const isAsync = statement?.source.text.startsWith("async", statement.start) ?? false;
      this.#target(target, (path) => ({ kind: "with", value, isAsync, path, node: around }));
    } else {
      this.#target(target, () => ({ kind: "opaque", node }));
    }
  }

  #for(node: Node, target: Expr, value: Expr): void {
    const isAsync = node.source.text.startsWith("async", node.start);
    this.#target(target, (path) => ({ kind: "for", value, isAsync, path, node }));
  }

  #function(node: FunctionDef): void {
    this.#functions.push(node);
    if (node.nameNode instanceof Name) this.#define(node.nameNode, { kind: "function", function: node, node });
    this.#enter("function", node);
    this.#parameters(node);
  }

  #parameters(owner: FunctionDef | Lambda): void {
    owner.params.forEach((parameter, index) => {
      this.#defineIn(this.#scope, parameter.name.name, {
        kind: "parameter",
        owner,
        parameter,
        index,
        node: parameter.node,
      });
    });
  }

  #class(node: ClassDef): void {
    this.#classes.push(node);
    if (node.nameNode instanceof Name) this.#define(node.nameNode, { kind: "class", class: node, node });
    this.#enter("class", node);
  }

  #import(node: Import): void {
    this.#imports.push(node);
    for (const { name, alias } of node.names) {
      // `import a.b` binds `a`; `import a.b as c` binds `a.b`.
      const bound = alias ?? name.split(".")[0] ?? name;
      this.#defineIn(this.#scope, bound, { kind: "import", module: alias ? name : bound, name: undefined, node });
    }
  }

  #importFrom(node: ImportFrom): void {
    this.#imports.push(node);
    for (const { name, alias } of node.names) {
      this.#defineIn(this.#scope, alias ?? name, { kind: "import", module: node.module, name, node });
    }
  }

  #result(node: Node): void {
    let scope: Scope | undefined = this.#scope;
    while (scope && scope.kind !== "function") scope = scope.parent;
    const owner = scope?.node;
    const value = node.children[0];
    if (!(owner instanceof FunctionDef)) return;
    const results = this.#results.get(owner) ?? { returns: [], yields: [] };
    this.#results.set(owner, results);
    if (node.type === "yield") results.yields.push(value ?? node);
    else if (value) results.returns.push(value);
  }
}

function byName(calls: readonly Call[]): ReadonlyMap<string, readonly Call[]> {
  const found = new Map<string, Call[]>();
  for (const call of calls) {
    const name = lastNameOf(call.callee);
    const known = found.get(name);
    if (known) known.push(call);
    else found.set(name, [call]);
  }
  return compact(found);
}

/** "" where it is neither a name nor ends with one. */
const lastNameOf = (callee: Expr): string => (callee instanceof Attribute || callee instanceof Name ? callee.name : "");

const noEntries: readonly Fill[] = [];
const noSubscripts: readonly Expr[] = [];

/** Most pieces have nothing of most kinds: one map for them all. */
const empty: ReadonlyMap<never, never> = new Map<never, never>();

const kept = <K, V>(map: ReadonlyMap<K, V>): ReadonlyMap<K, V> => (map.size === 0 ? empty : map);

/** The same without what lists that grew have over their length. */
export function compact<K, V>(map: Map<K, V[]>): ReadonlyMap<K, readonly V[]> {
  for (const [key, list] of map) if (list.length > 1) map.set(key, list.slice());
  return kept(map);
}
