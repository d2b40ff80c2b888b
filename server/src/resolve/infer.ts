import {
  Assignment,
  Attribute,
  Call,
  ClassDef,
  type Expr,
  type FunctionDef,
  Lambda,
  Name,
  type Node,
  type SourceFile,
  Str,
  unparenthesized,
} from "../syntax/index.ts";
import { annotated } from "./annotations.ts";
import { defaulted, union } from "./answers.ts";
import { conventionalAttribute } from "./conventions.ts";
import { localClass, typeOfFunction } from "./definitions.ts";
import { contextOf } from "./enginefacade.ts";
import type { ClassFacts, World } from "./facts.ts";
import { Filled } from "./filled.ts";
import { foreignName } from "./foreign.ts";
import { givenByBuiltin, handedOn } from "./foreign_calls.ts";
import { yielded } from "./generator_coroutines.ts";
import { saidByKeywords } from "./literal_keywords.ts";
import { boxed, dictionaryOf, listOf } from "./literals.ts";
import { Names } from "./names.ts";
import { Narrowing } from "./narrowing.ts";
import { apply } from "./operations.ts";
import { operated } from "./operators.ts";
import { Placed } from "./placed.ts";
import { type Bound, bind, type Definition, type Scope } from "./scopes.ts";
import { entryRead, sharedAttribute, sharedEntry } from "./shared.ts";
import { attributeName, entryName } from "./shared_names.ts";
import type { Tables } from "./tables.ts";
import { bounded, certain, functionType, type Inferred, nothing, type Operation } from "./type.ts";
import { isTypedDict } from "./typed_dict.ts";
import { Uses } from "./uses.ts";

/** Answers what expressions of one file evaluate to. Lazy and memoised; a cycle or too deep a chain of reasons answers "unknown". */
export class Inference {
  readonly file: SourceFile;
  readonly bound: Bound;
  readonly world: World;
  /** Whether conventional names may count: the file, or its project, imports SQLAlchemy. */
  readonly conventions: boolean;
  /** The tables that expressions are: only who may ask other files knows. */
  tables: Pick<Tables, "of" | "nameOf"> = { of: () => undefined, nameOf: () => undefined };
  readonly #known = new Map<Node, Inferred>();
  readonly #classes = new Map<ClassDef, ClassFacts>();
  readonly #functions = new Map<FunctionDef, Inferred>();
  readonly #names = new Names(this);
  readonly #narrowing = new Narrowing(this);
  readonly #placed = new Placed(this);
  readonly #filled = new Filled(this);
  readonly #uses = new Uses(this);
  #depth = 0;

  constructor(file: SourceFile, world: (self: Inference) => World, conventions: boolean) {
    this.file = file;
    this.bound = bind(file);
    this.world = world(this);
    this.conventions = conventions;
  }

  /** An answer was cut short, by a circle or by its depth. */
  readonly circular = (): void => {
    this.world.cuts.count++;
  };

  /** Method chains are folded from their root outwards, so that their length costs no stack. */
  of(expr: Expr): Inferred {
    const links: Expr[] = [];
    let root: Expr | undefined = expr;
    while (root && !this.#known.has(root)) {
      const inner: Expr | undefined = innerOf(root);
      if (!inner) break;
      links.push(root);
      root = inner;
    }
    let found = root ? this.#single(root) : nothing;
    for (let i = links.length - 1; i >= 0; i--) {
      const link = links[i];
      if (!link) continue;
      found = bounded(this.#link(link, found));
      this.#known.set(link, found);
    }
    return found;
  }

  /** The facts of a class of this file. */
  classOf(node: ClassDef): ClassFacts {
    let facts = this.#classes.get(node);
    if (!facts) {
      facts = localClass(node, this);
      this.#classes.set(node, facts);
    }
    return facts;
  }

  /** What the file puts on a class that is no class statement of its own, as that class's members. */
  placedOn(name: Name | string): ClassFacts | undefined {
    return this.#placed.on(typeof name === "string" ? name : name.name);
  }

  functionOf(node: FunctionDef): Inferred {
    let found = this.#functions.get(node);
    if (!found) {
      found = typeOfFunction(node, this);
      this.#functions.set(node, found);
    }
    return found;
  }

  /** A name read at an offset: what it is bound to there. */
  lookup(name: string, offset: number): Inferred {
    return this.#names.at(name, offset);
  }

  /** The scope that a name read at an offset belongs to. */
  scopeOf(name: string, offset: number): Scope | undefined {
    return this.#names.scopeOf(name, offset);
  }

  /** Whether a name can only stand for a function or class of this file, or for nothing that the file brings in. */
  isOwn({ name, start }: Name): boolean {
    return this.#names.isOwn(name, start);
  }

  /** What one definition gives its name. */
  defined(definition: Definition): Inferred {
    return this.#names.defined(definition);
  }

  /** What a test at the place says of a value that nothing else tells for certain. */
  narrowed(found: Inferred, text: string, offset: number): Inferred {
    const known = found.certainty === "certain" && found.type.kind === "instance";
    const told = known ? nothing : this.#narrowing.at(text, offset);
    return told.type.kind === "unknown" ? found : told;
  }

  /** Whether a test between the two places says that the name's value is another by then. */
  ruledOut(value: Inferred, name: string, since: number, offset: number): boolean {
    return this.#narrowing.ruledOut(value, name, since, offset);
  }

  applied(operation: Operation, to: Inferred): Inferred {
    return apply(operation, to, this.world);
  }

  #single(expr: Expr): Inferred {
    const known = this.#known.get(expr);
    if (known === pending) {
      this.circular();
      return nothing;
    }
    if (known) return known;
    this.#known.set(expr, pending);
    const found = bounded(this.guarded(() => this.#compute(expr)));
    this.#known.set(expr, found);
    return found;
  }

  /** Bounds how deep reasons may go; beyond, the answer is "unknown". */
  guarded(compute: () => Inferred): Inferred {
    if (this.#depth > 60) {
      this.circular();
      return nothing;
    }
    this.#depth++;
    try {
      return compute();
    } finally {
      this.#depth--;
    }
  }

  #link(link: Expr, inner: Inferred): Inferred {
    if (link instanceof Attribute) return this.#attribute(link, inner);
    if (link instanceof Call) return this.guarded(() => this.#call(link, inner));
    if (link.type === "await") return this.applied({ kind: "await" }, inner);
    if (link.type === "subscript") return this.#subscript(link, inner);
    return inner;
  }

  /** The value's own attribute; else what the file puts there; else what its uses or its name say it is. */
  #attribute(link: Attribute, inner: Inferred): Inferred {
    const operation = this.#reading(link, inner);
    // Names and dots that anyone would test or assign to are short.
    const isShort = link.end - link.start < 100;
    const applied = this.applied(operation, inner);
    const found = isShort ? this.narrowed(applied, link.text, link.start) : applied;
    if (!isOpen(found)) return this.#filled.of(link, found);
    const lent = contextOf(link, this);
    if (lent) return lent;
    const placed = isShort ? this.#placed.of(link) : nothing;
    if (placed.certainty === "certain") return placed;
    const added = this.#mayBeShared(inner) ? sharedAttribute(link.object, link.name, this) : nothing;
    if (added.type.kind !== "unknown") return added;
    if (placed.type.kind !== "unknown") return placed;
    if (!this.conventions) return found;
    // What is only likely gives way where it has no such attribute.
    if (isOpen(inner) || inner.type.kind === "none" || inner.certainty === "likely") {
      const used = this.#uses.of(link.object);
      if (used.type.kind !== "unknown") return this.applied(operation, used);
    }
    return found.type.kind === "unknown" && (inner.type.kind === "unknown" || isSelf(inner, this))
      ? conventionalAttribute(link, inner)
      : found;
  }

  /** In a file that is looked at by itself, whatever can be told later comes before what is put there. */
  #mayBeShared(inner: Inferred): boolean {
    return this.world.linked ? isOpen(inner) : inner.type.kind === "unknown";
  }

  #reading(link: Attribute, inner: Inferred): Operation {
    const isLater = !this.world.linked && isOpen(inner);
    const shared = isLater ? attributeName(link.object, link.name) : undefined;
    return { kind: "attribute", name: link.name, ...(shared === undefined ? {} : { shared }) };
  }

  #call(call: Call, callee: Inferred): Inferred {
    if (callee.type.kind === "unknown") return this.#builtin(call);
    if (callee.type.kind === "plain") return nothing;
    const foreign = foreignName(callee.type);
    if (foreign === "fastapi.Depends" || foreign === "fastapi.Security") return this.dependency(call);
    if (newType.test(foreign ?? "")) return call.positional[1] ? this.of(call.positional[1]) : nothing;
    const handed = foreign === undefined ? undefined : handedOn(foreign, call, this);
    if (handed) return handed;
    const args = call.positional.map((arg) => this.of(arg).type);
    const keywords = Object.fromEntries(
      call.args.flatMap((arg) => (arg.name === undefined ? [] : [[arg.name, this.of(arg.value).type] as const])),
    );
    return saidByKeywords(call, this.applied({ kind: "call", args, keywords }, callee), this);
  }

  /** `set()` and its like, where the file has no name of its own for them: surely nothing of SQLAlchemy's. */
  #builtin(call: Call): Inferred {
    const { callee } = call;
    if (!(callee instanceof Name)) return entryRead(call, this);
    if (this.scopeOf(callee.name, callee.start)) return nothing;
    if (callee.name === "super") return this.#super(call);
    const given = givenByBuiltin(callee.name, call, this);
    if (given && given.type.kind !== "unknown") return given;
    return builtins.has(callee.name) ? certain({ kind: "plain", name: callee.name }) : nothing;
  }

  /** `super()` in a class with one base. */
  #super(call: Call): Inferred {
    const owner = call.around((outer) => outer instanceof ClassDef);
    const [base, ...more] = owner instanceof ClassDef ? owner.bases : [];
    const found = base && more.length === 0 ? this.of(base) : nothing;
    const { type } = found;
    if (type.kind === "class" && !("api" in type.id)) {
      return { ...found, type: { kind: "instance", id: { ...type.id, self: true } } };
    }
    return this.applied({ kind: "instantiate" }, found);
  }

  /** FastAPI's `Depends(f)`: what f returns or yields. */
  dependency(call: Call): Inferred {
    const [provider] = call.positional;
    if (!provider) return nothing;
    const given = this.applied({ kind: "call", args: [], keywords: {} }, this.of(provider));
    const { type } = given;
    if (type.kind !== "box") return given;
    return ["iter", "aiter", "cm", "acm", "await"].includes(type.box) ? { ...given, type: type.of } : given;
  }

  #subscript(link: Expr, inner: Inferred): Inferred {
    // `Query[User]` is the class again; `rows[0]` is an element.
    if (inner.type.kind === "class") return inner;
    const foreign = foreignName(inner.type) ?? "";
    if (aliasing.test(foreign)) return this.#typeAlias(link);
    if (foreign === "contextvars.ContextVar") return annotated(link, this);
    const index = link.children[1];
    if (index?.type === "slice") return this.applied({ kind: "slice" }, inner);
    if (index instanceof Str && index.value !== undefined) {
      const object = link.children[0];
      const found = this.#entry(inner, index.value, object);
      const shared =
        object && isOpen(found) && this.#mayBeShared(inner) ? sharedEntry(object, index.value, this) : nothing;
      return shared.type.kind === "unknown" ? found : shared;
    }
    const place = index && /^-?\d+$/.test(index.text) ? Number(index.text) : undefined;
    return this.applied({ kind: "item", index: place }, inner);
  }

  /** `state["session"]` of a TypedDict is declared as an attribute; else it is an item like any. */
  #entry(inner: Inferred, key: string, object: Expr | undefined): Inferred {
    const { type } = inner;
    const shared = object && !this.world.linked && isOpen(inner) ? entryName(object, key) : undefined;
    if (shared !== undefined) return this.applied({ kind: "item", index: undefined, shared }, inner);
    const typed = type.kind === "instance" && !("api" in type.id) && isTypedDict(type.id, this.world);
    return this.applied(typed ? { kind: "attribute", name: key } : { kind: "item", index: undefined }, inner);
  }

  /** `SessionDep = Annotated[Session, Depends(get_db)]` names the class in annotations, here and where it is imported. */
  #typeAlias(link: Expr): Inferred {
    const said = annotated(link, this);
    return said.type.kind === "instance" ? { ...said, type: { kind: "class", id: said.type.id } } : nothing;
  }

  #compute(expr: Expr): Inferred {
    if (expr instanceof Name) return this.#filled.of(expr, this.lookup(expr.name, expr.start));
    if (expr instanceof Str) return certain({ kind: "plain", name: "str" });
    if (expr instanceof Lambda) {
      return certain(functionType({ result: () => this.of(expr.body) }, { property: false }, this.circular));
    }
    // `query = everything = session.query(Author)`
    if (expr instanceof Assignment) return expr.right ? this.of(expr.right) : nothing;
    const [first, second, third] = expr.children;
    switch (expr.type) {
      case "none":
        return certain({ kind: "none" });
      case "integer":
      case "float":
      case "true":
      case "false":
        return certain({ kind: "plain", name: expr.type });
      case "type":
      case "generic_type":
      case "union_type":
        return this.#typeAlias(expr);
      case "named_expression":
        return second ? this.of(second) : nothing;
      case "conditional_expression":
        return first && third ? union([this.of(first), this.of(third)]) : nothing;
      case "boolean_operator":
        return first && second
          ? defaulted(first instanceof Name ? first.name : "", this.of(first), [this.of(second)])
          : nothing;
      case "list":
      case "set":
        return listOf(expr, this);
      case "dictionary":
        return dictionaryOf(expr, this);
      case "tuple":
      case "expression_list":
        return certain({ kind: "tuple", items: expr.children.map((item) => this.of(item).type) });
      case "list_comprehension":
      case "set_comprehension":
      case "generator_expression":
        return first ? boxed(this.of(first)) : nothing;
      case "comparison_operator":
      case "binary_operator":
      case "unary_operator":
      case "not_operator":
        return operated(expr, this);
      case "yield":
        return yielded(expr, this);
      default:
        return nothing;
    }
  }
}

/** Stands for an answer that is being made. */
const pending: Inferred = { ...nothing };

/** `ReadSession = NewType("ReadSession", Session)` is, at run time and for its members, a Session. */
const newType = /^(typing|typing_extensions)\.NewType$/;

const aliasing = /^(typing|typing_extensions)\.(Annotated|Optional|Union)$/;

const builtins = new Set(["set", "frozenset", "dict", "list", "tuple", "str", "int", "bool", "float", "bytes", "len"]);

/** The part of a chain that has to be known first. */
function innerOf(expr: Expr): Expr | undefined {
  if (expr instanceof Call) return expr.callee === expr ? undefined : expr.callee;
  if (expr instanceof Attribute) return expr.object === expr ? undefined : expr.object;
  if (expr.type === "await" || expr.type === "subscript") return expr.children[0];
  const bare = unparenthesized(expr);
  return bare === expr ? undefined : bare;
}

/** Not known yet, or never to be. */
const isOpen = ({ type }: Inferred): boolean =>
  type.kind === "unknown" || type.kind === "reference" || type.kind === "deferred";

function isSelf(found: Inferred, inference: Inference): boolean {
  const { type } = found;
  return type.kind === "instance" && !("api" in type.id) && type.id.uri === inference.file.uri;
}
