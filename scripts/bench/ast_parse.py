"""Parses every Python file below a folder with CPython's own parser: the reference for `check` on files with SQLAlchemy."""

import ast
import pathlib
import sys

for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.py")):
    ast.parse(path.read_bytes())
