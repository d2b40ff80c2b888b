import { Attribute, Call, ClassDef, FunctionDef, type Node, type SourceFile, Str } from "../syntax/index.ts";
import { annotated } from "./annotations.ts";
import { follow, union } from "./answers.ts";
import { certaintyBehind, type Decorated, decoratedAs, lastName } from "./decorators.ts";
import { type ClassFacts, handedOnTo } from "./facts.ts";
import { isGeneratorCoroutine } from "./generator_coroutines.ts";
import type { Inference } from "./infer.ts";
import { handingOf } from "./injection.ts";
import type { Definition } from "./scopes.ts";
import { type Box, certain, functionType, type Handing, type Inferred, nothing, type Type, unknown } from "./type.ts";
import type { Evidence } from "./value.ts";

/** The first line of what defines a name, as its author wrote it. */
export function evidenceOf(definition: Definition, file: SourceFile): Evidence {
  const node = definition.kind === "with" ? (definition.node.around(isWith) ?? definition.node) : definition.node;
  const line = file.text.slice(node.start, Math.min(node.end, node.start + 200)).split("\n", 1)[0] ?? "";
  const text = line.trim().replace(/:$/, "");
  return {
    text: `\`${text.length > 72 ? `${text.slice(0, 71)}…` : text}\``,
    at: { uri: file.uri, span: { start: node.start, end: node.end }, line: file.lineOf(node.start) + 1 },
  };
}

const isWith = (node: { readonly type: string }): boolean => node.type === "with_statement";

export function localClass(node: ClassDef, inference: Inference): ClassFacts {
  const { file, bound } = inference;
  const members = new Map<string, Inferred | undefined>();
  const busy = new Set<string>();
  let bases: readonly Inferred[] | undefined;
  const ownNamed = (name: string): readonly Definition[] => bound.scopes.get(node)?.names.get(name) ?? [];
  const definitionsOf = (name: string): readonly Definition[] => {
    const read = ownNamed(name).filter((each) => each.kind !== "function" || !isWriter(each.function));
    const found = [...implemented(read), ...(bound.selfAttributes.get(node)?.get(name) ?? [])];
    return found.length > 0 ? found : placedOn(node, name, inference);
  };
  const defined = (name: string): Inferred | undefined => {
    const definitions = definitionsOf(name);
    // `self.db = None` when a test ends: what `db` is, the base says.
    const isCleared = node.bases.length > 0 && ownNamed(name).length === 0 && definitions.every(isNone);
    return definitions.length === 0 || isCleared
      ? undefined
      : union(definitions.map((each) => inference.defined(each)));
  };
  return {
    uri: file.uri,
    name: qualifiedName(node),
    get line() {
      return file.lineOf(node.start) + 1;
    },
    get bases() {
      // `class A(A.inner): ...` asks of the class what its bases are.
      if (busy.has(basesThemselves)) {
        inference.circular();
        return [];
      }
      if (bases) return bases;
      busy.add(basesThemselves);
      try {
        bases = [...node.bases.map((base) => inference.of(base)), ...decoratedBase(node, inference)];
      } finally {
        busy.delete(basesThemselves);
      }
      return bases;
    },
    member(name) {
      if (members.has(name)) return members.get(name);
      if (busy.has(name)) {
        inference.circular();
        return undefined;
      }
      busy.add(name);
      const before = inference.world.cuts.count;
      const found = name === handedOnTo ? delegateOf(ownNamed("__getattr__"), inference) : defined(name);
      busy.delete(name);
      if (before === inference.world.cuts.count) members.set(name, found);
      return found;
    },
  };
}

/** Among the members that are being asked for; no member can be called so. */
const basesThemselves = "(";

const isNone = (definition: Definition): boolean => definition.kind === "value" && definition.value.type === "none";

/** `def __getattr__(self, name): return getattr(self.database, name)` */
function delegateOf(definitions: readonly Definition[], inference: Inference): Inferred | undefined {
  const [definition] = definitions;
  if (definition?.kind !== "function") return undefined;
  const asked = definition.function.params[1]?.name.name;
  for (const returned of inference.bound.results.get(definition.function)?.returns ?? []) {
    if (!(returned instanceof Call) || returned.callee.text !== "getattr") continue;
    const [object, name] = returned.positional;
    if (object && name && name.text === asked) return inference.of(object);
  }
  return undefined;
}

/** `Base.query = session.query_property()`, in the function that sets the database up. */
function placedOn(node: ClassDef, name: string, { bound }: Inference): readonly Definition[] {
  const isClass = bound.module.names.get(node.name)?.some((each) => each.kind === "class" && each.class === node);
  return isClass ? (bound.attributes.get(`${node.name}.${name}`) ?? []) : [];
}

/** `@as_declarative()` and `@registry.mapped` make the class below them a declarative base, or mapped. */
function decoratedBase(node: ClassDef, inference: Inference): readonly Inferred[] {
  return node.decorators.flatMap((decorator) => {
    // `@as_declarative()` is called with options, `@registry.mapped` with the class.
    const made = inference.of(decorator instanceof Call ? decorator.callee : decorator);
    const base = inference.applied({ kind: "decorate" }, made);
    return base.type.kind === "unknown" ? [] : [base];
  });
}

/** `@name.setter`, `@name.expression` and their like say nothing of what reading the name gives. */
const isWriter = (node: FunctionDef): boolean =>
  node.decorators.some((each) => each instanceof Attribute && beside.has(each.name));

const beside: ReadonlySet<string> = new Set(["setter", "deleter", "expression", "comparator", "update_expression"]);

/** `@overload` makes a signature, of which the function below tells what it does. */
const isOverload = (node: FunctionDef): boolean => node.decorators.some((each) => lastName(each) === "overload");

function implemented(definitions: readonly Definition[]): readonly Definition[] {
  const own = definitions.filter((each) => each.kind !== "function" || !isOverload(each.function));
  return own.length > 0 ? own : definitions.slice(-1);
}

/** "Store.find" for a method; a function in another one has both names as well. */
export const qualifiedFunction = (node: FunctionDef): string => qualifiedName(node);

function qualifiedName(node: ClassDef | FunctionDef): string {
  const names = [node.name];
  for (let outer = node.parent; outer; outer = outer.parent)
    if (outer instanceof ClassDef || (node instanceof FunctionDef && outer instanceof FunctionDef))
      names.unshift(outer.name);
  return names.join(".");
}

/** What a function of the workspace is: its annotation's word first, else what it returns or yields. */
export function typeOfFunction(node: FunctionDef, inference: Inference): Inferred {
  const { property, wraps, managed } = decoratedAs(node);
  const id = { uri: inference.file.uri, name: qualifiedFunction(node) };
  const result = (): Inferred => {
    const found = inference.guarded(() => resultOf(node, managed, inference));
    if (found.type.kind === "unknown") return nothing;
    const because = [evidenceOf({ kind: "function", function: node, node }, inference.file)];
    return follow({ type: unknown, certainty: certaintyBehind(node, inference), because }, found);
  };
  const hands = (): Handing | undefined => handingOf(node, inference);
  return certain(
    functionType(
      { result, hands },
      { property, id, ...(wraps ? { wraps } : {}), ...(isHook(node) ? { hook: true } : {}) },
      inference.circular,
    ),
  );
}

/** `def build_query(self): raise NotImplementedError` */
const isHook = (node: FunctionDef): boolean =>
  !node.returns && node.body.children.every((each) => idle.test(each.type) || isIdle(each));

const idle = /^(pass_statement|raise_statement|comment)$/;

function isIdle({ type, children }: Node): boolean {
  const [value, ...others] = children;
  if (type === "return_statement") return !value || value.type === "none";
  return type === "expression_statement" && others.length === 0 && (value instanceof Str || value?.type === "ellipsis");
}

function resultOf(node: FunctionDef, managed: Decorated["managed"], inference: Inference): Inferred {
  const values = inference.bound.results.get(node);
  const isCoroutine = isGeneratorCoroutine(node);
  const yields = isCoroutine ? [] : (values?.yields ?? []);
  const said = node.returns && !isOverload(node) ? annotated(node.returns, inference) : overloaded(node, inference);
  if (managed) {
    const yielded = elementOf(said) ?? union(yields.map((value) => inference.of(value)));
    return boxed(managed, yielded);
  }
  if (said.type.kind !== "unknown") return node.isAsync && yields.length === 0 ? boxed("await", said) : said;
  if (yields.length > 0) {
    return boxed(node.isAsync ? "aiter" : "iter", union(yields.map((value) => inference.of(value))));
  }
  const returned = union((values?.returns ?? []).map((value) => inference.of(value)));
  return node.isAsync || isCoroutine ? boxed("await", returned) : returned;
}

/** What the signatures of an `@overload` above a function say that it gives. */
function overloaded(node: FunctionDef, inference: Inference): Inferred {
  const { scopes, module } = inference.bound;
  const owner = node.around((outer) => outer instanceof ClassDef || outer instanceof FunctionDef);
  const names = (owner ? scopes.get(owner) : module)?.names.get(node.name) ?? [];
  const signatures = names.flatMap((each) => (each.kind === "function" && isOverload(each.function) ? each : []));
  return union(signatures.map(({ function: { returns } }) => (returns ? annotated(returns, inference) : nothing)));
}

function elementOf(said: Inferred): Inferred | undefined {
  const { type } = said;
  if (type.kind === "unknown") return undefined;
  return type.kind === "box" ? { ...said, type: type.of } : said;
}

function boxed(box: Box, found: Inferred): Inferred {
  if (found.type.kind === "unknown") return nothing;
  const type: Type = { kind: "box", box, of: found.type };
  return { ...found, type };
}
