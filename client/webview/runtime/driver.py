"""Runs one program after another with real SQLAlchemy, and tells what each of them does while it does it.

    run(setup, code, tell)

`setup` runs first, in the same module, and nothing that it prints or sends is told. `tell` is called with the JSON of one event, as
`messages.ts` describes them. Every event carries the line of the program (1-based) that caused it: the innermost of its frames. What
is told is bounded; a program that prints or sends more goes on, and the last event says how much was left out.

Each run gets a module, a folder and mappers of its own, and leaves none of them behind.
"""

import contextlib
import gc
import io
import json
import linecache
import logging
import os
import shutil
import sqlite3
import sys
import tempfile
import traceback
import types
import warnings

import sqlalchemy
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.event import api as event_api
from sqlalchemy.orm import clear_mappers, close_all_sessions

SETUP, PROGRAM = "setup.py", "program.py"

# Characters of output, statements, rows of a statement and of all statements, characters of a statement, of its parameters, of a cell.
MAX_OUTPUT, MAX_STATEMENTS, MAX_ROWS, MAX_ALL_ROWS = 64_000, 300, 50, 1_000
MAX_SQL, MAX_PARAMETERS, MAX_CELL, MAX_WARNINGS, MAX_TRACEBACK = 10_000, 4_000, 200, 20, 20_000
# Output is told line by line; who prints more lines than this is told of in larger pieces.
EAGER_LINES, PIECE = 500, 4_096


def run(setup, code, tell):
    """Runs a program to its end. Whatever it raises is told, not raised."""
    global recorder
    # What the program leaves behind is wound up after the last word about it was said.
    with cleared_away(), contextlib.ExitStack() as stack:
        recorder = Recorder(tell)
        stack.callback(recorder.close)
        module = types.ModuleType("__main__")
        # Mapped classes look up the names in their annotations in the module that they are in.
        sys.modules["__main__"] = module
        stack.enter_context(contextlib.redirect_stdout(Output()))
        stack.enter_context(contextlib.redirect_stderr(sys.stdout))
        stack.enter_context(warnings.catch_warnings())
        warnings.showwarning = show_warning
        try:
            execute(setup, SETUP, module)
            recorder.active = True
            execute(code, PROGRAM, module)
        except SystemExit as exit:
            if exit.code is not None and not isinstance(exit.code, int):
                print(exit.code)
        except BaseException as error:
            recorder.error(error)


def execute(source, name, module):
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    exec(compile(source, name, "exec", dont_inherit=True), module.__dict__)


class Recorder:
    """What one run has told so far."""

    def __init__(self, tell):
        self._tell = tell
        self._printed = ""
        self._line = None
        self._pieces = 0
        self._output = self._statements = self._all_rows = self._warnings = 0
        self._rows = {}
        self.active = False

    def tell(self, type, **event):
        self.flush()
        self._tell(json.dumps({"type": type, **event}))

    def output(self, text):
        left = MAX_OUTPUT - self._output
        self._output += len(text)
        if left <= 0:
            return
        self._line = caller() if self._printed == "" else self._line
        self._printed += text[:left]
        if len(self._printed) > PIECE or (self._pieces < EAGER_LINES and "\n" in text):
            self.flush()

    def flush(self):
        text, self._printed = self._printed, ""
        if text:
            self._pieces += 1
            self._tell(json.dumps({"type": "output", "text": text, "line": self._line}))

    def statement(self, sql, parameters, many):
        """Returns its number, or None when there were too many."""
        number, self._statements = self._statements, self._statements + 1
        if number >= MAX_STATEMENTS:
            return None
        text = "\n".join(line.rstrip() for line in sql.splitlines())
        self.tell(
            "statement",
            sql=cut(text, MAX_SQL),
            parameters=shown(parameters, many) if parameters else "",
            line=caller(),
        )
        return number

    def columns(self, statement, names):
        self._rows[statement] = 0
        self.tell("columns", statement=statement, names=[cut(name, MAX_CELL) for name in names])

    def rows(self, statement, rows):
        room = max(0, min(MAX_ROWS - self._rows[statement], MAX_ALL_ROWS - self._all_rows))
        self._rows[statement] += len(rows)
        if told := rows[:room]:
            self._all_rows += len(told)
            self.tell("rows", statement=statement, rows=[[cell(value) for value in row] for row in told])

    def changed(self, statement, count):
        self.tell("changed", statement=statement, count=count)

    def warning(self, category, message):
        self._warnings += 1
        if self._warnings <= MAX_WARNINGS:
            self.tell("warning", category=category, message=cut(message, MAX_PARAMETERS), line=caller())

    def error(self, error):
        self.tell(
            "error",
            summary=cut(summary_of(error), MAX_PARAMETERS),
            traceback=cut(as_python_shows(error, only_own=True), MAX_TRACEBACK),
            full=cut(as_python_shows(error, only_own=False), MAX_TRACEBACK),
            line=line_of(error),
        )

    def close(self):
        self.active = False
        self.tell(
            "end",
            fetched=[[statement, count] for statement, count in self._rows.items()],
            unsaid={
                "output": max(0, self._output - MAX_OUTPUT),
                "statements": max(0, self._statements - MAX_STATEMENTS),
                "warnings": max(0, self._warnings - MAX_WARNINGS),
            },
        )


recorder = Recorder(lambda told: None)


# ------------------------------------------------------------------------------------------------- what is listened to


class Output(io.TextIOBase):
    def writable(self):
        return True

    def write(self, text):
        if recorder.active:
            recorder.output(text)
        return len(text)


def show_warning(message, category, filename, lineno, file=None, line=None):
    if recorder.active:
        recorder.warning(category.__name__, str(message))


@event.listens_for(Engine, "before_cursor_execute")
def before_cursor_execute(connection, cursor, statement, parameters, context, executemany):
    number = recorder.statement(statement, parameters, executemany) if recorder.active else None
    if isinstance(cursor, Cursor):
        cursor.number = number


@event.listens_for(Engine, "after_cursor_execute")
def after_cursor_execute(connection, cursor, statement, parameters, context, executemany):
    if not recorder.active or getattr(cursor, "number", None) is None:
        return
    if cursor.description is not None:
        recorder.columns(cursor.number, [name for name, *_ in cursor.description])
    elif cursor.rowcount >= 0:
        recorder.changed(cursor.number, cursor.rowcount)


@event.listens_for(Engine, "do_connect")
def do_connect(dialect, connection_record, arguments, keywords):
    if dialect.driver == "pysqlite":
        keywords.setdefault("factory", Connection)


class Cursor(sqlite3.Cursor):
    """Tells the rows that are fetched. `number` is that of its last statement."""

    number = None

    def fetchone(self):
        row = super().fetchone()
        self._tell([] if row is None else [row])
        return row

    def fetchmany(self, *arguments, **keywords):
        rows = super().fetchmany(*arguments, **keywords)
        self._tell(rows)
        return rows

    def fetchall(self):
        rows = super().fetchall()
        self._tell(rows)
        return rows

    def __next__(self):
        row = super().__next__()
        self._tell([row])
        return row

    def _tell(self, rows):
        if recorder.active and self.number is not None and rows:
            recorder.rows(self.number, rows)


class Connection(sqlite3.Connection):
    def cursor(self, factory=Cursor):
        return super().cursor(factory)


# A program that prints one sees what it would see elsewhere.
Cursor.__module__ = Connection.__module__ = "sqlite3"


# ------------------------------------------------------------------------------------------------------- how it is said


def caller():
    """The line of the program that is being executed, or None outside of it."""
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename != PROGRAM:
        frame = frame.f_back
    return frame and frame.f_lineno


def summary_of(error):
    """The first line of what Python says last, as "sqlalchemy.exc.ArgumentError: ..."."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}.{kind.__qualname__}"
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    first, *_ = message.splitlines() or [""]
    return f"{name}: {first}" if first else name


def line_of(error):
    if isinstance(error, SyntaxError) and error.filename == PROGRAM:
        return error.lineno
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == PROGRAM]
    return lines[-1] if lines else None


def as_python_shows(error, only_own):
    """The traceback. With `only_own`, of the frames and of the exceptions behind this one only those of the program."""
    told = traceback.TracebackException.from_exception(error)
    shorten(told, only_own)
    return "".join(told.format())


def shorten(told, only_own):
    """Leaves frames out, and says whether some of the program's are there."""
    kept = [frame for frame in told.stack if frame.filename in (SETUP, PROGRAM) or not (only_own or frame.filename == __file__)]
    told.stack = traceback.StackSummary.from_list(kept)
    for behind in ("__cause__", "__context__"):
        other = getattr(told, behind)
        if other is not None and not shorten(other, only_own) and only_own:
            setattr(told, behind, None)
    return any(frame.filename in (SETUP, PROGRAM) for frame in kept)


def cell(value):
    """As text; None stays None."""
    return None if value is None else cut(value if isinstance(value, str) else repr(value), MAX_CELL)


def shown(parameters, many):
    if many and isinstance(parameters, (list, tuple)) and len(parameters) > 20:
        first = ", ".join(map(repr, parameters[:20]))
        return cut(f"[{first}, … {len(parameters) - 20} more]", MAX_PARAMETERS)
    return cut(repr(parameters), MAX_PARAMETERS)


def cut(text, length):
    return text if len(text) <= length else text[: length - 1] + "…"


# --------------------------------------------------------------------------------------------------- what is cleared away


@contextlib.contextmanager
def cleared_away():
    """Whatever a program changed for all programs is as it was, afterwards."""
    before = dict(os.environ), os.getcwd(), sys.modules["__main__"], loggers()
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    try:
        yield
    finally:
        environment, directory, main, logging_before = before
        for target, name, listener in listening:
            with contextlib.suppress(sqlalchemy.exc.SQLAlchemyError, KeyError):
                event.remove(target, name, listener)
        listening.clear()
        with contextlib.suppress(Exception):
            close_all_sessions()
        clear_mappers()
        restore_loggers(logging_before)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(directory)
        shutil.rmtree(folder, ignore_errors=True)
        sys.modules["__main__"] = main
        gc.collect()


# Listeners on SQLAlchemy's own classes outlive the program that added them.
listening = []
_event_key = event_api._event_key


def remember_listener(target, name, listener):
    if recorder.active and isinstance(target, type) and target.__module__.startswith("sqlalchemy."):
        listening.append((target, name, listener))
    return _event_key(target, name, listener)


event_api._event_key = remember_listener


def loggers():
    named = [logging.getLogger(name) for name in list(logging.root.manager.loggerDict)]
    return {each: (each.level, each.handlers[:], each.propagate) for each in [logging.root, *named]}


def restore_loggers(before):
    for each in loggers():
        each.level, handlers, each.propagate = before.get(each, (logging.NOTSET, [], True))
        each.handlers[:] = handlers
    logging.root.manager._clear_cache()
