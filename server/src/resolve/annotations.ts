import { Attribute, Call, ClassDef, type Expr, Name, type Node, Str, unparenthesized } from "../syntax/index.ts";
import { union } from "./answers.ts";
import { foreignName } from "./foreign.ts";
import type { Inference } from "./infer.ts";
import { apply } from "./operations.ts";
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
  Deferred: "await",
  Future: "await",
  Task: "await",
  ContextVar: "variable",
};

/** The values are what matters: the second parameter. */
const mappings = new Set(["dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict"]);

const self = /^(typing|typing_extensions)\.Self$/;
const any = /^(typing|typing_extensions)\.Any$/;

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
    const foreign = foreignName(named.type) ?? "";
    if (self.test(foreign)) return this.#self(node);
    if (any.test(foreign)) return nothing;
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
    if (name === "Annotated") return this.#annotatedWith(first, parameters.slice(1));
    return this.#parametrized(name, {
      values: parameters.map((part) => () => this.value(part)),
      head: () => this.#inference.of(head),
      named: () => this.#inference.of(first),
    });
  }

  #parametrized(name: string, { values, head, named }: Parametrized): Inferred {
    const [first, second] = values;
    if (!first) return nothing;
    if (name === "Optional" || name === "Final" || name === "ClassVar" || name === "Annotated") return first();
    if (name === "Union") return union(values.map((value) => value()));
    if (name === "type" || name === "Type") return named();
    const box = Object.hasOwn(containers, name) ? containers[name] : undefined;
    if (box) return boxed(box, (name === "Coroutine" ? (values[values.length - 1] ?? first) : first)());
    if (mappings.has(name)) return boxed("dict", second ? second() : nothing);
    const holds = first().type;
    const operation =
      holds.kind === "unknown" ? { kind: "instantiate" as const } : { kind: "instantiate" as const, holds };
    return apply(operation, head(), this.#inference.world);
  }

  #annotatedWith(type: Expr, metadata: readonly Expr[]): Inferred {
    const said = this.value(type);
    if (said.type.kind !== "unknown") return said;
    const provider = metadata.find((part): part is Call => part instanceof Call);
    return provider ? this.#inference.of(provider) : nothing;
  }

  /** A forward reference: names with dots, what stands in brackets behind them, and what `|` joins. */
  #quoted(node: Str): Inferred {
    return this.#written(node.value ?? "", node.start);
  }

  #written(text: string, offset: number): Inferred {
    if (this.#depth > 20) return nothing;
    this.#depth++;
    try {
      const members = parted(text, "|");
      if (members.length > 1) return union(members.map((member) => this.#written(member, offset)));
      const whole = text.trim();
      if (whole === "None") return { type: { kind: "none" }, certainty: "certain", because: [] };
      const [, head = "", inside] = /^([\w.]+)[ \t]*\[([\s\S]*)\]$/.exec(whole) ?? [];
      if (inside === undefined) return apply({ kind: "instantiate" }, this.#path(whole, offset), this.#inference.world);
      const parameters = parted(inside, ",");
      return this.#parametrized(head.slice(head.lastIndexOf(".") + 1), {
        values: parameters.map((part) => () => this.#written(part, offset)),
        head: () => this.#path(head, offset),
        named: () => this.#path(parameters[0]?.trim() ?? "", offset),
      });
    } finally {
      this.#depth--;
    }
  }

  /** What names with dots, written in a string, stand for. */
  #path(text: string, offset: number): Inferred {
    if (!/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(text)) return nothing;
    const [root = "", ...names] = text.split(".");
    const { world } = this.#inference;
    return names.reduce(
      (value, name) => apply({ kind: "attribute", name }, value, world),
      this.#inference.lookup(root, offset),
    );
  }
}

/** A generic with its parameters, each looked at only when it matters. */
interface Parametrized {
  readonly values: readonly (() => Inferred)[];
  readonly head: () => Inferred;
  /** What the first parameter names: the class, not an instance. */
  readonly named: () => Inferred;
}

/** The parts of a text between separators that no brackets enclose. */
function parted(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "[" || char === "(") depth++;
    else if (char === "]" || char === ")") depth--;
    else if (char === separator && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

function boxed(box: Box, found: Inferred): Inferred {
  return found.type.kind === "unknown" ? nothing : { ...found, type: { kind: "box", box, of: found.type } };
}

function unwrapped(node: Node): Expr {
  return node.type === "type" && node.children[0] ? node.children[0] : node;
}
