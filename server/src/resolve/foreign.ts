import { instanceOf, type Type } from "./type.ts";

const session = instanceOf("sqlalchemy.orm.Session");
const connection = instanceOf("sqlalchemy.engine.Connection");
const engine = instanceOf("sqlalchemy.engine.Engine");

/** oslo.db's reader or writer, and the facade of older releases. */
export const facade = String.raw`^oslo_db\.sqlalchemy\.enginefacade\.(transaction_context\(\)\.)?(reader|writer)(\.(savepoint|independent|allow_async))*`;
const legacy = String.raw`^oslo_db\.sqlalchemy\.(session|enginefacade)\.((Legacy)?EngineFacade(\.from_config)?|(transaction_context\(\)\.)?get_legacy_facade)\(\)`;

/**
 * What other libraries document to hand over SQLAlchemy's objects. Their packages are no part of a workspace, so that
 * an import of them stays a reference, and what is done to it a path: "a.f().g" is what calling `a.f` gives, its `g`.
 */
const laws: readonly (readonly [path: RegExp, gives: Type])[] = [
  [/^alembic\.op\.get_bind\(\)$/, connection],
  // oslo.db: `with enginefacade.writer.using(context) as session`
  [new RegExp(`${facade}\\.using\\(\\)\\.__enter__$`), session],
  [new RegExp(`${facade}\\.connection\\.using\\(\\)\\.__enter__$`), connection],
  [new RegExp(`${facade}\\.get_engine\\(\\)$`), engine],
  [new RegExp(`${facade}\\.get_sessionmaker\\(\\)$`), instanceOf("sqlalchemy.orm.sessionmaker")],
  [new RegExp(`${legacy}\\.get_session\\(\\)$`), session],
  [new RegExp(`${legacy}\\.get_engine\\(\\)$`), engine],
  // It asks the session that it is given.
  [/^oslo_db\.sqlalchemy\.utils\.(model_query|paginate_query)\(\)$/, instanceOf("sqlalchemy.orm.Query")],
  // A trait of any type says that there is one: what is put there tells more.
  [/^traitlets\.(config\.)?Any\(\)$/, { kind: "none" }],
  // Airflow: `with create_session() as session`
  [/^airflow\.(utils\.session|utils\.db|settings)\.create_session\(\)\.__enter__$/, session],
  [/^airflow\.settings\.Session\(\)$/, session],
  // `@provide_session` hands one to a parameter of that name, whose default says that it will.
  [/^airflow\.utils\.(session|db)\.provide_session hands session$/, session],
  [/^airflow\.utils\.session\.NEW_SESSION$/, session],
  // Flask-AppBuilder
  [/^flask_appbuilder\.(SQLA|models\.sqla\.SQLA)\(\)$/, instanceOf("flask_sqlalchemy.SQLAlchemy")],
  [
    /^flask_appbuilder\.utils\.legacy\.get_sqla_class\(\)$/,
    { kind: "class", id: { api: "flask_sqlalchemy.SQLAlchemy" } },
  ],
  [/^flask_appbuilder\.AppBuilder\(\)\.(get_session|session)$/, session],
  // FastAPI-SQLAlchemy and its asynchronous twin
  [/^fastapi_sqlalchemy\.db\.session$/, session],
  [/^fastapi_async_sqlalchemy\.db\.session$/, instanceOf("sqlalchemy.ext.asyncio.AsyncSession")],
  // Flask-SQLAlchemy-Session
  [
    /^flask_sqlalchemy_session\.(current_session|flask_scoped_session\(\))$/,
    instanceOf("sqlalchemy.orm.scoped_session"),
  ],
];

/** What a reference to another library, and what is done to it, comes to; `undefined` where that is no concern of ours. */
export function givenByForeign(type: Type): Type | undefined {
  const path = foreignName(type);
  return path === undefined ? undefined : laws.find(([law]) => law.test(path))?.[1];
}

/** Whether a type, or a branch of it, comes from a library that may yet hand over something of SQLAlchemy's. */
export function hasLaws(type: Type): boolean {
  if (type.kind === "reference") return lawful.test(`${type.module}.`);
  return type.kind === "deferred" && hasLaws(type.of);
}

const lawful = /^(oslo_db|airflow|flask_appbuilder|fastapi_sqlalchemy|fastapi_async_sqlalchemy)\./;

/** "fastapi.Depends", "alembic.op.get_bind()": the dotted path of what a reference, its attributes and calls stand for. */
export function foreignName(type: Type): string | undefined {
  if (type.kind === "reference") return type.name === undefined ? type.module : `${type.module}.${type.name}`;
  if (type.kind !== "deferred") return undefined;
  const inner = foreignName(type.of);
  if (inner === undefined) return undefined;
  switch (type.operation.kind) {
    case "attribute":
      return `${inner}.${type.operation.name}`;
    case "call":
      return `${inner}()`;
    // What an annotation names is what the class makes.
    case "instantiate":
      return `${inner}()`;
    case "enter":
      return `${inner}.__enter__`;
    case "handed":
      return type.operation.called ? undefined : `${inner} hands ${type.operation.parameter}`;
    default:
      return undefined;
  }
}

/** What other libraries call a session: of requests to servers. */
export const isOtherSession = (type: Type): boolean => otherSessions.test(foreignName(type) ?? "");

const otherSessions =
  /^(requests(_\w+)?|niquests|aiohttp|httpx|boto3|aioboto3|aiobotocore|botocore|curl_cffi|cloudscraper|authlib)\./;
