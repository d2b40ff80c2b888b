export type { ApiName } from "../knowledge/index.ts";
export type { ImportAnswer, Model, ModelColumn, ModelRef, ModelRelationship, Value } from "../resolve/index.ts";
export { assignedFrom, endOf } from "../resolve/index.ts";
export * from "../syntax/index.ts";
export { soleValueOf } from "./bindings.ts";
export {
  type Clause,
  chained,
  chainedFromStart,
  chainingFix,
  clausesOf,
  type LegacyArguments,
  type Methods,
  selectMethods,
} from "./clauses.ts";
export { type ColumnCall, readColumn } from "./column_call.ts";
export { type Database, databaseFor } from "./databases.ts";
export { atom, insertAfter, insertBefore, remove, removeArgument, replace } from "./edits.ts";
export { classEntity, type Entity, type EntityUse, entityOf, type Step, type Subject, stepFrom } from "./entities.ts";
export { type Effect, effects, type Finding, type Fix, type Safety, type Target, targets } from "./finding.ts";
export { hasTrailingComma, type Unpacked, type UnpackOptions, unpackedList } from "./lists.ts";
export { type ParametersRewrite, parametersRewrite } from "./parameters.ts";
export { joinedImports, plainImport } from "./plain_import.ts";
export { type PythonType, pythonTypeOf, pythonTypeOfText } from "./python_type.ts";
export {
  canGetOfQuery,
  canStartQuery,
  isUnbroken,
  type QueryChain,
  queryChainOf,
  queryHookIn,
  queryIn,
  queryStarts,
} from "./query_chain.ts";
export {
  askingOf,
  closingOf,
  flaskObjectBehind,
  isExecution,
  isOfGenerator,
  isOfSqlmodel,
  labelsChange,
  namesFor,
  runsEarly,
  whyNotEnding,
} from "./query_execution.ts";
export { isReadable, type QueryReading, readQuery } from "./query_links.ts";
export { unassignedStarts, variableFix } from "./query_variable_fix.ts";
export { type Hole, type RewriteDefinition, rewrite } from "./rewrite.ts";
export {
  type Example,
  markOf,
  type ProposedFix,
  type Report,
  type Rule,
  type RuleContext,
  rule,
} from "./rule.ts";
export { type SqlText, type StatementKind, sqlTextOf, statementKindOf } from "./sql_text.ts";
export {
  addAfter,
  freeName,
  indentAt,
  isCompound,
  ownsItsLines,
  putUnder,
  siblingsOf,
  statementOf,
} from "./statements.ts";
