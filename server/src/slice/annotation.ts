import type { FileResolver } from "../resolve/index.ts";
import { Attribute, type Expr, Name, type Node } from "../syntax/index.ts";
import { enumOf } from "./enumeration.ts";
import type { Program } from "./program.ts";
import { token } from "./tokens.ts";
import { classNamed } from "./workspace.ts";

/** `X` of `Mapped[X]`, where it is written out. */
export function mappedArgument(annotation: Expr): Expr | undefined {
  const head = annotation.children[0];
  if (!head || !/(^|\.)(Mapped|DynamicMapped|WriteOnlyMapped)$/.test(head.text)) return undefined;
  const argument = annotation.children[1];
  const inner = argument?.type === "type_parameter" ? argument.children[0] : argument;
  return inner?.type === "type" ? inner.children[0] : inner;
}

/** The annotation of a column; `undefined` where it names what can't be had without the person's program. */
export function annotationText(node: Node, resolver: FileResolver, program: Program): string | undefined {
  const written = (part: Node): string | undefined => annotationText(part, resolver, program);
  if (node.type === "type" || node.type === "type_parameter" || node.type === "parenthesized_expression") {
    return node.children.length === 1 && node.children[0] ? written(node.children[0]) : undefined;
  }
  if (node.type === "none") return "None";
  if (node instanceof Name && builtins.has(node.name) && !resolver.inference.scopeOf(node.name, node.start)) {
    return node.name;
  }
  if (node instanceof Name || node instanceof Attribute) return named(node, resolver, program);
  if (/^(union_type|binary_operator)$/.test(node.type) && node.children.length === 2) {
    const parts = node.children.map(written);
    return parts.every((part) => part !== undefined) && node.text.includes("|") ? parts.join(" | ") : undefined;
  }
  if (/^(generic_type|subscript)$/.test(node.type)) {
    const [head, ...rest] = node.children;
    const given = rest.flatMap((part) => (part.type === "type_parameter" ? part.children : [part]));
    const parts = [head, ...given].map((part) => part && written(part));
    if (parts.some((part) => part === undefined)) return undefined;
    return `${parts[0]}[${parts.slice(1).join(", ")}]`;
  }
  return undefined;
}

function named(node: Name | Attribute, resolver: FileResolver, program: Program): string | undefined {
  const own = classNamed(node, resolver, program.workspace);
  if (own) return enumOf(own, program);
  const name = importedName(node, resolver);
  return name !== undefined && python.test(name) ? token({ kind: "python", name }) : undefined;
}

/** "datetime.datetime" of what an import of the file gives a name. */
export function importedName(node: Expr, resolver: FileResolver): string | undefined {
  if (node instanceof Attribute) {
    const owner = importedName(node.object, resolver);
    return owner && `${owner}.${node.name}`;
  }
  if (!(node instanceof Name)) return undefined;
  const definitions = resolver.inference.scopeOf(node.name, node.start)?.names.get(node.name) ?? [];
  const [only] = definitions;
  if (definitions.length !== 1 || only?.kind !== "import") return undefined;
  return only.name === undefined ? only.module : `${only.module}.${only.name}`;
}

const builtins = new Set(["int", "str", "float", "bool", "bytes", "dict", "list", "object"]);

/** What SQLAlchemy has types for, and ways to write annotations. */
const python =
  /^(datetime\.(datetime|date|time|timedelta)|decimal\.Decimal|uuid\.UUID|typing\.(Optional|Union|Any|List|Dict|Literal))$/;
