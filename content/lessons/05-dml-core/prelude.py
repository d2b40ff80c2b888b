from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, bindparam, create_engine
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.exc import CompileError, IntegrityError, StatementError

metadata = MetaData()

author_table = Table(
    "author",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(60), nullable=False, unique=True),
)
book_table = Table(
    "book",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String(200), nullable=False),
    Column("year", Integer),
    Column("copies", Integer, nullable=False, default=1),
    Column("author_id", ForeignKey("author.id"), nullable=False),
)

engine = create_engine("sqlite://")
metadata.create_all(engine)

with engine.begin() as connection:
    connection.execute(insert(author_table), [{"name": "Ursula Le Guin"}, {"name": "Toni Morrison"}])
    connection.execute(
        insert(book_table),
        [
            {"title": "A Wizard of Earthsea", "year": 1968, "author_id": 1},
            {"title": "The Dispossessed", "year": 1974, "author_id": 1},
            {"title": "Beloved", "year": 1987, "author_id": 2},
        ],
    )
