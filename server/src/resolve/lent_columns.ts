import type { ModelColumn } from "./model.ts";

type Lent = readonly [attribute: string, type: string, traits?: Partial<ModelColumn>];

/** What a mixin or base class of another library lends the classes below it. */
export interface LentByLibrary {
  readonly columns: readonly Lent[];
  readonly table?: string;
}

/** By a dotted name; `undefined` for a class that is not known to lend columns. */
export function lentByLibrary(name: string): LentByLibrary | undefined {
  return lenders.find(([of]) => of.test(name))?.[1];
}

const required = { nullable: false };

const user: readonly Lent[] = [
  ["email", "String(320)", { ...required, unique: true, indexed: true }],
  ["hashed_password", "String(1024)", required],
  ["is_active", "Boolean", { ...required, hasDefault: true, defaults: "default=True" }],
  ["is_superuser", "Boolean", { ...required, hasDefault: true, defaults: "default=False" }],
  ["is_verified", "Boolean", { ...required, hasDefault: true, defaults: "default=False" }],
];

const key: Lent = ["id", "GUID", { ...required, primaryKey: true, hasDefault: true, defaults: "default=uuid.uuid4" }];

/** Sources, read and, the first, run: oslo.db 17.4, SQLAlchemy-Utils 0.38, fastapi-users-db-sqlalchemy 4.0. */
const lenders: readonly (readonly [of: RegExp, lent: LentByLibrary])[] = [
  [/^oslo_db\.sqlalchemy\.models\.(ModelBase|ModelIterator)$/, { columns: [] }],
  [
    /^oslo_db\.sqlalchemy\.models\.TimestampMixin$/,
    {
      columns: [
        ["created_at", "DateTime", { hasDefault: true, defaults: "default=utcnow" }],
        ["updated_at", "DateTime", { defaults: "onupdate=utcnow" }],
      ],
    },
  ],
  [
    /^oslo_db\.sqlalchemy\.models\.SoftDeleteMixin$/,
    {
      columns: [
        ["deleted_at", "DateTime"],
        ["deleted", "SoftDeleteInteger", { hasDefault: true, defaults: "default=0" }],
      ],
    },
  ],
  [
    /^sqlalchemy_utils\.(models\.)?Timestamp$/,
    {
      columns: [
        ["created", "DateTime", { ...required, hasDefault: true, defaults: "default=utcnow" }],
        ["updated", "DateTime", { ...required, hasDefault: true, defaults: "default=utcnow" }],
      ],
    },
  ],
  [/^fastapi_users[\w.]*\.SQLAlchemyBaseUserTable$/, { columns: user, table: "user" }],
  [/^fastapi_users[\w.]*\.SQLAlchemyBaseUserTableUUID$/, { columns: [...user, key], table: "user" }],
];
