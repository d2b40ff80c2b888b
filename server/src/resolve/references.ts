import { Name, type SourceFile } from "../syntax/index.ts";
import type { Inference } from "./infer.ts";

/** The names of one file by their text, collected on first need: asking for the uses of one costs no walk of its own. */
export class References {
  readonly #inference: Inference;
  #byText: ReadonlyMap<string, readonly Name[]> | undefined;

  constructor(inference: Inference) {
    this.#inference = inference;
  }

  /** Every other read or write of the variable that `name` is bound to, in document order. */
  of(name: Name): readonly Name[] {
    const scope = this.#inference.scopeOf(name.name, name.start);
    if (!scope) return [];
    this.#byText ??= collect(this.#inference.file);
    const alike = this.#byText.get(name.name) ?? [];
    const { start, end } = scope.node ?? { start: 0, end: Number.POSITIVE_INFINITY };
    return alike.filter(
      (other) =>
        other !== name &&
        start <= other.start &&
        other.end <= end &&
        this.#inference.scopeOf(other.name, other.start) === scope,
    );
  }
}

function collect(file: SourceFile): ReadonlyMap<string, readonly Name[]> {
  const byText = new Map<string, Name[]>();
  for (const node of file.walk()) {
    if (!(node instanceof Name) || !isReference(node)) continue;
    const text = node.name;
    const known = byText.get(text);
    if (known) known.push(node);
    else byText.set(text, [node]);
  }
  return byText;
}

/** Not the name behind a dot, nor that of a keyword argument. */
function isReference(node: Name): boolean {
  const outer = node.parent;
  return (
    (outer?.type !== "attribute" || outer.children[0] === node) &&
    (outer?.type !== "keyword_argument" || outer.children[0] !== node)
  );
}
