import { ClassDef, FunctionDef, type SourceFile } from "../syntax/index.ts";
import type { Definition } from "./types.ts";

/** The classes and functions at the top of a file. */
export function definitionsIn({ body }: SourceFile): readonly Definition[] {
  return body.flatMap((statement) => {
    const defined = statement.type === "decorated_definition" ? statement.children.at(-1) : statement;
    if (!(defined instanceof ClassDef || defined instanceof FunctionDef)) return [];
    const { nameNode } = defined;
    return [
      { name: { start: nameNode.start, end: nameNode.end }, span: { start: statement.start, end: statement.end } },
    ];
  });
}
