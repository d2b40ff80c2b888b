import type { QueryVariable } from "../resolve/index.ts";
import { Assignment, Attribute, Call, type Expr, isBinding, Name, type Node } from "../syntax/index.ts";
import { databaseFor } from "./databases.ts";
import type { QueryChain } from "./query_chain.ts";
import type { RuleContext } from "./rule.ts";
import { statementOf } from "./statements.ts";

/** How the Session of a query is written wherever the variable is used, or why it can't be. */
export type SessionOfQuery =
  | { readonly text: string; readonly conditions: readonly string[] }
  | { readonly why: string };

/** The Session that a query in a variable is asked by: it is to be the same one, by the same name, at every use. */
export function sessionOf(
  variable: QueryVariable,
  origins: readonly QueryChain[],
  context: RuleContext,
): SessionOfQuery {
  const receivers = origins.map(({ start }) => receiverOf(start));
  const [first] = receivers;
  const [query] = origins;
  if (!query) return { why: unnamed };
  if (receivers.every((receiver) => receiver === undefined)) {
    const database = query.start instanceof Attribute ? databaseFor(query.start, context) : undefined;
    return database ? { text: `${database.text}.session`, conditions: database.conditions } : { why: unnamed };
  }
  if (!first || receivers.some((receiver) => receiver?.text !== first.text)) {
    return { why: "It begins with different Sessions: run each where it begins." };
  }
  const root = rootOf(first);
  if (!root) return { why: "The Session is made in the query itself: give it a name first." };
  const late = changeOf(root, first, variable, origins, context);
  if (late) {
    const line = context.file.lineOf(late.start) + 1;
    return { why: `Line ${line}: \`${root.name}\` may be another one by then than where the query began.` };
  }
  const isShared = first === root || context.valueOf(first).of === "sqlalchemy.orm.scoped_session";
  return {
    text: first.text,
    conditions: isShared ? [] : [`\`${first.text}\` is the same Session in all these lines.`],
  };
}

const unnamed = "The Session behind this query has no name in this file: import it, and give it a `select()`.";

const receiverOf = (start: Expr): Expr | undefined =>
  start instanceof Call && start.callee instanceof Attribute ? start.callee.object : undefined;

/** The first of nothing but names and dots. */
function rootOf(receiver: Expr): Name | undefined {
  let at = receiver;
  while (at instanceof Attribute) at = at.object;
  return at instanceof Name ? at : undefined;
}

/** A place by which the Session may have become another one; `undefined` where it stays what it was. */
function changeOf(
  root: Name,
  receiver: Expr,
  variable: QueryVariable,
  origins: readonly QueryChain[],
  context: RuleContext,
): Node | undefined {
  const { owner } = variable;
  const names = [root, ...context.usesOf(root)];
  const isOwn = (node: Node): boolean => !owner || (owner.start <= node.start && node.end <= owner.end);
  const assigned = receiver === root ? undefined : names.find((name) => isOwn(name) && isAssigned(name, receiver.text));
  if (assigned) return assigned;
  const bindings = names.filter((name) => isBinding(name) && isOwn(name));
  const given = names.find(
    ({ parent }) => parent?.type === "global_statement" || parent?.type === "nonlocal_statement",
  );
  if (given) return given;
  const [only, ...others] = bindings;
  if (!only || (others.length === 0 && !isRepeated(only, owner))) return undefined;
  const places = [...variable.writes, ...variable.uses].map(({ name }) => name);
  for (const { start } of origins) {
    const statement = statementOf(start);
    const block = statement.parent;
    const end = block?.end ?? Number.POSITIVE_INFINITY;
    const stray = places.find((place) => place.end > end || place.start < statement.start);
    if (stray) return stray;
    const later = bindings.find((each) => each.start >= statement.start && each.end <= end);
    if (later) return later;
  }
  return undefined;
}

/** `self.db` of `self.db = …`. */
function isAssigned(root: Name, text: string): boolean {
  let at: Node = root;
  while (at.parent instanceof Attribute && at.text !== text) at = at.parent;
  return at.text === text && at.parent instanceof Assignment && at.parent.left === at;
}

/** Whether a name may be bound more than once by its one binding: by a loop around it. */
function isRepeated(binding: Name, owner: Node | undefined): boolean {
  const loop = binding.around(
    (node) => node === owner || node.type === "for_statement" || node.type === "while_statement",
  );
  return loop !== undefined && loop !== owner;
}
