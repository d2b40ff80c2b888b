export { isBinding } from "./binding.ts";
export { type Chain, type ChainEnd, chainOf, type Link } from "./chain.ts";
export {
  type Argument,
  Assignment,
  Attribute,
  Call,
  ClassDef,
  type Expr,
  FunctionDef,
  Import,
  type ImportedName,
  ImportFrom,
  Lambda,
  Name,
  Node,
  type Parameter,
  parenthesized,
  type Source,
  Str,
  unparenthesized,
} from "./node.ts";
export { createParser, type Grammar, type ParsedDocument, type Parser, type Touched } from "./parser.ts";
export type { Piece } from "./piece.ts";
export { SourceFile } from "./source_file.ts";
export { drained } from "./steps.ts";
export { applyEdits, contains, lineAt, lineStarts, overlaps, type Span, type TextEdit } from "./text.ts";
