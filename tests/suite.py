"""`make test`: the whole suite on SQLite, again on a throw-away PostgreSQL, and the browser tests in Chromium.

What the machine lacks is named in one line and left out; with CI=true that line is a failure.
Every part runs, whatever failed before it.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack

from tests import postgres
from tests.browser import chromium

NO_TESTS = 5
# Three at a time on two cores, since one of them often waits for a site, a browser or a worker. On SQLite each has a
# file of its own, on PostgreSQL a database. Who shares a worker stands in tests/conftest.py.
AT_ONCE = ["-n", "3"]


def run(name: str, words: list[str], url: str | None) -> int:
    """One part; pytest's exit code. `url` None is SQLite in files of the tests' own."""
    print(f"\n── {name} " + "─" * max(2, 90 - len(name)), flush=True)
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    # Nothing is written there: pytest-django makes a database of its own beside the one that is named.
    environment["DATABASE_URL"] = url or "sqlite://:memory:"
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *AT_ONCE, *words], env=environment, stdin=subprocess.DEVNULL, check=False
    ).returncode


def main(chosen: list[str]) -> int:
    """0 when every part passed. `chosen` are words for pytest, such as -k; a part may then have no test."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    strict = os.environ.get("CI", "").lower() in {"1", "true", "yes", "on"}
    results: dict[str, str] = {}

    def part(name: str, words: list[str], url: str | None) -> None:
        begun = time.monotonic()
        code = run(name, [*words, *chosen], url)
        word = "no test chosen" if code == NO_TESTS and chosen else "FAILED" if code else "passed"
        results[name] = f"{word} in {time.monotonic() - begun:.0f} s"

    def lacking(name: str, sentence: str) -> None:
        results[name] = f"{'FAILED' if strict else 'left out'}: {sentence}"

    part("SQLite", [], None)
    with ExitStack() as stack:
        url = None
        try:
            url = stack.enter_context(postgres.server())
        except postgres.Missing as missing:
            lacking("PostgreSQL", str(missing))
        else:
            part("PostgreSQL", ["-m", "not browser and not once"], url)
        if chromium.path() is None:
            lacking("Chromium", chromium.MISSING)
        else:
            # They all stand there; to look for them everywhere takes each process some seconds.
            part("Chromium", ["-m", "browser", "-o", "testpaths=tests/browser"], url)
    print("\n── The whole suite " + "─" * 75)
    for name, result in results.items():
        print(f"{name}: {result}")
    return int(any(result.startswith("FAILED") for result in results.values()))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
