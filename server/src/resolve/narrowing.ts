import { type Call, type Expr, Name, type Node, type Span } from "../syntax/index.ts";
import { evidenceOf } from "./definitions.ts";
import type { Inference } from "./infer.ts";
import { follow, union } from "./operations.ts";
import { type Inferred, nothing, unknown } from "./type.ts";

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

  #all(): ReadonlyMap<string, readonly Test[]> {
    if (this.#tests) return this.#tests;
    const tests = new Map<string, Test[]>();
    for (const call of this.#inference.bound.calls) {
      if (!(call.callee instanceof Name) || call.callee.name !== "isinstance") continue;
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
    return text !== root && new RegExp(`${text.replaceAll(".", "\\.")}\\s*=[^=]`).test(since);
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

  constructor(call: Call, kind: Expr) {
    this.call = call;
    this.kind = kind;
  }

  /** Where the test is known to have succeeded. */
  holds(): readonly Span[] {
    this.#holds ??= [...guarded(this.call)];
    return this.#holds;
  }
}

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
