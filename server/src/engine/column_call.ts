import { Call, type Expr, Str } from "../syntax/index.ts";
import type { RuleContext } from "./rule.ts";

/** What the arguments of a `Column(…)` say. */
export interface ColumnCall {
  /** `undefined` where it is left to a foreign key, or missing. */
  readonly type: Expr | undefined;
  readonly foreignKey: Call | undefined;
  /** `undefined` where it rests on something that we cannot read. */
  readonly nullable: boolean | undefined;
}

const schemaItems =
  /\.(ForeignKey|Sequence|Identity|Computed|CheckConstraint|UniqueConstraint|PrimaryKeyConstraint|FetchedValue|DefaultClause|ColumnDefault|Index)$/;

/** Reads the arguments of a Column: `Column("name", String(50), ForeignKey(…), nullable=False)`. */
export function readColumn(call: Call, context: RuleContext): ColumnCall {
  const named = (value: Expr): string => (value instanceof Call ? (context.nameOf(value.callee) ?? "") : "");
  const positional = call.positional.filter((value, index) => index > 0 || !(value instanceof Str));
  const foreignKey = positional.find((value) => named(value) === "sqlalchemy.ForeignKey");
  const type =
    call.keyword("type_") ?? positional.find((value) => !schemaItems.test(named(value)) && value.type !== "none");
  const isIdentity = positional.some((value) => named(value) === "sqlalchemy.Identity");
  return {
    type: type?.type === "none" ? undefined : type,
    foreignKey: foreignKey instanceof Call ? foreignKey : undefined,
    // An Identity makes the column NOT NULL by itself, which an annotation would overrule.
    nullable: call.hasSplat || isIdentity ? undefined : nullabilityOf(call),
  };
}

function nullabilityOf(call: Call): boolean | undefined {
  const said = call.keyword("nullable");
  const key = call.keyword("primary_key");
  if (said) return literal(said);
  if (!key) return true;
  const isKey = literal(key);
  return isKey === undefined ? undefined : !isKey;
}

const literal = (expr: Expr): boolean | undefined =>
  expr.type === "true" ? true : expr.type === "false" ? false : undefined;
