import { isSubclass, memberOf } from "../knowledge/index.ts";
import { instanceOf, type Type } from "./type.ts";

/** What `inspect()` gives; of what nothing is known of, something that only its attributes tell apart. */
export function inspected(type: Type): Type | undefined {
  if (type.kind === "unknown") return something;
  if (type.kind === "class" && !("api" in type.id)) return instanceOf(mapper);
  if (type.kind !== "instance") return undefined;
  if (!("api" in type.id)) return instanceOf(state);
  const { api } = type.id;
  return connected.some((base) => isSubclass(api, base)) ? instanceOf(inspector) : undefined;
}

const unread = "what inspect() gives";
const something: Type = { kind: "plain", name: unread };

const mapper = "sqlalchemy.orm.Mapper";
const state = "sqlalchemy.orm.InstanceState";
const inspector = "sqlalchemy.engine.Inspector";
const connected = ["sqlalchemy.engine.Engine", "sqlalchemy.engine.Connection"];

/** What `inspect()` may give: beside these an alias's own, and a selectable, or an attribute of a class, itself. */
const given = [
  mapper,
  state,
  inspector,
  "sqlalchemy.orm.util.AliasedInsp",
  "sqlalchemy.sql.FromClause",
  "sqlalchemy.sql.Select",
  "sqlalchemy.orm.QueryableAttribute",
];

/** What `inspect()` must have given for it to have such an attribute: `inspect(author).session` is an object's state. */
export function inspectedFor(type: Type, attribute: string): Type | undefined {
  if (type.kind !== "plain" || type.name !== unread || attribute.startsWith("_")) return undefined;
  const [only, ...others] = given.filter((name) => memberOf(name, attribute));
  return only && others.length === 0 && [mapper, state, inspector].includes(only) ? instanceOf(only) : undefined;
}
