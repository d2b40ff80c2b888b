import { isSubclass } from "../knowledge/index.ts";
import { Assignment, Call, type ClassDef, type Expr, Name, type Node, Str } from "../syntax/index.ts";
import type { Inference } from "./infer.ts";
import type { Model, ModelColumn, ModelRelationship } from "./model.ts";
import { ancestors, declarativeBase } from "./operations.ts";
import type { ClassId } from "./type.ts";
import { type Certainty, type Evidence, type ModelRef, weakest } from "./value.ts";

/** Bases of the knowledge table whose subclasses are mapped. */
const mappedBases = [
  declarativeBase,
  "sqlalchemy.orm.DeclarativeBaseNoMeta",
  "flask_sqlalchemy.model.Model",
  "sqlmodel.SQLModel",
];

/** Reads a class statement as a mapped class; `undefined` where it is none, or where we can't tell. */
export function readModel(
  node: ClassDef,
  inference: Inference,
  modelOf: (ref: ModelRef) => Model | undefined,
): Model | undefined {
  const facts = inference.classOf(node);
  const lineage = ancestors({ uri: facts.uri, name: facts.name }, inference.world);
  const why = mappedBecause(node, lineage, inference);
  if (!why) return undefined;
  const own = new ModelReader(node, inference);
  const inherited = lineage.slice(1).flatMap((id) => ("api" in id ? [] : [modelOf({ uri: id.uri, name: id.name })]));
  const known = inherited.filter((model) => model !== undefined);
  const columns = mergedBy(
    own.columns,
    known.flatMap((model) => model.columns),
  );
  const relationships = mergedBy(
    own.relationships,
    known.flatMap((model) => model.relationships),
  );
  return {
    uri: facts.uri,
    name: facts.name,
    line: facts.line,
    table: own.table,
    columns,
    relationships,
    complete: own.complete && known.length === inherited.length && known.every((model) => model.complete),
    abstract: own.abstract || (own.isBase && own.columns.length === 0),
    certainty: why.certainty,
    because: why.because,
  };
}

function mappedBecause(
  node: ClassDef,
  lineage: readonly ClassId[],
  inference: Inference,
): { readonly certainty: Certainty; readonly because: readonly Evidence[] } | undefined {
  const base = lineage.find((id) => "api" in id && mappedBases.some((mapped) => isSubclass(id.api, mapped)));
  const told = node.bases.map((expr) => inference.of(expr)).filter((found) => found.type.kind !== "unknown");
  const because = told.flatMap((found) => found.because);
  const certainty = told.map((found) => found.certainty).reduce(weakest, "certain");
  if (base) return { certainty, because };
  // `@mapper_registry.mapped`
  for (const decorator of node.decorators) {
    const found = inference.of(decorator);
    const { type } = found;
    if (type.kind === "api" && /\.registry\.mapped(_as_dataclass)?$/.test(type.name)) return found;
  }
  return undefined;
}

const columnMakers = new Set(["sqlalchemy.Column", "sqlalchemy.orm.mapped_column"]);
const relationshipMakers = new Set([
  "sqlalchemy.orm.relationship",
  "sqlalchemy.orm.relation",
  "sqlalchemy.orm.dynamic_loader",
]);

class ModelReader {
  readonly columns: ModelColumn[] = [];
  readonly relationships: ModelRelationship[] = [];
  table: string | undefined;
  abstract = false;
  complete = true;
  /** The declarative base itself, which maps nothing. */
  readonly isBase: boolean;
  readonly #inference: Inference;

  constructor(node: ClassDef, inference: Inference) {
    this.#inference = inference;
    this.isBase = node.bases.every((base) => {
      const { type } = inference.of(base);
      return type.kind === "class" && "api" in type.id && type.id.api === declarativeBase && !(base instanceof Call);
    });
    for (const statement of node.body.children) {
      const inner = statement.type === "expression_statement" ? statement.children[0] : statement;
      if (inner instanceof Assignment && inner.left instanceof Name) this.#attribute(inner.left.name, inner);
      else if (inner?.type === "decorated_definition" && /declared_attr/.test(inner.children[0]?.text ?? ""))
        this.complete = false;
      else if (inner?.type === "if_statement") this.complete = false;
    }
  }

  #attribute(name: string, node: Assignment): void {
    const { annotation, right } = node;
    if (name === "__tablename__") this.table = right instanceof Str ? right.value : undefined;
    else if (name === "__abstract__") this.abstract = right?.type === "true";
    else if (name === "__table__") this.complete = false;
    else if (!name.startsWith("__")) this.#mapped(name, annotation, right);
  }

  #mapped(name: string, annotation: Expr | undefined, right: Expr | undefined): void {
    const mapped = annotation && mappedArgument(annotation);
    if (right instanceof Call) {
      const maker = this.#makerOf(right);
      if (maker && columnMakers.has(maker)) this.columns.push(this.#column(name, right, maker, mapped));
      else if (maker && relationshipMakers.has(maker))
        this.relationships.push(this.#relationship(name, right, maker, mapped));
    } else if (mapped && !right) {
      const target = this.#inference.of(innermost(mapped)).type;
      if (target.kind === "class" && !("api" in target.id))
        this.relationships.push(annotatedRelationship(name, mapped));
      else this.columns.push({ ...plainColumn(name), type: mapped.text, nullable: isOptional(mapped) });
    }
  }

  /** `Column(...)`; also `db.Column(...)` of Flask-SQLAlchemy, which is the same class. */
  #makerOf(call: Call): string | undefined {
    const { type } = this.#inference.of(call.callee);
    if (type.kind === "api") return type.name;
    return type.kind === "class" && "api" in type.id ? type.id.api : undefined;
  }

  #column(name: string, call: Call, maker: string, mapped: Expr | undefined): ModelColumn {
    const positional = [...call.positional];
    const named = positional[0] instanceof Str ? positional.shift() : undefined;
    const isKey = (expr: Expr): boolean => expr instanceof Call && this.#makerOf(expr) === "sqlalchemy.ForeignKey";
    const foreign = positional.find(isKey);
    const type = call.keyword("type_") ?? positional.find((expr) => !isConstraint(expr, this.#inference));
    const primaryKey = literal(call.keyword("primary_key")) ?? false;
    return {
      attribute: name,
      column: (named instanceof Str ? named.value : undefined) ?? literalText(call.keyword("name")) ?? name,
      type: type?.text ?? mapped?.text ?? "",
      nullable: nullability(call, primaryKey, mapped),
      primaryKey,
      foreignKey: foreign instanceof Call ? foreign.positional[0]?.text.replace(/^["']|["']$/g, "") : undefined,
      hasDefault: ["default", "server_default", "insert_default", "default_factory"].some((key) => call.keyword(key)),
      style: maker === "sqlalchemy.Column" ? "column" : "mapped_column",
    };
  }

  #relationship(name: string, call: Call, maker: string, mapped: Expr | undefined): ModelRelationship {
    const target = call.positional[0] ?? call.keyword("argument");
    const written = target instanceof Str ? target.value : target?.text;
    const fromAnnotation = mapped && annotatedRelationship(name, mapped);
    const lazy = call.keyword("lazy");
    const uselist = call.keyword("uselist");
    return {
      attribute: name,
      target: written ?? fromAnnotation?.target ?? "",
      targetModel: this.#targetOf(target),
      many: uselist ? literal(uselist) : fromAnnotation?.many,
      lazy: maker.endsWith("dynamic_loader") ? "dynamic" : lazy ? literalText(lazy) : "select",
      backPopulates: literalText(call.keyword("back_populates")),
      backref: literalText(call.keyword("backref")),
    };
  }

  #targetOf(target: Expr | undefined): ModelRef | undefined {
    if (!target) return undefined;
    const found =
      target instanceof Str ? this.#inference.lookup(target.value ?? "", target.start) : this.#inference.of(target);
    const type = this.#inference.world.settle(found.type);
    return type.kind === "class" && !("api" in type.id) ? { uri: type.id.uri, name: type.id.name } : undefined;
  }
}

function plainColumn(name: string): ModelColumn {
  return {
    attribute: name,
    column: name,
    type: "",
    nullable: undefined,
    primaryKey: false,
    foreignKey: undefined,
    hasDefault: false,
    style: "annotation",
  };
}

/** `X` of `Mapped[X]`. */
function mappedArgument(annotation: Expr): Expr | undefined {
  const head = annotation.children[0];
  if (!head || !/(^|\.)(Mapped|DynamicMapped|WriteOnlyMapped)$/.test(head.text)) return undefined;
  const argument = annotation.children[1];
  const inner = argument?.type === "type_parameter" ? argument.children[0] : argument;
  return inner?.type === "type" ? inner.children[0] : inner;
}

const collections = /^(?:typing\.|t\.)?(list|List|set|Set|Sequence|Collection|dict|Dict)\b/;

function annotatedRelationship(name: string, mapped: Expr): ModelRelationship {
  return {
    attribute: name,
    target: innermost(mapped).text.replace(/["']/g, ""),
    targetModel: undefined,
    many: collections.test(mapped.text.replace(/^["']/, "")),
    lazy: "select",
    backPopulates: undefined,
    backref: undefined,
  };
}

/** `Book` of `Optional[list["Book"]]`. */
function innermost(annotation: Expr): Expr {
  let at: Node = annotation;
  while (at.type === "generic_type" || at.type === "subscript" || at.type === "type_parameter" || at.type === "type") {
    const next = at.children[at.children.length - 1];
    if (!next) break;
    at = next;
  }
  return at;
}

const isOptional = (mapped: Expr): boolean => /^(?:typing\.|t\.)?Optional\b|\bNone\b/.test(mapped.text);

function nullability(call: Call, primaryKey: boolean, mapped: Expr | undefined): boolean | undefined {
  const said = call.keyword("nullable");
  if (said) return literal(said);
  if (call.hasSplat) return undefined;
  if (primaryKey) return false;
  return mapped ? isOptional(mapped) : true;
}

function isConstraint(expr: Expr, inference: Inference): boolean {
  if (!(expr instanceof Call)) return false;
  const { type } = inference.of(expr);
  if (type.kind !== "instance" || !("api" in type.id)) return false;
  const { api } = type.id;
  return constraints.some((name) => isSubclass(api, name));
}
const constraints = [
  "sqlalchemy.ForeignKey",
  "sqlalchemy.Constraint",
  "sqlalchemy.Sequence",
  "sqlalchemy.Identity",
  "sqlalchemy.Computed",
  "sqlalchemy.FetchedValue",
  "sqlalchemy.DefaultClause",
];

function literal(expr: Expr | undefined): boolean | undefined {
  return expr?.type === "true" ? true : expr?.type === "false" ? false : undefined;
}

function literalText(expr: Expr | undefined): string | undefined {
  return expr instanceof Str ? expr.value : undefined;
}

function mergedBy<T extends { readonly attribute: string }>(own: readonly T[], inherited: readonly T[]): readonly T[] {
  const names = new Set(own.map((each) => each.attribute));
  return [...own, ...inherited.filter((each) => !names.has(each.attribute) && names.add(each.attribute))];
}
