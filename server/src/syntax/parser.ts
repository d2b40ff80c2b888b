import { Language, type Tree, Parser as TreeParser } from "web-tree-sitter";
import { OpenDocument } from "./open_document.ts";
import type { Piece } from "./piece.ts";
import { type Parsed, type Reader, read, readInSteps, rolesOf } from "./reading.ts";
import { SourceFile } from "./source_file.ts";
import type { TextEdit } from "./text.ts";
import { directWalkers, walkerOf } from "./walker.ts";

/** What a host hands over: the two wasm files as bytes. The core itself reads nothing. */
export interface Grammar {
  readonly runtime: Uint8Array;
  readonly python: Uint8Array;
}

export interface Parser {
  /** A fresh parse. Of a text that can't be parsed at all there is a tree of errors, never a throw. */
  parse(uri: string, version: number, text: string): SourceFile;
  /** Opens a document that is going to be edited. */
  open(uri: string, version: number, text: string): ParsedDocument;
  /** The same in steps, between which anything may be done, the parser included; whoever stops in between says `return`. */
  openInSteps(uri: string, version: number, text: string): Generator<void, ParsedDocument>;
  /** Whether `text` parses without an error. */
  accepts(text: string): boolean;
  dispose(): void;
}

export interface ParsedDocument {
  /**
   * The newest version. Where the text has errors it was parsed in pieces: what is open in one is closed at its end, as a
   * person means it who is still typing.
   */
  readonly file: SourceFile;
  /** The newest version, as a fresh parse has it if that finds no error. */
  settled(): SourceFile;
  /** What the last update changed; `undefined` where that may be anything. */
  readonly touched: Touched | undefined;
  /** Applies edits one after the other, each with the offsets of the text that the ones before it left. */
  update(version: number, edits: readonly TextEdit[]): SourceFile;
  replace(version: number, text: string): SourceFile;
}

/** A stretch of the text of one version, and what stands in its place in the next: whole lines. */
export interface Touched {
  readonly before: string;
  readonly after: string;
}

/** Loads the wasm once; throws where a file is not the grammar that it should be. */
export async function createParser(grammar: Grammar): Promise<Parser> {
  // The bytes are here: nothing is to be located, and a worker's bundle has no address to locate it from.
  const module = { wasmBinary: grammar.runtime, locateFile: (file: string) => file };
  await TreeParser.init(module);
  const language = await Language.load(grammar.python);
  const parser = new TreeParser();
  parser.setLanguage(language);
  return new PythonParser(parser, language, { roles: rolesOf(language), walk: directWalkers(module) ?? walkerOf });
}

/** The one owner of trees: each dies as soon as it is read. */
class PythonParser implements Parser {
  readonly #parser: TreeParser;
  readonly #language: Language;
  readonly #reader: Reader;

  constructor(parser: TreeParser, language: Language, reader: Reader) {
    this.#parser = parser;
    this.#language = language;
    this.#reader = reader;
  }

  parse(uri: string, version: number, text: string): SourceFile {
    return new SourceFile(uri, version, text, this.#read(text, { uri, text, start: 0 }));
  }

  open(uri: string, version: number, text: string): ParsedDocument {
    return this.#opened(this.parse(uri, version, text));
  }

  *openInSteps(uri: string, version: number, text: string): Generator<void, ParsedDocument> {
    const tree = yield* this.#treeInSteps(text);
    try {
      const pieces = yield* readInSteps(tree.rootNode, { uri, text, start: 0 }, this.#reader);
      return this.#opened(new SourceFile(uri, version, text, pieces));
    } finally {
      tree.delete();
    }
  }

  accepts(text: string): boolean {
    const tree = this.#tree(text);
    const accepted = !tree.rootNode.hasError;
    tree.delete();
    return accepted;
  }

  dispose(): void {
    this.#parser.delete();
  }

  #opened(file: SourceFile): ParsedDocument {
    return new OpenDocument(file, (part, parsed) => this.#read(part, parsed));
  }

  #read(part: string, parsed: Parsed): readonly Piece[] {
    const tree = this.#tree(part);
    try {
      return read(tree.rootNode, parsed, this.#reader);
    } finally {
      tree.delete();
    }
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

  #tree(text: string): Tree {
    const tree = this.#parser.parse(text);
    if (!tree) throw new Error("the parser has no language or was stopped");
    return tree;
  }
}

/** So often the parser tells of its progress in some milliseconds. */
const progressPerStep = 100;
