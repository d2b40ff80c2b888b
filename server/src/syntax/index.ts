export { type Chain, type ChainEnd, chainOf, type Link } from "./chain.ts";
export * from "./node.ts";
export { createParser, type Grammar, type ParsedDocument, type Parser } from "./parser.ts";
export { SourceFile } from "./source_file.ts";
export { applyEdits, contains, lineAt, lineStarts, overlaps, type Span, type TextEdit } from "./text.ts";
