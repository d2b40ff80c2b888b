"""Says what the installed SQLAlchemy (with Flask-SQLAlchemy and SQLModel where installed) has, as JSON on standard output.

    {"version": ..., "modules": {module: {name: object key}}, "objects": {key: {...}}}

An object is named by its place in `modules`, never by its own idea of its name: 1.4 makes many functions from classes.
Types are written as in the table's `returns`, except that a class is "@" and the dotted name where it is defined; the
generator turns those into canonical names. Standard input is scope.yaml as JSON, with
`described`: the packages whose details are wanted.
"""

import importlib
import inspect
import json
import pkgutil
import sys
import types
import typing
import warnings

from annotations import returned_type, typed
from sources import Sources

warnings.simplefilter("ignore")

CONFIG = json.load(sys.stdin)
PACKAGES = tuple(CONFIG["packages"])
sources = Sources(PACKAGES)


def main():
    modules = import_all()
    public = public_classes(modules)
    objects, table = {}, {}
    keys = {}
    for module_name, module in sorted(modules.items()):
        names = table[module_name] = {}
        for name, value in vars(module).items():
            if not is_ours(name, value, module_name):
                continue
            key = keys.setdefault(id(value), f"o{len(keys)}")
            names[name] = key
            if key not in objects:
                objects[key] = describe(value, public)
    exports = {name: list(module.__all__) for name, module in modules.items() if hasattr(module, "__all__")}
    version = importlib.import_module("sqlalchemy").__version__
    sys.stdout.write(json.dumps({"version": version, "modules": table, "exports": exports, "objects": objects}))


def import_all():
    """Every module of the packages that can be imported here; drivers that are not installed are not needed for that."""
    found = {}
    for package_name in PACKAGES:
        try:
            package = importlib.import_module(package_name)
        except ImportError:
            continue
        found[package_name] = package
        for info in pkgutil.walk_packages(package.__path__, package_name + ".", onerror=lambda name: None):
            if any(info.name == skip or info.name.startswith(skip + ".") for skip in CONFIG["skip"]):
                continue
            try:
                found[info.name] = importlib.import_module(info.name)
            except Exception as error:
                print(f"{info.name}: {error!r}", file=sys.stderr)
    return found


def is_ours(name, value, module_name):
    """Whether a module's name is one that people import from there: SQLAlchemy's own object, and no module."""
    if name.startswith("_") and name != "__version__" and f"{module_name}.{name}" not in CONFIG["alsoPublic"]:
        return False
    if isinstance(value, types.ModuleType):
        return False
    if isinstance(value, type) or inspect.isroutine(value):
        return defined_by_us(value)
    if name == "__version__" or type(value).__module__.split(".")[0] in PACKAGES:
        return True
    # A type alias (Union, Callable, TypeVar) has no module of its own: it is ours where the source assigns it.
    return type(value).__module__ == "typing" and module_name in CONFIG["public"] and not hasattr(typing, name)


def defined_by_us(value):
    return (getattr(value, "__module__", None) or "").split(".")[0] in PACKAGES


def public_classes(modules):
    """The ids of the classes that have entries of their own in the table."""
    found = set()
    for name, module in modules.items():
        for key, value in vars(module).items():
            if not isinstance(value, type) or not defined_by_us(value):
                continue
            if is_public(name, key, value) or defined_name(value) in CONFIG["alsoPublic"]:
                found.add(id(value))
    return found


def is_public(module_name, name, value):
    if name.startswith("_"):
        return False
    return module_name in CONFIG["public"] or module_name in CONFIG["definedOnly"] and value.__module__ == module_name


def is_described(value):
    """Of the packages that this run does not speak for, only what they are called is wanted."""
    return (value.__module__ or "").split(".")[0] in CONFIG["described"]


def is_opaque(cls):
    return any(defined_name(base) in CONFIG["opaque"] for base in cls.__mro__[1:])


def describe(value, public):
    if isinstance(value, type):
        return describe_class(value, public)
    if inspect.isroutine(value):
        facts = callable_facts(value, drop_first=False) if is_described(value) else {}
        return {"kind": "function", "defined": defined_name(value), **facts}
    cls = type(value)
    kind = {"kind": "constant", "defined": ""}
    if cls.__module__.split(".")[0] in PACKAGES:
        kind["returns"] = "@" + defined_name(cls)
    elif isinstance(value, str):
        kind["returns"] = "str"
    return kind


def describe_class(cls, public):
    kind = "exception" if issubclass(cls, BaseException) else "class"
    facts = {
        "kind": kind,
        "defined": defined_name(cls),
        "mro": [defined_name(base) for base in cls.__mro__[1:] if id(base) in public],
        "builtins": [base.__name__ for base in cls.__mro__[1:] if base in (dict, list, set, tuple, str, int)],
        **sources.status_of_class(cls),
    }
    if id(cls) not in public or is_opaque(cls) or not is_described(cls):
        return facts
    constructor = callable_facts(cls.__init__, drop_first=True) if "__init__" in dir(cls) else {}
    if "params" in constructor:
        facts["params"] = constructor["params"]
    facts["members"] = {}
    for name in member_names(cls):
        owner, value = lookup(cls, name)
        if owner is not None and is_inherited(cls, name, owner, public):
            continue
        if owner is None and is_inherited_attribute(cls, name, public):
            continue
        facts["members"][name] = describe_member(owner or cls, name, value)
    return facts


def member_names(cls):
    dunders = set(CONFIG["dunders"])
    allowed = set(CONFIG["underscored"].get(defined_name(cls), ()))
    names = {name for base in cls.__mro__ if defined_by_us(base) for name in vars(base)}
    names |= {name for base in cls.__mro__ if defined_by_us(base) for name in sources.instance_attributes(base)}
    return sorted(name for name in names if not name.startswith("_") or name in dunders or name in allowed)


def lookup(cls, name):
    """The class in the MRO that has the name, with the raw value; (None, None) for an attribute that only instances have."""
    for base in cls.__mro__:
        if name in vars(base):
            return base, vars(base)[name]
    return None, None


def is_inherited(cls, name, owner, public):
    """True when a public base class answers for the member: it defines it, or inherits it from the same private class."""
    if owner is cls:
        return False
    return any(id(base) in public and lookup(base, name)[0] is owner for base in cls.__mro__[1:])


def is_inherited_attribute(cls, name, public):
    return any(id(base) in public and name in member_names(base) for base in cls.__mro__[1:])


def describe_member(owner, name, value):
    defined = f"{defined_name(owner)}.{name}"
    if value is None and name in sources.instance_attributes(owner) or name not in vars(owner):
        return {"kind": "attribute", "defined": defined, **attribute_type(owner, name)}
    if isinstance(value, classmethod):
        return {"kind": "classmethod", "defined": defined, **callable_facts(value.__func__, drop_first=True)}
    if isinstance(value, staticmethod):
        return {"kind": "classmethod", "defined": defined, **callable_facts(value.__func__, drop_first=False)}
    if inspect.isfunction(value) or inspect.ismethoddescriptor(value) and callable(value):
        return {"kind": "method", "defined": defined, **callable_facts(value, drop_first=True)}
    getter = getattr(value, "fget", None)
    if getter is None and not isinstance(value, type):
        getter = getattr(value, "__wrapped__", None) or getattr(value, "func", None)
    if inspect.isfunction(getter):
        facts = callable_facts(getter, drop_first=True)
        facts.pop("params", None)
        return {"kind": "property", "defined": defined, **facts}
    if hasattr(type(value), "__get__") and not isinstance(value, type):
        return {"kind": "property", "defined": defined, **attribute_type(owner, name)}
    return {"kind": "attribute", "defined": defined, **attribute_type(owner, name)}


def attribute_type(owner, name):
    for base in owner.__mro__:
        annotation = sources.attribute_annotation(base, name)
        if annotation is not None:
            return typed(sources.node_type(annotation, base.__module__))
    return {}


PARAMETER_KINDS = {
    inspect.Parameter.POSITIONAL_ONLY: "positional",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: "any",
    inspect.Parameter.KEYWORD_ONLY: "keyword",
    inspect.Parameter.VAR_POSITIONAL: "args",
    inspect.Parameter.VAR_KEYWORD: "kwargs",
}


def callable_facts(function, drop_first):
    facts = sources.status_of_function(function)
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return facts
    parameters = list(signature.parameters.values())
    if drop_first and parameters and parameters[0].kind in (
        inspect.Parameter.POSITIONAL_ONLY,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
    ):
        parameters = parameters[1:]
    facts["params"] = [
        [
            parameter.name,
            PARAMETER_KINDS[parameter.kind],
            parameter.default is not inspect.Parameter.empty,
            *plain_default(parameter.default),
        ]
        for parameter in parameters
    ]
    facts.update(typed(returned_type(function, signature, sources)))
    return facts


def plain_default(value):
    """The default as one would write it, where it is a plain value."""
    if value is None or isinstance(value, (bool, int, float)):
        return [repr(value)]
    if type(value) is str and len(value) <= 24 and value.isprintable() and "|" not in value:
        return [json.dumps(value)]
    return []


def defined_name(value):
    module = getattr(value, "__module__", None) or ""
    return f"{module}.{getattr(value, '__qualname__', '')}"


main()
