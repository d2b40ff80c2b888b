import { isSubclass } from "../knowledge/index.ts";
import { Assignment, Call, ClassDef, type Expr, Lambda, Name, type Node, Str } from "../syntax/index.ts";
import { type Attributed, literal, literalText, makerOf } from "./column_reading.ts";
import type { Inference } from "./infer.ts";
import { mappedClassNamed } from "./mapped.ts";
import { queryClassOf } from "./mapped_attributes.ts";
import type { ModelRelationship } from "./model.ts";
import type { ModelRef, Place } from "./value.ts";

export const relationshipMakers: ReadonlySet<string> = new Set([
  "sqlalchemy.orm.relationship",
  "sqlalchemy.orm.relation",
  "sqlalchemy.orm.dynamic_loader",
  "sqlmodel.Relationship",
]);

/** Reads `relationship(...)` in any of its forms; `mapped` is what the annotation says that the attribute is. */
export function readRelationship(
  of: Attributed,
  call: Call,
  maker: string,
  mapped: Expr | undefined,
  inference: Inference,
): ModelRelationship {
  const target = call.positional[0] ?? call.keyword("argument");
  const fromAnnotation = mapped && annotatedRelationship(of, mapped, inference);
  const uselist = call.keyword("uselist");
  const lazy = (mapped && unloadedAs(mapped)) ?? lazyOf(call, maker);
  const targetModel = target ? targetOf(target, of.owner, inference) : fromAnnotation?.targetModel;
  const named = target && isMapper(target, inference) ? targetModel?.name : undefined;
  return {
    ...of,
    target: named ?? (target && writtenTarget(target)) ?? fromAnnotation?.target ?? "",
    targetModel,
    many: uselist ? literal(uselist) : (fromAnnotation?.many ?? (call.keyword("secondary") ? true : undefined)),
    keyed: call.keyword("collection_class") !== undefined || call.hasSplat,
    lazy,
    query: queryClassOf(call, inference),
    backPopulates: literalText(call.keyword("back_populates")),
    backref: backrefOf(call, inference)?.name,
    options: optionsOf(call, inference),
    added: false,
  };
}

/** Arguments that say how the two sides are joined and kept, as written; the table between by its name. */
function optionsOf(call: Call, inference: Inference): Readonly<Record<string, string>> {
  const said = call.args.flatMap(({ name, value }) => {
    if (name === undefined || !joining.has(name)) return [];
    const table = name === "secondary" && !(value instanceof Str) ? inference.tables.nameOf(value) : undefined;
    return [[name, table ?? literalText(value) ?? value.text] as const];
  });
  return Object.fromEntries(said);
}

const joining: ReadonlySet<string> = new Set([
  ...["secondary", "primaryjoin", "secondaryjoin", "foreign_keys", "remote_side", "order_by"],
  ...["cascade", "passive_deletes", "viewonly", "collection_class", "uselist", "overlaps"],
]);

/** `books: Mapped[list["Book"]]`, without a call. */
export function annotatedRelationship(of: Attributed, mapped: Expr, inference: Inference): ModelRelationship {
  const inner = innermost(mapped);
  const lazy = unloadedAs(mapped);
  return {
    ...of,
    target: inner.text.replace(/["']/g, ""),
    targetModel: targetOf(inner, of.owner, inference),
    many: lazy !== undefined || collections.test(mapped.text.replace(/^["']/, "")),
    keyed: /\b(dict|Dict|Mapping)\b/.test(mapped.text),
    lazy: lazy ?? "select",
    backPopulates: undefined,
    backref: undefined,
    options: {},
    added: false,
  };
}

/** What `WriteOnlyMapped[X]` and `DynamicMapped[X]` say of loading, whatever `lazy=` says; such an X is always one of many. */
function unloadedAs(mapped: Expr): "dynamic" | "write_only" | undefined {
  const around = mapped.around(({ type }) => /^(generic_type|subscript|class_definition)$/.test(type));
  const name = /(?:^|\.)(Dynamic|WriteOnly)Mapped$/.exec(around?.children[0]?.text ?? "")?.[1];
  return name === undefined ? undefined : name === "Dynamic" ? "dynamic" : "write_only";
}

/** A relationship that `backref=` adds to the class that it leads to. */
export interface Incoming {
  /** The class that it is added to. */
  readonly to: ModelRef;
  /** The class that said so, and its own relationship there. */
  readonly from: ModelRef;
  readonly relationship: ModelRelationship;
}

/** A relationship where a class statement, or a call that maps a class, gives it to the class. */
export interface Declared {
  readonly of: Attributed;
  readonly call: Call;
}

/** The relationships with a `backref=` that the class statements of a file declare. */
export function declaredWithBackref(inference: Inference): readonly Declared[] {
  return inference.bound.calls.flatMap((call) => {
    if (!call.keyword("backref")) return [];
    const assigned = call.around((node) => node instanceof Assignment);
    const owner = call.around((node) => node instanceof ClassDef);
    if (!(assigned instanceof Assignment) || !(owner instanceof ClassDef) || !(assigned.left instanceof Name))
      return [];
    const { uri, name } = inference.classOf(owner);
    return [{ of: { attribute: assigned.left.name, owner: { uri, name }, at: placeOf(assigned, inference) }, call }];
  });
}

/** What the `backref=` of each relationship adds to the class that it leads to, where that is known. */
export function incomingOf(declared: readonly Declared[], inference: Inference): readonly Incoming[] {
  return declared.flatMap(({ of, call }) => {
    const maker = makerOf(call, inference);
    const backref = backrefOf(call, inference);
    if (!maker || !relationshipMakers.has(maker) || !backref) return [];
    const there = readRelationship(of, call, maker, undefined, inference);
    const { query, targetModel } = there;
    if (!targetModel) return [];
    const added: ModelRelationship = {
      attribute: backref.name,
      owner: targetModel,
      at: placeOf(call.args.find((arg) => arg.name === "backref")?.node ?? call, inference),
      target: of.owner.name,
      targetModel: of.owner,
      many: backref.many ?? (call.keyword("secondary") ? true : undefined),
      keyed: backref.keyed,
      lazy: backref.lazy,
      query,
      backPopulates: of.attribute,
      backref: undefined,
      options: { ...sharedOptions(there), ...backref.options },
      added: true,
    };
    return [{ to: targetModel, from: of.owner, relationship: added }];
  });
}

/** What a backref takes over from the relationship that declares it. */
function sharedOptions({ options }: ModelRelationship): Readonly<Record<string, string>> {
  const { secondary, foreign_keys, primaryjoin } = options;
  if (secondary !== undefined) return { secondary };
  return { ...(foreign_keys !== undefined && { foreign_keys }), ...(primaryjoin !== undefined && { primaryjoin }) };
}

interface Backref {
  readonly name: string;
  readonly lazy: string | undefined;
  readonly many: boolean | undefined;
  readonly keyed: boolean;
  readonly options: Readonly<Record<string, string>>;
}

/** `backref="books"` and `backref=backref("books", lazy="joined")`. */
function backrefOf(call: Call, inference: Inference): Backref | undefined {
  const said = call.keyword("backref");
  const name = literalText(said instanceof Call ? said.positional[0] : said);
  if (name === undefined) return undefined;
  if (!(said instanceof Call)) return { name, lazy: "select", many: undefined, keyed: false, options: {} };
  const known = makerOf(said, inference) === "sqlalchemy.orm.backref" && !said.hasSplat;
  return {
    name,
    lazy: known ? lazyOf(said, "") : undefined,
    many: literal(said.keyword("uselist")),
    keyed: said.hasSplat || said.keyword("collection_class") !== undefined,
    options: optionsOf(said, inference),
  };
}

function lazyOf(call: Call, maker: string): string | undefined {
  if (maker.endsWith("dynamic_loader")) return "dynamic";
  if (call.hasSplat) return undefined;
  const options = call.keyword("sa_relationship_kwargs");
  if (options) return options.type === "dictionary" ? lazyIn(options) : undefined;
  const lazy = call.keyword("lazy");
  return lazy ? literalText(lazy) : "select";
}

/** `{"lazy": "selectin"}` of SQLModel. */
function lazyIn(dictionary: Expr): string | undefined {
  for (const pair of dictionary.children) {
    const [key, value] = pair.children;
    if (!(key instanceof Str)) return undefined;
    if (key.value === "lazy") return literalText(value);
  }
  return "select";
}

function writtenTarget(target: Expr): string | undefined {
  if (target instanceof Lambda) return target.body.text;
  return target instanceof Str ? target.value : target.text;
}

/** The class that `Book`, `"Book"`, `"app.models.Book"`, `lambda: Book` or the mapper of Book leads to. */
function targetOf(target: Expr, owner: ModelRef, inference: Inference): ModelRef | undefined {
  if (target instanceof Lambda) return targetOf(target.body, owner, inference);
  const found =
    target instanceof Str && target.value !== undefined && !target.value.includes(".")
      ? inference.lookup(target.value, target.start)
      : target instanceof Str
        ? undefined
        : inference.of(target);
  const type = found && inference.world.settle(found.type);
  const named = type?.kind === "instance" && isMapper(target, inference) ? type.holds : type;
  if ((named?.kind === "class" || (named?.kind === "instance" && named !== type)) && !("api" in named.id))
    return { uri: named.id.uri, name: named.id.name };
  const written = target instanceof Str ? target.value : target instanceof Name ? target.name : undefined;
  return written === undefined ? undefined : mappedClassNamed(written, owner, inference.world);
}

/** `books_mapper = registry.map_imperatively(Book, books)` may stand for the class. */
function isMapper(target: Expr, inference: Inference): boolean {
  const type = inference.world.settle(inference.of(target).type);
  return type.kind === "instance" && "api" in type.id && isSubclass(type.id.api, "sqlalchemy.orm.Mapper");
}

const collections = /^(?:typing\.|t\.)?(list|List|set|Set|Sequence|Collection|dict|Dict)\b/;

/** `Book` of `Optional[list["Book"]]`, of `Book | None`. */
export function innermost(annotation: Expr): Expr {
  let at: Node = annotation;
  for (;;) {
    const next = nextInside(at);
    if (!next) return at;
    at = next;
  }
}

function nextInside(node: Node): Node | undefined {
  if (/^(generic_type|subscript|type_parameter|type)$/.test(node.type)) return node.children[node.children.length - 1];
  if (!/^(union_type|binary_operator)$/.test(node.type)) return undefined;
  return node.children.find((child) => child.text !== "None");
}

/** Where a node of the file at hand stands. */
export function placeOf(node: Node, { file }: Inference): Place {
  return { uri: file.uri, span: { start: node.start, end: node.end }, line: file.lineOf(node.start) + 1 };
}
