from datetime import date
from decimal import Decimal

from sqlalchemy import JSON, Boolean, CheckConstraint, Column, Date, ForeignKey, Index, Integer, MetaData
from sqlalchemy import Numeric, String, Table, Text, UniqueConstraint, create_engine, false, func, insert, inspect
from sqlalchemy import select, text
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.exc import IntegrityError, NoReferencedTableError
from sqlalchemy.schema import CreateTable

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
    Column("price", Numeric(8, 2)),
    Column("published", Date),
    Column("tags", JSON),
    Column("sold", Integer, nullable=False, default=0),
    Column("signed", Boolean, nullable=False, server_default=false()),
    Column("author_id", ForeignKey("author.id"), nullable=False, index=True),
    CheckConstraint("price > 0", name="price_is_positive"),
    UniqueConstraint("author_id", "title", name="one_title_each"),
)

engine = create_engine("sqlite://")
metadata.create_all(engine)

with engine.begin() as connection:
    connection.execute(insert(author_table), [{"name": "Ursula Le Guin"}, {"name": "Toni Morrison"}])
