from datetime import date

from sqlalchemy import JSON, ForeignKey, Integer, String, create_engine, func, select
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB, psycopg2
from sqlalchemy.exc import CompileError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql.functions import FunctionElement


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "author"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(12))


class Book(Base):
    __tablename__ = "book"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    year: Mapped[int | None]
    bought: Mapped[date | None]
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

with Session(engine) as session:
    session.add(Author(name="Ursula"))
    session.add(Author(name="Toni"))
    session.flush()
    session.add(Book(title="A Wizard of Earthsea", year=1968, author_id=1))
    session.add(Book(title="The Dispossessed", year=1974, author_id=1))
    session.add(Book(title="Beloved", author_id=2))
    session.commit()

# A dialect can be had without a database, a driver or a connection.
DIALECTS = {"SQLite": sqlite.dialect(), "PostgreSQL": psycopg2.dialect(), "MySQL": mysql.dialect()}


def side_by_side(statement):
    for name, dialect in DIALECTS.items():
        compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        print(f"-- {name}")
        for line in str(compiled).splitlines():
            indent = "    " if line.startswith("\t") else ""
            if line.strip():
                print(indent + line.strip())
