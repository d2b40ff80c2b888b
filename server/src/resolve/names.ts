import { canonicalOf, isKnownModule, isSubclass, moduleExports } from "../knowledge/index.ts";
import { Assignment, Call, type Expr, Name, type Node, Str } from "../syntax/index.ts";
import { annotated } from "./annotations.ts";
import { defaulted, follow, union } from "./answers.ts";
import { typeOfApi } from "./api_types.ts";
import { conventionalName } from "./conventions.ts";
import { evidenceOf } from "./definitions.ts";
import { declarativeBase } from "./evaluate.ts";
import { stars } from "./exports.ts";
import { givenByForeign, hasLaws } from "./foreign.ts";
import type { Inference } from "./infer.ts";
import { Parameters } from "./parameters.ts";
import { type Definition, type Scope, scopeAt } from "./scopes.ts";
import { certain, type Inferred, nothing, type Type, unknown } from "./type.ts";

/** What the names of one file stand for: scopes, definitions, imports, parameters. */
export class Names {
  readonly #inference: Inference;
  readonly #parameters: Parameters;
  readonly #defined = new Map<Definition, Inferred>();
  readonly #ofChecker = new Map<readonly Definition[], readonly Definition[]>();

  constructor(inference: Inference) {
    this.#inference = inference;
    this.#parameters = new Parameters(inference);
  }

  /** A name read at an offset: what it is bound to there. */
  at(name: string, offset: number): Inferred {
    const found = this.#bound(name, offset);
    return this.#inference.narrowed(found, name, offset);
  }

  #bound(name: string, offset: number): Inferred {
    const scope = this.#seen(name, offset);
    if (!scope) return this.#unbound(name);
    const definitions = reaching(
      this.#checked(scope.names.get(name) ?? []),
      scope,
      scopeAt(this.#inference.bound.module, offset),
      offset,
    );
    const answers = definitions
      .map((definition) => ({ of: this.defined(definition), since: definition.node.end }))
      .filter(({ of, since }) => definitions.length < 2 || !this.#inference.ruledOut(of, name, since, offset));
    const [first, ...others] = answers.map(({ of }) => of);
    const isDefaulted =
      first && others.length > 0 && answers.length === definitions.length && mayBeLeftOut(definitions[0]);
    const found = isDefaulted ? defaulted(name, first, others) : union(answers.map(({ of }) => of));
    const unexplained = found.type.kind === "unknown" && definitions.every(({ kind }) => kind === "parameter");
    return unexplained ? this.#parameters.unexplained(name, definitions) : found;
  }

  /** The scope that a name read at an offset belongs to. */
  scopeOf(name: string, offset: number): Scope | undefined {
    const start = scopeAt(this.#inference.bound.module, offset);
    for (let scope: Scope | undefined = start; scope; scope = scope.parent) {
      // The names of a class body are not seen from its methods.
      if (scope.kind === "class" && scope !== start) continue;
      if (scope.names.has(name) && !scope.outer.has(name)) return scope;
    }
    return undefined;
  }

  /** Before a class body has a name, that name is the one around it: `Session = Session`. */
  #seen(name: string, offset: number): Scope | undefined {
    const scope = this.scopeOf(name, offset);
    if (scope?.kind !== "class" || isBound(scope.names.get(name) ?? [], offset)) return scope;
    return this.scopeOf(name, (scope.node?.start ?? offset) - 1) ?? scope;
  }

  /** Whether a name can only stand for a function or class of this file, or for nothing that the file brings in. */
  isOwn(name: string, offset: number): boolean {
    const scope = this.scopeOf(name, offset);
    if (!scope) return this.#inference.bound.stars.length === 0;
    return scope.names.get(name)?.every(({ kind }) => kind === "function" || kind === "class") ?? false;
  }

  /** What one definition gives its name. A name may be read as often as it is defined: each is asked once. */
  defined(definition: Definition): Inferred {
    const known = this.#defined.get(definition);
    if (known) return known;
    const { cuts } = this.#inference.world;
    const before = cuts.count;
    const found = this.#inference.guarded(() => this.#define(definition));
    if (before === cuts.count) this.#defined.set(definition, found);
    return found;
  }

  #checked(definitions: readonly Definition[]): readonly Definition[] {
    if (definitions.length < 2) return definitions;
    const known = this.#ofChecker.get(definitions) ?? checked(definitions);
    this.#ofChecker.set(definitions, known);
    return known;
  }

  #define(definition: Definition): Inferred {
    const because = (): Inferred["because"] => [evidenceOf(definition, this.#inference.file)];
    const told = (found: Inferred): Inferred =>
      found.type.kind === "unknown"
        ? nothing
        : follow({ type: unknown, certainty: "certain", because: because() }, found);
    switch (definition.kind) {
      case "import":
        return told(this.#imported(definition.module, definition.name));
      case "value":
        return told(this.#extended(this.#path(this.#inference.of(definition.value), definition.path), definition.node));
      case "annotated": {
        if (isTypeAlias.test(definition.annotation.text)) return told(this.#alias(definition.value));
        const { annotation, value } = definition;
        const said = annotated(annotation, this.#inference);
        // `other: Author = aliased(Author)` is written for type checkers, which take an alias for the class.
        const isAlias = value instanceof Call && /(^|\.)aliased$/.test(value.callee.text);
        if (said.type.kind !== "unknown" && !isAlias && !(value && isMetaclass(said))) return told(said);
        return value ? told(this.#extended(this.#inference.of(value), definition.node)) : nothing;
      }
      case "parameter": {
        const found = this.#parameters.of(definition);
        return isSelf(found) ? found : told(found);
      }
      case "with": {
        const entered = this.#inference.applied(
          { kind: "enter", isAsync: definition.isAsync },
          this.#inference.of(definition.value),
        );
        return told(this.#path(entered, definition.path));
      }
      case "for": {
        const element = this.#inference.applied(
          { kind: "element", isAsync: definition.isAsync },
          this.#inference.of(definition.value),
        );
        return told(this.#path(element, definition.path));
      }
      case "function":
        return this.#inference.functionOf(definition.function);
      case "class": {
        const { name, uri } = this.#inference.classOf(definition.class);
        return certain({ kind: "class", id: { uri, name } }, because());
      }
      case "opaque":
        return nothing;
    }
  }

  /** `Rows: TypeAlias = "Query[Book]"`: the class that a name in annotations stands for. */
  #alias(value: Expr | undefined): Inferred {
    if (!(value instanceof Str)) return value ? this.#inference.of(value) : nothing;
    const said = annotated(value, this.#inference);
    return said.type.kind === "instance" ? { ...said, type: { kind: "class", id: said.type.id } } : nothing;
  }

  /** `Base.query = …` below `Base = declarative_base()` gives every model a `query`. */
  #extended(found: Inferred, node: Node): Inferred {
    const { type } = found;
    if (type.kind !== "class" || !("api" in type.id) || type.id.api !== declarativeBase || type.id.over) return found;
    const facts =
      node instanceof Assignment && node.left instanceof Name ? this.#inference.placedOn(node.left) : undefined;
    if (!facts) return found;
    return { ...found, type: { ...type, id: { ...type.id, over: { uri: facts.uri, name: facts.name } } } };
  }

  #path(found: Inferred, path: readonly number[]): Inferred {
    return path.reduce((value, index) => this.#inference.applied({ kind: "item", index }, value), found);
  }

  #imported(module: string, name: string | undefined): Inferred {
    const absolute = !module.startsWith(".");
    if (name === undefined) {
      if (isKnownModule(module)) return certain({ kind: "module", name: module });
      return this.#reference({ kind: "reference", from: this.#inference.file.uri, module, name: undefined });
    }
    const path = `${module}.${name}`;
    if (absolute && isKnownModule(module)) {
      const canonical = canonicalOf(path);
      if (canonical) return certain(typeOfApi(canonical));
      return isKnownModule(path) ? certain({ kind: "module", name: path }) : nothing;
    }
    const found = this.#reference({ kind: "reference", from: this.#inference.file.uri, module, name });
    const local = found.type.kind === "reference";
    return local &&
      !hasLaws(found.type) &&
      this.#inference.conventions &&
      (name === "db" || !absolute) &&
      this.#inference.world.reduce(found.type) === undefined
      ? conventionalName(name, found)
      : found;
  }

  #reference(type: Type): Inferred {
    return this.#inference.world.reduce(type) ?? certain(givenByForeign(type) ?? type);
  }

  #unbound(name: string): Inferred {
    // A star brings no private names, unless `__all__` lists them, which is rare enough.
    if (name.startsWith("_")) return nothing;
    for (const star of this.#inference.bound.stars) {
      const { module } = star;
      const canonical =
        isKnownModule(module) && moduleExports(module).includes(name) ? canonicalOf(`${module}.${name}`) : undefined;
      const because = [evidenceOf({ kind: "opaque", node: star }, this.#inference.file)];
      if (canonical) return certain(typeOfApi(canonical), because);
      const found = this.#inference.world.reduce({ kind: "reference", from: this.#inference.file.uri, module, name });
      if (found) return follow({ type: unknown, certainty: "certain", because }, found);
    }
    return this.#starred(name);
  }

  /** While other files can't be asked, a name that stars may bring is theirs. */
  #starred(name: string): Inferred {
    const { world, bound, file } = this.#inference;
    const isTheirs = !world.linked && !builtins.has(name) && bound.stars.some(({ module }) => !isKnownModule(module));
    return isTheirs ? certain({ kind: "reference", from: file.uri, module: stars, name }) : nothing;
  }
}

/** Python's own, as far as anyone calls them where a session or a model is made. */
const builtins: ReadonlySet<string> = new Set(
  (
    "abs all any bool bytes callable classmethod dict dir enumerate filter float format frozenset getattr hasattr hash id int " +
    "isinstance issubclass iter len list map max min next object open ord print property range repr reversed round set setattr " +
    "sorted staticmethod str sum super tuple type vars zip Exception ValueError KeyError TypeError RuntimeError " +
    "NotImplementedError AttributeError"
  ).split(" "),
);

/** `def find(session=None): if session is None: session = Session()` */
const mayBeLeftOut = (definition: Definition | undefined): boolean =>
  definition?.kind === "parameter" && !definition.parameter.annotation && definition.parameter.value?.type === "none";

/** That a method has a first parameter is no reason to show. */
const isSelf = ({ type }: Inferred): boolean =>
  (type.kind === "instance" || type.kind === "class") && !("api" in type.id) && type.id.self === true;

/** `Base: DeclarativeMeta = declarative_base()`, written for type checkers: that it is a class; the value says which. */
const isMetaclass = ({ type }: Inferred): boolean =>
  type.kind === "instance" && "api" in type.id && isSubclass(type.id.api, "sqlalchemy.orm.DeclarativeMeta");

const isTypeAlias = /(^|\.)TypeAlias$/;

/**
 * The definitions that can be what a read sees: the last one whose block holds the read, and every later one on a
 * branch. A read from an inner scope, or before all definitions (a loop), may see any. Of very many the nearest tell.
 */
function reaching(
  definitions: readonly Definition[],
  scope: Scope,
  reader: Scope,
  offset: number,
): readonly Definition[] {
  if (definitions.length < 2 || reader !== scope) return definitions.slice(-mostTelling);
  const found: Definition[] = [];
  for (let i = definitions.length - 1; i >= 0 && found.length < mostTelling; i--) {
    const definition = definitions[i];
    if (!definition || (definition.kind !== "parameter" && settledAt(definition) > offset)) continue;
    found.push(definition);
    const block = definition.kind === "for" ? definition.node : blockOf(definition.node);
    if (!block || (block.start <= offset && offset < block.end)) break;
  }
  return found.length > 0 ? found.reverse() : definitions.slice(-mostTelling);
}

/** Whether a name is given its value here, or has one by now. A declaration without a value gives none. */
const isBound = (definitions: readonly Definition[], offset: number): boolean =>
  definitions.some((each) => each.node.start === offset || (settledAt(each) <= offset && !isDeclaration(each)));

const isDeclaration = (definition: Definition): boolean => definition.kind === "annotated" && !definition.value;

/** More definitions than anyone writes on branches of one function. */
const mostTelling = 64;

/** From where on a definition can be what is read: the target of a loop is bound for its body. */
const settledAt = (definition: Definition): number =>
  definition.kind === "for" ? definition.value.end : definition.node.end;

/**
 * What is imported under `if TYPE_CHECKING:` says what a name is: what the `else` gives it at run time stands in for it. An
 * `Any` there says nothing.
 */
function checked(definitions: readonly Definition[]): readonly Definition[] {
  if (definitions.length < 2) return definitions;
  const typed = definitions.filter(({ node }) => checkingAround(node)?.inside);
  if (typed.length === 0) return definitions;
  if (typed.some(({ kind }) => kind === "import")) {
    return definitions.filter(({ node }) => checkingAround(node)?.inside !== false);
  }
  return definitions.filter((each) => !typed.includes(each) || each.kind !== "value" || !isAny.test(each.value.text));
}

const isAny = /^(\w+\.)?Any$/;

function checkingAround(node: Node): { readonly inside: boolean } | undefined {
  for (let at = node; at.parent; at = at.parent) {
    const outer: Node = at.parent;
    if (outer.type !== "if_statement" || !/^(\w+\.)?TYPE_CHECKING$/.test(outer.children[0]?.text ?? "")) continue;
    return { inside: at === outer.children[1] };
  }
  return undefined;
}

/** The block that a definition surely happens in once it is entered; `undefined` is the scope's own. */
function blockOf(node: Node): Node | undefined {
  if (node.type === "with_item") return node.around((outer) => outer.type === "with_statement");
  const block = node.around((outer) => outer.type === "block" || outer.type === "function_definition");
  const statement = block?.type === "block" ? block.parent : undefined;
  return statement && isPassed(statement, block) ? blockOf(statement) : block;
}

/** Whether whoever comes behind a statement has been through a block of it, from its beginning to its end. */
function isPassed(statement: Node, block: Node | undefined): boolean {
  if (statement.type === "with_statement") return !/\bsuppress\(|\braises\(/.test(statement.children[0]?.text ?? "");
  if (statement.type !== "try_statement" || statement.children[0] !== block) return false;
  const handlers = statement.children.filter(({ type }) => type === "except_clause" || type === "except_group_clause");
  return handlers.every(({ children }) => {
    const statements = children[children.length - 1]?.children ?? [];
    return leaving.test(statements[statements.length - 1]?.type ?? "");
  });
}

const leaving = /^(raise|return|continue|break)_statement$/;
