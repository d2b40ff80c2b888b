import type { FileResolver, Model, ModelRelationship } from "../resolve/index.ts";
import { type Argument, Assignment, Attribute, Call, ClassDef, type Node, type Str } from "../syntax/index.ts";
import type { Asked } from "./asked.ts";
import { attributeLabel, columnLabel, referredTo } from "./attribute_label.ts";
import { calledBy, optionLabel, statedModel } from "./keyword_label.ts";
import { modelLabel, tableLabel } from "./model_label.ts";
import { coreColumnLabel } from "./table_column.ts";
import type { Label } from "./types.ts";

/** What a text names where SQLAlchemy reads it as a name: `"Book"`, `"author.id"`, `back_populates="books"`. */
export function textLabel(text: Str, asked: Asked): Label | undefined {
  const { value } = text;
  if (value === undefined || value === "") return undefined;
  if (isAnnotation(text)) return classLabel(value, text, asked);
  const given = givenTo(text);
  if (!given) return propertyLabel(text, asked);
  const { call, argument } = given;
  const api = calledBy(call, asked.resolver);
  if (!api) return undefined;
  const maker = api.slice(api.lastIndexOf(".") + 1);
  if (argument.name !== undefined) {
    const said = wordAt(text, asked.offset);
    return (
      optionLabel(call, argument.name, said.option, text, asked) ??
      optionLabel(call, argument.name, value, text, asked) ??
      (relating.test(api) ? relatedLabel(call, argument.name, said.name, text, asked) : undefined)
    );
  }
  if (api === "sqlalchemy.ForeignKey") return keyLabel(value, text, asked);
  if (api === "sqlalchemy.orm.backref" && call.positional[0] === text)
    return relatedLabel(call, "backref", value, text, asked);
  if (relating.test(api) && call.positional[0] === text) return classLabel(value, text, asked);
  if (api === "sqlalchemy.Table" || api === "sqlalchemy.Column") return inTable(call, value, text, asked);
  if (ofClass.test(maker)) return ofEnclosing(text, value, asked);
  return ofStatement.test(maker) ? ofStated(call, value, text, asked) : undefined;
}

const relating = /^sqlalchemy\.orm\.(relationship|relation|dynamic_loader|backref)$|^sqlmodel\.Relationship$/;
const ofClass =
  /^(validates|synonym|association_proxy|UniqueConstraint|Index|PrimaryKeyConstraint|ForeignKeyConstraint)$/;
const ofStatement = /^(order_by|group_by|join|outerjoin)$/;

/** The call that a text is an argument of, by itself or in a list. */
function givenTo(text: Str): { readonly call: Call; readonly argument: Argument } | undefined {
  const whole = /^(list|tuple)$/.test(text.parent?.type ?? "") && text.parent ? text.parent : text;
  const call = whole.around((node) => node instanceof Call || node.type === "block");
  if (!(call instanceof Call)) return undefined;
  const argument = call.args.find(({ value }) => value === whole);
  return argument && { call, argument };
}

/** The dotted name, and the item of a list of words, on which an offset lies. */
function wordAt(text: Str, offset: number): { readonly name: string; readonly option: string } {
  const pick = (pattern: RegExp): string => {
    for (const { index, 0: found } of text.text.matchAll(pattern)) {
      if (text.start + index <= offset && offset <= text.start + index + found.length) return found;
    }
    return text.value ?? "";
  };
  return { name: pick(/[A-Za-z_][\w.]*/g), option: pick(/[\w-]+/g) };
}

function isAnnotation(text: Str): boolean {
  const around = text.around((node) => node.type === "type" || node instanceof Call || node instanceof Assignment);
  return around?.type === "type";
}

function classLabel(name: string, at: Str, asked: Asked): Label | undefined {
  const model = modelNamed(name, at, asked);
  return model && modelLabel(model, undefined, at, asked);
}

/** The class of a name as seen from a place: the file's own or imported, else the only mapped one of the workspace. */
function modelNamed(name: string, at: Node, { resolver }: Asked): Model | undefined {
  const { inference } = resolver;
  const type = inference.world.settle(inference.lookup(name, at.start).type);
  if (type.kind === "class" && !("api" in type.id)) return resolver.modelOf({ uri: type.id.uri, name: type.id.name });
  const last = name.slice(name.lastIndexOf(".") + 1);
  const models = inference.world.classesNamed(last).flatMap((ref) => resolver.modelOf(ref) ?? []);
  return models.length === 1 ? models[0] : undefined;
}

/** The text of a ForeignKey: "author.id". */
function keyLabel(value: string, at: Str, asked: Asked): Label | undefined {
  const found = referredTo(value, asked);
  if (!found) return undefined;
  const { column, model, table } = found;
  return model ? columnLabel(model, column, { at }, asked) : coreColumnLabel(column, table, { at }, asked);
}

/** A text of `relationship(…)`: the other side's attribute, the table between, or a name within a condition. */
function relatedLabel(call: Call, keyword: string, said: string, at: Str, asked: Asked): Label | undefined {
  const found = relationshipAround(call, asked);
  if (!found) return undefined;
  const { model, relationship } = found;
  const target = relationship.targetModel && asked.resolver.modelOf(relationship.targetModel);
  if (keyword === "back_populates" || keyword === "backref") {
    return target && attributeLabel(target, said, { at }, asked);
  }
  if (keyword === "secondary") return tableNamed(said, at, asked);
  if (!conditions.has(keyword)) return undefined;
  const [owner = "", name = ""] = said.split(".");
  const named = [target, model].find((each) => each?.name === owner);
  if (!named) return undefined;
  return name === "" ? modelLabel(named, undefined, at, asked) : attributeLabel(named, name, { at }, asked);
}

const conditions = new Set(["order_by", "primaryjoin", "secondaryjoin", "foreign_keys", "remote_side"]);

/** The relationship that a call makes, itself or through the `backref(…)` inside of it. */
function relationshipAround(
  call: Call,
  { resolver }: Asked,
): { model: Model; relationship: ModelRelationship } | undefined {
  const { model, name } = propertyAround(call, resolver) ?? attributeAround(call, resolver) ?? {};
  const relationship = model?.relationships.find(({ attribute }) => attribute === name);
  return model && relationship ? { model, relationship } : undefined;
}

interface Declaration {
  readonly model: Model | undefined;
  readonly name: string | undefined;
}

/** `books = relationship(…)` in a class. */
function attributeAround(node: Node, resolver: FileResolver): Declaration | undefined {
  const assigned = node.around((each) => each instanceof Assignment);
  const owner = node.around((each) => each instanceof ClassDef);
  if (!(assigned instanceof Assignment) || !(owner instanceof ClassDef)) return undefined;
  return { model: resolver.modelOf(owner), name: assigned.left.text };
}

/** `map_imperatively(Author, authors, properties={"books": relationship(…)})` */
function propertyAround(node: Node, resolver: FileResolver): Declaration | undefined {
  const found = resolver.mappedAttributeAt(node);
  return found && { model: resolver.modelOf(found.owner), name: found.attribute };
}

/** The name that a call which maps a class gives to an attribute of it: `"books"` or, in a call of `dict`, `books=`. */
export function propertyLabel(at: Node, asked: Asked): Label | undefined {
  const { parent } = at;
  if (!parent || !/^(pair|keyword_argument)$/.test(parent.type) || parent.children[0] !== at) return undefined;
  const { model, name } = propertyAround(at, asked.resolver) ?? {};
  return model && name !== undefined ? attributeLabel(model, name, { at }, asked) : undefined;
}

function tableNamed(name: string, at: Node, asked: Asked): Label | undefined {
  const [found] = asked.resolver.tablesNamed(name);
  if (!found) return undefined;
  return "model" in found ? modelLabel(found.model, undefined, at, asked) : tableLabel(found.table, undefined, at);
}

/** The names of a table and its columns, where they are said. */
function inTable(call: Call, value: string, at: Str, asked: Asked): Label | undefined {
  if (call.positional[0] !== at) return undefined;
  const made = asked.resolver.tableOf(call);
  if (made) return tableLabel(made, undefined, at);
  const outer = call.parent?.parent;
  const table = outer instanceof Call ? asked.resolver.tableOf(outer) : undefined;
  const column = table?.columns.find(({ column: name }) => name === value);
  return table && column ? coreColumnLabel(column, table.name, { at }, asked) : undefined;
}

/** An attribute of the class around: of a validator, a synonym, a constraint; or a column of the table around. */
function ofEnclosing(at: Str, value: string, asked: Asked): Label | undefined {
  const outer = at.around(
    (node) => node instanceof ClassDef || (node instanceof Call && asked.resolver.tableOf(node) !== undefined),
  );
  if (outer instanceof ClassDef) {
    const model = asked.resolver.modelOf(outer);
    return model && attributeLabel(model, value, { at }, asked);
  }
  const table = outer && asked.resolver.tableOf(outer);
  const column = table?.columns.find(({ attribute }) => attribute === value);
  return table && column ? coreColumnLabel(column, table.name, { at }, asked) : undefined;
}

/** `query.order_by("name")` */
function ofStated(call: Call, value: string, at: Str, asked: Asked): Label | undefined {
  const model = call.callee instanceof Attribute ? statedModel(call.callee.object, asked) : undefined;
  return model && attributeLabel(model, value, { at }, asked);
}
