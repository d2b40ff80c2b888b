import { Call, Str } from "../syntax/index.ts";
import { literalText, makerOf, readColumn } from "./column_reading.ts";
import { constrained, constraintsIn } from "./constraints.ts";
import type { Inference } from "./infer.ts";
import type { ModelColumn, TableReading } from "./model.ts";
import { placeOf } from "./relationship_reading.ts";
import type { ModelRef } from "./value.ts";

/**
 * Reads `Table("author", metadata, Column("id", Integer))`; `undefined` where the call makes no table, or one whose name
 * is computed.
 *
 * @param owner whose columns they are: the class with `__table__`, or, with a name of "", the file of a table by itself
 */
export function readTable(call: Call, inference: Inference, owner?: ModelRef): TableReading | undefined {
  if (makerOf(call, inference) !== "sqlalchemy.Table") return undefined;
  const [first, , ...rest] = call.positional;
  const name = first instanceof Str ? first.value : undefined;
  if (name === undefined) return undefined;
  let complete =
    !call.hasSplat && call.keyword("autoload") === undefined && call.keyword("autoload_with") === undefined;
  const columns: ModelColumn[] = [];
  for (const argument of rest) {
    const maker = argument instanceof Call ? makerOf(argument, inference) : undefined;
    const [named] = argument instanceof Call ? argument.positional : [];
    if (argument instanceof Call && maker === "sqlalchemy.Column" && named instanceof Str && named.value) {
      const of = {
        attribute: literalText(argument.keyword("key")) ?? named.value,
        owner: owner ?? { uri: inference.file.uri, name: "" },
        at: placeOf(argument, inference),
      };
      columns.push(readColumn(of, argument, maker, undefined, inference));
    } else if (maker === undefined || maker === "sqlalchemy.Column") complete = false;
  }
  return {
    name,
    columns: constrained(columns, constraintsIn(rest, inference)),
    at: placeOf(call, inference),
    complete,
  };
}
