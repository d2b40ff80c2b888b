import { Assignment, Call, type Expr, type Node } from "../syntax/index.ts";
import { literalText, makerOf } from "./column_reading.ts";
import type { Inference } from "./infer.ts";
import type { Model, TableReading } from "./model.ts";
import { Remembered } from "./remembered.ts";
import { readTable } from "./table_reading.ts";
import type { Evidence, Place } from "./value.ts";

/** What keeps its rows in a table: a mapped class, or a table of Core's. */
export type TableOwner = { readonly model: Model } | { readonly table: TableReading };

/** What statements of other files make. */
export interface Elsewhere {
  reading(made: Evidence): TableReading | undefined;
  name(made: Evidence): string | undefined;
}

/** The tables that one file makes by calls of `Table`. */
export class Tables {
  readonly #inference: Inference;
  readonly #elsewhere: Elsewhere;
  readonly #readings: Remembered<Call, TableReading | undefined>;

  constructor(inference: Inference, elsewhere: Elsewhere) {
    this.#inference = inference;
    this.#elsewhere = elsewhere;
    this.#readings = new Remembered(inference.world.cuts);
  }

  /** The table that an expression is. */
  of(expr: Expr): TableReading | undefined {
    return this.#made(
      expr,
      (call) => this.#read(call),
      (made) => this.#elsewhere.reading(made),
    );
  }

  /** The name of the table that an expression is: no column of it is read, which may refer back. */
  nameOf(expr: Expr): string | undefined {
    return this.#made(
      expr,
      (call) => literalText(call.positional[0]),
      (made) => this.#elsewhere.name(made),
    );
  }

  /** Asks what makes the table that an expression is: the statement that did, with which evidence ends. */
  #made<T>(
    expr: Expr,
    here: (call: Call) => T | undefined,
    elsewhere: (made: Evidence) => T | undefined,
  ): T | undefined {
    const { type, because } = this.#inference.of(expr);
    const settled = this.#inference.world.settle(type);
    if (settled.kind !== "instance" || !("api" in settled.id) || settled.id.api !== "sqlalchemy.Table")
      return undefined;
    if (expr instanceof Call) return here(expr);
    for (const reason of because.toReversed()) {
      const call = reason.at?.uri === this.#inference.file.uri ? this.#callAt(reason.at) : undefined;
      const found = call ? here(call) : elsewhere(reason);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The table that the statement at a place of this file makes. */
  at(place: Place): TableReading | undefined {
    const made = this.#callAt(place);
    return made && this.#read(made);
  }

  /** The name of that table. */
  nameAt(place: Place): string | undefined {
    const made = this.#callAt(place);
    return made && literalText(made.positional[0]);
  }

  #callAt({ span }: Place): Call | undefined {
    let node: Node | undefined = this.#inference.file.nodeAt(span.start);
    while (node && !(node instanceof Assignment && node.start === span.start && node.end === span.end))
      node = node.parent;
    const made = node instanceof Assignment ? node.right : undefined;
    return made instanceof Call && makerOf(made, this.#inference) === "sqlalchemy.Table" ? made : undefined;
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

  /** Keys of tables that refer to each other may lead back to it. */
  #read(call: Call): TableReading | undefined {
    return this.#readings.of(call, () => readTable(call, this.#inference));
  }
}
