"""An example of SQLAlchemy 1.x.

Rest the pointer on a name to see which layer it belongs to.
On a marked line press Ctrl+. (Cmd+. on a Mac) to fix it.
"""

from sqlalchemy import Column, ForeignKey, Integer, String, create_engine, select
from sqlalchemy.orm import Session, declarative_base, relationship

Base = declarative_base()


class Author(Base):
    __tablename__ = "author"

    id = Column(Integer, primary_key=True)
    name = Column(String(100), nullable=False)
    books = relationship("Book", back_populates="author")


class Book(Base):
    __tablename__ = "book"

    id = Column(Integer, primary_key=True)
    title = Column(String(200), nullable=False)
    author_id = Column(ForeignKey("author.id"), nullable=False)
    author = relationship("Author", back_populates="books")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

# Core: tables, columns and rows.
with engine.connect() as connection:
    connection.execute("INSERT INTO author (name) VALUES ('Ursula K. Le Guin')")
    names = connection.execute(select([Author.__table__.c.name])).fetchall()

# ORM: mapped classes, objects and a Session.
with Session(engine) as session:
    author = session.query(Author).get(1)
    titles = [book.title for book in session.query(Book).filter_by(author=author)]
