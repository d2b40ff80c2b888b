import { isSubclass } from "../knowledge/index.ts";
import { Attribute, Call, ClassDef, type Expr, FunctionDef, Name, type Node } from "../syntax/index.ts";
import { evidenceOf } from "./definitions.ts";
import type { Inference } from "./infer.ts";
import { isMapped } from "./mapped.ts";
import { type Inferred, instanceOf, nothing, type Type } from "./type.ts";

/**
 * What a variable that nothing else explains must be, from what is asked of it: whoever is queried for a mapped class
 * is a Session. Never more than likely.
 */
export class Uses {
  readonly #inference: Inference;
  /** Calls of `receiver.method(…)` by the receiver's text. */
  #calls: ReadonlyMap<string, readonly Call[]> | undefined;
  readonly #busy = new Set<string>();

  constructor(inference: Inference) {
    this.#inference = inference;
  }

  /** Of a name, its uses in the same function; of `self.name`, those in the same class. */
  of(receiver: Expr): Inferred {
    const text = textOf(receiver);
    const calls = text === undefined ? [] : this.#callsOn(text);
    if (text === undefined || calls.length === 0) return nothing;
    const around = regionOf(receiver);
    const key = `${text}@${around?.start ?? 0}`;
    if (this.#busy.has(key)) return nothing;
    this.#busy.add(key);
    try {
      for (const call of calls) {
        if (regionOf(call) !== around || this.#isTested(text, call)) continue;
        if (this.#tellsSession(call)) return this.#session(call);
      }
      return nothing;
    } finally {
      this.#busy.delete(key);
    }
  }

  /** Where a test says what it is, that is no word on what it is elsewhere. */
  #isTested(text: string, call: Call): boolean {
    return this.#inference.narrowed(nothing, text, call.start).type.kind !== "unknown";
  }

  #session(call: Call): Inferred {
    const because = evidenceOf({ kind: "opaque", node: call }, this.#inference.file);
    const isAwaited = call.parent?.type === "await";
    const name = isAwaited ? "AsyncSession" : "Session";
    return {
      type: instanceOf(isAwaited ? "sqlalchemy.ext.asyncio.AsyncSession" : "sqlalchemy.orm.Session"),
      certainty: "likely",
      because: [{ ...because, text: `${because.text}: only ${isAwaited ? "an" : "a"} ${name} is asked so` }],
    };
  }

  #tellsSession(call: Call): boolean {
    const method = call.callee instanceof Attribute ? call.callee.name : "";
    const [first] = call.positional;
    if (!first) return false;
    if (method === "query") return this.#isEntity(this.#inference.of(first).type);
    if (method === "add" || method === "merge" || method === "delete" || method === "refresh") {
      const { type } = this.#inference.of(first);
      return type.kind === "instance" && this.#isMapped(type);
    }
    if (method === "get") return call.positional.length === 2 && this.#isMapped(this.#inference.of(first).type);
    if (method !== "scalars" && method !== "execute" && method !== "scalar") return false;
    const { type } = this.#inference.of(first);
    return type.kind === "instance" && type.holds !== undefined && this.#isMapped(type.holds);
  }

  /** A mapped class, or a column of one. */
  #isEntity(type: Type): boolean {
    if (type.kind === "class") return this.#isMapped(type);
    return (
      type.kind === "instance" &&
      "api" in type.id &&
      columns.some((name) => isSubclass("api" in type.id ? type.id.api : "", name))
    );
  }

  #isMapped(type: Type): boolean {
    const { world } = this.#inference;
    const settled = world.settle(type);
    return (settled.kind === "class" || settled.kind === "instance") && isMapped(settled.id, world);
  }

  #callsOn(text: string): readonly Call[] {
    if (!this.#calls) {
      const calls = new Map<string, Call[]>();
      for (const call of this.#inference.bound.calls) {
        if (!(call.callee instanceof Attribute) || !asked.has(call.callee.name)) continue;
        const receiver = textOf(call.callee.object);
        if (receiver === undefined) continue;
        const known = calls.get(receiver);
        if (known) known.push(call);
        else calls.set(receiver, [call]);
      }
      this.#calls = calls;
    }
    return this.#calls.get(text) ?? [];
  }
}

const asked = new Set(["query", "add", "merge", "delete", "refresh", "get", "scalars", "scalar", "execute"]);
const columns = [
  "sqlalchemy.Column",
  "sqlalchemy.orm.MappedColumn",
  "sqlalchemy.orm.Mapped",
  "sqlalchemy.sql.ColumnElement",
];

/** "db", "self.db", "self.app.db": a few names and dots alone, since a call may give another object each time. */
function textOf(receiver: Expr): string | undefined {
  let at = receiver;
  for (let dots = 0; dots < 8 && at instanceof Attribute; dots++) at = at.object;
  return at instanceof Name ? receiver.text.replace(/\s/g, "") : undefined;
}

/** The class for what hangs on `self`, else the function. */
function regionOf(node: Node): Node | undefined {
  const receiver = node instanceof Call && node.callee instanceof Attribute ? node.callee.object : node;
  const ofClass = textOf(receiver)?.startsWith("self.") ?? false;
  return node.around((outer) => (ofClass ? outer instanceof ClassDef : outer instanceof FunctionDef));
}
