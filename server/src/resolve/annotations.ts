import { Attribute, Call, ClassDef, type Expr, Name, type Node, Str, unparenthesized } from "../syntax/index.ts";
import { foreignName } from "./foreign.ts";
import type { Inference } from "./infer.ts";
import { apply, union } from "./operations.ts";
import { type Box, certain, type Inferred, nothing } from "./type.ts";

/** What a value annotated so is. Annotations that say nothing of SQLAlchemy answer "unknown". */
export function annotated(annotation: Expr, inference: Inference): Inferred {
  return new Annotations(inference).value(annotation);
}

const containers: Readonly<Record<string, Box>> = {
  list: "list",
  List: "list",
  Sequence: "list",
  Collection: "list",
  set: "list",
  Set: "list",
  Iterable: "iter",
  Iterator: "iter",
  Generator: "iter",
  AsyncIterable: "aiter",
  AsyncIterator: "aiter",
  AsyncGenerator: "aiter",
  ContextManager: "cm",
  AbstractContextManager: "cm",
  AsyncContextManager: "acm",
  AbstractAsyncContextManager: "acm",
  Awaitable: "await",
  Coroutine: "await",
};

/** The values are what matters: the second parameter. */
const mappings = new Set(["dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict"]);

const self = /^(typing|typing_extensions)\.Self$/;

class Annotations {
  readonly #inference: Inference;
  #depth = 0;

  constructor(inference: Inference) {
    this.#inference = inference;
  }

  value(annotation: Expr): Inferred {
    if (this.#depth > 20) return nothing;
    this.#depth++;
    try {
      return this.#value(unparenthesized(annotation));
    } finally {
      this.#depth--;
    }
  }

  #value(node: Expr): Inferred {
    if (node instanceof Str) return this.#quoted(node);
    if (node.type === "none") return { type: { kind: "none" }, certainty: "certain", because: [] };
    if (node.type === "type" && node.children[0]) return this.value(node.children[0]);
    if (node.type === "union_type" || node.type === "binary_operator") {
      return union(node.children.map((member) => this.value(member)));
    }
    if (node.type === "generic_type" || node.type === "subscript") return this.#generic(node);
    if (node instanceof Name || node instanceof Attribute || node.type === "member_type") return this.#plain(node);
    return nothing;
  }

  #plain(node: Expr): Inferred {
    const { world } = this.#inference;
    const named = this.#inference.of(node);
    if (self.test(foreignName(named.type) ?? "")) return this.#self(node);
    return apply({ kind: "instantiate" }, named, world);
  }

  #self(node: Node): Inferred {
    const owner = node.around((outer) => outer instanceof ClassDef);
    if (!(owner instanceof ClassDef)) return nothing;
    const { uri, name } = this.#inference.classOf(owner);
    return certain({ kind: "instance", id: { uri, name, self: true } });
  }

  #generic(node: Node): Inferred {
    const [head, ...rest] = node.children;
    const parameters = rest.flatMap((part) => (part.type === "type_parameter" ? part.children : [part])).map(unwrapped);
    const [first] = parameters;
    if (!head || !first) return nothing;
    const name = head instanceof Attribute ? head.name : head.text;
    if (name === "Optional" || name === "Final" || name === "ClassVar") return this.value(first);
    if (name === "Union") return union(parameters.map((part) => this.value(part)));
    if (name === "Annotated") return this.#annotatedWith(first, parameters.slice(1));
    if (name === "type" || name === "Type") return this.#inference.of(first);
    const box = Object.hasOwn(containers, name) ? containers[name] : undefined;
    if (box) {
      const element = this.value(name === "Coroutine" ? (parameters[parameters.length - 1] ?? first) : first);
      if (element.type.kind === "unknown") return nothing;
      return { ...element, type: { kind: "box", box, of: element.type } };
    }
    if (mappings.has(name)) {
      const values = parameters[1] ? this.value(parameters[1]) : nothing;
      return values.type.kind === "unknown"
        ? nothing
        : { ...values, type: { kind: "box", box: "dict", of: values.type } };
    }
    const holds = this.value(first).type;
    const operation =
      holds.kind === "unknown" ? { kind: "instantiate" as const } : { kind: "instantiate" as const, holds };
    return apply(operation, this.#inference.of(head), this.#inference.world);
  }

  #annotatedWith(type: Expr, metadata: readonly Expr[]): Inferred {
    const said = this.value(type);
    if (said.type.kind !== "unknown") return said;
    const provider = metadata.find((part): part is Call => part instanceof Call);
    return provider ? this.#inference.of(provider) : nothing;
  }

  /** A forward reference: dotted names, with `Optional[...]` or one generic around them. */
  #quoted(node: Str): Inferred {
    const text = node.value?.trim() ?? "";
    const generic = /^([\w.]+)\[(.+)\]$/.exec(text);
    const target = generic ? (/(^|\.)(Optional|Annotated)$/.test(generic[1] ?? "") ? generic[2] : generic[1]) : text;
    const path =
      (target ?? "")
        .replace(/\s*\|\s*None$|^None\s*\|\s*/, "")
        .split(",")[0]
        ?.trim() ?? "";
    if (!/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(path)) return nothing;
    const [root = "", ...names] = path.split(".");
    const { world } = this.#inference;
    const found = names.reduce(
      (value, name) => apply({ kind: "attribute", name }, value, world),
      this.#inference.lookup(root, node.start),
    );
    return apply({ kind: "instantiate" }, found, world);
  }
}

function unwrapped(node: Node): Expr {
  return node.type === "type" && node.children[0] ? node.children[0] : node;
}
