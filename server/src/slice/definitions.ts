import { type Assignment, Call } from "../syntax/index.ts";
import { hasSql } from "./kinds.ts";
import type { Program } from "./program.ts";
import { quoted, Refused } from "./refused.ts";
import { metadataText, tableText } from "./table.ts";
import { api } from "./tokens.ts";
import { classNamed, type Placed } from "./workspace.ts";

/**
 * What a module assigns to a name where models may need it: a table, a catalogue, a declarative base. `undefined` for
 * everything else, which in its turn needs models.
 */
export function definitionOf({ node, resolver }: Placed<Assignment>, program: Program): string | undefined {
  const { right } = node;
  const name = right instanceof Call ? resolver.nameOf(right.callee) : undefined;
  if (right instanceof Call) {
    if (name === "sqlalchemy.Table") return tableText(right, resolver, program);
    if (name === "sqlalchemy.MetaData") return metadataText(right);
    if (name === "sqlalchemy.orm.declarative_base" || /declarative_base$/.test(name ?? "")) {
      const mixin = right.keyword("cls");
      const own = mixin && classNamed(mixin, resolver, program.workspace);
      const ref = own?.resolver.inference.classOf(own.node);
      const given = ref ? `cls=${program.before({ uri: ref.uri, name: ref.name })}` : "";
      return `${api("sqlalchemy.orm.declarative_base")}(${given})`;
    }
  }
  return undefined;
}

/** An alias, a statement or a column that a module assigns to a name. */
export function assignedClause({ node, resolver }: Placed<Assignment>, program: Program): string {
  const { right } = node;
  if (right && hasSql(right, resolver)) return program.expressions(resolver).clause(right);
  throw new Refused(`What ${quoted(node.left.text)} holds only shows when your program runs.`);
}
