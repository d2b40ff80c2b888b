import { isSubclass } from "../knowledge/index.ts";
import { Assignment, type Call, type Expr, Name, type Node, type Span } from "../syntax/index.ts";
import { follow, union } from "./answers.ts";
import { evidenceOf } from "./definitions.ts";
import type { Inference } from "./infer.ts";
import { ancestors } from "./lineage.ts";
import { type ClassId, type Inferred, nothing, sameClass, unknown } from "./type.ts";

/** What `isinstance(x, C)` says of x where it holds: in the branch that it guards, behind an assertion or an early exit. */
export class Narrowing {
  readonly #inference: Inference;
  #tests: ReadonlyMap<string, readonly Test[]> | undefined;

  constructor(inference: Inference) {
    this.#inference = inference;
  }

  /** `text` is a name, or names and dots; `nothing` where no test holds at the offset. */
  at(text: string, offset: number): Inferred {
    const tests = this.#all();
    if (tests.size === 0) return nothing;
    for (const test of tests.get(text) ?? []) {
      if (!test.holds().some(({ start, end }) => start <= offset && offset < end)) continue;
      if (this.#isOther(text, test.call, offset)) continue;
      return this.#told(test);
    }
    return nothing;
  }

  /**
   * Whether a value that a name got at `since` cannot be what is read at the offset: a test between the two says that
   * it is of a class, and the read lies where the test has failed.
   */
  ruledOut(value: Inferred, name: string, since: number, offset: number): boolean {
    const tests = this.#all();
    if (tests.size === 0 || value.type.kind !== "instance") return false;
    const { id } = value.type;
    for (const { call, kind, failed } of tests.get(name) ?? []) {
      if (call.start < since || call.end > offset || !failed(name).some((span) => holds(span, offset))) continue;
      if (this.#inference.scopeOf(name, offset) !== this.#inference.scopeOf(name, call.start)) continue;
      const kinds = kind.type === "tuple" ? kind.children : [kind];
      if (kinds.some((each) => this.#isOf(id, each))) return true;
    }
    return false;
  }

  #isOf(id: ClassId, kind: Expr): boolean {
    const { type } = this.#inference.of(kind);
    if (type.kind !== "class") return false;
    const of = type.id;
    return ancestors(id, this.#inference.world).some((each) =>
      "api" in each && "api" in of ? isSubclass(each.api, of.api) : sameClass(each, of),
    );
  }

  #all(): ReadonlyMap<string, readonly Test[]> {
    if (this.#tests) return this.#tests;
    const tests = new Map<string, Test[]>();
    for (const call of this.#inference.bound.callsNamed("isinstance")) {
      if (!(call.callee instanceof Name)) continue;
      const [tested, kind] = call.positional;
      if (!tested || !kind) continue;
      const test = new Test(call, kind);
      const known = tests.get(tested.text);
      if (known) known.push(test);
      else tests.set(tested.text, [test]);
    }
    this.#tests = tests;
    return tests;
  }

  /** Whether the name means another variable there, or has got another value since. */
  #isOther(text: string, call: Call, offset: number): boolean {
    const [root = text] = text.split(".");
    const scope = this.#inference.scopeOf(root, offset);
    if (scope !== this.#inference.scopeOf(root, call.start)) return true;
    const between = (node: Span): boolean => node.start >= call.end && node.end <= offset;
    if (scope?.names.get(root)?.some(({ node }) => between(node))) return true;
    const since = this.#inference.file.text.slice(call.end, offset);
    return text !== root && new RegExp(`${text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}\\s*=[^=]`).test(since);
  }

  #told({ call, kind }: Test): Inferred {
    const because = [evidenceOf({ kind: "opaque", node: call }, this.#inference.file)];
    const kinds = kind.type === "tuple" ? kind.children : [kind];
    const found = union(
      kinds.map((each) => this.#inference.applied({ kind: "instantiate" }, this.#inference.of(each))),
    );
    return follow({ type: unknown, certainty: "certain", because }, found);
  }
}

class Test {
  readonly call: Call;
  readonly kind: Expr;
  #holds: readonly Span[] | undefined;
  #failed: readonly Span[] | undefined;

  constructor(call: Call, kind: Expr) {
    this.call = call;
    this.kind = kind;
  }

  /** Where a name that had its value before the test is known to have failed it. */
  readonly failed = (name: string): readonly Span[] => {
    this.#failed ??= [...refused(this.call, name)];
    return this.#failed;
  };

  /** Where the test is known to have succeeded. */
  holds(): readonly Span[] {
    this.#holds ??= [...guarded(this.call)];
    return this.#holds;
  }
}

const holds = ({ start, end }: Span, offset: number): boolean => start <= offset && offset < end;

/** Where a value from before the test is known to have failed it: its other branches, and behind what leaves or renames. */
function* refused(call: Call, name: string): Generator<Span> {
  const outer = call.parent;
  const [condition, body] = outer?.children ?? [];
  if (outer?.type !== "if_statement" || condition !== call || !body) return;
  const others = outer.children.slice(2);
  yield* others;
  if (leaves(body) || binds(body, name)) yield behind(outer);
}

/** Whether a block gives the name another value, whatever happens in it. */
const binds = (block: Node, name: string): boolean =>
  block.children.some((statement) => {
    const [assignment] = statement.type === "expression_statement" ? statement.children : [statement];
    return assignment instanceof Assignment && assignment.left.text === name;
  });

function* guarded(call: Call): Generator<Span> {
  let node: Node = call;
  let negated = false;
  for (let outer = node.parent; outer; node = outer, outer = node.parent) {
    const [first, second] = outer.children;
    switch (outer.type) {
      case "parenthesized_expression":
        break;
      case "not_operator":
        negated = !negated;
        break;
      case "boolean_operator": {
        if (!first || !second) return;
        const operator = outer.source.text.slice(first.end, second.start).trim();
        if (operator !== (negated ? "or" : "and")) return;
        if (node === first) yield second;
        break;
      }
      case "conditional_expression": {
        const chosen = outer.children[negated ? 2 : 0];
        if (node === second && chosen) yield chosen;
        return;
      }
      case "if_statement":
      case "elif_clause":
      case "while_statement": {
        if (node !== first || !second) return;
        if (!negated) yield second;
        else if (outer.type === "if_statement") {
          yield* outer.children.slice(2);
          if (leaves(second)) yield behind(outer);
        }
        return;
      }
      case "assert_statement":
        if (node === first && !negated) yield behind(outer);
        return;
      default:
        return;
    }
  }
}

/** From a statement to the end of its block. */
function behind(statement: Node): Span {
  return { start: statement.end, end: statement.parent?.end ?? statement.source.text.length };
}

function leaves(block: Node): boolean {
  const last = block.children[block.children.length - 1];
  return last !== undefined && /^(return|raise|continue|break)_statement$/.test(last.type);
}
