import { Name, type Node, type SourceFile, type Span, type TextEdit } from "../syntax/index.ts";
import { insertBefore } from "./edits.ts";

/** The statement that holds a node: the one whose parent is a block, or the module. */
export function statementOf(node: Node): Node {
  let at = node;
  while (at.parent && at.parent.type !== "block") at = at.parent;
  return at;
}

const compound = new Set([
  "if_statement",
  "while_statement",
  "for_statement",
  "try_statement",
  "with_statement",
  "match_statement",
  "function_definition",
  "class_definition",
  "decorated_definition",
]);

export const isCompound = (statement: Node): boolean => compound.has(statement.type);

/** The statements beside this one, itself included, in document order. */
export function siblingsOf(statement: Node, file: SourceFile): readonly Node[] {
  return statement.parent?.children ?? file.body;
}

/** Whether nothing but blanks and comments shares the statement's lines. */
export function ownsItsLines(statement: Node, file: SourceFile): boolean {
  const before = file.text.slice(lineStartOf(statement.start, file), statement.start);
  const after = file.text.slice(statement.end, lineEndOf(statement.end, file));
  return /^[ \t]*$/.test(before) && /^[ \t]*(#.*)?$/.test(after);
}

/** The blanks that a line begins with. */
export function indentAt(offset: number, file: SourceFile): string {
  const start = lineStartOf(offset, file);
  return /^[ \t]*/.exec(file.text.slice(start, offset))?.[0] ?? "";
}

/**
 * Puts whole statements, from `first` to `last`, under a new header such as `with engine.begin() as connection:`. The
 * text inside of strings that run over several lines keeps its indentation, which belongs to their value.
 */
export function putUnder(header: string, first: Node, last: Node, file: SourceFile): readonly TextEdit[] {
  const unit = indentUnit(file);
  const indent = indentAt(first.start, file);
  const strings = [...statementsBetween(first, last, file)].flatMap((statement) => multilineStrings(statement));
  const edits = [insertBefore(first, `${header}${file.lineEnd}${indent}${unit}`)];
  for (let line = file.lineOf(first.start) + 1; line <= file.lineOf(last.end); line++) {
    const start = file.lines[line] ?? 0;
    if (strings.some((string) => string.start < start && start < string.end)) continue;
    const blanks = /^[ \t]*/.exec(file.text.slice(start, lineEndOf(start, file)))?.[0].length ?? 0;
    const at = start + blanks;
    if (/^\r?$/.test(file.text.slice(at, lineEndOf(at, file)))) continue;
    edits.push(insertBefore({ start: at, end: at }, unit));
  }
  return edits;
}

/** Adds a statement on a line of its own behind a statement, and behind the comment that may follow it. */
export function addAfter(statement: Node, text: string, file: SourceFile): TextEdit {
  const at = lineEndOf(statement.end, file);
  return insertBefore({ start: at, end: at }, `${file.lineEnd}${indentAt(statement.start, file)}${text}`);
}

/** The first of the candidates that nothing around `at` uses, but for `with … as name` blocks that end elsewhere. */
export function freeName(candidates: readonly string[], at: Node, file: SourceFile): string | undefined {
  const scope = at.around((node) => node.type === "function_definition");
  const names: Name[] = [];
  for (const node of scope ? scope.walk() : file.walk()) if (node instanceof Name && isVariable(node)) names.push(node);
  return candidates.find((candidate) => !names.some((name) => name.text === candidate && isTaken(name, at)));
}

/** Behind a dot, or before a keyword argument's "=", a name stands for no variable. */
function isVariable(name: Name): boolean {
  const { parent } = name;
  if (parent?.type === "attribute") return parent.child(0) === name;
  return parent?.type !== "keyword_argument" || parent.child(0) !== name;
}

function isTaken(name: Name, at: Span): boolean {
  const owner = name.around(
    (node) =>
      node.type === "with_statement" &&
      [...node.walk()].some((part) => part.type === "as_pattern_target" && part.text === name.text),
  );
  return !owner || (owner.start <= at.start && at.end <= owner.end);
}

function statementsBetween(first: Node, last: Node, file: SourceFile): readonly Node[] {
  return siblingsOf(first, file).filter((each) => first.start <= each.start && each.end <= last.end);
}

function multilineStrings(statement: Node): readonly Node[] {
  return [...statement.walk()].filter((node) => node.type === "string" && node.text.includes("\n"));
}

/** One step of indentation, as the file's first block has it. */
function indentUnit(file: SourceFile): string {
  for (const node of file.walk()) {
    const [statement] = node.type === "block" ? node.children : [];
    const outer = node.parent && indentAt(node.parent.start, file);
    const inner = statement && indentAt(statement.start, file);
    if (outer !== undefined && inner?.startsWith(outer) && inner.length > outer.length)
      return inner.slice(outer.length);
  }
  return "    ";
}

/** Offset of the first unit of the line that holds `offset`. */
function lineStartOf(offset: number, file: SourceFile): number {
  return file.lines[file.lineOf(offset)] ?? 0;
}

/** Offset behind the last unit of the line that holds `offset`, its line end not counted. */
function lineEndOf(offset: number, file: SourceFile): number {
  const next = file.lines[file.lineOf(offset) + 1];
  if (next === undefined) return file.text.length;
  return file.text.slice(next - 2, next) === "\r\n" ? next - 2 : next - 1;
}
