import type { Attribute, TextEdit } from "../syntax/index.ts";
import type { RuleContext } from "./rule.ts";

/** The Flask-SQLAlchemy object whose Session `Author.query` uses. */
export interface Database {
  /** How to write it there: "db". */
  readonly text: string;
  readonly edits: readonly TextEdit[];
  /** What a fix's title says of an import that it adds; "" for none. */
  readonly note: string;
  /** What a person is to confirm of such an import. */
  readonly conditions: readonly string[];
}

/** `undefined` where the query is not Flask-SQLAlchemy's, or nothing there has that object by name or can import it. */
export function databaseFor(query: Attribute, context: RuleContext): Database | undefined {
  const found = context.databaseFor(query);
  if (!found) return undefined;
  const { text, edits, module } = found;
  if (module === undefined) return { text, edits, note: "", conditions: [] };
  return {
    text,
    edits,
    note: `, and import \`${text}\` from \`${module}\``,
    conditions: [`\`${text}\` of \`${module}\` is the object that \`${query.object.text}\` is a model of.`],
  };
}
