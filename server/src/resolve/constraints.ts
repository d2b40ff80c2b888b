import { Call, type Expr, Str } from "../syntax/index.ts";
import { makerOf } from "./column_reading.ts";
import type { Inference } from "./infer.ts";
import type { ModelColumn } from "./model.ts";

/** What a constraint of a table says of one of its columns. */
export interface ColumnConstraint {
  /** The column's. */
  readonly name: string;
  readonly says: Partial<ModelColumn>;
}

/** What `PrimaryKeyConstraint("id")`, `ForeignKeyConstraint([…], […])` and their like among some expressions say. */
export const constraintsIn = (parts: readonly Expr[], inference: Inference): readonly ColumnConstraint[] =>
  parts.flatMap((part) => (part instanceof Call ? saidBy(part, inference) : []));

export const constrained = (
  columns: readonly ModelColumn[],
  constraints: readonly ColumnConstraint[],
): readonly ModelColumn[] =>
  columns.map((column) => {
    // A text is a column's key, which is its own name where it has one.
    const isOther = (name: string): boolean => columns.some((each) => each !== column && each.column === name);
    const own = constraints.filter(
      ({ name }) => name === column.column || (name === column.attribute && !isOther(name)),
    );
    return own.length === 0 ? column : Object.assign({}, column, ...own.map(({ says }) => says));
  });

function saidBy(constraint: Call, inference: Inference): readonly ColumnConstraint[] {
  const { positional } = constraint;
  switch (makerOf(constraint, inference)) {
    case "sqlalchemy.PrimaryKeyConstraint":
      return textsIn(positional).map((name) => ({ name, says: { primaryKey: true, nullable: false } }));
    case "sqlalchemy.UniqueConstraint":
      return positional.length === 1 ? textsIn(positional).map((name) => ({ name, says: { unique: true } })) : [];
    case "sqlalchemy.ForeignKeyConstraint": {
      const [names, keys] = positional.slice(0, 2).map(({ children }) => textsIn(children));
      return (names ?? []).flatMap((name, index) => {
        const foreignKey = keys?.[index];
        return foreignKey === undefined ? [] : [{ name, says: { foreignKey } }];
      });
    }
    default:
      return [];
  }
}

/** The texts of literals, where all of them are. */
function textsIn(items: readonly Expr[]): readonly string[] {
  const texts = items.flatMap((item) => (item instanceof Str && item.value !== undefined ? [item.value] : []));
  return texts.length === items.length ? texts : [];
}
