/** Works on every release and warns. */
export const superseded = `from sqlalchemy.orm import Session

from models import User


def load(session: Session, key: int) -> User:
    return session.query(User).get(key)
`;

export const supersededFixed = superseded.replace("session.query(User).get(key)", "session.get(User, key)");

/** Raises on 2.0. */
export const raises = `from sqlalchemy import create_engine

engine = create_engine("sqlite://")
with engine.connect() as connection:
    print(connection.execute("SELECT 1").all())
`;

/** Raises on 2.0 as well, and nobody can tell from the code what is to become of it. */
export const unfixable = raises.replace('"SELECT 1"', '"SELECT ?", *values');

/** Raises on 2.0; its fix is right unless the name comes from outside. */
export const doubtful = raises.replace('"SELECT 1"', '"SELECT 1 FROM " + engine.name');

/** Nothing to say about it. */
export const modern = `from sqlalchemy import select
from sqlalchemy.orm import Session

from models import User


def load(session: Session) -> list[User]:
    return list(session.scalars(select(User)))
`;

/** A model that nothing is said about either, for the others to import. */
export const models = `from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
`;

/** The rules that these samples are for. */
export const supersededRule = "query-get";
export const raisesRule = "string-statement";
