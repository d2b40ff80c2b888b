import type { Language, Node as TreeNode } from "web-tree-sitter";
import { adopt, classOf, close, type Node } from "./node.ts";
import { Piece } from "./piece.ts";
import type { Span } from "./text.ts";
import type { Walker } from "./walker.ts";

/** What reading a tree needs. */
export interface Reader {
  readonly roles: Roles;
  readonly walk: (node: TreeNode) => Walker;
}

/** What becomes of a node of tree-sitter's: a node of ours, a comment, nothing; or only its children count. */
interface Role {
  readonly becomes: "node" | "comment" | "nothing";
  readonly type: string;
  readonly create: typeof Node;
  readonly leaf: boolean;
}

/** By tree-sitter's id of a node's type; an id without a role (an error, the module) passes its children up. */
type Roles = readonly (Role | undefined)[];

const partsOfStrings = new Set([
  "string_start",
  "string_content",
  "string_end",
  "escape_sequence",
  "line_continuation",
]);
const leaves = new Set(["identifier", "integer", "float", "true", "false", "none", "ellipsis", "comment"]);

export function rolesOf(language: Language): Roles {
  return Array.from({ length: language.nodeTypeCount }, (_, id): Role | undefined => {
    const type = language.nodeTypeForId(id) ?? "";
    if (!language.nodeTypeIsVisible(id) || type === "module" || type === "ERROR") return undefined;
    const kept = language.nodeTypeIsNamed(id) && !partsOfStrings.has(type);
    const becomes = type === "comment" ? "comment" : kept ? "node" : "nothing";
    return { becomes, type, create: classOf(type), leaf: becomes !== "node" || leaves.has(type) };
  });
}

/** A part of a document's text that was parsed by itself, or all of it. */
export interface Parsed {
  readonly uri: string;
  /** All of the document's text. */
  readonly text: string;
  /** Where the part begins in it; the tree counts from there. */
  readonly start: number;
}

/** The pieces that a tree falls into: one, where the parser could not make sense of all of it. */
export function read(root: TreeNode, parsed: Parsed, reader: Reader): readonly Piece[] {
  const reading = new Reading(reader, parsed, !root.hasError);
  reading.add(root);
  return reading.end(root);
}

/** The same in steps; between two of them nothing of the parser's but the tree is in use. */
export function* readInSteps(root: TreeNode, parsed: Parsed, reader: Reader): Generator<void, readonly Piece[]> {
  const reading = new Reading(reader, parsed, !root.hasError);
  // A cursor keeps its place by itself, whatever else is done with the parser's memory.
  const cursor = root.walk();
  try {
    let read = 0;
    for (let isThere = cursor.gotoFirstChild(); isThere; isThere = cursor.gotoNextSibling()) {
      reading.add(cursor.currentNode);
      if (++read % statementsPerStep === 0) yield;
    }
  } finally {
    cursor.delete();
  }
  return reading.end(root);
}

const statementsPerStep = 25;

class Reading {
  readonly #reader: Reader;
  readonly #parsed: Parsed;
  readonly #splits: boolean;
  readonly #pieces: [Piece, ...Piece[]];
  #piece: Piece;
  /** Where the piece begins, as the tree counts. */
  #from = 0;

  constructor(reader: Reader, parsed: Parsed, splits: boolean) {
    this.#reader = reader;
    this.#parsed = parsed;
    this.#splits = splits;
    this.#piece = new Piece(parsed.uri, parsed.text, parsed.start);
    this.#pieces = [this.#piece];
  }

  /** One walk with a cursor, which reads three numbers a node and makes no object of the parser's. */
  add(top: TreeNode): void {
    const { roles, walk } = this.#reader;
    const { text, start: base } = this.#parsed;
    const cursor = walk(top);
    const parents: (Node | undefined)[] = [];
    let parent: Node | undefined;
    for (;;) {
      const role = roles[cursor.typeId()];
      let inside = parent;
      let leaf = false;
      if (role) {
        leaf = role.leaf;
        const start = cursor.start();
        if (role.becomes === "comment") {
          this.#piece.comments.push({ start: start - this.#from, end: cursor.end() - this.#from });
        } else if (role.becomes === "node") {
          if (!parent) this.#begin(start);
          const node = new role.create(role.type, start - this.#from, cursor.end() - this.#from, this.#piece, parent);
          if (parent) adopt(parent, node);
          else this.#piece.body.push(node);
          inside = node;
          leaf ||= role.type === "string" && !interpolates(text, base + start);
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
        if (parent) close(parent);
        parent = parents.pop();
      }
    }
  }

  end(root: TreeNode): readonly Piece[] {
    if (root.hasError) this.#pieces[0].errors.push(...errorsOf(root));
    return this.#pieces;
  }

  /** A statement at the top: it begins a piece where it begins a line. */
  #begin(start: number): void {
    const { uri, text, start: base } = this.#parsed;
    if (!this.#splits || this.#piece.body.length === 0 || !beginsLine(text, base + start)) return;
    this.#piece = new Piece(uri, text, base + start);
    this.#pieces.push(this.#piece);
    this.#from = start;
  }
}

function beginsLine(text: string, offset: number): boolean {
  const before = text.charCodeAt(offset - 1);
  return before === 10 || before === 13;
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

/** The spans of what the parser could not make sense of. */
function errorsOf(root: TreeNode): readonly Span[] {
  const found: Span[] = [];
  const pending: TreeNode[] = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.isError || node.isMissing) found.push({ start: node.startIndex, end: node.endIndex });
    else for (const child of node.children) if (child?.hasError || child?.isMissing) pending.push(child);
  }
  return found.sort((a, b) => a.start - b.start);
}
