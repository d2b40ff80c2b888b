import { Attribute, Call, FunctionDef, Name, type Node } from "../syntax/index.ts";
import { evidenceOf } from "./definitions.ts";
import { facade, foreignName } from "./foreign.ts";
import type { Inference } from "./infer.ts";
import { certain, type Inferred, instanceOf, type Lent, type Type } from "./type.ts";

/**
 * oslo.db's `with enginefacade.reader.using(context)`, and its decorators `@enginefacade.reader` and `.writer`, put a
 * session, or with `.connection` a connection, on the context: what `using` is given, or the first parameter, behind
 * `self`, of the function below the decorator. A project's own decorators do the same by way of `using`.
 */
export function contextOf(link: Attribute, inference: Inference): Inferred | undefined {
  const type = Object.hasOwn(lent, link.name) ? lent[link.name] : undefined;
  if (!type) return undefined;
  const inside = lentAround(link, link.object.text, inference);
  if (inside?.attribute === link.name) return certain(type, inside.because);
  if (!(link.object instanceof Name)) return undefined;
  const owner = link.around((outer) => outer instanceof FunctionDef);
  if (!(owner instanceof FunctionDef)) return undefined;
  const names = owner.params.map(({ name }) => name.name);
  const decorator = owner.decorators.find((each) => lends(each, link, names, inference));
  return decorator && certain(type, [evidenceOf({ kind: "opaque", node: decorator }, inference.file)]);
}

/** What the innermost `with facade.using(context)` around a place puts on the context of that text. */
export function lentAround(at: Node, context: string, inference: Inference): Omit<Lent, "place"> | undefined {
  for (let node = at.parent; node && !(node instanceof FunctionDef); node = node.parent) {
    if (node.type !== "with_statement") continue;
    for (const call of usingIn(node)) {
      if (call.positional[0]?.text !== context) continue;
      const path = foreignName(inference.of(call.callee).type) ?? "";
      const attribute = using.exec(path)?.groups?.["connection"] ? "connection" : "session";
      if (using.test(path)) return { attribute, because: [evidenceOf({ kind: "opaque", node: call }, inference.file)] };
    }
  }
  return undefined;
}

function usingIn(statement: Node): readonly Call[] {
  const found: Call[] = [];
  const pending = statement.children.filter(({ type }) => type !== "block");
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node instanceof Call && node.callee instanceof Attribute && node.callee.name === "using") found.push(node);
    else pending.push(...node.children);
  }
  return found;
}

function lends(decorator: Node, link: Attribute, names: readonly string[], inference: Inference): boolean {
  const made = inference.of(decorator);
  const path = foreignName(made.type) ?? "";
  const place = names.indexOf(link.object.text);
  const first = names[0] === "self" || names[0] === "cls" ? 1 : 0;
  if (decorating.test(path)) return place === first && path.endsWith(".connection") === (link.name === "connection");
  const type = inference.world.settle(made.type);
  const handed = type.kind === "function" ? (type.hands?.lent ?? []) : [];
  return handed.some((each) => each.place === place && each.attribute === link.name);
}

const lent: Readonly<Record<string, Type>> = {
  session: instanceOf("sqlalchemy.orm.Session"),
  connection: instanceOf("sqlalchemy.engine.Connection"),
};

const decorating = new RegExp(String.raw`${facade}(\.connection)?$`);
const using = new RegExp(String.raw`${facade}(?<connection>\.connection)?\.using$`);
