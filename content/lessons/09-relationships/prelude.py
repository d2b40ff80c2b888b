from sqlalchemy import Column, ForeignKey, Table, create_engine, func, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "author"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="author")


# Two keys and nothing else: a plain Core table is enough.
book_genre = Table(
    "book_genre",
    Base.metadata,
    Column("book_id", ForeignKey("book.id"), primary_key=True),
    Column("genre_id", ForeignKey("genre.id"), primary_key=True),
)


class Book(Base):
    __tablename__ = "book"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    author: Mapped["Author"] = relationship(back_populates="books")
    genres: Mapped[list["Genre"]] = relationship(secondary=book_genre, back_populates="books")
    awards: Mapped[list["Award"]] = relationship(back_populates="book")
    reviews: Mapped[list["Review"]] = relationship(back_populates="book", cascade="all, delete-orphan")


class Genre(Base):
    __tablename__ = "genre"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list["Book"]] = relationship(secondary=book_genre, back_populates="genres")


class Prize(Base):
    __tablename__ = "prize"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    awards: Mapped[list["Award"]] = relationship(back_populates="prize")


class Award(Base):
    __tablename__ = "award"

    book_id: Mapped[int] = mapped_column(ForeignKey("book.id"), primary_key=True)
    prize_id: Mapped[int] = mapped_column(ForeignKey("prize.id"), primary_key=True)
    year: Mapped[int]
    book: Mapped["Book"] = relationship(back_populates="awards")
    prize: Mapped["Prize"] = relationship(back_populates="awards")


class Review(Base):
    __tablename__ = "review"

    id: Mapped[int] = mapped_column(primary_key=True)
    stars: Mapped[int]
    book_id: Mapped[int] = mapped_column(ForeignKey("book.id"))
    book: Mapped["Book"] = relationship(back_populates="reviews")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

with Session(engine) as session:
    ursula = Author(name="Ursula Le Guin")
    toni = Author(name="Toni Morrison")
    ursula.books = [
        Book(title="A Wizard of Earthsea", reviews=[Review(stars=4), Review(stars=5)]),
        Book(title="The Dispossessed"),
    ]
    toni.books = [Book(title="Beloved")]
    session.add_all([ursula, toni, Genre(name="fantasy"), Prize(name="Hugo")])
    session.commit()
