import type { ImportAnswer } from "../resolve/index.ts";
import { Import, ImportFrom, type Node, type SourceFile, type TextEdit } from "../syntax/index.ts";
import { addAfter, freeName } from "./statements.ts";

/**
 * How to write a name of a module by that path alone, where the resolver has no say: `Optional` of `typing`. With the
 * edit that imports it where the file's top level does not yet; `undefined` where the name may stand for something else.
 */
export function plainImport(file: SourceFile, module: string, name: string): ImportAnswer | undefined {
  const imports = file.body.filter((node) => node instanceof Import || node instanceof ImportFrom);
  for (const statement of imports) {
    const found = statement.names.find((each) => each.name === (statement instanceof ImportFrom ? name : module));
    if (!found) continue;
    if (statement instanceof Import) return { text: `${found.alias ?? module}.${name}`, edits: [] };
    if (statement.module === module) return { text: found.alias ?? name, edits: [] };
  }
  // A use that no import at the top explains: a conditional import, a star import, or a thing of that name.
  const [first] = file.body;
  if (first && file.text.includes(name) && freeName([name], first, file) === undefined) return undefined;
  return { text: name, edits: [added(file, imports, module, name)] };
}

function added(file: SourceFile, imports: readonly (Import | ImportFrom)[], module: string, name: string): TextEdit {
  const sibling = imports.find(
    (each): each is ImportFrom => each instanceof ImportFrom && each.module === module && !each.isStar,
  );
  const last = sibling?.names[sibling.names.length - 1]?.node;
  if (last) {
    const line = file.lines[file.lineOf(last.start)] ?? last.start;
    const indent = /^[ \t]+$/.exec(file.text.slice(line, last.start))?.[0];
    const text = indent === undefined ? `, ${name}` : `,${file.lineEnd}${indent}${name}`;
    return { span: { start: last.end, end: last.end }, text };
  }
  const line = `from ${module} import ${name}`;
  // Beside the imports of the same package, else above all others, where the standard library goes.
  const kin = imports.findLast((each) => packageOf(each) === module.split(".")[0]);
  if (kin) return addAfter(kin, line, file);
  const at = imports[0]?.start ?? startOfCode(file);
  return { span: { start: at, end: at }, text: `${line}${file.lineEnd}` };
}

const packageOf = (statement: Import | ImportFrom): string | undefined =>
  (statement instanceof ImportFrom ? statement.module : statement.names[0]?.name)?.split(".")[0];

/** Behind the docstring and `from __future__`, which must stay first. */
function startOfCode(file: SourceFile): number {
  const isHead = (node: Node): boolean =>
    node.type === "future_import_statement" ||
    (node.type === "expression_statement" && node.children[0]?.type === "string");
  const first = file.body.find((node) => !isHead(node));
  return first?.start ?? file.text.length;
}

/** Merges edits that each add one `from module import name` line at the same place into one line. */
export function joinedImports(edits: readonly TextEdit[]): readonly TextEdit[] {
  const merged: TextEdit[] = [];
  for (const edit of edits) {
    const line = /^(from \S+ import )(\w+)(\r?\n)$/.exec(edit.text);
    const [, head = "", name = "", end = ""] = line ?? [];
    const index = merged.findIndex(({ span, text }) => span.start === edit.span.start && line && text.startsWith(head));
    const known = merged[index];
    if (known) merged[index] = { span: known.span, text: `${known.text.slice(0, -end.length)}, ${name}${end}` };
    else merged.push(edit);
  }
  return merged;
}
