import type { ModelColumn, ModelRelationship } from "./model.ts";
import { sameClass } from "./type.ts";
import type { ModelRef } from "./value.ts";

/** One side of a relationship, as far as its direction rests on it. */
export interface Side {
  readonly ref: ModelRef;
  readonly table: string | undefined;
  /** Own columns and those of ancestors. */
  readonly columns: readonly ModelColumn[];
}

/**
 * Whether a relationship leads to many: the side that has the foreign key has one of the other. `undefined` where the
 * columns don't tell.
 */
export function leadsToMany(relationship: ModelRelationship, own: Side, other: Side): boolean | undefined {
  if (sameClass(own.ref, other.ref)) return leadsDown(relationship, own.columns);
  const said = saidSide(relationship, own, other);
  if (said) return said === other;
  const join = relationship.options["primaryjoin"];
  for (const among of join === undefined ? [undefined] : [undefined, new Set(join.match(/\w+/g))]) {
    const there = refersTo(own, other, among);
    const back = refersTo(other, own, among);
    if (there !== back) return back;
  }
  return undefined;
}

/** @param among names of the columns that count, where not all of them do */
const refersTo = (from: Side, to: Side, among: ReadonlySet<string> | undefined): boolean =>
  from.columns.some(
    ({ foreignKey, attribute, column }) =>
      foreignKey !== undefined &&
      leadsTo(foreignKey, to.ref, to.table) &&
      (!among || among.has(attribute) || among.has(column)),
  );

/** Whether "schema.author.id" or `Author.id` is a column of the class's table. */
export function leadsTo(foreignKey: string, to: ModelRef, table: string | undefined): boolean {
  const owner = foreignKey.split(".").at(-2);
  return owner !== undefined && (owner === table || owner === lastOf(to.name));
}

/** The side whose columns `foreign_keys=` names, or `foreign(…)` in the condition. */
function saidSide({ options, owner, added }: ModelRelationship, own: Side, other: Side): Side | undefined {
  const marked = options["primaryjoin"]?.match(/(?<=\bforeign\()[^()]+/g)?.join();
  const said = (options["foreign_keys"] ?? marked ?? "").replace(/^lambda\b[^:]*:/, "");
  const names = [...said.matchAll(/(?:(\w+)\.)?(\w+)(?![\w.])/g)];
  // A backref repeats what the class says that declares the relationship.
  const [declaring, declared] = added ? [other, own] : [own, other];
  const sides = names.map(([, of, name = ""]) => {
    const has = (side: Side): boolean => side.columns.some((each) => each.attribute === name || each.column === name);
    if (of === undefined || of === "cls") return has(declaring) ? declaring : undefined;
    if (of === lastOf(own.ref.name) || (of === lastOf(owner.name) && !added)) return own;
    if (of === lastOf(other.ref.name)) return other;
    return has(declaring) === has(declared) ? undefined : has(declaring) ? declaring : declared;
  });
  const [first] = sides;
  return sides.every((side) => side === first) ? first : undefined;
}

/** Of a class with itself: SQLAlchemy takes it for the many, unless `remote_side` is the key. */
function leadsDown({ options }: ModelRelationship, columns: readonly ModelColumn[]): boolean | undefined {
  const own = columns.some(({ foreignKey }) => foreignKey !== undefined);
  const remote = options["remote_side"];
  if (remote === undefined) return own && options["primaryjoin"] === undefined ? true : undefined;
  const keys = columns.filter(({ primaryKey }) => primaryKey).map(({ attribute }) => attribute);
  const names = (remote.replace(/^lambda\b[^:]*:/, "").match(/[\w.]+/g) ?? []).map(lastOf);
  return names.length === 1 && keys.includes(names[0] ?? "") ? false : undefined;
}

export const lastOf = (name: string): string => name.slice(name.lastIndexOf(".") + 1);
