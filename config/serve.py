"""Runs the site and its worker side by side: `make run` as production serves, `make dev` with auto-reload.

Prepares the demo (database, static files, program), starts both, says where to look, and stops both together.
Never used in production, where each has a service of its own (README, "Deploying").
"""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable

import django
from django.core.management import call_command

HOST = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 35
# A worker that stops this soon, this often in a row, will not mend by itself.
SOON_SECONDS = 10
SOON_TIMES = 5

ACCOUNTS = """\
  alice@example.org    applies
  bob@example.org      mentors
  carol@example.org    is staff
  charlie@example.org  is a stranger
  The password of each is open-source-together"""


class CannotServe(Exception):
    """Why the site cannot start or go on, as a sentence."""


def port_from(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise CannotServe(f"PORT={text!r} is no port. Set it to a number from 1 to 65535, such as PORT=8001.")


def require_free(port: int) -> None:
    with socket.socket() as probe:
        # As the server itself binds: a port whose last connections still linger is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError as error:
            raise CannotServe(f"Port {port} is not yours to open. Choose one above 1023: make run PORT=8001") from error
        except OSError as error:
            raise CannotServe(
                f"Port {port} is taken by another program. Choose another: make run PORT={port % 65535 + 1}"
            ) from error


def prepare(*, dev: bool) -> None:
    """Everything that has to stand before the first request. Each step is quick when there is nothing to do."""
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    if not dev:
        call_command("collectstatic", interactive=False, verbosity=0)
    call_command("seed_demo")


def start(words: list[str]) -> "subprocess.Popen[bytes]":
    """A child in a session of its own: ctrl-C reaches us alone, and we stop the children in good order."""
    return subprocess.Popen([sys.executable, "-m", *words], stdin=subprocess.DEVNULL, start_new_session=True)


def signal_all(child: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    """To the child and to what it started, which may outlive it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, number)


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


class Pair:
    """The site and the worker. `run` returns when asked to stop, or raises CannotServe."""

    def __init__(self, web: list[str], worker: list[str], asked_to_stop: threading.Event) -> None:
        self.worker_words = worker
        self.asked_to_stop = asked_to_stop
        self.web = start(web)
        self.start_worker()
        self.soon = 0

    def start_worker(self) -> None:
        self.worker = start(self.worker_words)
        self.worker_since = time.monotonic()

    def check(self) -> None:
        """Raises CannotServe when the site has died; starts the worker again when it has."""
        if self.web.poll() is not None:
            raise CannotServe(f"The site stopped by itself (exit code {self.web.returncode}). The lines above say why.")
        if self.worker.poll() is None:
            return
        self.soon = self.soon + 1 if time.monotonic() - self.worker_since < SOON_SECONDS else 0
        if self.soon >= SOON_TIMES:
            raise CannotServe(
                f"The worker stopped {SOON_TIMES} times right after its start (exit code {self.worker.returncode}), "
                "so no mail would leave. The lines above say why."
            )
        print(f"The worker stopped (exit code {self.worker.returncode}). Starting it again.", file=sys.stderr)
        self.asked_to_stop.wait(1)
        self.start_worker()

    def run(self, port: int, announce: Callable[[], None]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self.asked_to_stop.is_set() and not answers(port):
            self.check()
            if time.monotonic() > deadline:
                raise CannotServe(f"The site gave no good answer within {START_SECONDS} seconds. See the lines above.")
            self.asked_to_stop.wait(0.3)
        if not self.asked_to_stop.is_set():
            announce()
        while not self.asked_to_stop.wait(0.5):
            self.check()

    def stop(self) -> None:
        deadline = time.monotonic() + STOP_SECONDS
        for child in (self.web, self.worker):
            signal_all(child, signal.SIGTERM)
        for child in (self.web, self.worker):
            try:
                child.wait(timeout=max(deadline - time.monotonic(), 0))
            except subprocess.TimeoutExpired:
                signal_all(child, signal.SIGKILL)
                child.wait()


def serve(*, dev: bool) -> None:
    port = port_from(os.environ.get("PORT") or "8000")
    require_free(port)
    site = f"http://{HOST}:{port}"
    os.environ.update(
        DJANGO_SETTINGS_MODULE="config.settings",
        PORT=str(port),
        SITE_URL=site,
        DEMO="on",
        DEBUG="on" if dev else "off",
    )
    asked_to_stop = threading.Event()
    prepare(dev=dev)
    # Gunicorn's processes share a port, and would share it with another site that began while this one prepared itself.
    require_free(port)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: asked_to_stop.set())
    web = ["manage", "runserver", f"{HOST}:{port}"] if dev else ["gunicorn", "-c", "config/gunicorn.py"]
    pair = Pair(web, ["manage", "run_worker"], asked_to_stop)

    def announce() -> None:
        print(f"\nOpen {site} in a browser. Sign in as one of these, or look around first:\n{ACCOUNTS}", flush=True)
        print("Mail is written to var/mail/. Press ctrl-C to stop.\n", flush=True)

    try:
        pair.run(port, announce)
    finally:
        pair.stop()


if __name__ == "__main__":
    try:
        serve(dev="--dev" in sys.argv[1:])
    except CannotServe as reason:
        sys.exit(str(reason))
    except KeyboardInterrupt:
        sys.exit(130)
