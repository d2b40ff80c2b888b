"""Runs sliced programs, and what they were cut out of, on real SQLAlchemy.

Reads JSON from standard input: `[{"program": source, "files": {path: source}, "call": source or null}]`. Writes for each
what the program printed (`printed`), the same for SQLite (`sqlite`), the statements that the original sent to SQLite when
it was called (`sent`), and the errors of both.
"""

import ast
import contextlib
import importlib.abc
import importlib.util
import io
import json
import sys
import traceback
import types

from sqlalchemy import MetaData, create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, configure_mappers, registry
from sqlalchemy.pool import StaticPool

ALLOWED = {"sqlalchemy", "datetime", "decimal", "enum", "typing", "uuid"}


def run(source):
    """A program may import SQLAlchemy and the few modules above; nothing is to be sent. It may end once all is shown."""
    for node in ast.walk(ast.parse(source)):
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            assert name.split(".")[0] in ALLOWED, f"imports {name}"
    module = types.ModuleType("sliced")
    sys.modules["sliced"] = module
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(source, "sliced.py", "exec"), module.__dict__)
    except SystemExit as end:
        assert end.code is None, "a sliced program ends well"
    except BaseException:
        return printed.getvalue(), traceback.format_exc(limit=-2)
    return printed.getvalue(), None


class Files(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """The files of one fixture as modules, ahead of everything installed."""

    def __init__(self, files):
        self.sources = {path.removesuffix(".py").replace("/", "."): text for path, text in files.items()}
        self.packages = {name.rsplit(".", 1)[0] for name in self.sources if "." in name}

    def find_spec(self, name, path=None, target=None):
        if name not in self.sources and name not in self.packages:
            return None
        return importlib.util.spec_from_loader(name, self, origin=f"/{name}.py", is_package=name in self.packages)

    def exec_module(self, module):
        exec(compile(self.sources.get(module.__name__, ""), f"{module.__name__}.py", "exec"), module.__dict__)


def truth(files, call):
    """What the original sends when it is called: all statements, in order."""
    before = set(sys.modules)
    finder = Files(files)
    sys.meta_path.insert(0, finder)
    sent = []

    def remember(connection, cursor, statement, *rest):
        sent.append(statement)

    try:
        made = {name: importlib.import_module(name) for name in finder.sources}
        configure_mappers()
        engine = create_engine("sqlite://", poolclass=StaticPool)
        catalogues = {id(each): each for module in made.values() for each in catalogues_of(module)}
        for catalogue in catalogues.values():
            catalogue.create_all(engine)
        event.listen(Engine, "before_cursor_execute", remember)
        with Session(engine) as session:
            names = {name.split(".")[0]: sys.modules[name.split(".")[0]] for name in made}
            exec(call, {**names, "session": session})
        return sent, None
    except BaseException:
        return sent, traceback.format_exc(limit=-3)
    finally:
        if event.contains(Engine, "before_cursor_execute", remember):
            event.remove(Engine, "before_cursor_execute", remember)
        sys.meta_path.remove(finder)
        for name in set(sys.modules) - before:
            if name.split(".")[0] in {each.split(".")[0] for each in finder.sources}:
                del sys.modules[name]


def catalogues_of(module):
    for value in vars(module).values():
        if isinstance(value, MetaData):
            yield value
        elif isinstance(value, (type, registry)) and isinstance(getattr(value, "metadata", None), MetaData):
            yield value.metadata


def judge(case):
    printed, error = run(case["program"])
    for_sqlite = case["program"].replace(
        "statement.compile()", "statement.compile(dialect=__import__('sqlalchemy.dialects.sqlite').dialects.sqlite.dialect())"
    )
    sqlite, sqlite_error = run(for_sqlite)
    sent, call_error = truth(case["files"], case["call"]) if case["call"] else ([], None)
    return {"printed": printed, "sqlite": sqlite, "sent": sent, "error": error or sqlite_error or call_error}


json.dump([judge(case) for case in json.load(sys.stdin)], sys.stdout)
