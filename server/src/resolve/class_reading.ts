import { apiOf, canonicalOf, isSubclass } from "../knowledge/index.ts";
import {
  Assignment,
  Attribute,
  Call,
  type ClassDef,
  type Expr,
  FunctionDef,
  Name,
  type Node,
  Str,
} from "../syntax/index.ts";
import {
  type Attributed,
  annotatedColumn,
  apiNameOf,
  columnOf,
  literalText,
  makerOf,
  readColumn,
} from "./column_reading.ts";
import { type ColumnConstraint, constrained, constraintsIn } from "./constraints.ts";
import { lastName } from "./decorators.ts";
import { declarativeBase } from "./evaluate.ts";
import { foreignName } from "./foreign.ts";
import type { Inference } from "./infer.ts";
import { lentByLibrary } from "./lent_columns.ts";
import { ancestors } from "./lineage.ts";
import { isMapped } from "./mapped.ts";
import { decoratedMember, madeMember } from "./member_reading.ts";
import type { ModelColumn, ModelMember, ModelRelationship } from "./model.ts";
import {
  annotatedRelationship,
  innermost,
  placeOf,
  readRelationship,
  relationshipMakers,
} from "./relationship_reading.ts";
import { readTable } from "./table_reading.ts";
import type { Type } from "./type.ts";
import type { Certainty, Evidence, ModelRef } from "./value.ts";

/** What one class statement says of a mapping by itself: a model's own part, or a mixin's. */
export interface ClassReading {
  readonly columns: readonly ModelColumn[];
  readonly relationships: readonly ModelRelationship[];
  readonly members: readonly ModelMember[];
  /** What its table's constraints say of columns, its own and those that mixins lend it. */
  readonly constraints: readonly ColumnConstraint[];
  readonly table: string | undefined;
  /** `__tablename__` is computed: the name of each class that inherits this, in lower case. */
  readonly namesTables: boolean;
  /** `__tablename__` is what can't be read. */
  readonly computesTable: boolean;
  /** It maps no table of its own. */
  readonly abstract: boolean;
  /** `__allow_unmapped__ = True`: annotations are for type checkers alone, here and below. */
  readonly allowsUnmapped: boolean;
  /** Whether everything in it was understood. */
  readonly complete: boolean;
  /** The call that maps the class, where not the class statement does. */
  readonly mappedBy?: { readonly because: Evidence; readonly certainty: Certainty };
}

/** Of what the project puts on a base from outside: a query, an event, a method. */
export const nothingMapped: ClassReading = {
  columns: [],
  relationships: [],
  members: [],
  constraints: [],
  table: undefined,
  namesTables: false,
  computesTable: false,
  abstract: true,
  allowsUnmapped: false,
  complete: true,
};

export function readClass(node: ClassDef, inference: Inference): ClassReading {
  return new ClassReader(node, inference);
}

const columnMakers = new Set(["sqlalchemy.Column", "sqlalchemy.orm.mapped_column"]);

class ClassReader implements ClassReading {
  columns: readonly ModelColumn[];
  readonly relationships: ModelRelationship[] = [];
  readonly members: ModelMember[] = [];
  readonly constraints: readonly ColumnConstraint[];
  namesTables = false;
  computesTable = false;
  table: string | undefined;
  abstract = false;
  allowsUnmapped = false;
  complete: boolean;
  readonly #inference: Inference;
  readonly #isSqlModel: boolean;
  readonly #self: ModelRef;
  /** What may be constraints of its table. */
  readonly #tuples: Expr[] = [];
  readonly #columns: ModelColumn[] = [];

  constructor(node: ClassDef, inference: Inference) {
    this.#inference = inference;
    const { uri, name } = inference.classOf(node);
    this.#self = { uri, name };
    const lineage = ancestors({ uri, name }, inference.world);
    this.#isSqlModel = lineage.some((id) => "api" in id && id.api === "sqlmodel.SQLModel");
    this.complete =
      node.bases.every((base) => this.#isKnownBase(base)) && node.decorators.every((each) => this.#isHarmless(each));
    for (const base of node.bases) this.#lent(base);
    for (const statement of node.body.children) this.#statement(statement);
    for (const [text, definitions] of inference.bound.attributes) this.#added(node, text, definitions);
    this.constraints = constraintsIn(this.#tuples, inference);
    this.columns = constrained(this.#columns, this.constraints);
    if (this.#isSqlModel) this.allowsUnmapped = true;
    if (this.#isSqlModel && node.args.every((arg) => arg.name !== "table" || arg.value.type !== "true")) {
      this.abstract = true;
    }
    // The declarative base itself maps nothing.
    if (this.#isBase(node)) this.abstract = true;
  }

  /** What a class of another library has that is one of its bases. */
  #lent(base: Expr): void {
    const lent = lentByLibrary(foreignName(this.#inference.of(unsubscripted(base)).type) ?? "");
    if (lent?.table !== undefined) this.table = lent.table;
    for (const [attribute, type, traits] of lent?.columns ?? [])
      this.#columns.push({ ...columnOf(this.#of(attribute, base)), type, ...traits });
  }

  #statement(statement: Node): void {
    const inner = statement.type === "expression_statement" ? statement.children[0] : statement;
    if (inner instanceof Assignment) {
      if (inner.left instanceof Name) this.#attribute(this.#of(inner.left.name, inner), inner.annotation, inner.right);
      else this.complete = false;
    } else if (statement.type === "decorated_definition") {
      this.#decorated(statement);
    } else if (compound.has(statement.type)) this.complete = false;
  }

  /** `Author.books = relationship(...)`, below the class. */
  #added(node: ClassDef, text: string, definitions: readonly { readonly node: Node }[]): void {
    const [name, attribute, ...more] = text.split(".");
    if (name !== node.name || attribute === undefined || more.length > 0) return;
    for (const { node: assigned } of definitions) {
      if (assigned instanceof Assignment && assigned.start > node.end)
        this.#attribute(this.#of(attribute, assigned), undefined, assigned.right);
    }
  }

  #of(attribute: string, node: Node): Attributed {
    return { attribute, owner: this.#self, at: placeOf(node, this.#inference) };
  }

  /** `@declared_attr` computes what it maps; names with underscores configure, and add nothing. */
  #decorated(statement: Node): void {
    const definition = statement.children[statement.children.length - 1];
    if (!(definition instanceof FunctionDef)) return;
    const computes = definition.decorators.some((each) => /\bdeclared_attr\b/.test(each.text));
    const of = this.#of(definition.name, definition);
    if (definition.name === "__tablename__") {
      this.namesTables = lowered.test(definition.body.text);
      this.computesTable = !this.namesTables;
    }
    if (definition.name === "__mapper_args__") this.#configured(definition.body);
    // What it returns maps the class in a way of its own.
    if (definition.name === "__mapper_cls__") this.complete = false;
    if (definition.name.startsWith("__")) return;
    const member = decoratedMember(of, definition, this.#inference);
    if (member && !computes) this.members.push(member);
    if (!computes) return;
    this.complete = false;
    const [returned] = this.#inference.bound.results.get(definition)?.returns ?? [];
    const maker = returned instanceof Call ? apiNameOf(returned.callee, this.#inference) : undefined;
    const isRead = returned instanceof Call && maker && this.#made(of, returned, maker, undefined);
    if (!isRead) this.members.push({ ...of, kind: "declared attribute", of: "" });
  }

  #attribute(of: Attributed, annotation: Expr | undefined, right: Expr | undefined): void {
    const name = of.attribute;
    // As `__table_args__`, or under a name of the project's own from which a base makes these.
    if (right?.type === "tuple") this.#tuples.push(...right.children);
    if (name === "__tablename__") this.#named(right);
    else if (name === "__abstract__") this.abstract = right?.type === "true";
    else if (name === "__allow_unmapped__") this.allowsUnmapped = right?.type !== "false";
    else if (name === "__table__") this.#tabled(right);
    else if (name === "__mapper_args__" && right) this.#configured(right);
    else if (!name.startsWith("__")) this.#mapped(of, annotation, right);
  }

  #named(right: Expr | undefined): void {
    this.table = literalText(right) ?? (right instanceof Name ? this.#constant(right) : undefined);
    this.computesTable = this.table === undefined;
  }

  /** The text that the only assignment to a name gives it. */
  #constant({ name, start }: Name): string | undefined {
    const [definition, ...more] = this.#inference.scopeOf(name, start)?.names.get(name) ?? [];
    return definition?.kind === "value" && more.length === 0 ? literalText(definition.value) : undefined;
  }

  /** Rows of a base that is `with_polymorphic` bring along what the classes below it load with theirs. */
  #configured(mapperArguments: Node): void {
    if (/\bwith_polymorphic\b/.test(mapperArguments.text)) this.complete = false;
  }

  /** `__table__ = Table("author", metadata, Column(...))` maps every column under its own name. */
  #tabled(right: Expr | undefined): void {
    this.complete = false;
    const table = right instanceof Call ? readTable(right, this.#inference, this.#self) : undefined;
    this.table = table?.name;
    this.#columns.push(...(table?.columns ?? []));
  }

  #mapped(of: Attributed, annotation: Expr | undefined, right: Expr | undefined): void {
    const mapped = annotation && (mappedArgument(annotation) ?? (this.#isSqlModel ? annotation : undefined));
    const call = right instanceof Call ? right : undefined;
    const maker = call && makerOf(call, this.#inference);
    if (call && maker && this.#made(of, call, maker, mapped)) return;
    const member = call && maker ? madeMember(of, call, maker) : undefined;
    if (member) this.members.push(member);
    if (mapped && (!right || this.#isSqlModel)) this.#annotated(of, mapped);
    else if (right && !(maker && apiOf(maker)) && !this.#isPlain(right)) this.complete = false;
  }

  #made(of: Attributed, call: Call, maker: string, mapped: Expr | undefined): boolean {
    const [inner] = call.positional;
    if (columnMakers.has(maker)) this.#columns.push(readColumn(of, call, maker, mapped, this.#inference));
    else if (relationshipMakers.has(maker)) {
      this.relationships.push(readRelationship(of, call, maker, mapped, this.#inference));
    } else if (maker === "sqlmodel.Field" && mapped) this.#columns.push(annotatedColumn(of, mapped, call));
    else if (wrappers.has(maker) && inner instanceof Call) {
      return this.#made(of, inner, makerOf(inner, this.#inference) ?? "", mapped);
    } else return false;
    return true;
  }

  #annotated(of: Attributed, mapped: Expr): void {
    const target = innermost(mapped);
    const quoted = target instanceof Str ? this.#inference.lookup(target.value ?? "", target.start) : undefined;
    const type = this.#inference.world.settle((quoted ?? this.#inference.of(target)).type);
    if (type.kind === "class" && isMapped(type.id, this.#inference.world)) {
      this.relationships.push(annotatedRelationship(of, mapped, this.#inference));
    } else this.#columns.push(annotatedColumn(of, mapped, undefined));
  }

  /** A value that maps nothing: constants, classes, and what the file or the project made of something else. */
  #isPlain(value: Expr): boolean {
    const type = this.#inference.world.settle(this.#inference.of(value).type);
    if (type.kind === "unknown" || type.kind === "reference" || type.kind === "deferred") return isLiteral(value);
    return !(type.kind === "instance" && "api" in type.id && mapping.some((name) => isApi(type, name)));
  }

  /**
   * What is made a base, whatever columns it lends. Of bases of the table alone, one of them declarative, a class is a base in
   * its turn if it has no columns of its own.
   */
  #isBase(node: ClassDef): boolean {
    if (node.bases.some((base) => this.#isTheBase(base)) || node.decorators.some((each) => this.#makesBase(each)))
      return true;
    if (this.#columns.length > 0 || this.table !== undefined) return false;
    const types = node.bases.map((base) => (base instanceof Call ? undefined : this.#inference.of(base).type));
    const given = types.every((type) => type?.kind === "class" && "api" in type.id);
    return given && types.some((type) => type?.kind === "class" && isApi(type, declarativeBase));
  }

  /** The class whose own subclasses are bases: what `declarative_base()` gives, by whatever name, is one already. */
  #isTheBase(base: Expr): boolean {
    if (base instanceof Attribute) {
      const { type } = this.#inference.of(base.object);
      return type.kind === "module" && theBases.has(canonicalOf(`${type.name}.${base.name}`) ?? "");
    }
    const scope = base instanceof Name ? this.#inference.scopeOf(base.name, base.start) : undefined;
    const definitions = (base instanceof Name && scope?.names.get(base.name)) || [];
    return definitions.some(
      (each) => each.kind === "import" && theBases.has(canonicalOf(`${each.module}.${each.name}`) ?? ""),
    );
  }

  /** `@as_declarative()` */
  #makesBase(decorator: Expr): boolean {
    const callee = decorator instanceof Call ? decorator.callee : decorator;
    return /\bas_declarative(_base)?$/.test(callee.text) && apiNameOf(callee, this.#inference) !== undefined;
  }

  #isKnownBase(base: Expr): boolean {
    const bare = unsubscripted(base);
    const found = this.#inference.of(bare).type;
    const type = this.#inference.world.settle(found);
    if (type.kind === "class") return !("api" in type.id) || !generating.some((name) => isApi(type, name));
    const foreign = foreignName(found);
    return foreign === undefined
      ? bare instanceof Name && builtins.has(bare.name)
      : harmless.test(foreign) || lentByLibrary(foreign) !== undefined;
  }

  #isHarmless(decorator: Expr): boolean {
    const callee = decorator instanceof Call ? decorator.callee : decorator;
    const { type } = this.#inference.of(callee);
    return type.kind === "api" || harmlessDecorators.has(lastName(decorator));
  }
}

/** `Base` of `Base[int]`. */
const unsubscripted = (base: Expr): Expr => (base.type === "subscript" && base.children[0]) || base;

/** What takes a column and maps it: `deferred(Column(...))`, and a joined table's `column_property(Column(...), Parent.x)`. */
const wrappers = new Set(["sqlalchemy.orm.deferred", "sqlalchemy.orm.column_property"]);

const theBases: ReadonlySet<string> = new Set([declarativeBase, "sqlalchemy.orm.DeclarativeBaseNoMeta"]);

const isApi = (type: Type, name: string): boolean =>
  (type.kind === "instance" || type.kind === "class") && "api" in type.id && isSubclass(type.id.api, name);

const compound = new Set([
  "if_statement",
  "for_statement",
  "while_statement",
  "with_statement",
  "try_statement",
  "match_statement",
]);

/** What maps an attribute when a name or a function of the project stands for it. */
const mapping = ["sqlalchemy.Column", "sqlalchemy.orm.MappedColumn", "sqlalchemy.orm.RelationshipProperty"];

/** `return cls.__name__.lower()` */
const lowered = /^return\s+\w+\.__name__\.lower\(\)$/;

/** Bases that map more than their subclasses say. */
const generating = ["sqlalchemy.ext.automap.AutomapBase", "sqlalchemy.ext.declarative.DeferredReflection"];

const builtins = new Set(["object", "dict", "list", "Exception"]);

/** Bases of other libraries that map nothing. */
const harmless =
  /^(abc\.ABC|enum\.\w+|typing\.\w+|typing_extensions\.\w+|flask_login(\.mixins)?\.UserMixin|collections\.abc\.\w+)$/;

const harmlessDecorators = new Set([
  ...["dataclass", "total_ordering", "final", "implementer", "python_2_unicode_compatible", "runtime_checkable"],
  ...["listens_for", "define", "s", "register", "deprecated"],
]);

const isLiteral = (value: Expr): boolean =>
  !(value instanceof Call) && !(value instanceof Name) && !/^(attribute|await|subscript|lambda)$/.test(value.type);

/** `X` of `Mapped[X]`. */
function mappedArgument(annotation: Expr): Expr | undefined {
  const head = annotation.children[0];
  if (!head || !/(^|\.)(Mapped|DynamicMapped|WriteOnlyMapped)$/.test(head.text)) return undefined;
  const argument = annotation.children[1];
  const inner = argument?.type === "type_parameter" ? argument.children[0] : argument;
  return inner?.type === "type" ? inner.children[0] : inner;
}
