import {
  type ApiName,
  Attribute,
  Call,
  classEntity,
  type Entity,
  type Expr,
  entityOf,
  markOf,
  type Node,
  type ProposedFix,
  type Report,
  type RuleContext,
  replace,
  rule,
  Str,
  type Subject,
  stepFrom,
  type TextEdit,
} from "../../engine/index.ts";

/** What a loader function does with its arguments: follow them as one path, or take each as an attribute of its own. */
type Shape = "path" | "each";

const shapes: Readonly<Record<string, Shape>> = {
  joinedload: "path",
  subqueryload: "path",
  selectinload: "path",
  lazyload: "path",
  immediateload: "path",
  noload: "path",
  raiseload: "path",
  defaultload: "path",
  contains_eager: "path",
  defer: "path",
  undefer: "path",
  load_only: "each",
};

const functions: readonly ApiName[] = [
  "sqlalchemy.orm.joinedload",
  "sqlalchemy.orm.subqueryload",
  "sqlalchemy.orm.selectinload",
  "sqlalchemy.orm.lazyload",
  "sqlalchemy.orm.immediateload",
  "sqlalchemy.orm.noload",
  "sqlalchemy.orm.raiseload",
  "sqlalchemy.orm.defaultload",
  "sqlalchemy.orm.contains_eager",
  "sqlalchemy.orm.defer",
  "sqlalchemy.orm.undefer",
  "sqlalchemy.orm.load_only",
];
const methods: readonly ApiName[] = [
  "sqlalchemy.orm.Load.joinedload",
  "sqlalchemy.orm.Load.subqueryload",
  "sqlalchemy.orm.Load.selectinload",
  "sqlalchemy.orm.Load.lazyload",
  "sqlalchemy.orm.Load.immediateload",
  "sqlalchemy.orm.Load.noload",
  "sqlalchemy.orm.Load.raiseload",
  "sqlalchemy.orm.Load.defaultload",
  "sqlalchemy.orm.Load.contains_eager",
  "sqlalchemy.orm.Load.defer",
  "sqlalchemy.orm.Load.undefer",
  "sqlalchemy.orm.Load.load_only",
];

export default rule({
  id: "loader-string",
  title: "Name the attribute itself: loader options take no strings in 2.0",
  lesson: "migrate#loader-attributes",
  doc: "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-20-orm-query-join-strings",
  effects: { "1.4": "deprecated", "2.0": "raises", "2.1": "raises" },
  examples: [
    {
      bad: `from models import Author, SessionLocal
from sqlalchemy.orm import joinedload

with SessionLocal() as session:
    for author in session.query(Author).options(joinedload("books")):
        print(author.name, len(author.books))
`,
      good: `from models import Author, SessionLocal
from sqlalchemy.orm import joinedload

with SessionLocal() as session:
    for author in session.query(Author).options(joinedload(Author.books)):
        print(author.name, len(author.books))
`,
    },
    {
      bad: `from models import Book, SessionLocal
from sqlalchemy.orm import load_only

with SessionLocal() as session:
    for book in session.query(Book).options(load_only("title", "year")):
        print(book.title, book.year)
`,
      good: `from models import Book, SessionLocal
from sqlalchemy.orm import load_only

with SessionLocal() as session:
    for book in session.query(Book).options(load_only(Book.title, Book.year)):
        print(book.title, book.year)
`,
    },
  ],
  on: { call: [...functions, ...methods] },
  check(call, context): Report | undefined {
    const name = context.nameOf(call.callee)?.split(".").at(-1) ?? "";
    const shape = shapes[name];
    const strings = call.positional.filter((value) => value instanceof Str);
    if (!shape || strings.length === 0 || strings.every(isWildcard)) return undefined;
    const mark = markOf(call);
    const report = { at: { start: mark.start, end: call.end }, mark };
    const fix = fixOf(call, name, shape, context);
    // `defaultload` alone gives no warning on 1.4.
    if (name === "defaultload" && context.target === "1.4") return { ...report, effect: "legacy", fix };
    return { ...report, fix };
  },
});

/** `'*'`, and `'.*'` of old, stand for every attribute: legal on all releases. */
const isWildcard = (value: Str): boolean => value.value === "*" || value.value === ".*";

function fixOf(call: Call, name: string, shape: Shape, context: RuleContext): ProposedFix | { readonly why: string } {
  if (call.hasSplat) return { why: "The names are put together at run time: choose the attributes there." };
  const start = startOf(call, context);
  const first = call.positional.find((value) => value instanceof Str);
  if (!start)
    return {
      why: `We can't tell which class ${first?.text ?? "this"} belongs to: write the attribute, as \`Class.name\`.`,
    };
  const walked = shape === "each" ? each(start, call, context) : walk(start, call, context);
  if ("why" in walked) return walked;
  const { attributes, conditions } = walked;
  if (!start.direct) conditions.push("Nothing changes what this query is about before the option is used.");
  const edits =
    shape === "each" || attributes.length === call.positional.length ? inPlace(call, attributes) : undefined;
  const chained = attributes.length > 1 && shape === "path" ? intoChain(call, name, attributes, context) : edits;
  if (!chained)
    return { why: "A path that starts inside of another option is refused by 1.4, too: write it link by link." };
  const title = attributes.length > 1 && shape === "path" ? "Follow the path on attributes" : "Name the attribute";
  return { title, safety: conditions.length > 0 ? "review" : "safe", conditions, edits: chained };
}

interface Walked {
  readonly attributes: readonly string[];
  readonly conditions: string[];
}

/** `load_only("title", "year")`: attributes of one class. */
function each(start: Entity, call: Call, context: RuleContext): Walked | { readonly why: string } {
  const conditions: string[] = [];
  const attributes: string[] = [];
  for (const value of call.positional) {
    if (!(value instanceof Str)) attributes.push(value.text);
    else if (value.value === undefined || !/^\w+$/.test(value.value)) return { why: notAName };
    else {
      if (!stepFrom(start, value.value, call, context).known) conditions.push(unseen(start, value.value));
      attributes.push(`${start.text}.${value.value}`);
    }
  }
  return { attributes, conditions };
}

/** `joinedload("books.publisher")`, `joinedload("books", "publisher")`: each name belongs to where the last one led. */
function walk(start: Entity, call: Call, context: RuleContext): Walked | { readonly why: string } {
  const conditions: string[] = [];
  const attributes: string[] = [];
  let at: Entity | undefined = start;
  for (const value of call.positional) {
    if (!(value instanceof Str)) {
      attributes.push(value.text);
      at = targetOf(value, context);
      continue;
    }
    if (value.value === undefined || !/^\w+(\.\w+)*(\.\*)?$/.test(value.value)) return { why: notAName };
    for (const name of value.value.split(".")) {
      if (name === "*") {
        attributes.push(value.text.includes('"') ? '"*"' : "'*'");
        continue;
      }
      if (!at)
        return {
          why: `The class that has \`${name}\` has no name here: import it, then follow the path on attributes.`,
        };
      const step = stepFrom(at, name, call, context);
      if (!step.known) conditions.push(unseen(at, name));
      attributes.push(`${at.text}.${name}`);
      at = step.target;
    }
  }
  return { attributes, conditions };
}

const notAName = "The name is put together at run time: choose the attribute there.";
const unseen = (entity: Entity, name: string): string =>
  `\`${entity.text}\` is a mapped class with an attribute \`${name}\`, a backref perhaps.`;

function inPlace(call: Call, attributes: readonly string[]): TextEdit[] {
  return call.positional.flatMap((value, index) =>
    value instanceof Str ? [replace(value, attributes[index] ?? value.text)] : [],
  );
}

/**
 * A path gave its strategy to the last attribute only, and left the ones before as they were: `defaultload()` says just
 * that. `contains_eager()` is the exception: it filled every step.
 */
function intoChain(
  call: Call,
  name: string,
  attributes: readonly string[],
  context: RuleContext,
): TextEdit[] | undefined {
  if (functionOf(call, context) === undefined) return undefined;
  const fills = name === "contains_eager";
  if (fills && call.args.some((argument) => argument.name !== undefined)) return undefined;
  const head = fills ? { text: call.callee.text, edits: [] } : context.importFor("sqlalchemy.orm.defaultload", call);
  const step = fills ? name : "defaultload";
  const before = attributes.slice(0, -1).map((attribute, index) => `${index === 0 ? head.text : step}(${attribute})`);
  const [kept] = call.positional;
  const last = call.positional.at(-1);
  if (!kept || !last) return undefined;
  return [
    ...head.edits,
    replace(call.callee, `${before.join(".")}.${name}`),
    replace({ start: kept.start, end: last.end }, attributes.at(-1) ?? ""),
  ];
}

const functionOf = (call: Call, context: RuleContext): ApiName | undefined =>
  functions.find((name) => name === context.nameOf(call.callee));

/** The class that the first name of a loader call belongs to. */
function startOf(call: Call, context: RuleContext): Subject | undefined {
  if (functionOf(call, context)) return subjectOf(call, context);
  const before = call.callee instanceof Attribute ? call.callee.object : undefined;
  if (!(before instanceof Call)) return undefined;
  const entity = endOf(before, context);
  return entity && { ...entity, direct: true };
}

/** The class that a loader call leads to. */
function endOf(call: Call, context: RuleContext): Entity | undefined {
  const name = context.nameOf(call.callee);
  const [first] = call.positional;
  if (name === "sqlalchemy.orm.Load") return first && classEntity(first, context);
  const isAboutColumns = /\.(defer|undefer|undefer_group|load_only|with_expression)$/.test(name ?? "");
  const last = call.positional.at(-1);
  if (!last) return undefined;
  if (!isAboutColumns && !(last instanceof Str)) return targetOf(last, context);
  const start = startOf(call, context);
  if (isAboutColumns || !start) return start;
  const names = call.positional.flatMap((value) => (value instanceof Str ? (value.value?.split(".") ?? []) : []));
  let at: Entity | undefined = start;
  for (const each of names) at = at && stepFrom(at, each, call, context).target;
  return names.length >= call.positional.length ? at : undefined;
}

/** Where `Author.books` leads, or `Author.books.of_type(Alias)`. */
function targetOf(expr: Expr, context: RuleContext): Entity | undefined {
  if (expr instanceof Call && expr.callee instanceof Attribute && expr.callee.name === "of_type") {
    const [type] = expr.positional;
    return type && (classEntity(type, context) ?? { text: type.text, model: undefined });
  }
  const owner = expr instanceof Attribute ? classEntity(expr.object, context) : undefined;
  return owner && expr instanceof Attribute ? stepFrom(owner, expr.name, expr, context).target : undefined;
}

/** The class of the query that an option is given to: `query.options(…)`, `session.get(Class, key, options=[…])`. */
function subjectOf(option: Call, context: RuleContext): Subject | undefined {
  let node: Node | undefined = context.chainOf(option).whole.parent;
  while (node && /^(list|tuple|list_splat|parenthesized_expression|keyword_argument|argument_list)$/.test(node.type)) {
    node = node.parent;
  }
  if (!(node instanceof Call)) return undefined;
  const name = context.nameOf(node.callee);
  const [first] = node.positional;
  if (name === "sqlalchemy.orm.Session.get" && first) {
    const entity = classEntity(first, context);
    return entity && { ...entity, direct: true };
  }
  const isOptions = node.callee instanceof Attribute && node.callee.name === "options" && name !== undefined;
  return isOptions && node.callee instanceof Attribute ? entityOf(node.callee.object, "load", context) : undefined;
}
