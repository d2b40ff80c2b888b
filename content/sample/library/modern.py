"""The same questions in 2.0 style."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from .db import engine
from .models import Author, Book


def find_author(session: Session, key):
    return session.get(Author, key)


def books_since(session: Session, year):
    return session.scalars(select(Book).where(Book.year >= year).order_by(Book.year)).all()


def shelf(session: Session):
    for author in session.scalars(select(Author).options(selectinload(Author.books))):
        print(author.name, len(author.books))


def rename(old, new):
    with engine.begin() as connection:
        connection.execute(update(Book).where(Book.title == old).values(title=new))
