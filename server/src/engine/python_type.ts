import type { ApiName } from "../knowledge/index.ts";
import { Attribute, Call, type Expr, Name, Str, type TextEdit } from "../syntax/index.ts";
import { plainImport } from "./plain_import.ts";
import type { RuleContext } from "./rule.ts";

/** A Python type as it is written at a place, with the edits that import it. */
export interface PythonType {
  readonly text: string;
  readonly edits: readonly TextEdit[];
}

/** By `python_type` of each class on 2.0 and 2.1; types that hold more than one kind of value are left out. */
const types: readonly (readonly [python: string, ...names: readonly ApiName[]])[] = [
  ["int", "sqlalchemy.Integer", "sqlalchemy.SmallInteger", "sqlalchemy.BigInteger"],
  ["int", "sqlalchemy.INTEGER", "sqlalchemy.SMALLINT", "sqlalchemy.BIGINT"],
  ["str", "sqlalchemy.String", "sqlalchemy.Text", "sqlalchemy.Unicode", "sqlalchemy.UnicodeText"],
  ["str", "sqlalchemy.VARCHAR", "sqlalchemy.NVARCHAR", "sqlalchemy.CHAR", "sqlalchemy.NCHAR", "sqlalchemy.TEXT"],
  ["str", "sqlalchemy.CLOB", "sqlalchemy.dialects.mysql.LONGTEXT", "sqlalchemy.dialects.mysql.MEDIUMTEXT"],
  ["bool", "sqlalchemy.Boolean", "sqlalchemy.BOOLEAN"],
  ["float", "sqlalchemy.Float", "sqlalchemy.FLOAT", "sqlalchemy.REAL", "sqlalchemy.Double", "sqlalchemy.DOUBLE"],
  ["bytes", "sqlalchemy.LargeBinary", "sqlalchemy.BLOB", "sqlalchemy.BINARY", "sqlalchemy.VARBINARY"],
  ["bytes", "sqlalchemy.dialects.postgresql.BYTEA"],
  ["decimal.Decimal", "sqlalchemy.Numeric", "sqlalchemy.NUMERIC", "sqlalchemy.DECIMAL"],
  ["datetime.datetime", "sqlalchemy.DateTime", "sqlalchemy.DATETIME", "sqlalchemy.TIMESTAMP"],
  ["datetime.datetime", "sqlalchemy.dialects.postgresql.TIMESTAMP", "sqlalchemy.dialects.mysql.DATETIME"],
  ["datetime.date", "sqlalchemy.Date", "sqlalchemy.DATE"],
  ["datetime.time", "sqlalchemy.Time", "sqlalchemy.TIME"],
  ["datetime.timedelta", "sqlalchemy.Interval", "sqlalchemy.dialects.postgresql.INTERVAL"],
  ["uuid.UUID", "sqlalchemy.Uuid", "sqlalchemy.UUID"],
];
const pythonOf: ReadonlyMap<string, string> = new Map(
  types.flatMap(([python, ...names]) => names.map((name) => [name, python] as const)),
);

/** Options of a type that change what its values are, unless they say what is the case anyway. */
const changing = new Set(["asdecimal", "as_uuid"]);

/**
 * What a column of this type holds: `int` for `Integer`, `Genre` for `Enum(Genre)`. `undefined` where it can't be told
 * (JSON, arrays, types of the project's own) or can't be written in this file.
 */
export function pythonTypeOf(type: Expr, context: RuleContext): PythonType | undefined {
  const call = type instanceof Call ? type : undefined;
  const name = context.nameOf(call?.callee ?? type);
  if (name === "sqlalchemy.Enum") return call && enumerated(call);
  const python = name && pythonOf.get(name);
  const isOther = call?.args.some(
    (argument) => changing.has(argument.name ?? "") && argument.value.type !== (python === "float" ? "false" : "true"),
  );
  if (!python || call?.hasSplat || isOther) return undefined;
  return standardType(python, context);
}

/** The same from a type as a model's summary has it, "Integer" or "db.String(50)": the plain ones only. */
export function pythonTypeOfText(type: string): PythonType | undefined {
  const name = /^(?:\w+\.)*(Integer|SmallInteger|BigInteger|String|Unicode|Text)\b(?:\([\d]*\))?$/.exec(type)?.[1];
  return name ? { text: /Integer$/.test(name) ? "int" : "str", edits: [] } : undefined;
}

function standardType(python: string, context: RuleContext): PythonType | undefined {
  const [module = "", name] = python.split(".");
  return name ? plainImport(context.file, module, name) : { text: module, edits: [] };
}

/** `Enum(Genre)` holds members of the class, `Enum("novel", "poem")` holds strings. */
function enumerated(call: Call): PythonType | undefined {
  const [first] = call.positional;
  if (call.hasSplat || !first) return undefined;
  if (first instanceof Str) return { text: "str", edits: [] };
  const isName = first instanceof Name || (first instanceof Attribute && first.object instanceof Name);
  return isName && call.positional.length === 1 ? { text: first.text, edits: [] } : undefined;
}
