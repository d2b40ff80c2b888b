import { type Call, type Expr, FunctionDef, type Lambda, Name, Str } from "../syntax/index.ts";
import { evidenceOf } from "./definitions.ts";
import { eventParameter } from "./events.ts";
import type { Inference } from "./infer.ts";
import { certain, type Inferred, instanceOf, nothing, type Type } from "./type.ts";

/** What SQLAlchemy calls functions of the file with: listeners of events, and what `run_sync` is given. */
export class Callbacks {
  readonly #inference: Inference;
  /** Calls of `event.listen`, `event.listens_for` and `run_sync`, as far as their spelling tells. */
  #calls: readonly Call[] | undefined;

  constructor(inference: Inference) {
    this.#inference = inference;
  }

  /** What the parameter at `index` of `owner` is given; `nothing` where no such call is known. */
  given(owner: FunctionDef | Lambda, index: number): Inferred {
    for (const call of this.#registrations()) {
      if (!this.#registers(call, owner)) continue;
      const type = this.#typeFor(call, index);
      const reason = evidenceOf({ kind: "opaque", node: call }, this.#inference.file);
      if (type) return certain(type, [reason]);
    }
    return nothing;
  }

  #registrations(): readonly Call[] {
    this.#calls ??= ["listens_for", "listen", "run_sync"].flatMap((name) => this.#inference.bound.callsNamed(name));
    return this.#calls;
  }

  #registers(call: Call, owner: FunctionDef | Lambda): boolean {
    if (call.parent?.type === "decorator") {
      return owner instanceof FunctionDef && owner.decorators.includes(call);
    }
    return call.positional.some((arg) => arg === owner || this.#names(arg, owner));
  }

  #names(arg: Expr, owner: FunctionDef | Lambda): boolean {
    if (!(arg instanceof Name) || !(owner instanceof FunctionDef) || arg.name !== owner.name) return false;
    const definitions = this.#inference.scopeOf(arg.name, arg.start)?.names.get(arg.name) ?? [];
    return definitions.some((each) => each.kind === "function" && each.function === owner);
  }

  #typeFor(call: Call, index: number): Type | undefined {
    const { type } = this.#inference.of(call.callee);
    if (type.kind !== "api") return undefined;
    const [target, event] = call.positional;
    if (type.name === "sqlalchemy.event.listens_for" || type.name === "sqlalchemy.event.listen") {
      if (!target || !(event instanceof Str) || event.value === undefined) return undefined;
      return eventParameter(event.value, index, this.#inference.of(target).type);
    }
    return index === 0 ? synchronous[type.name] : undefined;
  }
}

/** What `run_sync` hands to the function that it runs. */
const synchronous: Readonly<Record<string, Type>> = {
  "sqlalchemy.ext.asyncio.AsyncSession.run_sync": instanceOf("sqlalchemy.orm.Session"),
  "sqlalchemy.ext.asyncio.AsyncConnection.run_sync": instanceOf("sqlalchemy.engine.Connection"),
};
