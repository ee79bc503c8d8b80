"""`make run` as a whole: the site, its worker, and what happens when one of them or the person stops."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.serve import CannotServe, port_from, require_free
from tests.architecture.sources import ROOT
from tests.environment import ENVIRONMENT
from tests.postgres import free_port
from tests.waiting import wait_until

PATIENCE_SECONDS = 90

# One after the other: two starts at once would collect into the same folder.
pytestmark = [pytest.mark.once, pytest.mark.slow]


@pytest.mark.parametrize("text", ["", "abc", "0", "65536", "-1", "80 80", "８０００"])
def test_what_is_no_port_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(CannotServe, match="is no port"):
        port_from(text)


def test_a_taken_port_is_named_with_the_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CannotServe, match=f"Port {port} is taken.* make run PORT={port + 1}"):
            require_free(port)


class Served:
    """A running `python -m config.serve` and everything it has said so far."""

    def __init__(self, folder: Path, log: Path) -> None:
        self.port = free_port()
        self.log = log
        clean = {name: value for name, value in os.environ.items() if name not in ENVIRONMENT}
        with self.log.open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.serve"],
                cwd=ROOT,
                env={
                    **clean,
                    "PORT": str(self.port),
                    "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
                    "MEDIA_ROOT": str(folder / "media"),
                },
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        return self.log.read_text()

    def until(self, holds: Callable[[], object]) -> None:
        wait_until(lambda: self.process.poll() is not None or holds(), PATIENCE_SECONDS, lambda: self.said)
        assert self.process.poll() is None, self.said

    def children(self) -> dict[str, int]:
        """module → process id of what the runner has started itself."""
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False
        )
        lines = [line.split(None, 1) for line in listed.stdout.splitlines()]
        return {
            name: int(pid)
            for pid, words in lines
            for name in ("gunicorn", "run_worker")
            if name in words.split("-m")[-1]
        }

    def get(self, path: str) -> tuple[http.client.HTTPResponse, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer, answer.read().decode(errors="replace")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database and files that one start leaves to the next."""
    return tmp_path_factory.mktemp("served")


@pytest.fixture
def served(home: Path, tmp_path: Path) -> Iterator[Served]:
    running = Served(home, tmp_path / "log")
    try:
        running.until(lambda: "Open http://" in running.said)
        yield running
    finally:
        if running.process.poll() is None:
            running.process.terminate()
            running.process.wait(timeout=60)


def test_the_site_and_its_worker_live_and_stop_together(served: Served) -> None:
    assert f"Open http://127.0.0.1:{served.port} in a browser" in served.said
    for account in ("alice", "bob", "carol", "charlie"):
        assert f"{account}@example.org" in served.said

    answer, page = served.get("/")
    assert answer.status == 200
    (stylesheet,) = re.findall(r'href="(/static/css/site\.[0-9a-f]+\.css)"', page)
    answer, _css = served.get(stylesheet)
    assert answer.status == 200
    assert "immutable" in str(answer.getheader("Cache-Control"))

    served.get("/people/zawadi-canary/?name=zawadi-canary")
    served.until(lambda: "GET /people/…" in served.said)
    assert "zawadi-canary" not in served.said

    first = served.children()["run_worker"]
    os.kill(first, signal.SIGKILL)
    served.until(lambda: served.children().get("run_worker", first) != first)
    assert "Starting it again" in served.said

    children = served.children()
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(timeout=60) == 0
    assert set(children) == {"gunicorn", "run_worker"}
    for child in children.values():
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)


def test_a_site_that_dies_ends_the_run_with_a_sentence(served: Served) -> None:
    worker = served.children()["run_worker"]
    os.kill(served.children()["gunicorn"], signal.SIGKILL)
    assert served.process.wait(timeout=60) == 1
    assert "The site stopped by itself (exit code -9)" in served.said
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)
