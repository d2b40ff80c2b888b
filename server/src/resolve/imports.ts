import { type ApiName, canonicalOf, isKnownModule } from "../knowledge/index.ts";
import { type Expr, Import, ImportFrom, type Node, type SourceFile, type TextEdit } from "../syntax/index.ts";
import { typeOfApi } from "./api_types.ts";
import type { Inference } from "./infer.ts";
import type { ImportAnswer } from "./resolver.ts";
import { scopeAt } from "./scopes.ts";
import { sameType } from "./type.ts";

/**
 * How to write `name` at `at`: a name the file already has for it, a module alias it is reached through (`sa.select`),
 * else an import: added to an import of the same module, or on a line of its own below the others.
 */
export function importFor(name: ApiName, at: Expr, inference: Inference): ImportAnswer {
  const dot = name.lastIndexOf(".");
  const module = name.slice(0, dot);
  const short = name.slice(dot + 1);
  const visible = visibleName(name, short, at, inference) ?? throughModule(name, short, at, inference);
  if (visible) return { text: visible, edits: [] };
  const { file, bound } = inference;
  // Another thing of that name is in the way: the new one comes with a name of its own.
  const taken = isTaken(short, name, at, inference);
  const text = taken ? `sa_${short}` : short;
  const imported = taken ? `${short} as ${text}` : short;
  const sibling = bound.imports.find(
    (found): found is ImportFrom =>
      found instanceof ImportFrom &&
      found.module === module &&
      !found.isStar &&
      isTopLevel(found) &&
      found.end <= at.start,
  );
  if (sibling) return { text, edits: [extended(sibling, imported, file)] };
  return { text, edits: [newLine(`from ${module} import ${imported}`, at, inference)] };
}

function visibleName(name: ApiName, short: string, at: Expr, inference: Inference): string | undefined {
  for (const found of inference.bound.imports) {
    if (!(found instanceof ImportFrom) || !isKnownModule(found.module) || isTooLate(found, at, inference)) continue;
    for (const each of found.names) {
      const local = each.alias ?? each.name;
      if (canonicalOf(`${found.module}.${each.name}`) === name && means(local, name, at, inference)) return local;
    }
  }
  // By a star import.
  return inference.bound.stars.length > 0 && means(short, name, at, inference) ? short : undefined;
}

function throughModule(name: ApiName, short: string, at: Expr, inference: Inference): string | undefined {
  for (const found of inference.bound.imports) {
    if (!(found instanceof Import) || isTooLate(found, at, inference)) continue;
    for (const each of found.names) {
      const path = each.alias ?? each.name;
      if (canonicalOf(`${each.name}.${short}`) !== name) continue;
      const root = inference.lookup(path.split(".")[0] ?? path, at.start);
      if (root.type.kind === "module") return `${path}.${short}`;
    }
  }
  return undefined;
}

/** Whether another thing has the name where it would be used. An import of the same thing further down is no other. */
function isTaken(short: string, name: ApiName, at: Expr, inference: Inference): boolean {
  return inference.scopeOf(short, at.start) !== undefined && !means(short, name, at, inference);
}

/** Code of the module runs from top to bottom: an import further down has not happened yet. A function runs later. */
function isTooLate(statement: Node, at: Expr, inference: Inference): boolean {
  return statement.start > at.start && scopeAt(inference.bound.module, at.start).kind === "module";
}

function means(local: string, name: string, at: Expr, inference: Inference): boolean {
  return sameType(inference.lookup(local, at.start).type, typeOfApi(name));
}

const isTopLevel = (node: Node): boolean => node.parent === undefined;

/** Adds a name to an import, in its own form. */
export function extended(statement: ImportFrom, imported: string, file: SourceFile): TextEdit {
  const { names } = statement;
  const last = names[names.length - 1]?.node ?? statement;
  // One name a line stays one name a line.
  const previous = names[names.length - 2]?.node;
  const lineOf = (node: Node): number => file.lineOf(node.start);
  const onLines = lineOf(last) > lineOf(previous ?? statement.moduleNode);
  const lineStart = file.lines[lineOf(last)] ?? last.start;
  const indent = /^[ \t]*/.exec(file.text.slice(lineStart, last.start))?.[0] ?? "";
  const separator = onLines && indent !== "" ? `,${file.lineEnd}${indent}` : ", ";
  return { span: { start: last.end, end: last.end }, text: `${separator}${imported}` };
}

/** Below the last import of SQLAlchemy ahead of `at`, else below the last import, else below the docstring. */
function newLine(text: string, at: Expr, inference: Inference): TextEdit {
  const { file, bound } = inference;
  const end = file.lineEnd;
  const top = bound.imports.filter((found) => isTopLevel(found) && found.end <= at.start);
  const known = top.filter((found) =>
    found instanceof ImportFrom ? isKnownModule(found.module) : found.names.some((each) => isKnownModule(each.name)),
  );
  const after = known[known.length - 1] ?? top[top.length - 1] ?? futureOrDocstring(file);
  if (!after) {
    const first = firstLines.exec(file.text)?.[0].length ?? 0;
    return { span: { start: first, end: first }, text: `${text}${end}` };
  }
  const next = file.lines[file.lineOf(after.end) + 1];
  // Where it shares its line with a statement, that may be the one that needs the import; and it may end the file.
  if (next === undefined || /^[ \t]*;/.test(file.text.slice(after.end, next)))
    return { span: { start: after.end, end: after.end }, text: `${end}${text}` };
  return { span: { start: next, end: next }, text: `${text}${end}` };
}

/** What Python reads at the very top only: a byte order mark, `#!`, and the coding on the first line or the second. */
const firstLines = /^\ufeff?(?:#!.*\r?\n|#.*\r?\n(?=#.*coding[:=]))?(?:#.*coding[:=].*\r?\n)?/;

function futureOrDocstring(file: SourceFile): Node | undefined {
  const future = file.body.filter((statement) => statement.type === "future_import_statement");
  const [first] = file.body;
  const docstring = first?.type === "expression_statement" && first.children[0]?.type === "string" ? first : undefined;
  return future[future.length - 1] ?? docstring;
}
