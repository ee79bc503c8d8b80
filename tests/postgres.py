"""A throw-away PostgreSQL: a server of its own in a temporary folder, gone when the block ends.

Used by `make test` and by tests that kill a server: `with server() as url:`, or
`python -m tests.postgres -- COMMAND…`, which runs COMMAND with DATABASE_URL set. Never touches a server that exists.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.waiting import wait_until

PACKAGE = "postgresql"
START_SECONDS = 60
# Speed before safety: nothing here outlives the run.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "listen_addresses": "127.0.0.1",
    "log_min_messages": "fatal",
}


class Missing(Exception):
    """The server's programs are not on this machine. The text names the package."""


def binaries() -> Path:
    """The folder with initdb and postgres, the newest first. Raises Missing.

    Debian's own folders come before the PATH: an `initdb` found there may lack the contrib extensions.
    """
    candidates = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name), reverse=True
    )
    if shutil.which("pg_config"):
        told = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False)
        candidates.append(Path(told.stdout.strip()))
    if found := shutil.which("postgres"):
        candidates.append(Path(found).parent)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise Missing(f"PostgreSQL's server is missing. Install the package {PACKAGE}.")


def owner() -> pwd.struct_passwd | None:
    """The account that the server runs as, or None for our own: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise Missing(f"There is no account to run PostgreSQL as. Install the package {PACKAGE}.")


def as_owner(account: pwd.struct_passwd | None) -> list[str]:
    """The words before a command that make it run as `account`."""
    if account is None:
        return []
    # The death signal stops the server also when the process that started it is killed.
    ids = [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    return ["setpriv", *ids, "--pdeathsig", "INT"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def start(
    programs: Path, prefix: list[str], folder: Path, port: int, settings: Mapping[str, str] = SETTINGS
) -> "subprocess.Popen[bytes]":
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    # A session of its own: ctrl-C in the terminal reaches us alone, and we stop the server in good order.
    return subprocess.Popen(
        [*prefix, str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder), "-p", str(port), *options],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def wait_until_up(process: "subprocess.Popen[bytes]", programs: Path, port: int) -> bool:
    """Whether the server answers. False when it stopped by itself, such as on a port taken meanwhile."""
    asked = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres"]
    wait_until(
        lambda: process.poll() is not None or (accepts(port) and subprocess.run(asked, check=False).returncode == 0),
        START_SECONDS,
        lambda: "PostgreSQL did not start.",
    )
    return process.poll() is None


def stop(process: "subprocess.Popen[bytes]") -> None:
    """SIGINT is PostgreSQL's fast shutdown: it closes the connections that are left."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)
        process.wait(timeout=20)


def make_folder() -> Path:
    """A new server's data, in a folder that the server's account owns."""
    account = owner()
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    kind = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run(
        [*as_owner(account), str(binaries() / "initdb"), "-D", str(folder / "data"), "-U", "postgres", *kind],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return folder


@contextlib.contextmanager
def server() -> Iterator[str]:
    """A running server's DATABASE_URL. Raises Missing when the machine has none, TimeoutError when it hangs."""
    programs, prefix = binaries(), as_owner(owner())
    folder = make_folder()
    process = None
    try:
        for _ in range(5):
            port = free_port()
            process = start(programs, prefix, folder, port)
            if wait_until_up(process, programs, port):
                break
        else:
            raise RuntimeError("PostgreSQL stopped right after its start, five times. Its words stand above.")
        yield f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        if process and process.poll() is None:
            stop(process)
        shutil.rmtree(folder, ignore_errors=True)


def main(words: list[str]) -> int:
    """Runs the command that `words` name beside a server; its exit code, or 3 when there is no server."""
    command = words[1:] if words[:1] == ["--"] else words
    if not command:
        print("Say what to run: python -m tests.postgres -- COMMAND…", file=sys.stderr)
        return 2
    # A polite kill unwinds the block below as ctrl-C does.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        with server() as url:
            return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
