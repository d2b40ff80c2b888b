import { Assignment, type ClassDef, Name } from "../syntax/index.ts";
import { importedName } from "./annotation.ts";
import { identifier } from "./expressions.ts";
import { constantText } from "./kinds.ts";
import type { Program } from "./program.ts";
import { token } from "./tokens.ts";
import type { Placed } from "./workspace.ts";

/** An enumeration with constant members, copied without its methods; `undefined` where a class is something else. */
export function enumOf({ node, resolver }: Placed<ClassDef>, program: Program): string | undefined {
  const base = node.bases
    .map((each) => importedName(each, resolver))
    .find((name) => /^enum\.\w*Enum$/.test(name ?? ""));
  if (base === undefined) return undefined;
  const members = node.body.children.flatMap((statement) => {
    const inner = statement.children[0];
    if (!(inner instanceof Assignment) || !(inner.left instanceof Name) || !inner.right) return [];
    return [
      { name: inner.left.name, value: constantText(inner.right) ?? JSON.stringify(inner.left.name.toLowerCase()) },
    ];
  });
  if (members.length === 0) return undefined;
  const mixed = node.bases.some((each) => each.text === "str") ? "str, " : "";
  const { uri, name } = resolver.inference.classOf(node);
  return program.support(`${uri}#${name}`, node.name, (own) => {
    const head = `class ${own}(${mixed}${token({ kind: "python", name: "enum" })}.${base.slice("enum.".length)}):`;
    return [head, ...members.map((member) => `    ${identifier(member.name)} = ${member.value}`)].join("\n");
  });
}
