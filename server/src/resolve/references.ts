import { Name } from "../syntax/index.ts";
import type { Inference } from "./infer.ts";
import type { Scope } from "./scopes.ts";

/** The names of one file by the variable that they are, collected on first need: asking for those of one costs no walk. */
export class References {
  readonly #inference: Inference;
  #byScope: ReadonlyMap<Scope, ReadonlyMap<string, readonly Name[]>> | undefined;

  constructor(inference: Inference) {
    this.#inference = inference;
  }

  /** Every other read or write of the variable that `name` is bound to, in document order. */
  of(name: Name): readonly Name[] {
    const scope = this.#inference.scopeOf(name.name, name.start);
    return scope ? this.in(scope, name.name).filter((other) => other !== name) : [];
  }

  /** Every read and write of a scope's own variable, in document order, those from inner scopes included. */
  in(scope: Scope, name: string): readonly Name[] {
    this.#byScope ??= collect(this.#inference);
    return this.#byScope.get(scope)?.get(name) ?? [];
  }
}

function collect(inference: Inference): ReadonlyMap<Scope, ReadonlyMap<string, readonly Name[]>> {
  const byScope = new Map<Scope, Map<string, Name[]>>();
  for (const node of inference.file.walk()) {
    if (!(node instanceof Name) || !isReference(node)) continue;
    const text = node.name;
    const scope = inference.scopeOf(text, node.start);
    if (!scope) continue;
    const names = byScope.get(scope) ?? new Map<string, Name[]>();
    byScope.set(scope, names);
    const known = names.get(text);
    if (known) known.push(node);
    else names.set(text, [node]);
  }
  return byScope;
}

/** Not the name behind a dot, nor that of a keyword argument. */
function isReference(node: Name): boolean {
  const outer = node.parent;
  return (
    (outer?.type !== "attribute" || outer.children[0] === node) &&
    (outer?.type !== "keyword_argument" || outer.children[0] !== node)
  );
}
