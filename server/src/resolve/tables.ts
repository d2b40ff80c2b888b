import { Assignment, Call, type Expr, type Node } from "../syntax/index.ts";
import { makerOf } from "./column_reading.ts";
import type { Inference } from "./infer.ts";
import type { Model, TableReading } from "./model.ts";
import { readTable } from "./table_reading.ts";
import type { Evidence, Place } from "./value.ts";

/** What keeps its rows in a table: a mapped class, or a table of Core's. */
export type TableOwner = { readonly model: Model } | { readonly table: TableReading };

/** The tables that one file makes by calls of `Table`. */
export class Tables {
  readonly #inference: Inference;
  readonly #elsewhere: (made: Evidence) => TableReading | undefined;
  readonly #readings = new Map<Call, TableReading | undefined>();

  constructor(inference: Inference, elsewhere: (made: Evidence) => TableReading | undefined) {
    this.#inference = inference;
    this.#elsewhere = elsewhere;
  }

  /** The table that an expression is, found through the statement that made it: evidence ends with that. */
  of(expr: Expr): TableReading | undefined {
    const { type, because } = this.#inference.of(expr);
    const settled = this.#inference.world.settle(type);
    if (settled.kind !== "instance" || !("api" in settled.id) || settled.id.api !== "sqlalchemy.Table")
      return undefined;
    if (expr instanceof Call) return this.#read(expr);
    for (const reason of because.toReversed()) {
      const { at } = reason;
      const found = at?.uri === this.#inference.file.uri ? this.at(at) : this.#elsewhere(reason);
      if (found) return found;
    }
    return undefined;
  }

  /** The table that the statement at a place of this file makes. */
  at({ span }: Place): TableReading | undefined {
    let node: Node | undefined = this.#inference.file.nodeAt(span.start);
    while (node && !(node instanceof Assignment && node.start === span.start && node.end === span.end))
      node = node.parent;
    const made = node instanceof Assignment ? node.right : undefined;
    return made instanceof Call ? this.#read(made) : undefined;
  }

  named(name: string): readonly TableReading[] {
    const found = this.#inference.bound.calls.flatMap((call) => {
      const [first] = call.positional;
      return first?.text.includes(name) && makerOf(call, this.#inference) === "sqlalchemy.Table"
        ? [this.#read(call)]
        : [];
    });
    return found.filter((table) => table?.name === name) as TableReading[];
  }

  #read(call: Call): TableReading | undefined {
    if (!this.#readings.has(call)) this.#readings.set(call, readTable(call, this.#inference));
    return this.#readings.get(call);
  }
}
