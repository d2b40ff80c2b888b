import type { QuerySource, QueryUse, QueryVariable, QueryWrite } from "../resolve/index.ts";
import {
  Assignment,
  Attribute,
  Call,
  type Expr,
  isBinding,
  type Link,
  Name,
  type Node,
  type TextEdit,
} from "../syntax/index.ts";
import { databaseFor } from "./databases.ts";
import { replace } from "./edits.ts";
import { isUnbroken, type QueryChain, queryHookIn, queryIn } from "./query_chain.ts";
import {
  askingOf,
  closingOf,
  flaskObjectBehind,
  isExecution,
  isOfGenerator,
  joined,
  labelsChange,
  namesFor,
  runsEarly,
  whyNotEnding,
} from "./query_execution.ts";
import { isReadable, type QueryReading, readQuery } from "./query_links.ts";
import type { ProposedFix, RuleContext } from "./rule.ts";
import { sessionOf } from "./session_of_query.ts";

/**
 * Makes a statement of everything that a Query in a variable is, and gives it to the Session wherever it is run: one fix
 * for all of it, or the reason why there is none, by the line that is in the way.
 */
export function variableFix(variable: QueryVariable, context: RuleContext): ProposedFix | string {
  const origins = originsOf(variable, context);
  if (typeof origins === "string") return origins;
  const obstacle = obstacleIn(variable, context) ?? queryHookIn(context);
  if (obstacle) return obstacle;
  const [first] = origins;
  if (!first) return "Where this query begins is not written here.";
  const reading = new VariableReading(variable, first, origins, context);
  const why = reading.why();
  if (why) return why;
  const session = sessionOf(variable, origins, context);
  if ("why" in session) return session.why;
  const { start, asked } = first;
  const database = start instanceof Attribute ? databaseFor(start, context) : undefined;
  const flask = start instanceof Call ? flaskObjectBehind(start, context) : database?.text;
  const runs = variable.uses.filter(isRun);
  const counts = runs.some((use) => isCount(use));
  const asking = askingOf(start, counts, context);
  const { texts, edits } = namesFor(asking.names, start, flask, context);
  const [select = "select"] = texts;
  return {
    title: `Use \`select(${asked?.text})\` for ${listed(variable.names)}${database?.note ?? ""}`,
    safety: "review",
    conditions: [...new Set([labelsChange, ...reading.conditions, ...session.conditions, ...conditionsOf(variable)])],
    edits: [
      ...joined([...edits, ...(database?.edits ?? [])]),
      ...annotations(variable, context),
      ...origins.flatMap((origin) => beginning(origin, select)),
      ...runs.flatMap((use) => running(use, `${session.text}.${asking.open(texts, isCount(use))}`, reading.of(use))),
    ],
  };
}

/** Uses that need no edit: what they do with a Query they do with a `select()`. */
const isInert = ({ end }: QueryUse): boolean =>
  end.kind === "identified" || end.kind === "discarded" || (end.kind === "escapes" && end.to === "deleted");
const isRun = (use: QueryUse): boolean => !isInert(use);
const isCount = ({ end }: QueryUse): boolean => end.kind === "link" && end.link.name === "count";

function obstacleIn(variable: QueryVariable, context: RuleContext): string | undefined {
  const { writes, uses } = variable;
  if (writes.length * (writes.length + uses.length) > 10_000) return "It is built in more steps than we follow.";
  for (const { name, how, sources } of writes) {
    const at = placeOf(name, context);
    if (how !== "assigned" && how !== "walrus") return `${at} gives \`${name.name}\` its value in ${ways[how]}.`;
    const { annotation } = annotationOf(name);
    if (annotation && !(variable.owner && queryType.test(annotation.text)))
      return `${at} says that \`${name.name}\` is a \`${shown(annotation)}\`, which a \`select()\` is not.`;
    const other = sources.find(({ kind }) => kind === "other");
    if (other) return `${at} gives \`${name.name}\` something else: \`${shown(other.value)}\`.`;
  }
  if (variable.differs) return "It asks for different things on different branches: make one statement of each.";
  return uses.map((use) => obstacleOf(use, context)).find((why) => why !== undefined);
}

/** `Query`, `Query[Author]`, `orm.Query[Author]`, in quotes or not. */
const queryType = /^(["']?)(?:[\w.]+\.)?Query(?:\[([^"'[\]]+)\])?\1$/;

const annotationOf = ({ parent }: Name): Partial<Pick<Assignment, "annotation">> =>
  parent instanceof Assignment ? parent : {};

/** `Query[Author]` as `Select[tuple[Author]]`; a function never looks at what its variables are said to be. */
function annotations(variable: QueryVariable, context: RuleContext): readonly TextEdit[] {
  const found = variable.writes.flatMap(({ name }) => annotationOf(name).annotation ?? []);
  const [first] = found;
  if (!first) return [];
  const { text, edits } = context.importFor("sqlalchemy.sql.Select", first);
  return [
    ...edits,
    ...found.map((annotation) => {
      const [, quote = "", entity] = queryType.exec(annotation.text) ?? [];
      return replace(annotation, `${quote}${text}${entity ? `[tuple[${entity}]]` : ""}${quote}`);
    }),
  ];
}

const ways: Readonly<Record<QueryWrite["how"], string>> = {
  assigned: "an assignment",
  walrus: "a `:=`",
  augmented: "an augmented assignment",
  parameter: "a call: its callers give a Query",
  loop: "a loop",
  with: "a `with`",
  unpacked: "an unpacking",
  other: "another way",
};

/** Why a use can't be given a statement in the place of a Query. */
function obstacleOf(use: QueryUse, context: RuleContext): string | undefined {
  const { name, end, query } = use;
  if (isInert(use)) return undefined;
  const at = placeOf(name, context);
  if (isBinding(name)) return `${at} uses \`${name.name}\` where it is written: give it a line of its own.`;
  switch (end.kind) {
    case "link": {
      const { link } = end;
      if (!isExecution(link)) return `${at}: ${whyNotEnding(link.name)}`;
      if (link.call?.args.length !== 0)
        return `${at} gives \`${link.name}()\` an argument, which a result does not take.`;
      break;
    }
    case "escapes":
      return `${at} ${escapes[end.to]}.`;
    case "indexed":
      return `${at} takes an index or a slice of it: say \`limit()\` and \`offset()\` first.`;
    case "tested":
      return `${at} tests whether it is true: a Query always is, and a \`select()\` can't be tested.`;
    case "awaited":
      return `${at} awaits it.`;
  }
  if (name === query || isUnbroken(name.parent ?? name, query)) return undefined;
  return `${at}: a parenthesis holds a part of the query: write it in one piece.`;
}

const escapes: Readonly<Record<Extract<QueryUse["end"], { kind: "escapes" }>["to"], string>> = {
  argument: "passes it on: what is called may need a Query",
  caller: "returns it: the callers need a Query, and are to be changed with it",
  closure: "uses it in a function, lambda or generator that runs later",
  container: "puts it into a container, where others find it",
  attribute: "keeps it in an attribute, where others find it",
  "outer scope": "hands the variable to an outer scope",
  deleted: "deletes it",
  elsewhere: "uses it in a way that a `select()` may not allow",
};

/** The queries that a variable begins with, or why one of them can't be made a statement. */
function originsOf(variable: QueryVariable, context: RuleContext): readonly QueryChain[] | string {
  const values = variable.writes.flatMap(({ sources }) =>
    sources.flatMap((source) => (source.kind === "begins" ? [source.value] : [])),
  );
  const origins: QueryChain[] = [];
  for (const value of new Set(values)) {
    const at = placeOf(value, context);
    const origin = queryIn(value, context);
    if (!origin) return `${at} has a Query that begins elsewhere: \`${shown(value)}\`.`;
    if (origin.kind === "other") {
      return "A Query of columns or of several things gives rows: give its `select()` to `session.execute()`.";
    }
    const last = origin.links.at(-1)?.call ?? origin.start;
    if (!isUnbroken(origin.start, last))
      return `${at}: a parenthesis holds a part of the query: write it in one piece.`;
    origins.push(origin);
  }
  return origins;
}

/** What is to be known of the links of every statement, each with all that may have come before it. */
class VariableReading {
  readonly conditions: string[] = [];
  readonly #variable: QueryVariable;
  readonly #query: QueryChain;
  readonly #links = new Map<QuerySource, readonly Link[]>();
  readonly #context: RuleContext;
  readonly #readings = new Map<QueryUse, QueryReading>();

  constructor(variable: QueryVariable, query: QueryChain, origins: readonly QueryChain[], context: RuleContext) {
    this.#variable = variable;
    this.#query = query;
    this.#context = context;
    for (const { sources } of variable.writes) {
      for (const source of sources) {
        const origin =
          source.kind === "begins" ? origins.find(({ start }) => isWithin(start, source.value)) : undefined;
        this.#links.set(source, source.kind === "builds" ? source.links : (origin?.links ?? []));
      }
    }
  }

  of(use: QueryUse): QueryReading {
    return this.#readings.get(use) ?? { conditions: [], repeats: true, collects: true };
  }

  /** Why some statement can't go on with a `select()` as it does with a Query. */
  why(): string | undefined {
    for (const { name, sources } of this.#variable.writes) {
      for (const source of sources) {
        const before = source.kind === "builds" ? this.#before(source.sees) : [];
        const read = this.#read(this.#links.get(source) ?? [], before, name);
        if (typeof read === "string") return read;
      }
    }
    for (const use of this.#variable.uses) {
      const read = this.#read(use.links, this.#before(use.sees), use.name);
      if (typeof read === "string") return read;
      this.#readings.set(use, read);
    }
    return undefined;
  }

  #read(links: readonly Link[], before: readonly Link[], at: Node): QueryReading | string {
    const foreign = links.find((link) => !isReadable(link));
    if (foreign) return `${placeOf(foreign.attribute.member, this.#context)}: ${whyNotEnding(foreign.name)}`;
    const reading = readQuery(this.#query, links, this.#context, before);
    if (reading.why) return `${placeOf(at, this.#context)}: ${reading.why}`;
    this.conditions.push(...reading.conditions);
    return reading;
  }

  /** All links by which what is read may have been made, in document order. */
  #before(sees: readonly QueryWrite[]): readonly Link[] {
    const found = new Set<QuerySource>();
    const pending = [...sees];
    for (let write = pending.pop(); write; write = pending.pop()) {
      for (const source of write.sources) {
        if (found.has(source)) continue;
        found.add(source);
        if (source.kind === "builds") pending.push(...source.sees);
      }
    }
    return [...this.#links].flatMap(([source, links]) => (found.has(source) ? links : []));
  }
}

/** `session.query(Author)` and `Author.query` as `select(Author)`. */
function beginning({ start, mark, asked }: QueryChain, select: string): readonly TextEdit[] {
  if (start instanceof Call) return [replace({ start: start.start, end: mark.end }, select)];
  if (!asked) return [];
  const open = replace({ start: start.start, end: start.start }, `${select}(`);
  return [open, replace({ start: asked.end, end: start.end }, ")")];
}

function running(use: QueryUse, opening: string, reading: QueryReading): readonly TextEdit[] {
  const { name, links, end } = use;
  const last = links.at(-1)?.call ?? name;
  const open = replace({ start: name.start, end: name.start }, opening);
  return [open, ...closingOf(last, end.kind === "link" ? end.link : undefined, links, reading)];
}

function conditionsOf(variable: QueryVariable): readonly string[] {
  const lazy = variable.uses.some(({ query, end }) => end.kind === "iterated" && isOfGenerator(query));
  const outside = variable.owner ? [] : [`No other file or cell uses ${listed(variable.names)}.`];
  return [...(lazy ? [runsEarly] : []), ...outside];
}

const placeOf = (node: Node, { file }: RuleContext): string => `Line ${file.lineOf(node.start) + 1}`;
const listed = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(" and ");
const isWithin = (inner: Node, outer: Node): boolean => outer.start <= inner.start && inner.end <= outer.end;

/** The beginning of an expression, for a person to know it by. */
function shown(value: Expr | undefined): string {
  const line = value?.text.split("\n")[0] ?? "";
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
}

/**
 * The queries `Author.query`, not called at once, that begin the variable on which `call` is the first call: they have
 * no call of their own to be found by.
 */
export function unassignedStarts(call: Call, context: RuleContext): readonly QueryChain[] {
  const root = call.callee instanceof Attribute ? call.callee.object : undefined;
  const variable = root instanceof Name ? context.queryVariableOf(root) : undefined;
  const bare = (variable?.writes ?? []).flatMap(({ sources }) =>
    sources.flatMap((source) => (source.kind === "begins" && source.value instanceof Attribute ? [source.value] : [])),
  );
  if (!variable || bare.length === 0 || firstCallOf(variable) !== call) return [];
  return [...new Set(bare)].flatMap((value) => queryIn(value, context) ?? []);
}

function firstCallOf(variable: QueryVariable): Call | undefined {
  const built = variable.writes.flatMap(({ sources }) =>
    sources.flatMap((source) => (source.kind === "builds" ? (source.links[0]?.call ?? []) : [])),
  );
  const used = variable.uses.flatMap(
    ({ links, end }) => links[0]?.call ?? (end.kind === "link" ? (end.link.call ?? []) : []),
  );
  return [...built, ...used].sort((a, b) => a.start - b.start || a.end - b.end)[0];
}
