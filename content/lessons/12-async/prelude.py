import asyncio

from sqlalchemy import ForeignKey, event, func, select
from sqlalchemy.ext.asyncio import AsyncAttrs, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload


class Base(AsyncAttrs, DeclarativeBase):
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


engine = create_async_engine("sqlite+aiosqlite://")
make_session = async_sessionmaker(engine, expire_on_commit=False)


def cause_of(error):
    """SQLAlchemy 2.1 wraps what goes wrong inside a driver; 2.0 may hand it over bare."""
    return getattr(error, "orig", None) or error


async def fill():
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with make_session.begin() as session:
        session.add_all(
            [
                Author(
                    name="Ursula Le Guin",
                    books=[
                        Book(title="A Wizard of Earthsea", year=1968),
                        Book(title="The Dispossessed", year=1974),
                    ],
                ),
                Author(name="Toni Morrison", books=[Book(title="Beloved", year=1987)]),
            ]
        )


asyncio.run(fill())
