import { Language, type Tree, Edit as TreeEdit, type Node as TreeNode, Parser as TreeParser } from "web-tree-sitter";
import { adopt, classOf, type Node, type Source } from "./node.ts";
import { SourceFile } from "./source_file.ts";
import { lineAt, lineStarts, type Span, type TextEdit } from "./text.ts";
import { directWalkers, type Walker, walkerOf } from "./walker.ts";

/** What a host hands over: the two wasm files as bytes. The core itself reads nothing. */
export interface Grammar {
  readonly runtime: Uint8Array;
  readonly python: Uint8Array;
}

export interface Parser {
  /** A fresh parse. Of a text that can't be parsed at all there is a tree of errors, never a throw. */
  parse(uri: string, version: number, text: string): SourceFile;
  /** Opens a document for incremental parsing; the document owns one tree of the parser's memory until `close`. */
  open(uri: string, version: number, text: string): ParsedDocument;
  /** The same in steps, between which anything may be done, the parser included; whoever stops in between says `return`. */
  openInSteps(uri: string, version: number, text: string): Generator<void, ParsedDocument>;
  /** Whether `text` parses without an error. */
  accepts(text: string): boolean;
  dispose(): void;
}

export interface ParsedDocument {
  readonly file: SourceFile;
  /** Applies edits one after the other, each with the offsets of the text that the ones before it left. */
  update(version: number, edits: readonly TextEdit[]): SourceFile;
  replace(version: number, text: string): SourceFile;
  close(): void;
}

/** Loads the wasm once; throws where a file is not the grammar that it should be. */
export async function createParser(grammar: Grammar): Promise<Parser> {
  // The bytes are here: nothing is to be located, and a worker's bundle has no address to locate it from.
  const module = { wasmBinary: grammar.runtime, locateFile: (file: string) => file };
  await TreeParser.init(module);
  const language = await Language.load(grammar.python);
  const parser = new TreeParser();
  parser.setLanguage(language);
  return new PythonParser(parser, language, directWalkers(module) ?? walkerOf);
}

/** What becomes of a node of tree-sitter's: a node of ours, a comment, nothing; or only its children count. */
interface Role {
  readonly becomes: "node" | "comment" | "nothing";
  readonly type: string;
  readonly create: typeof Node;
  readonly leaf: boolean;
}

const partsOfStrings = new Set([
  "string_start",
  "string_content",
  "string_end",
  "escape_sequence",
  "line_continuation",
]);
const leaves = new Set(["identifier", "integer", "float", "true", "false", "none", "ellipsis", "comment"]);

/** What reading a tree needs. */
interface Reader {
  readonly roles: Roles;
  readonly walk: (node: TreeNode) => Walker;
}

/** By tree-sitter's id of a node's type; an id without a role (an error, the module) passes its children up. */
type Roles = readonly (Role | undefined)[];

function rolesOf(language: Language): Roles {
  return Array.from({ length: language.nodeTypeCount }, (_, id): Role | undefined => {
    const type = language.nodeTypeForId(id) ?? "";
    if (!language.nodeTypeIsVisible(id) || type === "module" || type === "ERROR") return undefined;
    const kept = language.nodeTypeIsNamed(id) && !partsOfStrings.has(type);
    const becomes = type === "comment" ? "comment" : kept ? "node" : "nothing";
    return { becomes, type, create: classOf(type), leaf: becomes !== "node" || leaves.has(type) };
  });
}

class PythonParser implements Parser {
  readonly #parser: TreeParser;
  readonly #language: Language;
  readonly reader: Reader;

  constructor(parser: TreeParser, language: Language, walk: Reader["walk"]) {
    this.#parser = parser;
    this.#language = language;
    this.reader = { roles: rolesOf(language), walk };
  }

  parse(uri: string, version: number, text: string): SourceFile {
    const tree = this.tree(text);
    try {
      return read(tree, { uri, text }, version, this.reader);
    } finally {
      tree.delete();
    }
  }

  open(uri: string, version: number, text: string): ParsedDocument {
    const tree = this.tree(text);
    return new OpenDocument(this, tree, read(tree, { uri, text }, version, this.reader));
  }

  *openInSteps(uri: string, version: number, text: string): Generator<void, ParsedDocument> {
    const tree = yield* this.#treeInSteps(text);
    let file: SourceFile | undefined;
    try {
      file = yield* readInSteps(tree, { uri, text }, version, this.reader);
      return new OpenDocument(this, tree, file);
    } finally {
      if (!file) tree.delete();
    }
  }

  accepts(text: string): boolean {
    const tree = this.tree(text);
    const accepted = !tree.rootNode.hasError;
    tree.delete();
    return accepted;
  }

  dispose(): void {
    this.#parser.delete();
  }

  /** A parser of its own, as one that paused would go on with its text when another is parsed. */
  *#treeInSteps(text: string): Generator<void, Tree> {
    const parser = new TreeParser();
    try {
      parser.setLanguage(this.#language);
      for (;;) {
        let told = 0;
        const tree = parser.parse(text, null, { progressCallback: () => ++told >= progressPerStep });
        if (tree) return tree;
        yield;
      }
    } finally {
      parser.delete();
    }
  }

  tree(text: string, old?: Tree): Tree {
    const tree = this.#parser.parse(text, old ?? null);
    if (!tree) throw new Error("the parser has no language or was stopped");
    return tree;
  }
}

/** So often the parser tells of its progress in some milliseconds. */
const progressPerStep = 100;
const statementsPerStep = 25;

class OpenDocument implements ParsedDocument {
  readonly #parser: PythonParser;
  #tree: Tree;
  file: SourceFile;

  constructor(parser: PythonParser, tree: Tree, file: SourceFile) {
    this.#parser = parser;
    this.#tree = tree;
    this.file = file;
  }

  update(version: number, edits: readonly TextEdit[]): SourceFile {
    const before = this.#tree;
    let text = this.file.source.text;
    let dirty: Span | undefined;
    for (const { span, text: inserted } of edits) {
      const after = text.slice(0, span.start) + inserted + text.slice(span.end);
      before.edit(toTreeEdit(dirty ? lineStarts(text) : this.file.lines, span, inserted));
      dirty = widened(dirty, span, inserted.length);
      text = after;
    }
    if (!dirty) return this.replace(version, text);
    const tree = this.#parser.tree(text, before);
    for (const range of before.getChangedRanges(tree)) {
      dirty = { start: Math.min(dirty.start, range.startIndex), end: Math.max(dirty.end, range.endIndex) };
    }
    before.delete();
    this.#tree = tree;
    this.file = reread(tree, { uri: this.file.source.uri, text }, version, this.#parser.reader, this.file, dirty);
    return this.file;
  }

  replace(version: number, text: string): SourceFile {
    this.#tree.delete();
    this.#tree = this.#parser.tree(text);
    this.file = read(this.#tree, { uri: this.file.source.uri, text }, version, this.#parser.reader);
    return this.file;
  }

  close(): void {
    this.#tree.delete();
  }
}

/** `starts` are the line starts of the text before the edit. */
function toTreeEdit(starts: readonly number[], span: Span, inserted: string): TreeEdit {
  const point = (offset: number) => {
    const row = lineAt(starts, offset);
    return { row, column: offset - (starts[row] ?? 0) };
  };
  const startPosition = point(span.start);
  const lines = lineStarts(inserted);
  const last = inserted.length - (lines[lines.length - 1] ?? 0);
  return new TreeEdit({
    startIndex: span.start,
    oldEndIndex: span.end,
    newEndIndex: span.start + inserted.length,
    startPosition,
    oldEndPosition: point(span.end),
    newEndPosition: {
      row: startPosition.row + lines.length - 1,
      column: lines.length > 1 ? last : startPosition.column + last,
    },
  });
}

/** The dirty range in the new text's offsets, after one more edit. */
function widened(dirty: Span | undefined, span: Span, inserted: number): Span {
  const end = span.start + inserted;
  if (!dirty) return { start: span.start, end };
  const moved = dirty.end > span.end ? dirty.end + inserted - (span.end - span.start) : dirty.end;
  return { start: Math.min(dirty.start, span.start), end: Math.max(moved, end) };
}

function read(tree: Tree, source: Source, version: number, reader: Reader): SourceFile {
  const root = tree.rootNode;
  const body: Node[] = [];
  const comments: Span[] = [];
  build(root, reader, source, body, comments);
  return new SourceFile(source, version, body, comments, errorsOf(root));
}

/** Between two statements nothing of the parser's is in use. */
function* readInSteps(tree: Tree, source: Source, version: number, reader: Reader): Generator<void, SourceFile> {
  const root = tree.rootNode;
  const body: Node[] = [];
  const comments: Span[] = [];
  for (const [index, statement] of root.namedChildren.entries()) {
    if (statement) build(statement, reader, source, body, comments);
    if (index % statementsPerStep === statementsPerStep - 1) yield;
  }
  return new SourceFile(source, version, body, comments, errorsOf(root));
}

/**
 * Reads anew only the top-level statements that the edit touched, or that the new tree cuts otherwise, as it may around an
 * error; the others are copied with their offsets moved. Copying costs a small part of reading, and no node is ever
 * shared between two versions.
 */
function reread(tree: Tree, source: Source, version: number, reader: Reader, old: SourceFile, dirty: Span): SourceFile {
  const root = tree.rootNode;
  const delta = source.text.length - old.source.text.length;
  const untouched = new Map<number, Node>();
  for (const statement of old.body) {
    if (statement.end < dirty.start) untouched.set(statement.start, statement);
    else if (statement.start > dirty.end - delta) untouched.set(statement.start + delta, statement);
  }
  const body: Node[] = [];
  const comments: Span[] = [];
  let next = 0;
  for (const statement of root.namedChildren) {
    if (!statement) continue;
    const same = untouched.get(statement.startIndex);
    const shift = same ? statement.startIndex - same.start : 0;
    if (!same || same.type !== statement.type || same.end + shift !== statement.endIndex) {
      build(statement, reader, source, body, comments);
      continue;
    }
    body.push(moved(same, source, shift));
    for (let comment = old.comments[next]; comment && comment.start < same.end; comment = old.comments[++next]) {
      if (comment.start >= same.start) comments.push({ start: comment.start + shift, end: comment.end + shift });
    }
  }
  return new SourceFile(source, version, body, comments, errorsOf(root));
}

/** One walk with a cursor, which reads three numbers a node and makes no object of the parser's. */
function build(top: TreeNode, { roles, walk }: Reader, source: Source, body: Node[], comments: Span[]): void {
  const cursor = walk(top);
  const parents: (Node | undefined)[] = [];
  let parent: Node | undefined;
  for (;;) {
    const role = roles[cursor.typeId()];
    let inside = parent;
    let leaf = false;
    if (role) {
      leaf = role.leaf;
      if (role.becomes === "comment") comments.push({ start: cursor.start(), end: cursor.end() });
      else if (role.becomes === "node") {
        const node = new role.create(role.type, cursor.start(), cursor.end(), source, parent);
        if (parent) adopt(parent, node);
        else body.push(node);
        inside = node;
        leaf ||= role.type === "string" && !interpolates(source.text, node.start);
      }
    }
    if (!leaf && cursor.toFirstChild()) {
      parents.push(parent);
      parent = inside;
      continue;
    }
    while (!cursor.toNextSibling()) {
      if (!cursor.toParent()) {
        cursor.close();
        return;
      }
      parent = parents.pop();
    }
  }
}

/** Whether the string that starts here is an f-string or a t-string: only those have nodes inside. */
function interpolates(text: string, start: number): boolean {
  for (let at = start; at < start + 3; at++) {
    const unit = text.charCodeAt(at) | 0x20;
    if (unit === 0x66 || unit === 0x74) return true;
    if (unit < 0x61 || unit > 0x7a) return false;
  }
  return false;
}

function moved(statement: Node, source: Source, delta: number): Node {
  const copy = (node: Node, parent: Node | undefined): Node =>
    new (classOf(node.type))(node.type, node.start + delta, node.end + delta, source, parent);
  const top = copy(statement, undefined);
  const pending: [Node, Node][] = [[statement, top]];
  for (let pair = pending.pop(); pair; pair = pending.pop()) {
    const [from, to] = pair;
    for (const child of from.children) {
      const made = copy(child, to);
      adopt(to, made);
      if (child.children.length > 0) pending.push([child, made]);
    }
  }
  return top;
}

/** The spans of what the parser could not make sense of. Empty for nearly every file, and then free. */
function errorsOf(root: TreeNode): readonly Span[] {
  if (!root.hasError) return [];
  const found: Span[] = [];
  const pending: TreeNode[] = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.isError || node.isMissing) found.push({ start: node.startIndex, end: node.endIndex });
    else for (const child of node.children) if (child?.hasError || child?.isMissing) pending.push(child);
  }
  return found.sort((a, b) => a.start - b.start);
}
