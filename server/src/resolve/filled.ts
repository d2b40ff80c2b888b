import { Attribute, type Call, ClassDef, type Expr, FunctionDef, Name, type Node, Str } from "../syntax/index.ts";
import { follow, union } from "./answers.ts";
import { evidenceOf } from "./definitions.ts";
import type { Inference } from "./infer.ts";
import type { Scope } from "./scopes.ts";
import { type Inferred, unknown } from "./type.ts";

/** One thing that is put into a container: under a key, or at its end. */
export interface Fill {
  readonly into: Name | Attribute;
  readonly key: Expr | undefined;
  readonly value: Expr;
  readonly node: Node;
}

/** What the file puts into containers that it makes empty: `engines[url] = create_engine(url)`, `queries.append(query)`. */
export class Filled {
  readonly #inference: Inference;
  readonly #busy = new Set<string>();
  #fills: ReadonlyMap<string, readonly Fill[]> | undefined;

  constructor(inference: Inference) {
    this.#inference = inference;
  }

  /** An empty container as one of what is put into it, here or in another method of the class. */
  of(container: Name | Attribute, found: Inferred): Inferred {
    const { type } = found;
    if (type.kind !== "plain" || !containers.has(type.name) || container.end - container.start > 100) return found;
    const text = lastOf(container);
    const fills = this.#named(text).filter((fill) => isSame(fill.into, container, this.#inference));
    if (fills.length === 0 || fills.length > mostTelling || this.#busy.has(text)) return found;
    // With names for keys it is a record, of things of several kinds.
    if (fills.some(({ key }) => key instanceof Str)) return found;
    this.#busy.add(text);
    try {
      return boxed(type.name, found, union(fills.map((fill) => this.#given(fill))));
    } finally {
      this.#busy.delete(text);
    }
  }

  #given({ value, node }: Fill): Inferred {
    const because = [evidenceOf({ kind: "opaque", node }, this.#inference.file)];
    return follow({ type: unknown, certainty: "certain", because }, this.#inference.of(value));
  }

  #named(name: string): readonly Fill[] {
    this.#fills ??= fillsOf(this.#inference);
    return this.#fills.get(name) ?? [];
  }
}

const containers = new Set(["dict", "list", "set"]);

const mostTelling = 20;

function boxed(container: string, found: Inferred, element: Inferred): Inferred {
  const { type, certainty, because } = element;
  if (type.kind === "unknown" || type.kind === "plain" || type.kind === "none") return found;
  const box = container === "dict" ? "dict" : "list";
  return follow(found, { type: { kind: "box", box, of: type }, certainty, because });
}

function fillsOf({ bound }: Inference): ReadonlyMap<string, readonly Fill[]> {
  const found = new Map<string, Fill[]>();
  const calls = methods.flatMap((name) => bound.callsNamed(name).flatMap(filledBy));
  for (const fill of [...bound.entries, ...calls]) {
    const name = lastOf(fill.into);
    found.set(name, [...(found.get(name) ?? []), fill]);
  }
  return found;
}

const methods = ["append", "add", "appendleft", "setdefault"];

/** `queries.append(query)`, `engines.setdefault(url, engine)` */
function filledBy(call: Call): readonly Fill[] {
  const { callee, positional } = call;
  if (!(callee instanceof Attribute)) return [];
  const { object: into, name } = callee;
  const [first, second] = positional;
  if (!(into instanceof Name || into instanceof Attribute) || !first) return [];
  if (name !== "setdefault") return second ? [] : [{ into, key: undefined, value: first, node: call }];
  return second ? [{ into, key: first, value: second, node: call }] : [];
}

const lastOf = (container: Name | Attribute): string => container.name;

/** Whether two expressions name one container: one variable, or one attribute of it, or of the objects of one class. */
function isSame(a: Name | Attribute, b: Name | Attribute, inference: Inference): boolean {
  const [one, other] = [rootOf(a), rootOf(b)];
  if (!one || !other || one.path !== other.path) return false;
  const owner = ownerOf(one.name, inference);
  return owner !== undefined && owner === ownerOf(other.name, inference);
}

function rootOf(container: Name | Attribute): { readonly name: Name; readonly path: string } | undefined {
  let at: Expr = container;
  let path = "";
  while (at instanceof Attribute) {
    path = `.${at.name}${path}`;
    at = at.object;
  }
  return at instanceof Name ? { name: at, path } : undefined;
}

/** The class whose method calls its object by this name, else the scope of the name. */
function ownerOf({ name, start }: Name, inference: Inference): ClassDef | Scope | undefined {
  const scope = inference.scopeOf(name, start);
  const method = scope?.node;
  const owner = scope?.parent?.node;
  const isSelf = method instanceof FunctionDef && method.params[0]?.name.name === name;
  return isSelf && owner instanceof ClassDef ? owner : scope;
}
