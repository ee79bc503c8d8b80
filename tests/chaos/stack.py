"""The real stack in processes of its own: PostgreSQL with fsync on, gunicorn as config/gunicorn.py has it, the worker.

Used by `make chaos`, `make load`, `make slow` and the tests of outages. Everything listens on 127.0.0.1 on free ports,
lives in one temporary folder, and is gone when the block ends.
"""

import contextlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType

from tests import postgres
from tests.environment import DROPPED, ENVIRONMENT
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
# As PostgreSQL ships: what is committed is on the disk.
SAFE = postgres.SETTINGS | {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "log_min_messages": "panic",
}
START_SECONDS = 60


def children_of(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def end(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


class Database:
    """A throw-away PostgreSQL that can be killed and started again on the same data and port."""

    def __init__(self) -> None:
        self.programs = postgres.binaries()
        self.folder = postgres.make_folder()
        self.port = postgres.free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        self.start()

    def start(self) -> None:
        # More than once: a process of the one that was killed may still hold the memory that they shared.
        wait_until(self.comes_up, START_SECONDS, lambda: "PostgreSQL did not start again.")

    def comes_up(self) -> bool:
        prefix = postgres.as_owner(postgres.owner())
        self.process = postgres.start(self.programs, prefix, self.folder, self.port, SAFE)
        return postgres.wait_until_up(self.process, self.programs, self.port)

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """SIGKILL takes the server and all its processes at once; SIGQUIT is its own immediate shutdown."""
        backends = children_of(self.process.pid) if number == signal.SIGKILL else []
        end([self.process.pid, *backends], number)
        self.process.wait(timeout=20)

    def close(self) -> None:
        if self.process.poll() is None:
            postgres.stop(self.process)
        shutil.rmtree(self.folder, ignore_errors=True)


class Stack:
    """`with Stack() as stack:` the site answers on `stack.port`. `sqlite` puts it on SQLite instead."""

    def __init__(self, *, sqlite: bool = False, app: str = "", **environment: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="stack-"))
        self.database = None if sqlite else Database()
        self.port = postgres.free_port()
        clean = {name: value for name, value in os.environ.items() if name not in {*ENVIRONMENT, *DROPPED}}
        self.environment = {
            **clean,
            **ENVIRONMENT,
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "ALLOWED_HOSTS": "127.0.0.1",
            "PORT": str(self.port),
            "DATABASE_URL": self.database.url if self.database else f"sqlite:///{self.folder / 'db.sqlite3'}",
            "MEDIA_ROOT": str(self.folder / "media"),
            "EMAIL_URL": "dummymail://",
            **environment,
        }
        self.app = app
        self.log = (self.folder / "log").open("wb")
        self.site: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Stack":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in (self.site, self.worker):
            if process is not None and process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait(timeout=20)
        if self.database:
            self.database.close()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *words: str, said: str = "") -> str:
        """`python -m …` to its end, in this stack's environment; what it printed. `said` is what it reads."""
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env=self.environment,
            input=said,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)} failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
        return done.stdout

    def _start(self, *words: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            # One group, so that a kill takes gunicorn's master and workers together.
            start_new_session=True,
        )

    def start_site(self) -> None:
        self.site = self._start(
            "gunicorn", "-c", "config/gunicorn.py", *(["-k", "gthread", self.app] if self.app else [])
        )

    def start_worker(self) -> None:
        self.worker = self._start("manage", "run_worker")

    def kill_site(self) -> None:
        """gunicorn and all its workers at once, as when the machine's power goes."""
        assert self.site
        os.killpg(self.site.pid, signal.SIGKILL)
        self.site.wait(timeout=20)

    def kill_one_of_site(self, which: int) -> None:
        """One of gunicorn's workers; gunicorn starts another by itself."""
        assert self.site
        workers = children_of(self.site.pid)
        if workers:
            end([workers[which % len(workers)]], signal.SIGKILL)

    def kill_worker(self) -> None:
        assert self.worker
        self.worker.kill()
        self.worker.wait(timeout=20)

    def status(self, path: str = "/healthz") -> int:
        """0 where nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def wait_until(self, status: int = 200, path: str = "/healthz", seconds: float = START_SECONDS) -> float:
        """How many seconds it took."""
        begun = time.monotonic()

        def answers() -> bool:
            if self.site and self.site.poll() is not None:
                raise RuntimeError(f"The site stopped by itself.\n{self.said()[-3000:]}")
            return self.status(path) == status

        wait_until(answers, seconds, lambda: f"{path} did not answer {status}.\n{self.said()[-3000:]}")
        return time.monotonic() - begun

    def said(self) -> str:
        return (self.folder / "log").read_text(errors="replace")
