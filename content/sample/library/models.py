"""Authors and their books, mapped as it was done in 1.x."""

from sqlalchemy import Column, ForeignKey, Integer, String, Text
from sqlalchemy.ext.declarative import declarative_base
from sqlalchemy.orm import relationship

Base = declarative_base()


class Author(Base):
    __tablename__ = "authors"

    id = Column(Integer, primary_key=True)
    name = Column(String(50), nullable=False)
    born = Column(Integer)  # unknown for the oldest ones
    books = relationship("Book", back_populates="author")


class Book(Base):
    __tablename__ = "books"

    id = Column(Integer, primary_key=True)
    title = Column(String(100), nullable=False)
    year = Column(Integer)
    summary = Column(Text)
    author_id = Column(ForeignKey("authors.id"), nullable=False)
    author: Author = relationship("Author", back_populates="books")
