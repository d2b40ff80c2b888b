from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table
from sqlalchemy import case, create_engine, exists, func, insert, or_, select, text

metadata = MetaData()
author = Table(
    "author",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(60), nullable=False),
    Column("born", Integer),
)
book = Table(
    "book",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String(200), nullable=False),
    Column("year", Integer),
    Column("author_id", ForeignKey("author.id"), nullable=False),
)

engine = create_engine("sqlite://")
metadata.create_all(engine)

with engine.begin() as connection:
    connection.execute(
        insert(author),
        [
            {"name": "Ursula Le Guin", "born": 1929},
            {"name": "Toni Morrison", "born": 1931},
            {"name": "Octavia Butler", "born": 1947},
            {"name": "Italo Calvino", "born": 1923},
        ],
    )
    connection.execute(
        insert(book),
        [
            {"title": "A Wizard of Earthsea", "year": 1968, "author_id": 1},
            {"title": "The Dispossessed", "year": 1974, "author_id": 1},
            {"title": "Sula", "year": 1973, "author_id": 2},
            {"title": "Beloved", "year": 1987, "author_id": 2},
            {"title": "Kindred", "year": 1979, "author_id": 3},
        ],
    )
