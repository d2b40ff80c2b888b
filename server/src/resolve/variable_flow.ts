import { isBinding, type Name, type Node } from "../syntax/index.ts";
import { dead, FlowValues, unbound } from "./flow_values.ts";

/** Which writes of one variable can be what its reads see. */
export interface VariableFlow {
  /** In document order; parameters and targets of all kinds. */
  readonly writes: readonly Name[];
  /** Reads that happen where they stand. */
  readonly reads: readonly Name[];
  /** Names in a function, lambda, class or generator within the scope, which may run at any time, or where none gets to. */
  readonly captures: readonly Name[];
  /** Names of `global` and `nonlocal` statements. */
  readonly handed: readonly Name[];
  /** The writes that a read may see, for `x += 1` those that it adds to, and for `del x` those that it ends. */
  seenBy(name: Name): readonly Name[];
  /** The writes and reads that may concern the same value as this one does, itself included. */
  together(name: Name): readonly Name[];
}

/**
 * Follows one variable through the statements of its scope: branches, loops, `with`, `try`, `match`. Where the order of
 * events is not written (an exception, `break`), every one is taken as possible: what is told apart here is apart.
 * `names`: all of the variable's names within the scope, in document order. Costs the names times the depth of blocks; what
 * one read sees is told when it is asked for.
 */
export function flowOf(names: readonly Name[], body: readonly Node[]): VariableFlow {
  return new Walk(names).over(body);
}

/** Deeper than anyone writes; Python itself stops at 100. */
const deepest = 100;

class Walk {
  readonly #names: readonly Name[];
  readonly #values = new FlowValues();
  readonly #seen = new Map<Name, number>();
  readonly #written = new Map<Name, number>();
  readonly #writes: Name[] = [];
  readonly #reads: Name[] = [];
  readonly #captures: Name[] = [];
  readonly #handed: Name[] = [];
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
    const groups = this.#values.groups([...this.#written, ...this.#seen]);
    return {
      writes: this.#writes,
      reads: this.#reads,
      captures: this.#captures,
      handed: this.#handed,
      seenBy: (name) => {
        const value = this.#seen.get(name);
        return value === undefined ? [] : this.#values.writesIn(value);
      },
      together: (name) => groups.get(name) ?? [name],
    };
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
    if (last && leaving.has(last.type)) this.#values.now = dead;
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
    let start = this.#values.now;
    const visit = (part: Node, first: number, last: number): void => {
      if (part.type === "block") {
        start = this.#values.now;
        this.#block(part.children, first, last);
        ends.push(this.#values.now);
        this.#values.now = start;
      } else if (part.type === "elif_clause" || part.type === "else_clause") {
        this.#parts(part, first, visit);
      } else {
        this.#evaluate(part, first, last);
      }
    };
    this.#parts(node, from, visit);
    this.#values.now = this.#values.any(mayPass ? [...ends, this.#values.now] : ends);
  }

  #match(node: Node, from: number): void {
    const ends: number[] = [];
    this.#parts(node, from, (part, first, last) => {
      if (part.type !== "block") return this.#evaluate(part, first, last);
      const start = this.#values.now;
      this.#parts(part, first, (clause, begin) => {
        this.#values.now = start;
        this.#parts(clause, begin, (piece, a, b) => {
          if (piece.type === "block") this.#block(piece.children, a, b);
          else this.#evaluate(piece, a, b);
        });
        ends.push(this.#values.now);
      });
      this.#values.now = this.#values.any([...ends, start]);
    });
  }

  #loop(node: Node, from: number): void {
    const head: number[] = [];
    const isFor = node.type === "for_statement";
    let entry = this.#values.now;
    let since: readonly number[] = [];
    const enter = (): void => {
      entry = this.#values.now;
      head.push(entry);
      this.#values.now = this.#values.add(head);
      this.#values.open();
    };
    // The iterable is evaluated once, ahead of the target; a condition each time.
    let target: (() => void) | undefined;
    if (!isFor) enter();
    this.#parts(node, from, (part, first, last) => {
      if (part.type === "block") {
        if (isFor) enter();
        target?.();
        const start = this.#values.now;
        this.#block(part.children, first, last);
        since = this.#values.close();
        head.push(this.#values.now, ...since);
        this.#values.now = isFor ? this.#values.any([entry, ...head]) : this.#values.any([start, ...head]);
      } else if (part.type === "else_clause") {
        this.#clause(part, first);
        this.#values.now = this.#values.any([this.#values.now, ...since]);
      } else if (isFor && !target) target = () => this.#evaluate(part, first, last);
      else this.#evaluate(part, first, last);
    });
  }

  #try(node: Node, from: number): void {
    const start = this.#values.now;
    const ends: number[] = [];
    let raised = start;
    let completed = start;
    this.#values.open();
    let isOpen = true;
    this.#parts(node, from, (part, first, last) => {
      if (part.type === "block") {
        this.#values.open();
        this.#block(part.children, first, last);
        raised = this.#values.any([start, ...this.#values.close()]);
        completed = this.#values.now;
      } else if (part.type === "else_clause") {
        this.#values.now = completed;
        this.#clause(part, first);
        completed = this.#values.now;
      } else if (part.type === "finally_clause") {
        isOpen = false;
        const end = this.#values.any([completed, ...ends]);
        const anywhere = this.#values.any([start, end, ...this.#values.close()]);
        this.#values.now = first < last ? anywhere : end;
        this.#clause(part, first);
        completed = this.#values.now;
        ends.length = 0;
      } else {
        this.#values.now = raised;
        this.#clause(part, first);
        ends.push(this.#values.now);
      }
    });
    if (isOpen) this.#values.close();
    this.#values.now = this.#values.any([completed, ...ends]);
  }

  /** A context manager may swallow an exception, so that any part of the block may be what ran. */
  #with(node: Node, from: number): void {
    this.#parts(node, from, (part, first, last) => {
      if (part.type !== "block") return this.#evaluate(part, first, last);
      const start = this.#values.now;
      this.#values.open();
      this.#block(part.children, first, last);
      this.#values.now = this.#values.any([this.#values.now, start, ...this.#values.close()]);
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
      const isRead = kind === "augmented_assignment" || kind === "delete_statement";
      if (isRead && this.#values.now !== dead) this.#seen.set(name, this.#values.now);
      if (handing.has(kind)) this.#handed.push(name);
      else if (kind === "delete_statement") this.#values.set(unbound);
      else this.#write(name);
    }
  }

  #read(name: Name): void {
    // Where nothing leads to, nothing is known.
    if (this.#values.now === dead) return void this.#captures.push(name);
    this.#reads.push(name);
    this.#seen.set(name, this.#values.now);
  }

  #write(name: Name): void {
    this.#writes.push(name);
    this.#written.set(name, this.#values.write(name));
  }

  /** A walrus may stand where it is not evaluated. */
  #perhaps(name: Name): void {
    const before = this.#values.now;
    this.#write(name);
    this.#values.become([before, this.#values.now]);
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
