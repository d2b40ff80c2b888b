"""Lists for the yearly report: rows, by Core."""

from sqlalchemy import MetaData, Table, case, func, select, text
from sqlalchemy.orm import mapper

from .db import engine
from .models import Author, Book

authors = Author.__table__
books = Book.__table__


def ages():
    age = case([(authors.c.born < 1800, "old")], else_="new")
    with engine.connect() as connection:
        return connection.execute(select([authors.c.name, age])).all()


def count_of_books():
    with engine.connect() as connection:
        return connection.execute(select([func.count(books.c.id)])).scalar()


def titles():
    with engine.connect() as connection:
        return [row.title for row in connection.execute("SELECT title FROM books ORDER BY title")]


def of_year(year):
    with engine.connect() as connection:
        return connection.execute(text("SELECT title FROM books WHERE year = :year"), year=year).all()


def rename(old, new):
    # On 2.0 this runs without an error, and changes nothing.
    with engine.connect() as connection:
        connection.execute(books.update().where(books.c.title == old).values(title=new))


def forget_the_undated():
    engine.execute(books.delete().where(books.c.year.is_(None)))


def retitle(key, title):
    with engine.begin() as connection:
        connection.execute(books.update(books.c.id == key, {"title": title}))


def of_author(key):
    with engine.connect() as connection:
        return connection.execute(books.select(books.c.author_id == key, order_by=[books.c.year])).all()


def years():
    with engine.connect() as connection:
        return [row["year"] for row in connection.execute(select(books))]


def mirrored():
    return Table("books", MetaData(bind=engine), autoload_with=engine)


class Shelf:
    """Mapped by hand, to no model's table."""


def map_shelves(shelves):
    mapper(Shelf, shelves)
