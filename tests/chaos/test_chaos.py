"""`make chaos`, `make load` and `make slow`, each so small that it fits the suite: what they hold, not how fast."""

import subprocess
import sys

import pytest

from tests.chaos.stack import ROOT

pytestmark = pytest.mark.slow


def play(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


@pytest.mark.postgres
def test_nothing_acknowledged_is_lost_on_postgresql() -> None:
    done = play("tests.chaos.chaos", "--app-kills=3", "--db-kills=2", "--clients=4", "--only=postgresql")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Every promise held." in done.stdout


def test_nothing_acknowledged_is_lost_on_sqlite() -> None:
    done = play("tests.chaos.chaos", "--app-kills=3", "--clients=4", "--only=sqlite")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.postgres
def test_a_small_crowd_loses_nothing() -> None:
    """Four times as many as ten sends a second: whatever the speed of this machine, what was acknowledged is stored."""
    done = play(
        "tests.chaos.load",
        "--sends=5",
        "--reads=10",
        "--ramp-seconds=2",
        "--seconds=3",
        "--over-seconds=4",
        "--over=8",
        "--bench-seconds=0",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "broken promises: none" in done.stdout


@pytest.mark.postgres
def test_slow_lines_finish() -> None:
    done = play("tests.chaos.slow_lines", "--uploads=12", "--bytes=60000", "--reads=2")
    assert "12 of 12 uploads finished" in done.stdout, done.stdout + done.stderr
