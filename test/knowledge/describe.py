"""What calls really give, on the installed SQLAlchemy over SQLite: {"sync": {name: expression}, "async": {...},
"enter": [names whose value is for `with`]} in, {name: description} out.

A description: {"is": [every class in the MRO, dotted], "class": the same of a value that is itself a class,
"element": description of the first item of a list, iterator or mapping's values, "entered": of what `with` gives,
"awaited": of what `await` gives}.
"""

import asyncio
import inspect
import json
import sys
import warnings

warnings.simplefilter("ignore")

SETUP = """
from sqlalchemy import *
from sqlalchemy import exc, inspect
from sqlalchemy.orm import *
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
Base = declarative_base()
class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))
    addresses = relationship("Address", back_populates="user")
class Address(Base):
    __tablename__ = "address"
    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey("user.id"))
    user = relationship("User", back_populates="addresses")
users = User.__table__
metadata = Base.metadata
flags = {"future": True}
engine = create_engine("sqlite://", **flags)
metadata.create_all(engine)
connection = engine.connect()
connection.execute(insert(users).values(id=1, name="ada"))
connection.commit()
session = Session(connection, **flags)
make = sessionmaker(connection, **flags)
scoped = scoped_session(make)
result = lambda: session.execute(select(User))
rows = lambda: connection.execute(select(users))
"""


def main():
    names = {"__name__": "cases"}
    exec(SETUP, names)
    asked = json.load(sys.stdin)
    answers = {}
    for key, code in asked["sync"].items():
        value = eval(code, names)
        answers[key] = described(value)
        if key in asked["enter"]:
            with value as entered:
                answers[key]["entered"] = {"is": dotted(type(entered))}
    answers |= asyncio.run(asynchronous(names, asked["async"]))
    json.dump(answers, sys.stdout)


async def asynchronous(names, cases):
    engine = names["async_engine"] = names["create_async_engine"]("sqlite+aiosqlite://")
    async with engine.begin() as connection:
        await connection.run_sync(names["metadata"].create_all)
        await connection.execute(names["insert"](names["users"]).values(id=1, name="ada"))
        names["async_connection"] = connection
        async with names["AsyncSession"](connection) as session:
            names["async_session"] = session
            answers = {}
            for key, code in cases.items():
                value = eval(code, names)
                if inspect.isasyncgen(value) or hasattr(value, "__aiter__"):
                    answers[key] = {**described(value), "element": described(await anext(aiter(value)))}
                elif inspect.isawaitable(value):
                    answers[key] = {"is": dotted(type(value)), "awaited": described(await value)}
                else:
                    answers[key] = described(value)
    await engine.dispose()
    return answers


def described(value):
    if isinstance(value, type):
        return {"is": [], "class": dotted(value)}
    facts = {"is": dotted(type(value))}
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        items = list(value)
    elif isinstance(value, dict) or type(value).__name__ in ("FacadeDict", "immutabledict"):
        items = list(value.values())
    elif inspect.isgenerator(value):
        items = list(value)
    else:
        items = []
    if items:
        facts["element"] = described(items[0])
    return facts


def dotted(cls):
    return [f"{base.__module__}.{base.__qualname__}" for base in cls.__mro__]


main()
