import { type Api, apiOf, optionOf } from "../knowledge/index.ts";
import {
  type Evidence,
  leadsTo,
  type Model,
  type ModelColumn,
  type ModelMember,
  type ModelRef,
  type ModelRelationship,
  type Place,
  shortened,
  type Value,
  weakest,
} from "../resolve/index.ts";
import type { Node } from "../syntax/index.ts";
import type { Asked } from "./asked.ts";
import { plainLabel } from "./plain_label.ts";
import type { Label, LabelFact } from "./types.ts";

/** Where an attribute was reached from, and what is known of that. */
export interface Reached {
  readonly at: Node;
  readonly by?: Pick<Value, "certainty" | "because">;
}

/** An attribute of a mapped class, by its name in Python; `undefined` where the class maps nothing of that name. */
export function attributeLabel(model: Model, name: string, reached: Reached, asked: Asked): Label | undefined {
  const own = model.members.find((each) => each.attribute === name && isSame(each.owner, model));
  if (own && own.kind !== "validator") return memberLabel(model, own, reached, asked);
  const column = model.columns.find((each) => each.attribute === name);
  if (column) return columnLabel(model, column, reached, asked);
  const relationship = model.relationships.find((each) => each.attribute === name);
  if (relationship) return relationshipLabel(model, relationship, reached, asked);
  const member = model.members.find((each) => each.attribute === name && each.kind !== "validator");
  return member && memberLabel(model, member, reached, asked);
}

export function columnLabel(model: Model, column: ModelColumn, reached: Reached, asked: Asked): Label {
  const api = apiOf(makers[column.style]);
  return {
    ...mapped(model, column, api, reached, asked),
    kind: "column",
    summary: columnSentence(typed(column, asked), tableOf(model, column, asked)),
    facts: [...inherited(model, column), ...keyFact(column, asked), ...checks(model, column.attribute)],
  };
}

/** The table that holds the column: of one that a mapped parent has already, the parent's. */
function tableOf(model: Model, { attribute, at }: ModelColumn, { resolver }: Asked): string | undefined {
  let holder = model;
  for (let depth = 0; holder.parent && depth < 20; depth++) {
    const above = resolver.modelOf(holder.parent);
    const same = above?.columns.find((each) => each.attribute === attribute);
    if (!above || same?.at.uri !== at.uri || same.at.span.start !== at.span.start) break;
    holder = above;
  }
  return holder.abstract ? undefined : holder.tableName;
}

/** A column that leaves its type to its foreign key has the type of what it refers to. */
export function typed(column: ModelColumn, asked: Asked): ModelColumn {
  const { type, foreignKey } = column;
  const other = type === "" && foreignKey !== undefined ? referredTo(foreignKey, asked)?.column : undefined;
  return other && other.type !== "" ? { ...column, type: other.type } : column;
}

/** "Column `name` of the table `author`: `String(50)`, NOT NULL." */
export function columnSentence(column: ModelColumn, table: string | undefined): string {
  const of = table === undefined ? "" : ` of the table \`${table}\``;
  const traits = [column.type === "" ? "" : `\`${shortened(column.type, longestType)}\``, ...traitsOf(column)].filter(
    (each) => each !== "",
  );
  return `Column \`${column.column}\`${of}${traits.length > 0 ? `: ${traits.join(", ")}` : ""}.`;
}

/** "primary key", "NOT NULL", "unique", "`default=1`" */
export function traitsOf({ primaryKey, nullable, unique, indexed, defaults }: ModelColumn): readonly string[] {
  const nulls = nullable === undefined ? "" : nullable ? "may be NULL" : "NOT NULL";
  return [
    primaryKey ? "primary key" : nulls,
    unique ? "unique" : "",
    indexed ? "indexed" : "",
    defaults === "" ? "" : `\`${defaults}\``,
  ].filter((each) => each !== "");
}

/** The foreign key of a column, and where the column that it refers to is written. */
export function keyFact({ foreignKey }: ModelColumn, asked: Asked): readonly LabelFact[] {
  if (foreignKey === undefined) return [];
  const at = referredTo(foreignKey, asked)?.column.at;
  return [{ name: "foreign key", text: `to \`${foreignKey}\``, ...(at && { at }) }];
}

/** The column that "author.id" or `Author.id` means, with the model or table that has it. */
export function referredTo(
  foreignKey: string,
  { resolver }: Asked,
): { readonly column: ModelColumn; readonly model?: Model; readonly table: string } | undefined {
  const parts = foreignKey.split(".");
  const name = parts.pop();
  const table = parts.join(".");
  for (const owner of resolver.tablesNamed(table)) {
    const { columns } = "model" in owner ? owner.model : owner.table;
    const column = columns.find((each) => each.column === name);
    if (column) return "model" in owner ? { column, model: owner.model, table } : { column, table };
  }
  return undefined;
}

function relationshipLabel(model: Model, relationship: ModelRelationship, reached: Reached, asked: Asked): Label {
  const api = apiOf("sqlalchemy.orm.relationship");
  const target = relationship.targetModel && asked.resolver.modelOf(relationship.targetModel);
  const keys = target ? keysBetween(model, target, relationship) : { there: [], back: [] };
  const facts: LabelFact[] = [...inherited(model, relationship)];
  for (const key of [...keys.there, ...keys.back]) {
    const table = keys.there.includes(key) ? model.tableName : target?.tableName;
    facts.push({ name: "foreign key", text: `\`${table ?? "?"}.${key.column}\` to \`${key.foreignKey}\``, at: key.at });
  }
  const { secondary, cascade } = relationship.options;
  if (secondary !== undefined)
    facts.push({ name: "through", text: `the table \`${secondary}\``, ...placed(secondary, asked) });
  facts.push(...otherSide(model, relationship, target));
  if (cascade !== undefined) facts.push({ name: "cascade", text: `\`${cascade}\`` });
  facts.push(...checks(model, relationship.attribute));
  const { lazy } = relationship;
  const loading =
    lazy === undefined || lazy === "select" ? undefined : optionOf("sqlalchemy.orm.relationship", "lazy", lazy);
  if (loading) facts.push({ name: "loading", text: `\`${lazy}\`: ${loading.summary}` });
  return {
    ...mapped(model, relationship, api, reached, asked),
    kind: "relationship",
    summary: relationshipSentence(model, relationship, keys),
    facts,
  };
}

interface Keys {
  /** Foreign keys from this class's table to the target's, and from there to here. */
  readonly there: readonly ModelColumn[];
  readonly back: readonly ModelColumn[];
}

function keysBetween(model: Model, target: Model, { options, many }: ModelRelationship): Keys {
  if (options["secondary"] !== undefined) return { there: [], back: [] };
  const said = options["foreign_keys"] ?? options["primaryjoin"];
  const named = said === undefined ? undefined : new Set(said.match(/\w+/g));
  const from = (a: Model, b: Model): readonly ModelColumn[] => {
    const keys = a.columns.filter(({ foreignKey }) => foreignKey !== undefined && leadsTo(foreignKey, b, b.tableName));
    const chosen = keys.filter(({ attribute, column }) => named?.has(attribute) || named?.has(column));
    return chosen.length > 0 ? chosen : keys;
  };
  if (isSame(model, target))
    return many === false ? { there: from(model, target), back: [] } : { there: [], back: from(model, target) };
  const there = many === true ? [] : from(model, target);
  return { there, back: there.length > 0 && many !== undefined ? [] : from(target, model) };
}

/** A type that is longer is cut: `Enum(…)` may list a screenful. */
export const longestType = 60;

/** The class that a relationship leads to, by its name, or as written where it is not known. */
export const targetOf = ({ target, targetModel }: ModelRelationship): string => targetModel?.name ?? target;

function relationshipSentence(model: Model, relationship: ModelRelationship, { there, back }: Keys): string {
  const { many, lazy, options, keyed } = relationship;
  const target = targetOf(relationship);
  const [here, other] = [`\`${model.name}\``, `\`${target === "" ? "?" : target}\``];
  const held =
    lazy === "dynamic"
      ? `a Query of ${other}`
      : lazy === "write_only"
        ? `a write-only collection of ${other}`
        : keyed
          ? `a collection of ${other}`
          : `a list of ${other}`;
  if (options["secondary"] !== undefined) return `Many-to-many between ${here} and ${other}: ${held}.`;
  if (many === false && there.length === 0 && back.length > 0)
    return `One-to-one: each ${here} has one ${other}, or None.`;
  const always = there.length > 0 && there.every(({ nullable, primaryKey }) => primaryKey || nullable === false);
  if (many === false) return `Many-to-one: each ${here} has one ${other}${always ? "" : ", or None"}.`;
  if (many === true) return `One-to-many: each ${here} has ${held}.`;
  return `Leads from ${here} to ${other}.`;
}

/** The attribute of the other class that is the same relationship, or word that there is none. */
function otherSide(model: Model, relationship: ModelRelationship, target: Model | undefined): readonly LabelFact[] {
  const { backPopulates, backref, at } = relationship;
  const name = backPopulates ?? backref;
  const there = target?.name ?? relationship.target;
  if (name !== undefined) {
    const found = target?.relationships.find(({ attribute }) => attribute === name);
    const place = found?.at ?? (backref === undefined ? undefined : at);
    const missing = backPopulates !== undefined && target?.complete && !found ? ", which does not exist" : "";
    return [{ name: "other side", text: `\`${there}.${name}\`${missing}`, ...(place && { at: place }) }];
  }
  const back = target?.relationships.filter((each) => each.targetModel && isSame(each.targetModel, model)) ?? [];
  const naming = back.find(({ backPopulates: other }) => other === relationship.attribute);
  if (naming) return [{ name: "other side", text: `\`${there}.${naming.attribute}\` names this one`, at: naming.at }];
  const [silent] = back.filter((each) => each.attribute !== relationship.attribute && mayPair(relationship, each));
  if (!silent || relationship.options["viewonly"] === "True") return [{ name: "other side", text: "none declared" }];
  return [
    { name: "other side", text: `none declared, though \`${there}.${silent.attribute}\` leads back`, at: silent.at },
  ];
}

/** Whether two relationships may be the sides of one: neither has another yet, and they don't lead the same way. */
const mayPair = (one: ModelRelationship, other: ModelRelationship): boolean =>
  other.backPopulates === undefined && other.backref === undefined && (one.many !== other.many || one.many !== false);

function memberLabel(model: Model, member: ModelMember, reached: Reached, asked: Asked): Label {
  return {
    ...mapped(model, member, apiOf(memberMakers[member.kind] ?? ""), reached, asked),
    kind: "attribute",
    summary: memberSentence(member),
    facts: inherited(model, member),
  };
}

function memberSentence({ kind, of }: ModelMember): string {
  const [first = "", second = ""] = of.split(", ");
  switch (kind) {
    case "hybrid property":
    case "hybrid method":
      return `A ${kind}: Python on an object, SQL on the class.`;
    case "association proxy":
      return `An association proxy: \`${second}\` of each object in \`${first}\`.`;
    case "synonym":
      return `Another name of the attribute \`${first}\`.`;
    case "column property":
      return `A SQL expression that is loaded as an attribute: \`${of}\`.`;
    case "composite":
      return `Columns as one value: \`${of}\`.`;
    case "declared attribute":
      return "An attribute that each class below computes for itself.";
    case "validator":
      return `Checks what is assigned to \`${of}\`.`;
  }
}

/** What all mapped attributes have in common. */
function mapped(
  model: Model,
  of: { readonly attribute: string; readonly at: Place },
  api: Api | undefined,
  { at, by }: Reached,
  asked: Asked,
): Label {
  const written: Evidence = { text: `\`${asked.lineAt(of.at)}\``, at: of.at };
  return {
    ...plainLabel(api, at),
    kind: "attribute",
    title: `${model.name}.${of.attribute}`,
    layer: "orm",
    certainty: weakest(model.certainty, by?.certainty ?? "certain"),
    because: [written, ...(by?.because ?? []).filter(({ text }) => text !== written.text)].slice(0, 4),
  };
}

/** The validators that see what is assigned to an attribute. */
function checks({ members }: Model, attribute: string): readonly LabelFact[] {
  return members
    .filter(({ kind, of }) => kind === "validator" && of.split(", ").includes(attribute))
    .map(({ attribute: name, at }) => ({ name: "checked by", text: `\`${name}()\``, at }));
}

/** The class that declares it, where that is not the one asked. */
function inherited(
  model: Model,
  { owner, at }: { readonly owner: ModelRef; readonly at: Place },
): readonly LabelFact[] {
  return isSame(owner, model) ? [] : [{ name: "declared in", text: `\`${owner.name}\``, at }];
}

function placed(table: string, { resolver }: Asked): { readonly at?: Place } {
  const [found] = resolver.tablesNamed(table);
  return found && "table" in found ? { at: found.table.at } : {};
}

export const isSame = (a: ModelRef, b: ModelRef): boolean => a.uri === b.uri && a.name === b.name;

const makers: Readonly<Record<ModelColumn["style"], string>> = {
  column: "sqlalchemy.Column",
  mapped_column: "sqlalchemy.orm.mapped_column",
  annotation: "sqlalchemy.orm.Mapped",
};

const memberMakers: Readonly<Record<string, string>> = {
  "hybrid property": "sqlalchemy.ext.hybrid.hybrid_property",
  "hybrid method": "sqlalchemy.ext.hybrid.hybrid_method",
  "association proxy": "sqlalchemy.ext.associationproxy.association_proxy",
  synonym: "sqlalchemy.orm.synonym",
  "column property": "sqlalchemy.orm.column_property",
  composite: "sqlalchemy.orm.composite",
  "declared attribute": "sqlalchemy.orm.declared_attr",
};
