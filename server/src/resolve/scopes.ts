import {
  Assignment,
  Attribute,
  Call,
  ClassDef,
  drained,
  type Expr,
  FunctionDef,
  Import,
  ImportFrom,
  Lambda,
  Name,
  type Node,
  type Parameter,
  type SourceFile,
  unparenthesized,
} from "../syntax/index.ts";

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

  define(name: string, definition: Definition): void {
    const known = this.names.get(name);
    if (known) known.push(definition);
    else this.names.set(name, [definition]);
  }
}

/** What one pass over a file collects, so that no one else needs to walk it. */
export interface Bound {
  readonly module: Scope;
  readonly calls: readonly Call[];
  readonly classes: readonly ClassDef[];
  readonly functions: readonly FunctionDef[];
  readonly imports: readonly (Import | ImportFrom)[];
  /** `self.x = …` in the methods of a class, by the class. */
  readonly selfAttributes: ReadonlyMap<ClassDef, ReadonlyMap<string, readonly Definition[]>>;
  /** `g.db = …`, by the target's text: what the file puts on objects that it does not define. */
  readonly attributes: ReadonlyMap<string, readonly Definition[]>;
  /** `return` and `yield` values by function. */
  readonly results: ReadonlyMap<FunctionDef, { readonly returns: readonly Expr[]; readonly yields: readonly Expr[] }>;
  /** The scope that a function, class, lambda or comprehension opens. */
  readonly scopes: ReadonlyMap<Node, Scope>;
  /** Modules whose every public name the file imports, by scope of the module only. */
  readonly stars: readonly ImportFrom[];
}

/** One pass over the file, made once however many ask. */
export function bind(file: SourceFile): Bound {
  let bound = known.get(file);
  if (!bound) {
    bound = drained(new Binder().bind(file));
    known.set(file, bound);
  }
  return bound;
}

/** The same pass in steps; `bind` answers at once when it is done. */
export function* bindInSteps(file: SourceFile): Generator<void, void> {
  if (!known.has(file)) known.set(file, yield* new Binder().bind(file));
}

const known = new WeakMap<SourceFile, Bound>();
const statementsPerStep = 50;

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

class Binder {
  readonly #module = new Scope("module", undefined, undefined);
  readonly #calls: Call[] = [];
  readonly #classes: ClassDef[] = [];
  readonly #functions: FunctionDef[] = [];
  readonly #imports: (Import | ImportFrom)[] = [];
  readonly #self = new Map<ClassDef, Map<string, Definition[]>>();
  readonly #attributes = new Map<string, Definition[]>();
  readonly #results = new Map<FunctionDef, { returns: Expr[]; yields: Expr[] }>();
  readonly #scopes = new Map<Node, Scope>();
  #scope = this.#module;

  *bind(file: SourceFile): Generator<void, Bound> {
    for (const [index, statement] of file.body.entries()) {
      for (const node of statement.walk()) {
        while (this.#scope.node && node.start >= this.#scope.node.end && this.#scope.parent)
          this.#scope = this.#scope.parent;
        this.#visit(node);
      }
      if (index % statementsPerStep === statementsPerStep - 1) yield;
    }
    return {
      module: this.#module,
      calls: this.#calls,
      classes: this.#classes,
      functions: this.#functions,
      imports: this.#imports,
      selfAttributes: this.#self,
      attributes: this.#attributes,
      results: this.#results,
      scopes: this.#scopes,
      stars: this.#imports.filter((found): found is ImportFrom => found instanceof ImportFrom && found.isStar),
    };
  }

  #visit(node: Node): void {
    const [first, second] = node.children;
    switch (node.type) {
      case "call":
        if (node instanceof Call) this.#calls.push(node);
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
        for (const name of node.children) this.#scope.outer.add(name.text);
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
    this.#scope.inner.push(scope);
    this.#scopes.set(node, scope);
    this.#scope = scope;
  }

  #define(name: Name, definition: Definition): void {
    let scope = this.#scope;
    if (scope.outer.has(name.name)) scope = this.#module;
    scope.define(name.name, definition);
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
    } else if (bare.type === "list_splat_pattern" && bare.children[0] instanceof Name) {
      this.#define(bare.children[0], { kind: "opaque", node: bare });
    }
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
    scope.define(name.name, { kind: "value", value, path: [], node });
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
      this.#scope.define(parameter.name.name, { kind: "parameter", owner, parameter, index, node: parameter.node });
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
      this.#scope.define(bound, { kind: "import", module: alias ? name : bound, name: undefined, node });
    }
  }

  #importFrom(node: ImportFrom): void {
    this.#imports.push(node);
    for (const { name, alias } of node.names) {
      this.#scope.define(alias ?? name, { kind: "import", module: node.module, name, node });
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
