"""A status has one writer: applications/lifecycle.py alone changes Application.status.

The reading is by syntax, so it is stricter than the rule: any `.status = …` on what is not known to be another
model's row counts, and so does any `.update(status=…)`. The other writers are named here, each with its reason.
"""

import ast

import pytest

from tests.architecture.sources import modules

WRITER = "applications/lifecycle.py"
# (module, where) → why it is not Application.status, or why it may be.
ALLOWED = {
    ("applications/reviewing.py", "_end_conflicts"): "Assignment.status",
    ("applications/reviewing.py", "recuse"): "Assignment.status",
    ("applications/reviewing.py", "write_review"): "Assignment.status",
}
# Modules that make applications in bulk at any status: the demo's.
MAKERS: set[str] = {"applications/demo/bulk/tales.py"}


class StatusWrites(ast.NodeVisitor):
    """Collects (function, line) of everything that could write a column named status."""

    def __init__(self) -> None:
        self.function = "<module>"
        self.found: list[tuple[str, int]] = []

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        outer, self.function = self.function, node.name
        self.generic_visit(node)
        self.function = outer

    def note(self, node: ast.expr | ast.stmt) -> None:
        self.found.append((self.function, node.lineno))

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self.target(target)
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.target(node.target)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.target(node.target)
        self.generic_visit(node)

    def target(self, node: ast.expr) -> None:
        if isinstance(node, ast.Attribute) and node.attr == "status":
            self.note(node)
        elif isinstance(node, ast.Tuple | ast.List):
            for part in node.elts:
                self.target(part)

    def visit_Call(self, node: ast.Call) -> None:
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        keywords = {keyword.arg for keyword in node.keywords}
        words = {item.value for item in ast.walk(node) if isinstance(item, ast.Constant)}
        writes_by_keyword = called in {"update", "create", "get_or_create", "update_or_create", "Application"}
        if (
            (writes_by_keyword and "status" in keywords)
            or (called == "setattr" and "status" in words)
            or (called in {"bulk_update", "save", "update_or_create", "get_or_create"} and "status" in words)
        ):
            self.note(node)
        self.generic_visit(node)


def writes(tree: ast.Module) -> list[tuple[str, int]]:
    visitor = StatusWrites()
    visitor.visit(tree)
    return visitor.found


def test_only_lifecycle_writes_a_status() -> None:
    strays = [
        f"{path}:{line} in {function}"
        for path, tree in modules("applications", "community", "config")
        if path != WRITER and path not in MAKERS
        for function, line in writes(tree)
        if (path, function) not in ALLOWED
    ]
    assert strays == []


def test_the_writer_is_seen() -> None:
    (tree,) = (tree for path, tree in modules("applications") if path == WRITER)
    assert {function for function, _line in writes(tree)} == {"move"}


def test_no_exception_is_stale() -> None:
    """An exception that no code needs any more would hide the next stray."""
    seen = {(path, function) for path, tree in modules("applications", "community") for function, _line in writes(tree)}
    assert set(ALLOWED) <= seen
    assert {path for path, _function in seen} >= MAKERS


@pytest.mark.parametrize(
    "code",
    [
        "application.status = 'offered'",
        "a, application.status = 1, 'offered'",
        "Application.objects.filter(pk=1).update(status='offered')",
        "Application(status='offered').save()",
        "Application.objects.create(status='offered')",
        "setattr(application, 'status', 'offered')",
        "Application.objects.bulk_update(rows, ['status'])",
        "application.save(update_fields=['status'])",
        "Application.objects.update_or_create(pk=1, defaults={'status': 'offered'})",
    ],
)
def test_a_stray_is_seen(code: str) -> None:
    assert writes(ast.parse(code))


@pytest.mark.parametrize(
    "code", ["filter(status='offered')", "application.status == 'offered'", "x = application.status", "f(status=1)"]
)
def test_a_reader_is_no_writer(code: str) -> None:
    assert writes(ast.parse(code)) == []
