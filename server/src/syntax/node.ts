import type { Span } from "./text.ts";

/** The text that a tree was built from; nodes hold it so that they can answer `text` after the parser's own tree died. */
export interface Source {
  readonly uri: string;
  /** All of it. */
  readonly text: string;
  /** Where the part of it begins that the nodes count from, as a UTF-16 offset. */
  readonly start: number;
}

/**
 * A node of Python's syntax. Types and their children are those of tree-sitter-python, with the tokens, comments and
 * string parts left out. Nothing here points into the parser's memory, and nothing changes but where it stands: nodes of
 * an open document move along with the text around them, and so tell of its newest version only.
 */
export class Node implements Span {
  // Declared, not initialised: a file has tens of thousands of nodes, and class fields cost a definition each.
  declare readonly type: string;
  /** Counted from where the source begins. */
  declare private readonly from: number;
  declare private readonly to: number;
  declare readonly source: Source;
  /** `undefined` for a statement of the module. */
  declare readonly parent: Node | undefined;
  declare readonly children: readonly Node[];

  /** `from` and `to` count from where the source begins. */
  constructor(type: string, from: number, to: number, source: Source, parent: Node | undefined) {
    this.type = type;
    this.from = from;
    this.to = to;
    this.source = source;
    this.parent = parent;
    this.children = none;
  }

  /** UTF-16 offset. */
  get start(): number {
    return this.source.start + this.from;
  }

  /** UTF-16 offset of what follows. */
  get end(): number {
    return this.source.start + this.to;
  }

  get text(): string {
    return this.source.text.slice(this.start, this.end);
  }

  child(index: number): Node | undefined {
    return this.children[index];
  }

  first(type: string): Node | undefined {
    return this.children.find((child) => child.type === type);
  }

  /** The nearest node around this one for which `test` holds. */
  around(test: (node: Node) => boolean): Node | undefined {
    let node = this.parent;
    while (node && !test(node)) node = node.parent;
    return node;
  }

  /** This node and all below it, in document order. Iterative: depth is the user's, the stack is ours. */
  *walk(): Generator<Node> {
    const pending: Node[] = [this];
    for (let node = pending.pop(); node; node = pending.pop()) {
      yield node;
      for (let i = node.children.length - 1; i >= 0; i--) {
        const child = node.children[i];
        if (child) pending.push(child);
      }
    }
  }
}

const none: readonly Node[] = Object.freeze([]);

/** For whoever builds a tree, and only while it is built. */
export function adopt(parent: Node, child: Node): void {
  if (parent.children === none) (parent as { children: readonly Node[] }).children = [child];
  else (parent.children as Node[]).push(child);
}

/** Gives back what a list of children that grew has over its length: a third of what a file takes. */
export function close(parent: Node): void {
  if (parent.children.length > 1) (parent as { children: readonly Node[] }).children = parent.children.slice();
}

/** An expression, in the sense of Python's grammar; what it is says its class or its `type`. */
export type Expr = Node;

export class Name extends Node {
  get name(): string {
    return this.text;
  }
}

export class Attribute extends Node {
  get object(): Expr {
    return childOf(this, 0);
  }
  /** The node of the name behind the dot. */
  get member(): Node {
    return childOf(this, this.children.length - 1);
  }
  get name(): string {
    return this.member.text;
  }
}

/** One argument of a call: `value`, `name=value`, `*value` or `**value`. */
export interface Argument {
  readonly node: Node;
  readonly name: string | undefined;
  readonly value: Expr;
  readonly splat: "" | "*" | "**";
}

export class Call extends Node {
  get callee(): Expr {
    return childOf(this, 0);
  }
  /** The parenthesised list; a lone generator expression stands in for it. */
  get argumentList(): Node {
    return childOf(this, 1);
  }
  get args(): readonly Argument[] {
    const list = this.child(1);
    if (!list) return [];
    return list.type === "argument_list" ? list.children.map(toArgument) : [toArgument(list)];
  }
  get positional(): readonly Expr[] {
    return this.args.filter((arg) => arg.name === undefined && arg.splat === "").map((arg) => arg.value);
  }
  get hasSplat(): boolean {
    return this.args.some((arg) => arg.splat !== "");
  }
  keyword(name: string): Expr | undefined {
    return this.args.find((arg) => arg.name === name)?.value;
  }
}

export class Str extends Node {
  /**
   * The value of a literal without interpolation, escapes resolved; `undefined` for an f-string, bytes, a t-string or
   * an escape that we do not decode.
   */
  get value(): string | undefined {
    if (this.type === "concatenated_string") {
      const parts = this.children.map((part) => (part instanceof Str ? part.value : undefined));
      return parts.every((part) => part !== undefined) ? parts.join("") : undefined;
    }
    const literal = /^([a-zA-Z]*)("""|'''|"|')([\s\S]*)\2$/.exec(this.text);
    if (!literal) return undefined;
    const [, prefix = "", , body = ""] = literal;
    if (/[fbt]/i.test(prefix)) return undefined;
    return /r/i.test(prefix) || !body.includes("\\") ? body : unescaped(body);
  }
  get isFormatted(): boolean {
    return /^[a-zA-Z]*[ft]/i.test(this.text) || this.children.some((part) => part instanceof Str && part.isFormatted);
  }
}

export class Lambda extends Node {
  get params(): readonly Parameter[] {
    return parametersOf(this.first("lambda_parameters"));
  }
  get body(): Expr {
    return childOf(this, this.children.length - 1);
  }
}

export interface Parameter {
  readonly node: Node;
  readonly name: Name;
  readonly annotation: Expr | undefined;
  readonly value: Expr | undefined;
  readonly splat: "" | "*" | "**";
}

export class FunctionDef extends Node {
  get nameNode(): Node {
    return this.first("identifier") ?? this;
  }
  get name(): string {
    return this.nameNode.text;
  }
  get params(): readonly Parameter[] {
    return parametersOf(this.first("parameters"));
  }
  get returns(): Expr | undefined {
    const type = this.first("type");
    return type && annotationOf(type);
  }
  get body(): Node {
    return childOf(this, this.children.length - 1);
  }
  get decorators(): readonly Expr[] {
    return decoratorsOf(this);
  }
  get isAsync(): boolean {
    return /^async\b/.test(this.source.text.slice(this.start, this.start + 6));
  }
}

export class ClassDef extends Node {
  get nameNode(): Node {
    return this.first("identifier") ?? this;
  }
  get name(): string {
    return this.nameNode.text;
  }
  get args(): readonly Argument[] {
    return this.first("argument_list")?.children.map(toArgument) ?? [];
  }
  get bases(): readonly Expr[] {
    return this.args.filter((arg) => arg.name === undefined && arg.splat === "").map((arg) => arg.value);
  }
  get body(): Node {
    return childOf(this, this.children.length - 1);
  }
  get decorators(): readonly Expr[] {
    return decoratorsOf(this);
  }
}

export class Assignment extends Node {
  get left(): Expr {
    return childOf(this, 0);
  }
  get annotation(): Expr | undefined {
    const type = this.first("type");
    return type && annotationOf(type);
  }
  /** `undefined` for a bare annotation. */
  get right(): Expr | undefined {
    const last = this.children[this.children.length - 1];
    return last && last !== this.children[0] && last.type !== "type" ? last : undefined;
  }
}

/** `name` as `alias`, dotted names in one piece. */
export interface ImportedName {
  readonly node: Node;
  readonly name: string;
  readonly alias: string | undefined;
}

export class Import extends Node {
  get names(): readonly ImportedName[] {
    return this.children.map(toImportedName);
  }
}

export class ImportFrom extends Node {
  /** As written: `a.b`, `..models`, `.`. */
  get module(): string {
    return this.moduleNode.text.replace(/\s/g, "");
  }
  get moduleNode(): Node {
    return childOf(this, 0);
  }
  get names(): readonly ImportedName[] {
    return this.children.slice(1).flatMap((child) => (child.type === "wildcard_import" ? [] : [toImportedName(child)]));
  }
  get isStar(): boolean {
    return this.children.some((child) => child.type === "wildcard_import");
  }
}

const classes: Readonly<Record<string, typeof Node>> = {
  identifier: Name,
  attribute: Attribute,
  call: Call,
  string: Str,
  concatenated_string: Str,
  lambda: Lambda,
  function_definition: FunctionDef,
  class_definition: ClassDef,
  assignment: Assignment,
  import_statement: Import,
  import_from_statement: ImportFrom,
};

export const classOf = (type: string): typeof Node => classes[type] ?? Node;

/** The expression inside of any number of parentheses. */
export function unparenthesized(expr: Expr): Expr {
  let node = expr;
  while (node.type === "parenthesized_expression" && node.children[0]) node = node.children[0];
  return node;
}

/** The expression with all parentheses around it. */
export function parenthesized(expr: Expr): Expr {
  let node = expr;
  while (node.parent?.type === "parenthesized_expression") node = node.parent;
  return node;
}

function childOf(node: Node, index: number): Node {
  return node.children[index] ?? node;
}

function toArgument(node: Node): Argument {
  if (node.type === "keyword_argument")
    return { node, name: childOf(node, 0).text, value: childOf(node, node.children.length - 1), splat: "" };
  if (node.type === "list_splat") return { node, name: undefined, value: childOf(node, 0), splat: "*" };
  if (node.type === "dictionary_splat") return { node, name: undefined, value: childOf(node, 0), splat: "**" };
  return { node, name: undefined, value: node, splat: "" };
}

function toImportedName(node: Node): ImportedName {
  const compact = (part: Node): string => part.text.replace(/\s/g, "");
  if (node.type !== "aliased_import") return { node, name: compact(node), alias: undefined };
  return { node, name: compact(childOf(node, 0)), alias: compact(childOf(node, 1)) };
}

function decoratorsOf(node: Node): readonly Expr[] {
  const around = node.parent;
  if (around?.type !== "decorated_definition") return [];
  return around.children.filter((child) => child.type === "decorator").map((child) => childOf(child, 0));
}

/** The expression of an annotation; `type` wraps it, and so do generic and union types, which keep their own node. */
function annotationOf(type: Node): Expr {
  return type.children.length === 1 ? childOf(type, 0) : type;
}

function parametersOf(list: Node | undefined): readonly Parameter[] {
  const found: Parameter[] = [];
  for (const node of list?.children ?? []) {
    const type = node.first("type");
    const annotation = type && annotationOf(type);
    const target = node instanceof Name ? node : childOf(node, 0);
    const splat = target.type === "list_splat_pattern" ? "*" : target.type === "dictionary_splat_pattern" ? "**" : "";
    const name = splat === "" ? target : childOf(target, 0);
    if (!(name instanceof Name)) continue;
    const last = node.children[node.children.length - 1];
    const value = node.type.endsWith("default_parameter") && last !== name ? last : undefined;
    found.push({ node, name, annotation, value, splat });
  }
  return found;
}

const simpleEscapes: Readonly<Record<string, string>> = {
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

function unescaped(body: string): string | undefined {
  let known = true;
  const value = body.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[0-7]{1,3}|[\s\S])/g, (whole, sequence: string) => {
    const simple = simpleEscapes[sequence];
    if (simple !== undefined) return simple;
    if (/^[xu]./.test(sequence)) return String.fromCharCode(Number.parseInt(sequence.slice(1), 16));
    if (/^[0-7]/.test(sequence)) return String.fromCharCode(Number.parseInt(sequence, 8));
    if (/^[NU]$/.test(sequence)) known = false;
    return whole;
  });
  return known ? value : undefined;
}
