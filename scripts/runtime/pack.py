"""Packs Python's standard library, or wheels, into one zip of compiled modules. Runs on the Python that will import them.

Compiled, since compiling SQLAlchemy takes several times longer than loading it. Without docstrings, which nobody reads there, but
with its assertions. Stored, not deflated: the extension's own package deflates each zip as a whole, which is smaller, and an import
need not inflate. The same input gives the same bytes.
"""

import ast
import importlib.util
import io
import marshal
import re
import zipfile

# The earliest time that a zip can hold.
EPOCH = (1980, 1, 1, 0, 0, 0)
# Flags of a compiled file: found by its hash, and never compared with a source.
UNCHECKED_HASH = 0b01


def pack(sources, left_out, documented):
    """Returns the bytes of one zip with the files of the zips `sources`.

    What matches `left_out` from the start of its path is left out; what matches `documented` keeps its docstrings.
    """
    left_out, documented = re.compile(left_out), re.compile(documented)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as target:
        for path, content in sorted(files_of(sources)):
            if left_out.match(path):
                continue
            if path.endswith(".py"):
                content = compiled(path, content, bool(documented.match(path)))
                path += "c"
            target.writestr(zipfile.ZipInfo(path, EPOCH), content)
    return packed.getvalue()


def files_of(sources):
    for source in sources:
        with zipfile.ZipFile(source) as archive:
            for info in archive.infolist():
                if not info.is_dir():
                    yield info.filename, archive.read(info)


def compiled(path, source, documented):
    tree = ast.parse(source, path)
    if not documented:
        strip_docstrings(tree)
    code = compile(tree, path, "exec", dont_inherit=True, optimize=0)
    header = importlib.util.MAGIC_NUMBER + UNCHECKED_HASH.to_bytes(4, "little") + importlib.util.source_hash(source)
    return header + marshal.dumps(code)


def strip_docstrings(tree):
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        match node.body:
            case [ast.Expr(value=ast.Constant(value=str())) as docstring, *rest]:
                node.body = rest or [ast.copy_location(ast.Pass(), docstring)]
