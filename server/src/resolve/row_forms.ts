import { Assignment, Attribute, Call, type Expr, Name, unparenthesized } from "../syntax/index.ts";
import type { Inference } from "./infer.ts";
import type { Definition } from "./scopes.ts";

/**
 * Whether an expression may be a row, as far as form and names tell: it is called one, or comes from a call that is called
 * as those that give rows. Most of what is asked as rows were in 1.x is a dictionary, and to ask where each of them comes
 * from costs more than all the rest of an analysis. What it is, is asked afterwards.
 */
export const mayBeRow = (expr: Expr | undefined, inference: Inference): boolean =>
  new RowForms(inference).holds(expr, "row");

/** The same of what is read by a text, or unpacked by name: `row["name"]`, `**row`. No row is written to. */
export const mayReadRow = (read: Expr, inference: Inference): boolean =>
  !(read.parent instanceof Assignment && read.parent.left === read) && mayBeRow(read.children[0], inference);

type Holding = "row" | "rows";

class RowForms {
  readonly #inference: Inference;
  /** A name may be assigned again and again, from itself too. */
  #left = 40;

  constructor(inference: Inference) {
    this.#inference = inference;
  }

  holds(expr: Expr | undefined, what: Holding): boolean {
    if (!expr || this.#left-- <= 0) return false;
    const bare = unparenthesized(expr);
    if (bare instanceof Name) return rowNames.test(bare.name) || this.#bound(bare, what);
    if (bare instanceof Attribute) return rowNames.test(bare.name);
    if (bare instanceof Call) return (what === "row" ? giveRow : giveRows).test(lastName(bare.callee));
    switch (bare.type) {
      case "await":
        return this.holds(bare.children[0], what);
      case "subscript":
        return what === "row" && this.holds(bare.children[0], "rows");
      case "list_comprehension":
      case "generator_expression":
        return what === "rows" && this.holds(bare.children[0], "row");
      case "conditional_expression":
      case "boolean_operator":
        return bare.children.some((child) => this.holds(child, what));
      case "named_expression":
        return this.holds(bare.children[1], what);
      default:
        return false;
    }
  }

  #bound(name: Name, what: Holding): boolean {
    const definitions = this.#inference.scopeOf(name.name, name.start)?.names.get(name.name) ?? [];
    if (definitions.some((definition) => this.#defines(definition, what))) return true;
    // `by_id = {}`, then `by_id[row.id] = row`.
    return what === "rows" && this.#inference.bound.entries.some((fill) => this.#fills(fill, name.name));
  }

  #fills({ into, value }: { readonly into: Expr; readonly value: Expr }, name: string): boolean {
    return this.#left > 0 && into instanceof Name && into.name === name && this.holds(value, "row");
  }

  #defines(definition: Definition, what: Holding): boolean {
    switch (definition.kind) {
      case "value":
        return this.holds(definition.value, what);
      case "annotated":
        return rowNames.test(definition.annotation.text) || this.holds(definition.value, what);
      case "parameter":
        return rowNames.test(definition.parameter.annotation?.text ?? "");
      case "for":
        return what === "row" && this.holds(definition.value, "rows");
      default:
        return false;
    }
  }
}

const lastName = (callee: Expr): string => (callee instanceof Attribute || callee instanceof Name ? callee.name : "");

const rowNames = /row|record|result|^(?:r|rec|res|x|i|each|item|entry)s?$/i;
/** `fetchone`, `first`, `one_or_none`, `next`, and what people call their own: `get_row`, `fetch_user`. */
const giveRow = /fetch|first|row|record|next|^(?:[a-z_]*_)?one(?:_|$)|^pop$/i;
/** `execute`, `fetchall`, `all`, `partitions`, and the like. */
const giveRows =
  /execute|fetch|(?:^|_)all(?:_|$)|from_db|rows|records|results|^(?:iter|list|sorted|reversed|enumerate|zip|partitions|unique|exec)$/i;
