"""What a migration written as a libcst codemod does at least: parses every file below a folder and asks what each call is."""

import pathlib
import sys

import libcst
from libcst.metadata import MetadataWrapper, QualifiedNameProvider


class Renames(libcst.CSTTransformer):
    METADATA_DEPENDENCIES = (QualifiedNameProvider,)

    def leave_Call(self, original_node, updated_node):
        names = {found.name for found in self.get_metadata(QualifiedNameProvider, original_node.func, ())}
        if "sqlalchemy.ext.declarative.declarative_base" in names:
            return updated_node.with_changes(func=libcst.Name("declarative_base"))
        return updated_node


for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.py")):
    wrapper = MetadataWrapper(libcst.parse_module(path.read_bytes()), unsafe_skip_copy=True)
    wrapper.visit(Renames()).bytes
