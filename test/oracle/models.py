"""The authors and books that every example of a rule may import. Runs on SQLAlchemy 1.4, 2.0 and 2.1."""

from sqlalchemy import Column, ForeignKey, Integer, String, create_engine
from sqlalchemy.orm import declarative_base, relationship, sessionmaker
from sqlalchemy.pool import StaticPool

Base = declarative_base()


class Author(Base):
    __tablename__ = "authors"

    id = Column(Integer, primary_key=True)
    name = Column(String(50), nullable=False)
    born = Column(Integer)
    books = relationship("Book", back_populates="author", order_by="Book.id")


class Book(Base):
    __tablename__ = "books"

    id = Column(Integer, primary_key=True)
    title = Column(String(100), nullable=False)
    year = Column(Integer)
    author_id = Column(ForeignKey("authors.id"), nullable=False)
    author = relationship("Author", back_populates="books")


authors = Author.__table__
books = Book.__table__

# One shared connection: the rows written here are there for whoever imports this module.
engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
SessionLocal = sessionmaker(bind=engine)

Base.metadata.create_all(engine)
with engine.begin() as connection:
    connection.execute(
        authors.insert(),
        [
            {"id": 1, "name": "Mary Shelley", "born": 1797},
            {"id": 2, "name": "Jane Austen", "born": 1775},
            {"id": 3, "name": "Homer", "born": None},
        ],
    )
    connection.execute(
        books.insert(),
        [
            {"id": 1, "title": "Frankenstein", "year": 1818, "author_id": 1},
            {"id": 2, "title": "The Last Man", "year": 1826, "author_id": 1},
            {"id": 3, "title": "Emma", "year": 1815, "author_id": 2},
            {"id": 4, "title": "Odyssey", "year": None, "author_id": 3},
        ],
    )
