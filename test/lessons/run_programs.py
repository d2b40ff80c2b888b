"""Runs programs of a lesson and says, as JSON, what each printed and which SQL it sent.

Reads [{"setup": source, "code": source}, ...] from standard input. What a setup prints and sends does not count.
"""

import contextlib
import io
import json
import sys
import types

from sqlalchemy import event
from sqlalchemy.engine import Engine

sent = []


@event.listens_for(Engine, "before_cursor_execute")
def remember(connection, cursor, statement, parameters, context, executemany):
    text = "\n".join(line.rstrip() for line in statement.splitlines())
    sent.append((text, f"{text}\n-- {parameters!r}" if parameters else text))


def run(number, setup, code):
    # A module of its own: mapped classes look up the names in their annotations in the module that they are in.
    module = types.ModuleType(f"program_{number}")
    sys.modules[module.__name__] = module
    printed = io.StringIO()
    raised = None
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(setup, "setup.py", "exec"), module.__dict__)
        sent.clear()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, "program.py", "exec"), module.__dict__)
    except Exception as error:
        raised = f"{type(error).__name__}: {error}"
    return {
        "raised": raised,
        "printed": printed.getvalue(),
        "emitted": "\n\n".join(full for _, full in sent),
        "statements": "\n\n".join(statement for statement, _ in sent),
    }


programs = json.load(sys.stdin)
json.dump([run(number, **program) for number, program in enumerate(programs)], sys.stdout)
