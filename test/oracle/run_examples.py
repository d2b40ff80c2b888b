"""Runs Python programs, one after the other, and tells what each did: printed text, SQL with parameters, warnings, end.

Reads a JSON list of sources from standard input and writes a JSON list of outcomes. Each program gets a `models` module,
and so a database, of its own.
"""

import contextlib
import importlib
import io
import json
import os
import sys
import warnings

os.environ.setdefault("SQLALCHEMY_WARN_20", "1")

from sqlalchemy import event
from sqlalchemy.engine import Engine

statements = []


@event.listens_for(Engine, "before_cursor_execute")
def remember(connection, cursor, statement, parameters, context, executemany):
    statements.append([" ".join(statement.split()), repr(parameters)])


def run(source):
    sys.modules.pop("models", None)
    importlib.import_module("models")
    statements.clear()
    printed = io.StringIO()
    error = None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            with contextlib.redirect_stdout(printed):
                exec(compile(source, "example.py", "exec"), {"__name__": "example"})
        except Exception as raised:
            error = f"{type(raised).__name__}: {raised}"
    return {
        "printed": printed.getvalue(),
        "sql": [list(each) for each in statements],
        "warnings": [f"{w.category.__name__}: {w.message}" for w in caught if w.category.__name__ != "ResourceWarning"],
        "error": error,
    }


json.dump([run(source) for source in json.load(sys.stdin)], sys.stdout)
