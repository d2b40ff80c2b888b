import { apiOf } from "../knowledge/index.ts";
import { type Expr, FunctionDef, isBinding, Name, unparenthesized } from "../syntax/index.ts";
import type { Inference } from "./infer.ts";
import { apiAncestor } from "./lineage.ts";
import { buildingOn, endOf, entitiesOf, escapes, queryKindOf } from "./query_uses.ts";
import { assignedFrom, howOf, namesBeside, rootOf, targetsOf, valuesOf } from "./query_values.ts";
import type { QuerySource, QueryUse, QueryVariable, QueryWrite } from "./query_variable.ts";
import type { References } from "./references.ts";
import type { Scope } from "./scopes.ts";
import type { Inferred } from "./type.ts";
import { flowOf, type VariableFlow } from "./variable_flow.ts";

/** The query variables of one file, each made when one of its names is first asked for. */
export class QueryVariables {
  readonly #inference: Inference;
  readonly #references: References;
  readonly #flows = new Map<Scope, Map<string, VariableFlow>>();
  readonly #known = new Map<Name, QueryVariable | undefined>();

  constructor(inference: Inference, references: References) {
    this.#inference = inference;
    this.#references = references;
  }

  /** The query that a name holds where it is read or written; `undefined` where that is no query, or not known to be. */
  of(name: Name): QueryVariable | undefined {
    if (!this.#known.has(name)) {
      const scope = this.#inference.scopeOf(name.name, name.start);
      const found = scope && /^(module|function)$/.test(scope.kind) ? this.#found(name, scope) : undefined;
      this.#known.set(name, found?.variable);
      for (const each of found?.names ?? []) this.#known.set(each, found?.variable);
    }
    return this.#known.get(name);
  }

  #found(name: Name, scope: Scope): Collected {
    const same = this.#references.in(scope, name.name);
    return same.length > most ? { variable: undefined, names: new Set(same) } : this.#collect(name, scope);
  }

  #collect(name: Name, scope: Scope): Collected {
    const names = new Set<Name>();
    const pending = [name];
    for (let next = pending.pop(); next; next = pending.pop()) {
      // More than anyone writes: what goes on for longer is no concern of ours.
      if (names.has(next) || names.size > most || this.#inference.scopeOf(next.name, next.start) !== scope) continue;
      names.add(next);
      const flow = this.#flow(scope, next.name);
      pending.push(...flow.together(next));
      pending.push(...(isWrite(next) ? namesBeside(next) : targetsOf(next)));
    }
    return { variable: names.size > most ? undefined : this.#variable(names, scope), names };
  }

  #flow(scope: Scope, name: string): VariableFlow {
    const flows = this.#flows.get(scope) ?? new Map<string, VariableFlow>();
    this.#flows.set(scope, flows);
    let flow = flows.get(name);
    if (!flow) {
      const body = scope.node instanceof FunctionDef ? scope.node.body.children : this.#inference.file.body;
      flow = flowOf(this.#references.in(scope, name), body);
      flows.set(name, flow);
    }
    return flow;
  }

  #variable(names: ReadonlySet<Name>, scope: Scope): QueryVariable | undefined {
    const inOrder = [...names].sort((a, b) => a.start - b.start);
    const writes = new Map<Name, MutableWrite>();
    for (const name of inOrder) if (isWrite(name)) writes.set(name, { name, how: howOf(name), sources: [] });
    const sees = (name: Name): readonly QueryWrite[] =>
      this.#flow(scope, name.name)
        .seenBy(name)
        .flatMap((each) => writes.get(each) ?? []);
    for (const write of writes.values()) {
      write.sources = valuesOf(write.name).map((value) => this.#source(value, scope, sees));
    }
    const begun = [...writes.values()].flatMap(({ name, how, sources }) =>
      how === "assigned" || how === "walrus"
        ? sources.flatMap((each) => (each.kind === "begins" ? this.#begun(each.value) : []))
        : this.#begun(name),
    );
    const [first] = begun;
    if (!first) return undefined;
    const uses = inOrder.flatMap((name) => (writes.has(name) ? [] : usesOf(name, name, sees)));
    const beside = [...writes.values()].flatMap((write) => usesBeside(write.name, () => [write]));
    const all = [...uses, ...beside, ...this.#beyond(writes, scope)].sort((a, b) => a.name.start - b.name.start);
    const entities = [...writes.values()].flatMap(({ sources }) =>
      sources.flatMap((each) => (each.kind === "begins" ? [each.entities] : [])),
    );
    const texts = new Set(entities.map((asked) => asked.map(({ text }) => text).join(", ")));
    return {
      names: [...new Set([...writes.keys()].map(({ name }) => name))],
      owner: scope.node instanceof FunctionDef ? scope.node : undefined,
      kind: first.kind,
      of: first.of,
      writes: [...writes.values()],
      uses: all,
      escapes: all.filter(({ end }) => end.kind === "escapes"),
      entities,
      differs: texts.size > 1,
      certainty: begun.some(({ found }) => found.certainty === "likely") ? "likely" : "certain",
      because: first.found.because,
    };
  }

  /** Uses that flow does not order: in closures, by `global`. They may be of any query that the name holds. */
  #beyond(writes: ReadonlyMap<Name, QueryWrite>, scope: Scope): readonly QueryUse[] {
    const all = [...writes.values()];
    return [...new Set(all.map(({ name }) => name.name))].flatMap((text) => {
      const { captures, handed } = this.#flow(scope, text);
      const sees = all.filter(({ name }) => name.name === text);
      const captured = captures.map(
        (name): QueryUse => ({ name, links: [], query: name, end: escapes("closure"), sees }),
      );
      const given = handed.map(
        (name): QueryUse => ({ name, links: [], query: name, end: escapes("outer scope"), sees }),
      );
      return [...captured, ...given];
    });
  }

  #source(value: Expr, scope: Scope, sees: (name: Name) => readonly QueryWrite[]): QuerySource {
    const root = rootOf(value);
    if (root && this.#inference.scopeOf(root.name, root.start) === scope) {
      const { links, query } = buildingOn(root);
      if (unparenthesized(query) === value) return { kind: "builds", value, on: root, links, sees: sees(root) };
    }
    const isQuery = this.#begun(value).length > 0;
    return isQuery ? { kind: "begins", value, entities: entitiesOf(value) } : { kind: "other", value };
  }

  #begun(value: Expr): readonly Begun[] {
    const found = this.#inference.of(value);
    const type = this.#inference.world.settle(found.type);
    if (type.kind !== "instance") return [];
    const api = apiAncestor(type.id, this.#inference.world);
    const kind = api === undefined ? undefined : queryKindOf(api);
    const of = api === undefined ? undefined : apiOf(api)?.name;
    return kind && of ? [{ kind, of, found }] : [];
  }
}

const most = 500;

interface Collected {
  readonly variable: QueryVariable | undefined;
  /** All names that this is the answer for. */
  readonly names: ReadonlySet<Name>;
}

const isWrite = (name: Name): boolean => isBinding(name) && name.parent?.type !== "delete_statement";

interface MutableWrite extends QueryWrite {
  sources: readonly QuerySource[];
}

interface Begun {
  readonly kind: QueryVariable["kind"];
  readonly of: QueryVariable["of"];
  readonly found: Inferred;
}

/** What is done with the query that begins at `root`, unless that only goes into a variable. */
function usesOf(root: Expr, name: Name, sees: (name: Name) => readonly QueryWrite[]): readonly QueryUse[] {
  const { links, query, end } = buildingOn(root);
  if (end) return [{ name, links, query, end: { kind: "link", link: end }, sees: sees(name) }];
  const targets = assignedFrom(query);
  if (targets.length === 0) return [{ name, links, query, end: endOf(query), sees: sees(name) }];
  return targets.flatMap((target) => (target instanceof Name ? [] : [given(name, query, target, sees)]));
}

/** `self.q = q = …` hands on what it writes, and the value of a walrus is there to be used. */
function usesBeside(write: Name, sees: (name: Name) => readonly QueryWrite[]): readonly QueryUse[] {
  const { parent } = write;
  if (!parent || parent.children[0] !== write) return [];
  if (parent.type === "named_expression")
    return usesOf(parent, write, sees).filter(({ end }) => end.kind !== "discarded");
  if (
    parent.type !== "assignment" ||
    valuesOf(write).some((value) => targetsOf(rootOf(value) ?? value).includes(write))
  )
    return [];
  const [value] = valuesOf(write);
  const targets = value ? assignedFrom(value) : [];
  return targets.flatMap((target) => (target instanceof Name ? [] : [given(write, value ?? write, target, sees)]));
}

function given(name: Name, query: Expr, target: Expr, sees: (name: Name) => readonly QueryWrite[]): QueryUse {
  const to = target.type === "attribute" ? "attribute" : "container";
  return { name, links: [], query, end: escapes(to), sees: sees(name) };
}
