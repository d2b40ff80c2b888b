import {
  type Argument,
  Attribute,
  type Call,
  classEntity,
  type Entity,
  type Expr,
  entityOf,
  markOf,
  type ProposedFix,
  type Report,
  type RuleContext,
  replace,
  rule,
  Str,
  stepFrom,
  type TextEdit,
} from "../../engine/index.ts";

export default rule({
  id: "join-string",
  title: "Join on attributes, one per call: 2.0 takes no names, tuples or several targets",
  lesson: "migrate#join-on-attributes",
  doc: "https://docs.sqlalchemy.org/en/20/changelog/migration_20.html#migration-20-orm-query-join-strings",
  effects: { "1.4": "deprecated", "2.0": "raises", "2.1": "raises" },
  examples: [
    {
      bad: `from models import Author, Book, SessionLocal

with SessionLocal() as session:
    query = session.query(Author).join("books").filter(Book.year > 1820)
    print([author.name for author in query])
`,
      good: `from models import Author, Book, SessionLocal

with SessionLocal() as session:
    query = session.query(Author).join(Author.books).filter(Book.year > 1820)
    print([author.name for author in query])
`,
    },
    {
      bad: `from models import Author, Book, SessionLocal

with SessionLocal() as session:
    query = session.query(Author.name, Book.title).outerjoin((Book, Book.author_id == Author.id))
    print(query.order_by(Book.id).all())
`,
      good: `from models import Author, Book, SessionLocal

with SessionLocal() as session:
    query = session.query(Author.name, Book.title).outerjoin(Book, Book.author_id == Author.id)
    print(query.order_by(Book.id).all())
`,
    },
  ],
  on: {
    call: [
      "sqlalchemy.orm.Query.join",
      "sqlalchemy.orm.Query.outerjoin",
      "sqlalchemy.sql.Select.join",
      "sqlalchemy.sql.Select.outerjoin",
    ],
  },
  check(call, context): Report | undefined {
    const targets = targetsOf(call, context);
    if (!targets || !(call.callee instanceof Attribute)) return undefined;
    const isSelect = context.nameOf(call.callee)?.startsWith("sqlalchemy.sql.Select") ?? false;
    // select() never took any of these forms, on no release.
    const mark = markOf(call);
    const report = {
      at: { start: mark.start, end: call.end },
      mark,
      ...(isSelect ? { effect: "raises" as const } : {}),
    };
    const fix = fixOf(call, call.callee, targets, context);
    return "why" in fix ? { ...report, fix } : { ...report, fix: isSelect ? { ...fix, ...neverRan } : fix };
  },
});

const neverRan = {
  safety: "review" as const,
  conditions: ["This join never ran on any release: check that it is the join you meant."],
};

/** One thing to join to. `swapped` is the oldest tuple form, with the relationship first. */
type Target =
  | { readonly kind: "name"; readonly name: Str }
  | { readonly kind: "expr"; readonly expr: Expr }
  | { readonly kind: "pair"; readonly tuple: Expr | undefined; readonly items: readonly Expr[]; readonly on?: Str };

/** What 1.4 would join to, for the forms that 2.0 refuses; `undefined` for a call that is fine. */
function targetsOf(call: Call, context: RuleContext): readonly Target[] | undefined {
  const given = call.args.filter(({ name }) => name === undefined);
  const values = given.map(({ value }) => value);
  const [first, second] = values;
  if (!first || given.some(({ splat }) => splat !== "")) return undefined;
  const odd = values.some((value) => value instanceof Str || value.type === "tuple");
  if (values.length === 1 && !odd) return undefined;
  if (values.length === 2 && second && !(first instanceof Str) && first.type !== "tuple" && second.type !== "tuple") {
    const isPath = relationshipOf(first, context) !== undefined;
    if (second instanceof Str && !isPath) return [{ kind: "pair", tuple: undefined, items: values, on: second }];
    const manyClasses = classEntity(first, context) && classEntity(second, context);
    const manyPaths = isPath && relationshipOf(second, context) !== undefined;
    if (!odd && !manyClasses && !manyPaths) return undefined;
  }
  return values.map(toTarget);
}

function toTarget(value: Expr): Target {
  if (value instanceof Str) return { kind: "name", name: value };
  if (value.type !== "tuple") return { kind: "expr", expr: value };
  const on = value.children.find((item) => item instanceof Str);
  return { kind: "pair", tuple: value, items: value.children, ...(on instanceof Str ? { on } : {}) };
}

/** The class and attribute of `Author.books`, where that is a relationship we know. */
function relationshipOf(expr: Expr, context: RuleContext): { owner: Entity; name: string } | undefined {
  if (!(expr instanceof Attribute)) return undefined;
  const owner = classEntity(expr.object, context);
  const model = owner?.model && context.modelOf(owner.model);
  const isRelationship = model?.relationships.some(({ attribute }) => attribute === expr.name);
  return owner && isRelationship ? { owner, name: expr.name } : undefined;
}

/** Links that give a string another class to start from than the one the query names first. */
const turns = new Set(["with_entities", "select_from", "select_entity_from", "from_self", "set_entities"]);

function fixOf(
  call: Call,
  callee: Attribute,
  targets: readonly Target[],
  context: RuleContext,
): ProposedFix | { readonly why: string } {
  const keywords = call.args.filter(({ name }) => name !== undefined);
  const legacy = keywords.find(({ name }) => name !== "isouter" && name !== "full");
  if (legacy) return { why: `\`${legacy.name ?? "**"}\` is gone from 2.0: join to an \`aliased()\` class instead.` };
  const needsStart = targets.some((target) => target.kind === "name" || (target.kind === "pair" && target.on));
  const { links } = context.chainOf(call);
  const later = links.slice(links.findIndex((link) => link.call === call) + 1);
  const turn = needsStart && later.find((link) => turns.has(link.name));
  if (turn)
    return { why: `\`${turn.name}()\` further on changes what the name is looked up on: write the class yourself.` };

  const start = needsStart ? entityOf(callee.object, "join", context) : undefined;
  const path = new Path(start, call, context);
  const edits = targets.flatMap((target) => path.edits(target));
  if (path.why) return { why: path.why };
  if (targets.length > 1) {
    const split = splits(call, callee.name, keywords);
    if (!split) return { why: "A comment stands between the targets; move it first." };
    edits.push(...split);
  }
  const conditions = [...path.conditions];
  if (start && !start.direct) {
    conditions.push("Nothing changes what this query is about after the join, as `with_entities()` would.");
  }
  const title = targets.length > 1 ? "Join step by step, on attributes" : "Join on the attribute";
  return { title, safety: conditions.length > 0 ? "review" : "safe", conditions, edits };
}

/** Walks from class to class as 1.4 does: each name is looked up on what the one before it led to. */
class Path {
  readonly conditions: string[] = [];
  why: string | undefined;
  #at: Entity | undefined;
  readonly #call: Call;
  readonly #context: RuleContext;

  constructor(start: Entity | undefined, call: Call, context: RuleContext) {
    this.#at = start;
    this.#call = call;
    this.#context = context;
  }

  edits(target: Target): TextEdit[] {
    if (target.kind === "name") return this.#named(target.name);
    if (target.kind === "pair") return this.#pair(target.tuple, target.items, target.on);
    const path = relationshipOf(target.expr, this.#context);
    this.#at = path
      ? stepFrom(path.owner, path.name, this.#call, this.#context).target
      : classEntity(target.expr, this.#context);
    return [];
  }

  #named(name: Str): TextEdit[] {
    const key = name.value;
    const from = this.#at;
    if (key === undefined || !/^\w+$/.test(key))
      return this.#give("The name is put together at run time: choose the attribute there.");
    if (!from) return this.#give(`We can't tell which class \`${key}\` belongs to: write \`Class.${key}\`.`);
    const step = stepFrom(from, key, this.#call, this.#context);
    if (!step.known)
      this.conditions.push(`\`${from.text}\` is a mapped class with a relationship \`${key}\`, a backref perhaps.`);
    this.#at = step.target;
    return [replace(name, `${from.text}.${key}`)];
  }

  #pair(tuple: Expr | undefined, items: readonly Expr[], on: Str | undefined): TextEdit[] {
    const [first, second, ...more] = items;
    if (!first || more.length > 0) return this.#give("A tuple of more than two is no join: split it by hand.");
    const edits = on ? this.#named(on) : [];
    const isSwapped = second !== undefined && (on === first || relationshipOf(first, this.#context) !== undefined);
    const target = isSwapped ? second : first;
    this.#at = classEntity(target, this.#context);
    if (!tuple) return edits;
    if (isSwapped && second) {
      const attribute = edits[0]?.text ?? first.text;
      return [...bare(tuple, first, second), replace(first, second.text), replace(second, attribute)];
    }
    return [...bare(tuple, first, second ?? first), ...edits];
  }

  #give(why: string): TextEdit[] {
    this.why ??= why;
    return [];
  }
}

/** Takes the parentheses off a tuple, and a comma before the closing one. */
function bare(tuple: Expr, first: Expr, last: Expr): TextEdit[] {
  return [replace({ start: tuple.start, end: first.start }, ""), replace({ start: last.end, end: tuple.end }, "")];
}

/** Turns the commas between targets into `).join(`; keywords are for every one of the calls. */
function splits(call: Call, method: string, keywords: readonly Argument[]): TextEdit[] | undefined {
  const options = keywords.map(({ node }) => `, ${node.text}`).join("");
  const edits: TextEdit[] = [];
  for (const [index, value] of call.positional.slice(1).entries()) {
    const before = call.positional[index];
    if (!before) continue;
    const gap = call.source.text.slice(before.end, value.start);
    // A line break, and a comment that stands before it, stay where they are.
    const comma = /^\s*,(?:[ \t]*$)?/.exec(gap)?.[0];
    if (comma === undefined) return undefined;
    edits.push(replace({ start: before.end, end: before.end + comma.length }, `${options}).${method}(`));
  }
  return edits;
}
