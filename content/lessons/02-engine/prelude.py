from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, URL
from sqlalchemy import create_engine, event, func, insert, make_url, select, text, update
from sqlalchemy.pool import QueuePool

metadata = MetaData()
author_table = Table(
    "author",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(60), nullable=False),
)
book_table = Table(
    "book",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String(200), nullable=False),
    Column("author_id", ForeignKey("author.id"), nullable=False),
)

engine = create_engine("sqlite://")
metadata.create_all(engine)

with engine.begin() as connection:
    connection.execute(insert(author_table), [{"name": "Ursula Le Guin"}, {"name": "Toni Morrison"}])
    connection.execute(
        insert(book_table),
        [{"title": "The Dispossessed", "author_id": 1}, {"title": "Beloved", "author_id": 2}],
    )

how_many = select(func.count()).select_from(author_table)


# From here on the Engine says aloud where a transaction begins and how it ends.
@event.listens_for(engine, "begin")
def say_begin(connection):
    print("BEGIN")


@event.listens_for(engine, "commit")
def say_commit(connection):
    print("COMMIT")


@event.listens_for(engine, "rollback")
def say_rollback(connection):
    print("ROLLBACK")
