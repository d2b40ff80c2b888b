"""Which names of the knowledge table the installed SQLAlchemy lacks: JSON list of dotted names in, list of the missing out."""

import ast
import functools
import importlib
import inspect
import json
import sys
import warnings

warnings.simplefilter("ignore")
MISSING = object()


def main():
    json.dump([name for name in json.load(sys.stdin) if not exists(name)], sys.stdout)


def exists(name):
    owner, _, last = name.rpartition(".")
    holder = resolve(owner) if owner else MISSING
    if holder is MISSING:
        return is_module(name)
    if inspect.getattr_static(holder, last, MISSING) is not MISSING or hasattr(holder, last):
        return True
    if isinstance(holder, type):
        return any(last in instance_attributes(base) for base in holder.__mro__)
    return is_module(name)


@functools.cache
def resolve(path):
    """A class before a module of the same name, as Python's `from` does."""
    parent, _, last = path.rpartition(".")
    holder = resolve(parent) if parent else MISSING
    found = getattr(holder, last, MISSING)
    if found is not MISSING or not is_module(path):
        return found
    return importlib.import_module(path)


@functools.cache
def is_module(path):
    try:
        importlib.import_module(path)
        return True
    except ImportError:
        return False


@functools.cache
def instance_attributes(cls):
    """What the class's source annotates, defines for type checkers or sets on its instances."""
    node = classes_of(cls.__module__).get(cls.__qualname__)
    names = set()
    for child in ast.walk(node) if node else ():
        if isinstance(child, ast.Attribute) and isinstance(child.ctx, ast.Store) and getattr(child.value, "id", "") == "self":
            names.add(child.attr)
        elif isinstance(child, ast.AnnAssign) and isinstance(child.target, ast.Name):
            names.add(child.target.id)
        elif isinstance(child, ast.FunctionDef):
            names.add(child.name)
    return frozenset(names)


@functools.cache
def classes_of(module_name):
    """Qualified name -> node of the classes in a module's source."""
    path = getattr(sys.modules.get(module_name), "__file__", None) or ""
    found = {}
    if path.endswith(".py"):
        with open(path, encoding="utf-8") as file:
            collect(ast.parse(file.read()), "", found)
    return found


def collect(node, prefix, found):
    for child in ast.iter_child_nodes(node):
        name = f"{prefix}{child.name}" if isinstance(child, ast.ClassDef) else ""
        if name:
            found.setdefault(name, child)
        if not isinstance(child, (ast.FunctionDef, ast.expr)):
            collect(child, f"{name}." if name else prefix, found)


main()
