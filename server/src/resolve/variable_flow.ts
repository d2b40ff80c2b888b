import { isBinding, type Name, type Node } from "../syntax/index.ts";

/** Which writes of one variable can be what its reads see. */
export interface VariableFlow {
  /** In document order; parameters and targets of all kinds. */
  readonly writes: readonly Name[];
  /** Reads that happen where they stand. */
  readonly reads: readonly Name[];
  /** Names in a function, lambda, class or generator within the scope, which may run at any time. */
  readonly captures: readonly Name[];
  /** Names of `global` and `nonlocal` statements. */
  readonly handed: readonly Name[];
  /** The writes that a read may see, for `x += 1` those that it adds to, and for `del x` those that it ends. */
  seenBy(name: Name): readonly Name[];
  /** The reads that may see a write. */
  readersOf(write: Name): readonly Name[];
}

/**
 * Follows one variable through the statements of its scope: branches, loops, `with`, `try`, `match`. Where the order of
 * events is not written (an exception, `break`), every one is taken as possible: what is told apart here is apart.
 * `names`: all of the variable's names within the scope, in document order. Costs the names times the depth of blocks.
 */
export function flowOf(names: readonly Name[], body: readonly Node[]): VariableFlow {
  return new Walk(names).over(body);
}

/** A value that the variable may have: what one write gave it, or any of several. */
interface Value {
  readonly write: Name | undefined;
  readonly among: number[];
}

/** No value: this place is not reached. */
const dead = -1;
/** The value before any write. */
const unbound = 0;
/** Deeper than anyone writes; Python itself stops at 100. */
const deepest = 100;

class Walk {
  readonly #names: readonly Name[];
  readonly #values: Value[] = [{ write: undefined, among: [] }];
  readonly #seen = new Map<Name, number>();
  readonly #writes: Name[] = [];
  readonly #reads: Name[] = [];
  readonly #captures: Name[] = [];
  readonly #handed: Name[] = [];
  /** What the variable has got since each open loop, `try` or `with` began. */
  readonly #open: number[][] = [];
  #state = unbound;
  #depth = 0;

  constructor(names: readonly Name[]) {
    this.#names = names;
  }

  over(body: readonly Node[]): VariableFlow {
    const first = body[0]?.start ?? Number.POSITIVE_INFINITY;
    // Parameters, which stand ahead of the body.
    const inBody = this.#names.findIndex((name) => name.start >= first);
    const count = inBody < 0 ? this.#names.length : inBody;
    for (const name of this.#names.slice(0, count)) if (isBinding(name)) this.#write(name);
    this.#block(body, count, this.#names.length);
    const seen = new Map([...this.#seen].map(([name, value]) => [name, this.#writesIn(value)]));
    const readers = new Map<Name, Name[]>();
    for (const [name, writes] of seen) {
      for (const write of writes) {
        const known = readers.get(write);
        if (known) known.push(name);
        else readers.set(write, [name]);
      }
    }
    return {
      writes: this.#writes,
      reads: this.#reads,
      captures: this.#captures,
      handed: this.#handed,
      seenBy: (name) => seen.get(name) ?? [],
      readersOf: (write) => readers.get(write) ?? [],
    };
  }

  #writesIn(value: number): readonly Name[] {
    const found = new Set<Name>();
    const known = new Set<number>();
    const pending = [value];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (known.has(next)) continue;
      known.add(next);
      const { write, among } = this.#values[next] ?? { write: undefined, among: [] };
      if (write) found.add(write);
      pending.push(...among);
    }
    return this.#writes.filter((write) => found.has(write));
  }

  #block(statements: readonly Node[], from: number, to: number): void {
    let at = from;
    while (at < to) {
      const name = this.#names[at];
      const statement = name && statementAt(statements, name.start);
      if (!statement) {
        at++;
        continue;
      }
      const end = this.#endIn(statement, at, to);
      this.#statement(statement, at, end);
      at = end;
    }
    const last = statements[statements.length - 1];
    if (last && leaving.has(last.type)) this.#state = dead;
  }

  /** The index behind the last name within a node. */
  #endIn(node: Node, from: number, to: number): number {
    let end = from;
    while (end < to && (this.#names[end]?.start ?? 0) < node.end) end++;
    return end;
  }

  /** Visits the children of a compound statement in turn, each with its own names. */
  #parts(node: Node, from: number, visit: (part: Node, from: number, to: number) => void): void {
    let at = from;
    for (const part of node.children) {
      const end = this.#endIn(part, at, this.#names.length);
      visit(part, at, end);
      at = end;
    }
  }

  #statement(node: Node, from: number, to: number): void {
    if (this.#depth >= deepest) {
      // Nothing is known of what stands here: take all of it as put off.
      this.#captures.push(...this.#names.slice(from, to));
      return;
    }
    this.#depth++;
    switch (node.type) {
      case "if_statement":
        this.#branches(node, from, !node.children.some(({ type }) => type === "else_clause"));
        break;
      case "match_statement":
        this.#match(node, from);
        break;
      case "for_statement":
      case "while_statement":
        this.#loop(node, from);
        break;
      case "try_statement":
        this.#try(node, from);
        break;
      case "with_statement":
        this.#with(node, from);
        break;
      case "function_definition":
      case "class_definition":
      case "decorated_definition":
        this.#definition(node, from, to);
        break;
      default:
        this.#evaluate(node, from, to);
    }
    this.#depth--;
  }

  /** A condition and its block, then `elif` and `else` clauses of the same form. */
  #branches(node: Node, from: number, mayPass: boolean): void {
    const ends: number[] = [];
    let start = this.#state;
    const visit = (part: Node, first: number, last: number): void => {
      if (part.type === "block") {
        start = this.#state;
        this.#block(part.children, first, last);
        ends.push(this.#state);
        this.#state = start;
      } else if (part.type === "elif_clause" || part.type === "else_clause") {
        this.#parts(part, first, visit);
      } else {
        this.#evaluate(part, first, last);
      }
    };
    this.#parts(node, from, visit);
    this.#state = this.#any(mayPass ? [...ends, this.#state] : ends);
  }

  #match(node: Node, from: number): void {
    const ends: number[] = [];
    this.#parts(node, from, (part, first, last) => {
      if (part.type !== "block") return this.#evaluate(part, first, last);
      const start = this.#state;
      this.#parts(part, first, (clause, begin) => {
        this.#state = start;
        this.#parts(clause, begin, (piece, a, b) => {
          if (piece.type === "block") this.#block(piece.children, a, b);
          else this.#evaluate(piece, a, b);
        });
        ends.push(this.#state);
      });
      this.#state = this.#any([...ends, start]);
    });
  }

  #loop(node: Node, from: number): void {
    const head: number[] = [];
    const isFor = node.type === "for_statement";
    let entry = this.#state;
    let since: readonly number[] = [];
    const enter = (): void => {
      entry = this.#state;
      head.push(entry);
      this.#state = this.#add({ write: undefined, among: head });
      this.#open.push([]);
    };
    // The iterable is evaluated once, ahead of the target; a condition each time.
    let target: (() => void) | undefined;
    if (!isFor) enter();
    this.#parts(node, from, (part, first, last) => {
      if (part.type === "block") {
        if (isFor) enter();
        target?.();
        const start = this.#state;
        this.#block(part.children, first, last);
        since = this.#close();
        head.push(this.#state, ...since);
        this.#state = isFor ? this.#any([entry, ...head]) : this.#any([start, ...head]);
      } else if (part.type === "else_clause") {
        this.#clause(part, first);
        this.#state = this.#any([this.#state, ...since]);
      } else if (isFor && !target) target = () => this.#evaluate(part, first, last);
      else this.#evaluate(part, first, last);
    });
  }

  #try(node: Node, from: number): void {
    const start = this.#state;
    const ends: number[] = [];
    let raised = start;
    let completed = start;
    this.#open.push([]);
    let isOpen = true;
    this.#parts(node, from, (part, first, last) => {
      if (part.type === "block") {
        this.#open.push([]);
        this.#block(part.children, first, last);
        raised = this.#any([start, ...this.#close()]);
        completed = this.#state;
      } else if (part.type === "else_clause") {
        this.#state = completed;
        this.#clause(part, first);
        completed = this.#state;
      } else if (part.type === "finally_clause") {
        isOpen = false;
        const end = this.#any([completed, ...ends]);
        const anywhere = this.#any([start, end, ...this.#close()]);
        this.#state = first < last ? anywhere : end;
        this.#clause(part, first);
        completed = this.#state;
        ends.length = 0;
      } else {
        this.#state = raised;
        this.#clause(part, first);
        ends.push(this.#state);
      }
    });
    if (isOpen) this.#close();
    this.#state = this.#any([completed, ...ends]);
  }

  /** A context manager may swallow an exception, so that any part of the block may be what ran. */
  #with(node: Node, from: number): void {
    this.#parts(node, from, (part, first, last) => {
      if (part.type !== "block") return this.#evaluate(part, first, last);
      const start = this.#state;
      this.#open.push([]);
      this.#block(part.children, first, last);
      this.#state = this.#any([this.#state, start, ...this.#close()]);
    });
  }

  #clause(node: Node, from: number): void {
    this.#parts(node, from, (part, first, last) => {
      if (part.type === "block") this.#block(part.children, first, last);
      else this.#evaluate(part, first, last);
    });
  }

  /** A function or class: its name may be ours; the rest runs when it is called. */
  #definition(node: Node, from: number, to: number): void {
    for (const name of this.#names.slice(from, to)) {
      const outer = name.parent;
      const isOwnName = outer === node || (outer?.parent === node && node.type === "decorated_definition");
      if (isOwnName && isBinding(name)) this.#write(name);
      else this.#captures.push(name);
    }
  }

  /** Names of one expression or simple statement: what is read is read before anything but a walrus is written. */
  #evaluate(node: Node, from: number, to: number): void {
    const names = this.#names.slice(from, to);
    const targets: Name[] = [];
    const events: { readonly at: number; readonly name: Name; readonly isWalrus: boolean }[] = [];
    for (const name of names) {
      const isWritten = isBinding(name);
      if (isPutOff(name, node)) this.#captures.push(name);
      else if (name.parent?.type === "named_expression" && isWritten)
        events.push({ at: name.parent.end, name, isWalrus: true });
      else if (isWritten) targets.push(name);
      else events.push({ at: name.start, name, isWalrus: false });
    }
    const walruses = events.filter(({ isWalrus }) => isWalrus);
    const repeats = walruses.some(({ name }) => name.around((outer) => comprehensions.has(outer.type)));
    if (repeats) for (const { name } of walruses) this.#perhaps(name);
    for (const { name, isWalrus } of events.sort((a, b) => a.at - b.at)) {
      if (!isWalrus) this.#read(name);
      else if (!repeats) this.#perhaps(name);
    }
    for (const name of targets) {
      const kind = name.parent?.type ?? "";
      if (kind === "augmented_assignment" || kind === "delete_statement") this.#seen.set(name, this.#state);
      if (handing.has(kind)) this.#handed.push(name);
      else if (kind === "delete_statement") this.#set(unbound);
      else this.#write(name);
    }
  }

  #read(name: Name): void {
    this.#reads.push(name);
    this.#seen.set(name, this.#state);
  }

  #write(name: Name): void {
    this.#writes.push(name);
    this.#set(this.#add({ write: name, among: [] }));
  }

  /** A walrus may stand where it is not evaluated. */
  #perhaps(name: Name): void {
    const before = this.#state;
    this.#write(name);
    this.#set(this.#any([before, this.#state]));
  }

  #set(value: number): void {
    this.#state = value;
    this.#open[this.#open.length - 1]?.push(value);
  }

  #close(): readonly number[] {
    const since = this.#open.pop() ?? [];
    this.#open[this.#open.length - 1]?.push(...since);
    return since;
  }

  #add(value: Value): number {
    return this.#values.push(value) - 1;
  }

  #any(values: readonly number[]): number {
    const several = [...new Set(values)].filter((value) => value !== dead);
    const [first = dead, ...others] = several;
    return others.length === 0 ? first : this.#add({ write: undefined, among: several });
  }
}

const leaving = new Set(["return_statement", "raise_statement", "break_statement", "continue_statement"]);
const handing = new Set(["global_statement", "nonlocal_statement"]);
const comprehensions = new Set([
  "list_comprehension",
  "set_comprehension",
  "dictionary_comprehension",
  "generator_expression",
]);

/** Whether a name stands in a lambda, or behind a generator's first iterable, which alone is evaluated at once. */
function isPutOff(name: Name, within: Node): boolean {
  let inner: Node = name;
  for (let outer = name.parent; outer && inner !== within; inner = outer, outer = outer.parent) {
    if (outer.type === "lambda") return true;
    if (outer.type !== "generator_expression") continue;
    const clause = outer.children.find(({ type }) => type === "for_in_clause");
    const iterable = clause?.children[1];
    if (!iterable || name.start < iterable.start || name.end > iterable.end) return true;
  }
  return false;
}

function statementAt(statements: readonly Node[], offset: number): Node | undefined {
  let low = 0;
  let high = statements.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const statement = statements[middle];
    if (!statement) return undefined;
    if (offset < statement.start) high = middle - 1;
    else if (offset >= statement.end) low = middle + 1;
    else return statement;
  }
  return undefined;
}
