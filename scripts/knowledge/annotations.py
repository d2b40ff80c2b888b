"""Annotations of SQLAlchemy's source, turned into the table's type expressions (the grammar is in server/src/knowledge)."""

import ast
import functools
import inspect

LISTS = {"List", "list", "Sequence", "MutableSequence"}
ITERATORS = {"Iterator", "Iterable", "Generator", "Collection"}
ASYNC_ITERATORS = {"AsyncIterator", "AsyncIterable", "AsyncGenerator"}
AWAITABLES = {"Awaitable", "Coroutine"}
DICTS = {"Dict", "dict", "Mapping", "MutableMapping", "immutabledict"}
TUPLES = {"Tuple", "tuple"}
TRANSPARENT = {"ClassVar", "Final", "ReadOnly", "Required", "TypeGuard", "Annotated"}
DESCRIPTORS = {"util.generic_fn_descriptor", "generic_fn_descriptor", "util.memoized_property", "util.ro_memoized_property",
               "util.ro_non_memoized_property", "util.rw_hybridproperty", "util.memoized_attribute"}
PRIMITIVES = {"bool": "bool", "int": "int", "str": "str", "None": "none"}


def typed(expression):
    return {} if expression is None else {"returns": expression}


def returned_type(function, signature, sources):
    """The type of a call, or of a property's value; None when the source does not say."""
    annotation = signature.return_annotation
    if annotation is inspect.Signature.empty:
        return None
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", None)
    if annotation is None:
        text = "None"
    if text is None:
        return None
    inner = inspect.unwrap(function)
    found = type_of_text(text, getattr(inner, "__module__", ""), sources)
    node = sources.function_source(function)
    decorators = {decorator_name(item) for item in node.decorator_list} if node else set()
    element = found[found.index("[") + 1 : -1] if found and found.endswith("]") else "any"
    if "contextmanager" in decorators:
        return f"cm[{element}]"
    if "asynccontextmanager" in decorators:
        return f"acm[{element}]"
    if inspect.iscoroutinefunction(inner):
        return f"await[{found or 'any'}]"
    return found


def decorator_name(node):
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def type_of_text(text, module, sources):
    try:
        return type_of_node(parsed(text), module, sources)
    except SyntaxError:
        return None


@functools.cache
def parsed(text):
    return ast.parse(text, mode="eval").body


def type_of_node(node, module, sources):
    if node is None:
        return None
    if isinstance(node, ast.Constant):
        if node.value is None:
            return "none"
        return type_of_text(node.value, module, sources) if isinstance(node.value, str) else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return union([node.left, node.right], module, sources)
    if isinstance(node, ast.Subscript):
        return type_of_subscript(node, module, sources)
    name = last_name(node)
    if name in PRIMITIVES:
        return PRIMITIVES[name]
    if name == "Self":
        return "$self"
    if name in LISTS:
        return "list[any]"
    if name in DICTS:
        return "dict[any]"
    if name in TUPLES:
        return "tuple"
    if name == "Any":
        return "any"
    return class_type(node, module, sources)


def type_of_subscript(node, module, sources):
    name = last_name(node.value)
    arguments = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]

    def inner(index):
        return type_of_node(arguments[index], module, sources) or "any"

    if name == "Optional":
        return optional(inner(0))
    if name == "Union":
        return union(arguments, module, sources)
    if name in TRANSPARENT or ast.unparse(node.value) in DESCRIPTORS:
        return type_of_node(arguments[0], module, sources)
    if name in LISTS:
        return f"list[{inner(0)}]"
    if name in ITERATORS:
        return f"iter[{inner(0)}]"
    if name in ASYNC_ITERATORS:
        return f"aiter[{inner(0)}]"
    if name in AWAITABLES:
        return f"await[{inner(-1)}]"
    if name in DICTS:
        return f"dict[{inner(-1)}]"
    if name in TUPLES:
        return "tuple"
    if name in ("Type", "type"):
        return f"class[{inner(0)}]"
    if name == "Literal":
        values = {type(item.value) for item in arguments if isinstance(item, ast.Constant)}
        return {str: "str", bool: "bool", int: "int"}.get(values.pop()) if len(values) == 1 else None
    return class_type(node.value, module, sources)


def optional(inner):
    return inner if inner in ("any", "none") or inner.endswith("|none") else f"{inner}|none"


def union(nodes, module, sources):
    """Only `X | None` says something that the table can hold; a choice of two classes is unknown."""
    parts = {type_of_node(item, module, sources) or "any" for item in nodes}
    rest = {part.removesuffix("|none") for part in parts} - {"none"}
    if len(rest) != 1:
        return None
    (only,) = rest
    return optional(only) if "none" in parts or any(part.endswith("|none") for part in parts) else only


def class_type(node, module, sources):
    if isinstance(node, ast.Attribute):
        return None
    cls = sources.resolve(getattr(node, "id", ""), module)
    return f"@{cls.__module__}.{cls.__qualname__}" if cls else None


def last_name(node):
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
