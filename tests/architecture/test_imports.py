"""Where things stand: imports at the top, modules named after what they are about."""

import ast
from pathlib import PurePath

from tests.architecture.sources import modules

OURS = ("applications", "community", "config", "tests")
VAGUE = {"utils", "util", "helpers", "helper", "services", "service", "managers", "manager", "misc", "common", "tools"}


def test_no_import_inside_a_function() -> None:
    inside = [
        f"{path}:{inner.lineno}"
        for path, tree in modules(*OURS)
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def test_no_module_with_a_vague_name() -> None:
    names = {part for path, _tree in modules(*OURS) for part in PurePath(path).with_suffix("").parts}
    assert names & VAGUE == set()
