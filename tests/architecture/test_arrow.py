"""The arrow: applications imports community; community never names applications. The contract is in pyproject.toml."""

import subprocess
import sys

import grimp

from tests.architecture.sources import ROOT, modules


def test_community_imports_nothing_of_applications() -> None:
    graph = grimp.build_graph("community", "applications", "config", cache_dir=None)
    assert graph.find_shortest_chains("community", "applications") == set()
    # The graph is no empty one: the arrow's other end is there.
    assert graph.find_shortest_chains("applications", "community")


def test_community_does_not_name_applications_in_strings() -> None:
    """ "applications.Application" in a foreign key or import_module would be the same arrow, unseen by an import."""
    named = [path for path, tree in modules("community") if any('"applications.' in line for line in lines_of(path))]
    assert named == []


def lines_of(path: str) -> list[str]:
    return (ROOT / path).read_text().replace("'", '"').splitlines()


def test_the_contract_is_kept() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "community never imports applications KEPT" in done.stdout
