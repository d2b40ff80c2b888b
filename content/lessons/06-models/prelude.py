from datetime import datetime
from typing import Annotated

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    String,
    UniqueConstraint,
    create_engine,
    func,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, Session, mapped_column
from sqlalchemy.schema import CreateTable


class Base(DeclarativeBase):
    pass


engine = create_engine("sqlite://")


def show(mapped_class):
    """Prints the CREATE TABLE of a mapped class, as SQLite is told it."""
    ddl = str(CreateTable(mapped_class.__table__).compile(engine)).strip()
    print("\n".join(line.rstrip().replace("\t", "    ") for line in ddl.splitlines()))
