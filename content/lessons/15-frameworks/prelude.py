from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, scoped_session, sessionmaker


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "author"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    born: Mapped[int | None]


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
make_session = sessionmaker(engine)

with make_session.begin() as session:
    session.add_all([Author(name="Ursula Le Guin"), Author(name="Toni Morrison")])

how_many = select(func.count()).select_from(Author)

# Stands for what a web framework knows: which request is being answered.
request = {"number": 1}
