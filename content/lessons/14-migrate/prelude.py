import warnings

from sqlalchemy import ForeignKey, create_engine, select, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, defaultload, joinedload
from sqlalchemy.orm import mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "author"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="author")


class Book(Base):
    __tablename__ = "book"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    year: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    author: Mapped["Author"] = relationship(back_populates="books")
    pages: Mapped[list["Page"]] = relationship()


class Page(Base):
    __tablename__ = "page"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    book_id: Mapped[int] = mapped_column(ForeignKey("book.id"))


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

with Session(engine) as session:
    session.add_all(
        [
            Author(
                name="Ursula Le Guin",
                books=[
                    Book(title="A Wizard of Earthsea", year=1968, pages=[Page(number=1), Page(number=2)]),
                    Book(title="The Dispossessed", year=1974, pages=[Page(number=1)]),
                ],
            ),
            Author(name="Toni Morrison", books=[Book(title="Beloved", year=1987, pages=[Page(number=1)])]),
        ]
    )
    session.commit()
