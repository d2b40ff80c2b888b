import { apiOf } from "../knowledge/index.ts";
import type { ModelColumn } from "../resolve/index.ts";
import { Attribute, type Expr } from "../syntax/index.ts";
import type { Asked } from "./asked.ts";
import { columnLabel, columnSentence, keyFact, type Reached, typed } from "./attribute_label.ts";
import { plainLabel } from "./plain_label.ts";
import type { Label } from "./types.ts";

/** `users.c.name`, and `Author.__table__.c.name`. */
export function tableColumnLabel(link: Attribute, asked: Asked): Label | undefined {
  const { object } = link;
  if (!(object instanceof Attribute) || (object.name !== "c" && object.name !== "columns")) return undefined;
  const by = asked.resolver.valueOf(object.object);
  const table = asked.resolver.tableOf(object.object);
  const reached = { at: link, by };
  const column = table?.columns.find(({ attribute }) => attribute === link.name);
  if (table && column) return coreColumnLabel(column, table.name, reached, asked);
  const model = tabled(object.object, asked);
  const mapped = model?.columns.find(({ column: name }) => name === link.name);
  return model && mapped ? { ...columnLabel(model, mapped, reached, asked), layer: "core" } : undefined;
}

/** A column of a table of Core's. */
export function coreColumnLabel(column: ModelColumn, table: string, { at, by }: Reached, asked: Asked): Label {
  return {
    ...plainLabel(apiOf("sqlalchemy.Column"), at),
    kind: "column",
    title: `${table}.${column.attribute}`,
    certainty: by?.certainty ?? "certain",
    because: [{ text: `\`${asked.lineAt(column.at)}\``, at: column.at }, ...(by?.because ?? [])].slice(0, 4),
    summary: columnSentence(typed(column, asked), table),
    facts: keyFact(column, asked),
  };
}

/** The model whose `__table__` an expression is. */
function tabled(expr: Expr, { resolver }: Asked) {
  if (!(expr instanceof Attribute) || expr.name !== "__table__") return undefined;
  const { model } = resolver.valueOf(expr.object);
  return model && resolver.modelOf(model);
}
