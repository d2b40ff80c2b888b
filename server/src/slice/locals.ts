import type { FileResolver } from "../resolve/index.ts";
import { Assignment, type Expr, type Name, type Node } from "../syntax/index.ts";
import type { Program } from "./program.ts";
import { quoted, Refused } from "./refused.ts";

type Definition = NonNullable<ReturnType<FileResolver["inference"]["bound"]["module"]["names"]["get"]>>[number];

/**
 * A variable of a function that holds SQL: the assignment that surely happened last is copied, and by the names in it
 * those before. What is assigned on a branch, or in a loop, may not have happened: it is left out, and said so.
 */
export function localOf(
  name: Name,
  definitions: readonly Definition[],
  resolver: FileResolver,
  program: Program,
  write: (right: Expr) => string,
): string {
  const earlier = definitions.filter(({ node, kind }) => kind === "parameter" || node.end <= name.start);
  const sure = earlier.findLast(({ node, kind }) => kind === "parameter" || holds(blockOf(node), name));
  if (sure?.kind === "parameter") throw new Refused(`${quoted(name.name)} is handed in by whoever calls the function.`);
  const right = sure && rightOf(sure);
  if (!sure || !right || !(sure.node instanceof Assignment)) {
    throw new Refused(`What ${quoted(name.name)} holds only shows when your program runs.`);
  }
  const { file } = resolver.inference;
  for (const { node } of earlier.filter(({ node }) => node.start > sure.node.start)) {
    program.note(`Line ${file.lineOf(node.start) + 1} may change ${quoted(name.name)}, and is left out.`);
  }
  const scope = resolver.inference.scopeOf(name.name, name.start);
  return program.variable(`${file.uri} ${scope?.node?.start ?? 0} ${name.name}`, name.name, sure.node.start, () =>
    write(right),
  );
}

function rightOf(definition: Definition): Expr | undefined {
  if (definition.kind === "value") return definition.path.length === 0 ? definition.value : undefined;
  return definition.kind === "annotated" ? definition.value : undefined;
}

const blockOf = (node: Node): Node | undefined => node.around((outer) => outer.type === "block");

const holds = (block: Node | undefined, node: Node): boolean =>
  !block || (block.start <= node.start && node.end <= block.end);
