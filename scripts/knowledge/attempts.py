"""What becomes of calls on the installed SQLAlchemy: {name: Python expression} on standard input, {name: outcome} on
standard output. An outcome is "works", "warns" or "raises"; 1.4 is asked for the warnings of its way to 2.0.
"""

import json
import os
import sys
import warnings

os.environ["SQLALCHEMY_WARN_20"] = "1"

from sqlalchemy import *  # noqa: E402, F403
from sqlalchemy import pool  # noqa: E402
from sqlalchemy.exc import SADeprecationWarning  # noqa: E402
from sqlalchemy.ext import asyncio  # noqa: E402
from sqlalchemy.orm import *  # noqa: E402, F403

Base = declarative_base()


class A(Base):
    __tablename__ = "a"
    id = Column(Integer, primary_key=True)


class B(Base):
    __tablename__ = "b"
    id = Column(Integer, primary_key=True)
    a_id = Column(ForeignKey("a.id"))


class C(Base):
    __tablename__ = "c"
    id = Column(Integer, primary_key=True)
    x = Column(Integer)


ENGINE = create_engine("sqlite://", poolclass=pool.StaticPool)
Base.metadata.create_all(ENGINE)


def related(**keywords):
    """A relationship as it is when the classes are mapped, which is when most of its options are looked at."""
    base = declarative_base()
    parent = dict(__tablename__="p", id=Column(Integer, primary_key=True), qs=relationship("Q", **keywords))
    child = dict(__tablename__="q", id=Column(Integer, primary_key=True), p_id=Column(ForeignKey("p.id")))
    classes = [type(name, (base,), body) for name, body in (("P", parent), ("Q", child))]
    base.registry.configure()
    return classes


def outcome(code):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            eval(code, dict(globals()))
        except Exception as error:
            print(f"{code}: {error!r}", file=sys.stderr)
            return "raises"
    return "warns" if any(issubclass(each.category, SADeprecationWarning) for each in caught) else "works"


json.dump({name: outcome(code) for name, code in json.load(sys.stdin).items()}, sys.stdout)
