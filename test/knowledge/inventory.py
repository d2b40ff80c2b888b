"""What the installed SQLAlchemy offers, for checking that the knowledge table has it all.

Standard input: {"modules": [...], "classes": [...]}. Standard output: {"names": {module: [...]}, "members": {class: [...]}}.
"""

import importlib
import json
import sys
import types
import warnings

warnings.simplefilter("ignore")


def main():
    asked = json.load(sys.stdin)
    json.dump(
        {
            "names": {module: public_names(module) for module in asked["modules"]},
            "members": {path: public_members(path) for path in asked["classes"]},
        },
        sys.stdout,
    )


def public_names(module_name):
    module = importlib.import_module(module_name)
    return [name for name, value in vars(module).items() if not name.startswith("_") and is_sqlalchemys(value)]


def is_sqlalchemys(value):
    if isinstance(value, types.ModuleType):
        return False
    home = getattr(value, "__module__", None) or type(value).__module__
    return isinstance(home, str) and home.startswith("sqlalchemy")


def public_members(path):
    module, _, name = path.rpartition(".")
    return [member for member in dir(getattr(importlib.import_module(module), name)) if not member.startswith("_")]


main()
