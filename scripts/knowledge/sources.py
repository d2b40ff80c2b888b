"""What only the source text of a package says: decorators that deprecate, annotations, attributes set on `self`."""

import ast
import functools
import importlib.util
import inspect
import sys

# Decorators of sqlalchemy.util.deprecations. They warn in every release, except those of the second row: 1.4 says
# RemovedIn20Warning only when asked to (SQLALCHEMY_WARN_20), 2.0 warns always where it still has them.
DEPRECATING = {
    "deprecated": "deprecated",
    "deprecated_cls": "deprecated",
    "deprecated_property": "deprecated",
    "became_legacy_20": "deprecated",
    "deprecated_20": "deprecated",
    "deprecated_20_cls": "deprecated",
    "moved_20": "deprecated",
}


class Sources:
    """Parses each module once, on first need."""

    def __init__(self, packages):
        self._packages = packages
        self._modules = {}

    def module(self, name):
        if name not in self._modules:
            self._modules[name] = ModuleSource(name) if name.split(".")[0] in self._packages else None
        return self._modules[name]

    def class_source(self, cls):
        module = self.module(getattr(cls, "__module__", "") or "")
        return module.classes.get(cls.__qualname__) if module else None

    def function_source(self, function):
        function = inspect.unwrap(function) if callable(function) else function
        module = self.module(getattr(function, "__module__", "") or "")
        return module.functions.get(function.__qualname__) if module and hasattr(function, "__qualname__") else None

    def instance_attributes(self, cls):
        source = self.class_source(cls)
        return source.attributes if source else {}

    def attribute_annotation(self, cls, name):
        return self.instance_attributes(cls).get(name)

    def status_of_class(self, cls):
        source = self.class_source(cls)
        return decorated_status(source.node.decorator_list) if source else {}

    def status_of_function(self, function):
        node = self.function_source(function)
        return decorated_status(node.decorator_list) if node else {}

    def resolve(self, name, module_name, depth=0):
        """The class that a bare name means in a module, imports under TYPE_CHECKING included; None when it is none of ours."""
        value = getattr(sys.modules.get(module_name), name, None)
        if isinstance(value, type):
            return value if value.__module__.split(".")[0] in self._packages else None
        module = self.module(module_name)
        origin = module.imports.get(name) if module else None
        if origin is None or depth > 8:
            return None
        return self.resolve(origin[1], origin[0], depth + 1)

    def node_type(self, node, module_name):
        from annotations import type_of_node

        return type_of_node(node, module_name, self)


class ModuleSource:
    def __init__(self, name):
        self.imports, self.classes, self.functions = {}, {}, {}
        spec = importlib.util.find_spec(name)
        origin = spec.origin if spec else None
        if not origin or not origin.endswith(".py"):
            return
        package = name if spec.submodule_search_locations is not None else name.rpartition(".")[0]
        with open(origin, encoding="utf-8") as file:
            tree = ast.parse(file.read())
        self._add_scope(tree.body, "", package)

    def _add_imports(self, node, package):
        base = node.module or ""
        if node.level:
            parents = package.split(".")
            parents = parents[: len(parents) - node.level + 1]
            base = ".".join([*parents, *filter(None, [node.module])])
        for alias in node.names:
            self.imports[alias.asname or alias.name] = (base, alias.name)

    def _add_scope(self, body, prefix, package):
        for node in body:
            if isinstance(node, ast.ImportFrom):
                self._add_imports(node, package)
            elif isinstance(node, ast.ClassDef):
                self.classes.setdefault(prefix + node.name, ClassSource(node))
                self._add_scope(node.body, f"{prefix}{node.name}.", package)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                # Of overloads and TYPE_CHECKING twins the last definition is the one that runs.
                self.functions[prefix + node.name] = node
            elif isinstance(node, ast.If):
                self._add_scope([*node.body, *node.orelse], prefix, package)


class ClassSource:
    def __init__(self, node):
        self.node = node

    @functools.cached_property
    def attributes(self):
        """Name -> annotation node or None, of what the class body annotates and its methods set on `self`."""
        found = {}
        for child in self.node.body:
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)) and takes_self(child):
                for name, annotation in self_attributes(child):
                    if found.get(name) is None:
                        found[name] = annotation
        for child in annotated(self.node.body):
            found[child.target.id] = child.annotation
        return found


def annotated(body):
    for child in body:
        if isinstance(child, ast.AnnAssign) and isinstance(child.target, ast.Name):
            yield child
        elif isinstance(child, ast.If):
            yield from annotated([*child.body, *child.orelse])


def takes_self(function):
    parameters = [*function.args.posonlyargs, *function.args.args]
    return bool(parameters) and parameters[0].arg == "self"


def self_attributes(function):
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            targets, annotation = node.targets, None
        elif isinstance(node, ast.AnnAssign):
            targets, annotation = [node.target], node.annotation
        else:
            continue
        for target in targets:
            for leaf in target.elts if isinstance(target, ast.Tuple) else [target]:
                if isinstance(leaf, ast.Attribute) and isinstance(leaf.value, ast.Name) and leaf.value.id == "self":
                    yield leaf.attr, annotation


def decorated_status(decorators):
    """{"status": "deprecated", "since": "1.4"} of a definition that SQLAlchemy warns about, else {}."""
    for decorator in decorators:
        call = decorator if isinstance(decorator, ast.Call) else None
        target = call.func if call else decorator
        name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
        if name in DEPRECATING:
            since = call.args[0].value if call and call.args and isinstance(call.args[0], ast.Constant) else ""
            version = since if isinstance(since, str) and since[:1].isdigit() else "2.0" if "20" in name else ""
            return {"status": DEPRECATING[name], "since": version}
    return {}
