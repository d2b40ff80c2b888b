import { instanceOf, type Type, unknown } from "./type.ts";

/**
 * What SQLAlchemy hands to the listeners of its events, by position. "$target" is an instance of the class listened to;
 * events of the pool hand over the driver's own connections, and are left out. (SessionEvents, MapperEvents,
 * InstanceEvents, ConnectionEvents, DDLEvents in SQLAlchemy's reference.)
 */
const signatures: Readonly<Record<string, string>> = {
  after_begin: "Session SessionTransaction Connection",
  after_bulk_delete: "-",
  after_commit: "Session",
  after_flush: "Session UOWTransaction",
  after_flush_postexec: "Session UOWTransaction",
  after_rollback: "Session",
  after_soft_rollback: "Session SessionTransaction",
  after_transaction_create: "Session SessionTransaction",
  after_transaction_end: "Session SessionTransaction",
  after_attach: "Session",
  before_attach: "Session",
  before_commit: "Session",
  before_flush: "Session UOWTransaction",
  deleted_to_detached: "Session",
  deleted_to_persistent: "Session",
  detached_to_persistent: "Session",
  loaded_as_persistent: "Session",
  pending_to_persistent: "Session",
  pending_to_transient: "Session",
  persistent_to_deleted: "Session",
  persistent_to_detached: "Session",
  persistent_to_transient: "Session",
  transient_to_pending: "Session",
  do_orm_execute: "ORMExecuteState",
  before_insert: "Mapper Connection $target",
  after_insert: "Mapper Connection $target",
  before_update: "Mapper Connection $target",
  after_update: "Mapper Connection $target",
  before_delete: "Mapper Connection $target",
  after_delete: "Mapper Connection $target",
  load: "$target",
  refresh: "$target",
  before_execute: "Connection",
  after_execute: "Connection",
  before_cursor_execute: "Connection",
  after_cursor_execute: "Connection",
  begin: "Connection",
  commit: "Connection",
  rollback: "Connection",
  savepoint: "Connection",
  engine_connect: "Connection",
  before_create: "- Connection",
  after_create: "- Connection",
  before_drop: "- Connection",
  after_drop: "- Connection",
  column_reflect: "Inspector Table",
};

const handed: Readonly<Record<string, Type>> = {
  Session: instanceOf("sqlalchemy.orm.Session"),
  SessionTransaction: instanceOf("sqlalchemy.orm.SessionTransaction"),
  UOWTransaction: instanceOf("sqlalchemy.orm.UOWTransaction"),
  ORMExecuteState: instanceOf("sqlalchemy.orm.ORMExecuteState"),
  Mapper: instanceOf("sqlalchemy.orm.Mapper"),
  Connection: instanceOf("sqlalchemy.engine.Connection"),
  Inspector: instanceOf("sqlalchemy.engine.Inspector"),
  Table: instanceOf("sqlalchemy.Table"),
};

/** The type of a listener's parameter; "unknown" for events and positions that hand over nothing of SQLAlchemy's. */
export function eventParameter(event: string, position: number, target: Type): Type {
  const names = Object.hasOwn(signatures, event) ? signatures[event]?.split(" ") : undefined;
  const name = names?.[position] ?? "-";
  if (name === "$target") return target.kind === "class" ? { kind: "instance", id: target.id } : unknown;
  return handed[name] ?? unknown;
}
