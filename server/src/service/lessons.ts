import type { Api } from "../knowledge/index.ts";

/**
 * Where each part of the library is taught, by canonical name: the first pattern that fits. The ids are checked against
 * the content by a test.
 */
export const taught: readonly (readonly [name: RegExp, lesson: string])[] = [
  [/^sqlalchemy\.(orm\.)?exc\.(NoResultFound|MultipleResultsFound)\b/, "select-orm#how-many"],
  [/^sqlalchemy\.exc\.(MissingGreenlet|AwaitRequired)\b/, "async#missing-greenlet"],
  [/^sqlalchemy\.orm\.exc\.DetachedInstanceError\b/, "loading#detached"],
  [/^sqlalchemy\.exc\.\w+Warning\b/, "migrate#warnings"],
  [
    /^sqlalchemy\.exc\.(DBAPI|Data|Database|Integrity|Interface|Internal|NotSupported|Operational|Programming|Statement|PendingRollback)Error\b/,
    "session#rollback",
  ],
  [/^flask_sqlalchemy\b/, "frameworks#flask"],
  [/^sqlmodel\b/, "frameworks#sqlmodel"],
  [
    /^sqlalchemy\.ext\.asyncio\.(create_async_engine|async_engine_from_config|AsyncEngine|AsyncConnection)\b/,
    "async#engine",
  ],
  [/^sqlalchemy\.ext\.asyncio\b/, "async#session"],
  [/^sqlalchemy\.dialects\.\w+\.(insert|Insert)\b/, "dml-core#upsert"],
  [/^sqlalchemy\.dialects\b/, "dialects#own"],
  [
    /^sqlalchemy\.orm\.(Session|scoped_session|sessionmaker)\.get(_one)?$|^sqlalchemy\.orm\.Query\.get$/,
    "session#identity-map",
  ],
  [
    /^sqlalchemy\.orm\.Session\.(add|add_all|delete|merge|expunge(_all)?)$|^sqlalchemy\.orm\.object_session$/,
    "session#states",
  ],
  [/^sqlalchemy\.orm\.Session\.(flush|commit|autoflush|no_autoflush)$/, "session#flush"],
  [/^sqlalchemy\.orm\.Session\.(refresh|expire(_all)?)$/, "session#refresh"],
  [/^sqlalchemy\.orm\.Session\.(rollback|begin|begin_nested)$/, "session#rollback"],
  [/^sqlalchemy\.orm\.Session\.(query|query_property)$|^sqlalchemy\.orm\.Query\b/, "select-orm#query"],
  [/^sqlalchemy\.orm\.Session\.(execute|scalars?)$/, "select-orm#scalars"],
  [/^sqlalchemy\.orm\.Session\.(bulk_\w+)$/, "bulk#insert"],
  [/^sqlalchemy\.orm\.(Session|sessionmaker|scoped_session)\b/, "session#open"],
  [/^sqlalchemy\.orm\.(relationship|relation|Relationship\w*|backref|foreign|remote)\b/, "relationships#start"],
  [/^sqlalchemy\.orm\.(joinedload|contains_eager)\b/, "loading#joined"],
  [/^sqlalchemy\.orm\.(selectinload|subqueryload|immediateload)\b/, "loading#selectin"],
  [/^sqlalchemy\.orm\.(raiseload|noload)\b/, "loading#raise"],
  [/^sqlalchemy\.orm\.(WriteOnly\w*|DynamicMapped|dynamic_loader)\b/, "loading#write-only"],
  [/^sqlalchemy\.orm\.(\w*load|load_only|undefer\w*|with_loader_criteria|Load|defer)\b/, "loading#which"],
  [/^sqlalchemy\.orm\.(aliased|with_polymorphic)\b/, "select-orm#aliased"],
  [/^sqlalchemy\.orm\.(Mapped|mapped_column|MappedColumn|column_property|synonym)\b/, "models#annotation"],
  [/^sqlalchemy\.orm\.(MappedAsDataclass|mapped_as_dataclass)\b/, "models#dataclass"],
  [/^sqlalchemy\.orm\.(declared_attr|declarative_mixin)\b/, "models#mixins"],
  [/^sqlalchemy\.orm\b|^sqlalchemy\.ext\b/, "models#start"],
  [/^sqlalchemy\.(create_engine|engine_from_config|make_url)\b|^sqlalchemy\.engine\.(URL|Dialect)\b/, "engine#url"],
  [/^sqlalchemy\.create_mock_engine$/, "engine#url"],
  [/^sqlalchemy\.(pool\b|create_pool_from_url$)/, "engine#pool"],
  [
    /^sqlalchemy\.engine\.(Engine|Connection)\.(begin\w*|commit|rollback)$|^sqlalchemy\.engine\.\w*Transaction\b/,
    "engine#transactions",
  ],
  [/^sqlalchemy\.engine\.(Result|CursorResult|Row|RowMapping|ScalarResult|MappingResult)\b/, "select-core#rows"],
  [/^sqlalchemy\.engine\.Connection\.exec_driver_sql$/, "bulk#driver"],
  [/^sqlalchemy\.engine\b/, "engine#start"],
  [/^sqlalchemy\.text\b|^sqlalchemy\.sql\.expression\.Text\w*\b/, "bulk#text"],
  [/^sqlalchemy\.insert\b|^sqlalchemy\.sql\.Insert\b|\.(Table|TableClause)\.insert$/, "dml-core#insert"],
  [/^sqlalchemy\.update\b|^sqlalchemy\.sql\.Update\b|\.(Table|TableClause)\.update$/, "dml-core#update"],
  [/^sqlalchemy\.delete\b|^sqlalchemy\.sql\.Delete\b|\.(Table|TableClause)\.delete$/, "dml-core#delete"],
  [
    /^sqlalchemy\.(func|case|cast|try_cast|type_coerce|extract|over|within_group|collate|funcfilter|aggregate_order_by)\b/,
    "select-core#functions",
  ],
  [/^sqlalchemy\.(bindparam|literal\w*|outparam|tstring)\b/, "select-core#parameters"],
  [/^sqlalchemy\.(join|outerjoin)\b|\.(join|outerjoin|select_from|join_from)$/, "select-core#join"],
  [
    /\.(subquery|cte|scalar_subquery|lateral|alias)$|^sqlalchemy\.(alias|lateral|exists|subquery)\b/,
    "select-core#subqueries",
  ],
  [
    /\.(order_by|limit|offset|group_by|having|distinct)$|^sqlalchemy\.(asc|desc|distinct|nulls_\w+)\b/,
    "select-core#order",
  ],
  [
    /\.(where|filter|filter_by)$|^sqlalchemy\.(and_|or_|not_|true|false|null|all_|any_|between|bitwise_not|modifier|tuple_)\b|ColumnOperators\b/,
    "select-core#where",
  ],
  [
    /^sqlalchemy\.(select|union\w*|except_\w*|intersect\w*|column|table|values|tablesample|lambda_stmt)\b|^sqlalchemy\.sql\b/,
    "select-core#select",
  ],
  [/^sqlalchemy\.(from_dml_column|insert_sentinel)\b/, "dml-core#insert"],
  [/^sqlalchemy\.schema\b/, "tables#create"],
  [/^sqlalchemy\.(MetaData|Table)\b/, "tables#start"],
  [/^sqlalchemy\.(Column|Sequence|Identity|Computed)\b/, "tables#columns"],
  [/^sqlalchemy\.(ForeignKey|PrimaryKeyConstraint|ForeignKeyConstraint)\b/, "tables#keys"],
  [/^sqlalchemy\.(\w*Constraint|Index)\b/, "tables#constraints"],
  [/^sqlalchemy\.(inspect|inspection)\b|Inspector\b/, "tables#reflection"],
  [/^sqlalchemy\.(types\b|[A-Z])/, "tables#types"],
];

/** Where what runs through the whole library is taught: events, modules, errors of either layer. */
export const ground = "core-vs-orm#layers";

export function lessonOf(api: Api | undefined): string {
  const name = api?.name ?? "";
  return taught.find(([pattern]) => pattern.test(name))?.[1] ?? ground;
}
