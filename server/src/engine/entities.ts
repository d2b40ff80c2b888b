import type { ApiName } from "../knowledge/index.ts";
import type { ModelRef } from "../resolve/index.ts";
import { Attribute, Call, ClassDef, type Expr, ImportFrom, Name, type Node, unparenthesized } from "../syntax/index.ts";
import type { RuleContext } from "./rule.ts";

/** What a query is about, and how to write it there: `Author`, `models.Author`, or the name of an alias. */
export interface Entity {
  readonly text: string;
  /** `undefined` where we see a name and can't tell which class it stands for. */
  readonly model: ModelRef | undefined;
}

/** The entity of a statement. */
export interface Subject extends Entity {
  /** Whether the statement begins in the same expression, so that every link of it is in sight. */
  readonly direct: boolean;
}

/** Which part of a statement names its entity: a join starts from `select_from()`, a loader option never does. */
export type EntityUse = "join" | "load";

const builders: ReadonlySet<ApiName> = new Set<ApiName>([
  "sqlalchemy.select",
  "sqlalchemy.orm.Session.query",
  "sqlalchemy.orm.Query",
]);

/** Links after which a statement may be about something else. */
const turns = new Set(["with_entities", "select_entity_from", "from_self", "with_only_columns", "from_statement"]);

/**
 * The entity that a string in `statement.join("…")` or `statement.options(load("…"))` belongs to: the first one
 * asked for. `undefined` where it can't be written down there.
 */
export function entityOf(statement: Expr, use: EntityUse, context: RuleContext): Subject | undefined {
  let at = unparenthesized(statement);
  for (;;) {
    if (at instanceof Call) {
      const name = context.nameOf(at.callee);
      if (name && builders.has(name)) return direct(fromArguments(at, use, context));
      if (!(at.callee instanceof Attribute) || turns.has(at.callee.name)) return undefined;
      if (use === "join" && at.callee.name === "select_from") return direct(fromArguments(at, use, context));
      at = unparenthesized(at.callee.object);
    } else if (at instanceof Attribute && at.name === "query") {
      return direct(classEntity(at.object, context));
    } else break;
  }
  const { holds } = context.valueOf(at);
  const text = holds?.model && classNameAt(holds.model, at, context);
  return text ? { text, model: holds?.model, direct: false } : undefined;
}

const direct = (entity: Entity | undefined): Subject | undefined => entity && { ...entity, direct: true };

function fromArguments(call: Call, use: EntityUse, context: RuleContext): Entity | undefined {
  for (const { value, splat, name } of call.args) {
    if (splat !== "" || name !== undefined) return undefined;
    const entity = classEntity(value.type === "list" ? (value.children[0] ?? value) : value, context);
    if (entity) return entity;
    const column = value instanceof Attribute ? classEntity(value.object, context) : undefined;
    if (column?.model && use === "join") return column;
    if (column?.model) continue;
    return value instanceof Name ? { text: value.name, model: undefined } : undefined;
  }
  return undefined;
}

/** An expression that is a mapped class. */
export function classEntity(expr: Expr, context: RuleContext): Entity | undefined {
  if (!(expr instanceof Name) && !(expr instanceof Attribute)) return undefined;
  const value = context.valueOf(expr);
  return value.kind === "class" && value.model ? { text: expr.text, model: value.model } : undefined;
}

/** Where a relationship leads. */
export interface Step {
  /** Whether the class, as far as we read it, has an attribute of that name. */
  readonly known: boolean;
  /** `undefined` where the target class is unknown, or has no name at the place. */
  readonly target: Entity | undefined;
  /** The target's name in its own file, for a message. */
  readonly targetName: string | undefined;
}

/** Follows the attribute `name` of `entity`, as seen from `at`. */
export function stepFrom(entity: Entity, name: string, at: Expr, context: RuleContext): Step {
  const model = entity.model && context.modelOf(entity.model);
  const own = model?.relationships.find((each) => each.attribute === name);
  const to = own ? own.targetModel : entity.model && backrefTo(entity.model, name, at, context);
  const column = model?.columns.some((each) => each.attribute === name) ?? false;
  const text = to && (throughModule(entity, to) ?? classNameAt(to, at, context));
  return {
    known: own !== undefined || to !== undefined || column,
    target: to && text ? { text, model: to } : undefined,
    targetName: to?.name ?? own?.target,
  };
}

/** The class whose relationship makes `name` on `model`, among the classes that have a name at `at`. */
function backrefTo(model: ModelRef, name: string, at: Expr, context: RuleContext): ModelRef | undefined {
  for (const { ref } of classesAt(at, context)) {
    const found = context.modelOf(ref)?.relationships.find((each) => each.backref === name);
    if (found?.targetModel && isSame(found.targetModel, model)) return ref;
  }
  return undefined;
}

const isSame = (a: ModelRef, b: ModelRef): boolean => a.uri === b.uri && a.name === b.name;

/** `models.Book` beside `models.Author` of the same file. */
function throughModule(entity: Entity, to: ModelRef): string | undefined {
  const dot = entity.text.lastIndexOf(".");
  if (dot < 0 || entity.model?.uri !== to.uri || to.name.includes(".")) return undefined;
  return `${entity.text.slice(0, dot)}.${to.name}`;
}

/** How the class is called at a place: by its own statement or an import that is in sight there. */
export function classNameAt(ref: ModelRef, at: Expr, context: RuleContext): string | undefined {
  return classesAt(at, context).find((each) => isSame(each.ref, ref))?.text;
}

function classesAt(at: Expr, context: RuleContext): readonly { readonly text: string; readonly ref: ModelRef }[] {
  const found: { text: string; ref: ModelRef }[] = [];
  for (const statement of statementsInSight(at, context)) {
    for (const name of boundNames(statement)) {
      const value = context.valueOf(name);
      if (value.kind === "class" && value.model) found.push({ text: name.name, ref: value.model });
    }
  }
  return found;
}

/** The statements of the module and of the functions around `at`. */
function statementsInSight(at: Expr, context: RuleContext): readonly Node[] {
  const statements = [...context.file.body];
  for (let node: Node | undefined = at; node; node = node.parent) {
    if (node.type === "block" && node.parent?.type === "function_definition") statements.push(...node.children);
  }
  return statements;
}

function boundNames(statement: Node): readonly Name[] {
  const inner = statement.type === "decorated_definition" ? statement.children.at(-1) : statement;
  if (inner instanceof ClassDef) return inner.nameNode instanceof Name ? [inner.nameNode] : [];
  if (!(inner instanceof ImportFrom)) return [];
  return inner.names.flatMap(({ node }) => [...node.walk()].filter((each) => each instanceof Name).slice(-1));
}
