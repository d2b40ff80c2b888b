"""What the reading room asks for: objects, by the ORM."""

from sqlalchemy.orm import Session, joinedload

from .db import SessionLocal, session_scope
from .models import Author, Book


def find_author(session: Session, key):
    return session.query(Author).get(key)


def books_since(session: Session, year):
    return (
        session.query(Book)
        .filter(Book.year >= year)
        .order_by(Book.year)
        .all()
    )


def first_by_title(title):
    with SessionLocal() as session:
        return session.query(Book).filter_by(title=title).first()


def authors_of(title):
    with session_scope() as session:
        return session.query(Author).join("books").filter(Book.title == title).all()


def shelf():
    with session_scope() as session:
        for author in session.query(Author).options(joinedload("books")):
            print(author.name, len(author.books))
