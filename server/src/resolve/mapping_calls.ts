import { apiOf } from "../knowledge/index.ts";
import { Attribute, Call, type Expr, Name, type Node, Str } from "../syntax/index.ts";
import type { ClassReading } from "./class_reading.ts";
import { type Attributed, columnOf, literalText, makerOf, shortened } from "./column_reading.ts";
import { uncut, type World } from "./facts.ts";
import type { Inference } from "./infer.ts";
import { madeMember } from "./member_reading.ts";
import type { ModelColumn, ModelMember, ModelRelationship } from "./model.ts";
import { type Declared, placeOf, readRelationship, relationshipMakers } from "./relationship_reading.ts";
import { Remembered } from "./remembered.ts";
import { entriesOf } from "./shared_names.ts";
import type { Type } from "./type.ts";
import type { Certainty, Evidence, ModelRef } from "./value.ts";

/** What may be called to map a class, as written. */
export const mayMap = /(^|\.)(mapper|map_imperatively|map_declaratively)$/;

/** Whether a text may map classes by calls. */
export const mentionsMapping = (text: string): boolean =>
  /\b(?:mapper|map_imperatively|map_declaratively)[ \t]*\(/.test(text);

/** What is called to map a class, by its canonical name. */
export const mapsClass = /^sqlalchemy\.orm\.(mapper|registry\.map_imperatively|registry\.map_declaratively)$/;

/** The class that a call of one of these maps. */
export const mappedBy = (call: Call): Expr | undefined => call.positional[0] ?? call.keyword("class_");

/** A call that may map a class: what is called, and the class that it is called with. */
export interface Mapping {
  readonly by: Type;
  readonly of: Type;
  /** Whether the method is called as no other one is. */
  readonly named: boolean;
}

/** A registry that nobody knows, handed in without an annotation, is one by what is asked of it. */
export const isByName = (call: Call): boolean => /\.map_imperatively$/.test(call.callee.text);

const isOpen = ({ kind }: Type): boolean => kind === "unknown" || kind === "reference" || kind === "deferred";

/** What a class of the workspace is found by. */
export const classKey = ({ uri, name }: ModelRef): string => `${uri}#${name}`;

/** The classes that calls map, by `classKey`, each with the file of the call. */
export function mappedClasses(
  mappings: readonly (Mapping & { readonly uri: string })[],
  world: World,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { by, of, named, uri } of mappings) {
    const maker = world.settle(by);
    const isMapper = maker.kind === "api" ? mapsClass.test(maker.name) : named && isOpen(maker);
    const type = isMapper ? world.settle(of) : undefined;
    if (type?.kind !== "class" || "api" in type.id) continue;
    const key = classKey(type.id);
    if (!found.has(key)) found.set(key, uri);
  }
  return found;
}

/** The calls of one file that map classes, of this file and of others: `registry.map_imperatively(Author, authors)`. */
export class MappingCalls {
  readonly #inference: Inference;
  #found: ReadonlyMap<string, MappingCall> | undefined;
  readonly #readings: Remembered<Call, MappingReading>;

  constructor(inference: Inference) {
    this.#inference = inference;
    this.#readings = new Remembered(inference.world.cuts);
  }

  /** What the call that maps a class says of it; `undefined` where no call of this file does. */
  of(ref: ModelRef): MappingReading | undefined {
    const found = this.#calls().get(classKey(ref));
    return found && this.#read(found);
  }

  /** Every attribute that the calls of this file give to classes by a call, as they do with relationships. */
  declared(): readonly Declared[] {
    return this.#properties().flatMap(({ of, value }) => (value instanceof Call ? [{ of, call: value }] : []));
  }

  /** The attribute that a call of this file gives to a class in the part of `properties=` around a node. */
  attributeAt(node: Node): Attributed | undefined {
    const around = this.#properties().find(({ of: { at } }) => at.span.start <= node.start && node.end <= at.span.end);
    return around?.of;
  }

  #properties(): MappingReading["properties"] {
    if (!mentionsMapping(this.#inference.file.text)) return [];
    return [...this.#calls().values()].flatMap((each) => this.#read(each)?.properties ?? []);
  }

  /** The first call of the file that maps a class, by `classKey`. */
  #calls(): ReadonlyMap<string, MappingCall> {
    const byClass = (): ReadonlyMap<string, MappingCall> =>
      new Map(this.#all().map((each) => [classKey(each.of), each] as const));
    return (
      this.#found ??
      uncut(this.#inference.world.cuts, byClass, (found) => {
        this.#found = found;
      })
    );
  }

  /** The last one first: of several for one class the first is to count. */
  #all(): readonly MappingCall[] {
    return this.#inference.bound.calls.toReversed().flatMap((call) => {
      const mapped = mayMap.test(call.callee.text) ? mappedBy(call) : undefined;
      // What `map_declaratively` maps, the class says itself; a mapper that is not the primary one maps no class anew.
      if (!mapped || call.callee.text.endsWith("declaratively") || call.keyword("non_primary")) return [];
      const { world } = this.#inference;
      const maker = makerOf(call, this.#inference);
      const isOne = maker
        ? mapsClass.test(maker)
        : isByName(call) && isOpen(world.settle(this.#inference.of(call.callee).type));
      if (!isOne) return [];
      const type = world.settle(this.#inference.of(mapped).type);
      if (type.kind !== "class" || "api" in type.id) return [];
      return [{ of: { uri: type.id.uri, name: type.id.name }, call }];
    });
  }

  #read({ call, of }: MappingCall): MappingReading | undefined {
    return this.#readings.of(call, () => new MappingReader(call, of, this.#inference));
  }
}

interface MappingCall {
  readonly of: ModelRef;
  readonly call: Call;
}

/** What one call says of the class that it maps. */
export interface MappingReading
  extends Pick<ClassReading, "columns" | "relationships" | "members" | "table" | "complete"> {
  readonly because: Evidence;
  readonly certainty: Certainty;
  /** What it says of attributes beside the table's columns, with the expressions that say it. */
  readonly properties: readonly { readonly of: Attributed; readonly value: Expr }[];
}

/** A class that a call maps, as the statement and the call say it together. */
export const joined = (
  { members, allowsUnmapped }: ClassReading,
  { because, certainty, columns, relationships, members: mapped, properties, table, complete }: MappingReading,
  hiding: ReadonlySet<string>,
): ClassReading => ({
  columns: columns.filter(
    ({ attribute }) => !hiding.has(attribute) || properties.some(({ of }) => of.attribute === attribute),
  ),
  relationships,
  members: [...mapped, ...members],
  constraints: [],
  table,
  namesTables: false,
  computesTable: false,
  abstract: false,
  allowsUnmapped,
  complete,
  mappedBy: { because, certainty },
});

class MappingReader implements MappingReading {
  readonly because: Evidence;
  readonly certainty: Certainty;
  readonly table: string | undefined;
  readonly columns: ModelColumn[] = [];
  readonly relationships: ModelRelationship[] = [];
  readonly members: ModelMember[] = [];
  readonly properties: { readonly of: Attributed; readonly value: Expr }[] = [];
  complete: boolean;
  readonly #inference: Inference;
  readonly #self: ModelRef;
  /** The table's columns. */
  readonly #own: readonly ModelColumn[];
  /** Columns that `properties=` maps, by the places where they are made: the attributes that each is given. */
  readonly #placed = new Map<string, ModelColumn[]>();
  readonly #byAttribute = new Map<readonly ModelColumn[], ReadonlyMap<string, ModelColumn>>();

  constructor(call: Call, self: ModelRef, inference: Inference) {
    this.#self = self;
    this.#inference = inference;
    this.because = evidenceOf(call, inference);
    this.certainty = makerOf(call, inference) === undefined ? "likely" : "certain";
    const isWhole = !/\.add_propert(?:y|ies)\(/.test(inference.file.text);
    this.complete =
      isWhole && !call.hasSplat && !call.args.some(({ name }) => name !== undefined && blending.has(name));
    const written = call.positional[1] ?? call.keyword("local_table");
    const table = written && written.type !== "none" ? inference.tables.of(written) : undefined;
    this.table = table?.name;
    // Without a table of its own, the class shares its parent's.
    if (table ? !table.complete : written?.type !== "none" && (written || !call.keyword("inherits")))
      this.complete = false;
    const columns = table?.columns ?? [];
    this.#own = columns;
    const properties = call.keyword("properties");
    if (properties) this.#readProperties(properties);
    const kept = new Set(this.#kept(columns, call));
    const under = this.#prefix(call);
    for (const column of columns) {
      const placed = this.#placed.get(placeKey(column.at));
      this.#placed.delete(placeKey(column.at));
      if (!placed && kept.has(column))
        this.columns.push({ ...column, attribute: `${under}${column.attribute}`, owner: self });
      this.columns.push(...(placed ?? []));
    }
    // What is left is of other tables.
    for (const placed of this.#placed.values()) this.columns.push(...placed);
  }

  #readProperties(written: Expr): void {
    const dictionary = written instanceof Name ? this.#assigned(written) : written;
    const entries = dictionary ? entriesOf(dictionary) : [];
    const all = dictionary instanceof Call ? dictionary.args : dictionary?.children;
    if (!all || entries.length < all.filter((each) => !("type" in each) || each.type !== "comment").length)
      this.complete = false;
    for (const [attribute, value] of entries) {
      const of = { attribute, owner: this.#self, at: placeOf(value.parent ?? value, this.#inference) };
      this.properties.push({ of, value });
      this.#property(of, value);
    }
  }

  /** The only value of a variable. */
  #assigned({ name, start }: Name): Expr | undefined {
    const [definition, ...more] = this.#inference.scopeOf(name, start)?.names.get(name) ?? [];
    return definition?.kind === "value" && definition.path.length === 0 && more.length === 0
      ? definition.value
      : undefined;
  }

  #property(of: Attributed, value: Expr): void {
    // Several columns that the class holds as one.
    const columns = value.type === "list" ? value.children : [value];
    const [column, ...others] = columns.map((each) => this.#columnOf(each));
    const named = column ?? (columns[0] && this.#unread(of, columns[0]));
    if (named) this.#column(of, named, others);
    else if (!(value instanceof Call) || !this.#called(of, value)) this.complete = false;
  }

  #called(of: Attributed, call: Call): boolean {
    const maker = makerOf(call, this.#inference);
    const [inner] = call.positional;
    const column = maker !== undefined && inner && wrappers.has(maker) ? this.#columnOf(inner) : undefined;
    const member = maker === undefined ? undefined : madeMember(of, call, maker);
    if (maker !== undefined && relationshipMakers.has(maker)) {
      this.relationships.push(readRelationship(of, call, maker, undefined, this.#inference));
    } else if (column) this.#column(of, column, []);
    else if (member) this.#member(member, call);
    else return maker !== undefined && apiOf(maker) !== undefined;
    return true;
  }

  #member(member: ModelMember, call: Call): void {
    this.members.push(member);
    // `"password": synonym("_password", map_column=True)` gives the column `password` that other name.
    const column = call.keyword("map_column") && this.#own.find(({ attribute }) => attribute === member.attribute);
    if (column) this.#column({ ...member, attribute: member.of }, column, []);
  }

  #column({ attribute }: Attributed, column: ModelColumn, others: readonly (ModelColumn | undefined)[]): void {
    this.#place(column).push({ ...column, attribute, owner: this.#self });
    for (const other of others) if (other) this.#place(other);
  }

  #place({ at }: ModelColumn): ModelColumn[] {
    const placed = this.#placed.get(placeKey(at)) ?? [];
    this.#placed.set(placeKey(at), placed);
    return placed;
  }

  /** The column of a table that is known. */
  #columnOf(expr: Expr): ModelColumn | undefined {
    const { table, name = "" } = columnNamed(expr) ?? {};
    const columns = table && this.#inference.tables.of(table)?.columns;
    if (!columns) return undefined;
    const named = this.#byAttribute.get(columns) ?? new Map(columns.map((each) => [each.attribute, each] as const));
    this.#byAttribute.set(columns, named);
    return named.get(name);
  }

  /** The column of one that can't be read: that there is one of this name. */
  #unread(of: Attributed, expr: Expr): ModelColumn | undefined {
    const { name } = columnNamed(expr) ?? {};
    if (name === undefined) return undefined;
    this.complete = false;
    return { ...columnOf(of), column: name, nullable: undefined };
  }

  /** What the attributes of columns begin with that `properties=` doesn't name. */
  #prefix(call: Call): string {
    const prefix = call.keyword("column_prefix");
    const text = prefix ? literalText(prefix) : "";
    if (text === undefined) this.complete = false;
    return text ?? "";
  }

  /** The columns of the table that are mapped. */
  #kept(columns: readonly ModelColumn[], call: Call): readonly ModelColumn[] {
    const included = this.#named(call.keyword("include_properties"));
    const excluded = this.#named(call.keyword("exclude_properties"));
    return columns
      .filter(({ attribute }) => included?.has(attribute) ?? true)
      .filter(({ attribute }) => !excluded?.has(attribute));
  }

  /** Columns by their names, or by themselves. */
  #named(list: Expr | undefined): ReadonlySet<string> | undefined {
    if (!list) return undefined;
    const items = /^(list|tuple|set)$/.test(list.type) ? list.children : [undefined];
    const names = items.map((item) => (item instanceof Str ? item.value : item && this.#columnOf(item)?.attribute));
    if (names.some((name) => name === undefined)) this.complete = false;
    return this.complete ? new Set(names.filter((name) => name !== undefined)) : undefined;
  }
}

/** `registry.map_imperatively(Author, authors, …)`, on however many lines that stands. */
function evidenceOf(call: Call, inference: Inference): Evidence {
  const [first = "", second, ...more] = call.args.map(({ node }) => shortened(node.text));
  const args = [first, ...(second === undefined ? [] : [second]), ...(more.length > 0 ? ["…"] : [])];
  return { text: `\`${shortened(call.callee.text)}(${args.join(", ")})\``, at: placeOf(call, inference) };
}

/** `authors.c.name`, `authors.c["name"]` */
function columnNamed(expr: Expr): { readonly table: Expr; readonly name: string } | undefined {
  const [from, key] = expr.type === "subscript" ? expr.children : [];
  const collection = expr instanceof Attribute ? expr.object : from;
  const name = expr instanceof Attribute ? expr.name : literalText(key);
  const isColumn = collection instanceof Attribute && /^(c|columns)$/.test(collection.name);
  return isColumn && name !== undefined ? { table: collection.object, name } : undefined;
}

/** Arguments by which a class has other attributes, or loads others with its rows, than its table and its parents say. */
const blending: ReadonlySet<string> = new Set(["concrete", "with_polymorphic", "polymorphic_load"]);

/** What takes a column and maps it. */
const wrappers: ReadonlySet<string> = new Set(["sqlalchemy.orm.deferred", "sqlalchemy.orm.column_property"]);

const placeKey = ({ uri, span }: ModelColumn["at"]): string => `${uri}#${span.start}`;
