"""`make load`: the last evening before a deadline, at its target and at five times that, on PostgreSQL with fsync on.

Requests leave at their fixed times whether or not earlier ones were answered, and a latency counts from the time a
request was due. Prints one line a phase, what a send costs beside a bare Django view that writes the same rows, and
where a send's time goes. Trust ratios and zeros: the generator shares the cores with what it measures.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import random
import re
import resource
import signal
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import postgres
from tests.chaos.stack import Stack, children_of

TOKEN = "a" * 32
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
LOCATION = re.compile(rb"\r\nlocation: *([^\r]+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
GIVE_UP_SECONDS = 30


class Line(asyncio.Protocol):
    """One kept-alive connection. Calls back with (status, location); status 0 where the line broke."""

    def __init__(self, lines: "Lines") -> None:
        self.lines = lines
        self.told: Callable[[int, bytes], None] | None = None
        self.held = b""
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def ask(self, words: bytes, told: Callable[[int, bytes], None]) -> None:
        self.told = told
        self.transport.write(words)

    def data_received(self, data: bytes) -> None:
        self.held += data
        end = self.held.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.held[: end + 2]
        if CHUNKED.search(head):
            if not self.held.endswith(b"0\r\n\r\n"):
                return
        else:
            length = LENGTH.search(head)
            if len(self.held) - end - 4 < (int(length[1]) if length else 0):
                return
        where = LOCATION.search(head)
        status, self.held = int(head[9:12]), b""
        told, self.told = self.told, None
        if b"\r\nConnection: close" in head:
            self.transport.close()
        else:
            self.lines.free.append(self)
        if told:
            told(status, where[1] if where else b"")

    def connection_lost(self, error: Exception | None) -> None:
        with contextlib.suppress(ValueError):
            self.lines.free.remove(self)
        if self.told:
            told, self.told = self.told, None
            told(0, b"")


class Lines:
    """As many connections as are needed at once, taken in turn: each belongs to one of gunicorn's processes for good."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.free: deque[Line] = deque()

    async def ask(self, words: bytes, told: Callable[[int, bytes], None]) -> None:
        line = None
        while self.free and line is None:
            line = self.free.popleft()
            if line.transport.is_closing():
                line = None
        if line is None:
            loop = asyncio.get_running_loop()
            try:
                _transport, line = await loop.create_connection(lambda: Line(self), "127.0.0.1", self.port)
            except OSError:
                told(0, b"")
                return
        line.ask(words, told)


@dataclass
class Tally:
    """What became of one kind of request in one phase."""

    due: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    good: list[float] = field(default_factory=list)
    turned_away: list[float] = field(default_factory=list)

    def note(self, status: int, seconds: float) -> None:
        self.statuses[status] += 1
        if status in {200, 302}:
            self.good.append(seconds)
        elif status == 503:
            self.turned_away.append(seconds)


def at(times: list[float], share: float) -> float:
    ranked = sorted(times)
    return ranked[min(len(ranked) - 1, int(len(ranked) * share))] * 1000 if ranked else 0.0


class Crowd:
    def __init__(self, port: int, world: dict[str, Any]) -> None:
        self.lines = Lines(port)
        self.host = f"127.0.0.1:{port}"
        self.waiting = list(reversed(world["people"]))
        self.acknowledged: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []
        # What strangers read on such an evening: the role, the list, the first page, a few others.
        paths = [f"/postings/{world['posting']}/"] * 4 + ["/postings/"] * 3 + ["/"] * 2
        self.paths = [*paths, *(f"/postings/{slug}/" for slug in world["postings"][:3]), "/how-we-choose/"]
        self.random = random.Random(7)

    def get(self, path: str, person: dict[str, Any] | None = None) -> bytes:
        cookie = f"Cookie: sessionid={person['session']}; csrftoken={TOKEN}\r\n" if person else ""
        return (
            f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\n{cookie}Accept-Encoding: gzip\r\nAccept-Language: en\r\n\r\n"
        ).encode()

    def send(self, person: dict[str, Any]) -> bytes:
        body = f"csrfmiddlewaretoken={TOKEN}"
        return (
            f"POST /applications/{person['code']}/check/ HTTP/1.1\r\nHost: {self.host}\r\n"
            f"Cookie: sessionid={person['session']}; csrftoken={TOKEN}\r\nAccept-Encoding: gzip\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    async def phase(self, sends: float, reads: float, seconds: float, *, follow: bool = True) -> dict[str, Tally]:
        """`sends` and `reads` a second, evenly. After each send its redirect is followed, as a browser does."""
        loop = asyncio.get_running_loop()
        told = {"send": Tally(), "its page": Tally(), "read": Tally()}
        begun = loop.time()
        open_: set[asyncio.Task[None]] = set()

        def go(words: bytes, kind: str, due: float, done: Callable[[int, bytes], None] | None = None) -> None:
            told[kind].due += 1

            def noted(status: int, where: bytes) -> None:
                told[kind].note(status, loop.time() - due)
                if done:
                    done(status, where)

            task = loop.create_task(self.lines.ask(words, noted))
            open_.add(task)
            task.add_done_callback(open_.discard)

        def one_send(due: float) -> None:
            if not self.waiting:
                return
            person = self.waiting.pop()

            def done(status: int, where: bytes) -> None:
                if status == 302 and where.endswith(f"/applications/{person['code']}/".encode()):
                    self.acknowledged.append({"number": person["number"], "code": person["code"]})
                    self.sent.append(person)
                    if follow:
                        go(self.get(f"/applications/{person['code']}/", person), "its page", loop.time())
                else:
                    # Presses again later, like everybody who was told to wait.
                    self.waiting.insert(0, person)

            go(self.send(person), "send", due, done)

        def moments(rate: float, what: str) -> Iterator[tuple[float, str]]:
            return ((begun + number / rate, what) for number in range(int(rate * seconds))) if rate else iter(())

        for due, what in sorted(itertools.chain(moments(sends, "send"), moments(reads, "read"))):
            wait = due - loop.time()
            if wait > 0.001:
                await asyncio.sleep(wait)
            if what == "send":
                one_send(due)
            else:
                go(self.get(self.random.choice(self.paths)), "read", due)
        deadline = loop.time() + GIVE_UP_SECONDS
        while loop.time() < deadline and any(sum(tally.statuses.values()) < tally.due for tally in told.values()):
            await asyncio.sleep(0.05)
        return told

    async def closed(self, words: Callable[[], bytes | None], at_once: int, seconds: float) -> float:
        """How many a second are answered well when `at_once` are always under way."""
        loop = asyncio.get_running_loop()
        end, good = loop.time() + seconds, 0

        async def one() -> None:
            nonlocal good
            while loop.time() < end:
                said = words()
                if said is None:
                    return
                answer: asyncio.Future[int] = loop.create_future()
                await self.lines.ask(said, lambda status, where, answer=answer: answer.set_result(status))
                status = await answer
                good += status in {200, 302}

        begun = loop.time()
        await asyncio.gather(*(one() for _number in range(at_once)))
        return good / (loop.time() - begun)


COLUMNS = [("asked/s", 8), ("good/s", 8), ("p50 ms", 8), ("p95 ms", 8), ("p99 ms", 8), ("503", 7), ("p95 ms", 8)]
HEAD = f"{'phase':<18}{'kind':<10}" + "".join(
    f"{name:>{width}}" for name, width in [*COLUMNS, ("5xx", 5), ("silent", 7)]
)


def show(name: str, told: dict[str, Tally], seconds: float) -> None:
    for kind, tally in told.items():
        bad = sum(count for status, count in tally.statuses.items() if status >= 500 and status != 503)
        silent = tally.due - sum(tally.statuses.values()) + tally.statuses[0]
        print(
            f"{name:<18}{kind:<10}{tally.due / seconds:>8.1f}{len(tally.good) / seconds:>8.1f}"
            f"{at(tally.good, 0.5):>8.0f}{at(tally.good, 0.95):>8.0f}{at(tally.good, 0.99):>8.0f}"
            f"{tally.statuses[503]:>7}{at(tally.turned_away, 0.95):>8.0f}{bad:>5}{silent:>7}",
            flush=True,
        )
        name = ""


async def recovery(crowd: Crowd, sends: float, reads: float) -> float:
    """Seconds after the crowd has gone until a second at the target has no 503 and 95 % within 1 s."""
    begun = time.monotonic()
    while time.monotonic() - begun < 60:
        told = await crowd.phase(sends, reads, 1)
        if not any(tally.statuses[503] + tally.statuses[0] for tally in told.values()) and all(
            at(tally.good, 0.95) < 1000 for tally in told.values()
        ):
            return time.monotonic() - begun
    return 60.0


def used() -> float:
    mine = resource.getrusage(resource.RUSAGE_SELF)
    return mine.ru_utime + mine.ru_stime


def busy(pid: int | None = None) -> float:
    """Seconds of CPU so far: of a process and all below it, or without `pid` of the whole machine."""
    ticks = os.sysconf("SC_CLK_TCK")
    if pid is None:
        user, nice, system, _idle, _waiting, *rest = map(
            int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
        )
        # Without the guests, which are in user and nice already.
        return (user + nice + system + sum(rest[:3])) / ticks
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / ticks + sum(map(busy, children_of(pid)))


def of_ours(stack: Stack) -> float:
    processes = [stack.site, stack.worker, stack.database.process if stack.database else None]
    return used() + sum(busy(process.pid) for process in processes if process)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sends", type=float, default=50, help="complete sends a second at the target")
    parser.add_argument("--reads", type=float, default=200, help="page reads a second at the target")
    parser.add_argument("--seconds", type=float, default=120, help="how long the target is held")
    parser.add_argument(
        "--ramp-seconds", type=float, default=10, help="how long a fifth and a half of it are held before"
    )
    parser.add_argument("--over", type=float, default=5, help="how many times the target the crowd is")
    parser.add_argument("--over-seconds", type=float, default=30)
    parser.add_argument("--bench-seconds", type=float, default=8, help="0 leaves the bare view out")
    parser.add_argument("--only-bench", action="store_true")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores for the site, the database, the worker and the generator; load before: {load:.1f}")
    ramp = [] if options.only_bench else [0.2, 0.5]
    need = 300 + int(options.bench_seconds * 800)
    if not options.only_bench:
        need += int(options.sends * (options.seconds + 40 + options.over * options.over_seconds))
    kept = True
    with Stack() as stack:
        print(f"Making {need} people with a complete draft each …", flush=True)
        world = json.loads(stack.run("tests.chaos.people", "drafts", str(need)))
        stack.start_site()
        stack.start_worker()
        stack.wait_until()
        crowd = Crowd(stack.port, world)

        async def play() -> bool:
            good = True
            await crowd.phase(5, 20, 3)
            print(
                "A send: POST of the check page of a complete draft, then GET of the page it leads to. Reads: strangers."
            )
            print(HEAD)
            for share in ramp:
                rate = (options.sends * share, options.reads * share)
                show(f"ramp {share:.0%}", await crowd.phase(*rate, options.ramp_seconds), options.ramp_seconds)
            before, all_before, ours_before = used(), busy(), of_ours(stack)
            told = await crowd.phase(options.sends, options.reads, options.seconds)
            ours_used, all_used = of_ours(stack) - ours_before, busy() - all_before
            show(f"target, {options.seconds:.0f} s", told, options.seconds)
            cpu = (used() - before) / options.seconds
            good &= all(
                at(tally.good, 0.95) < 1000 and not any(status >= 500 for status in tally.statuses)
                for tally in told.values()
            )
            before = used()
            over = (options.sends * options.over, options.reads * options.over)
            told = await crowd.phase(*over, options.over_seconds)
            show(f"{options.over:.0f} times, {options.over_seconds:.0f} s", told, options.over_seconds)
            over_cpu = (used() - before) / options.over_seconds
            late = [seconds for tally in told.values() for seconds in tally.turned_away]
            good &= not any(status >= 500 and status != 503 for tally in told.values() for status in tally.statuses)
            took = await recovery(crowd, options.sends, options.reads)
            print(f"Back to the target without a 503 after {took:.1f} s.")
            print(f"503s in the crowd: {len(late)}, p50 {at(late, 0.5):.0f} ms, p95 {at(late, 0.95):.0f} ms.")
            print(f"The generator itself used {cpu:.2f} of a core at the target, {over_cpu:.2f} in the crowd.")
            print(
                f"At the target all of it used {ours_used / options.seconds:.2f} cores, and other work on this machine "
                f"{max(0.0, all_used - ours_used) / options.seconds:.2f}."
            )
            return good and took < 30 and at(late, 0.95) < 200

        if not options.only_bench:
            kept &= asyncio.run(play())
            found = json.loads(
                stack.run("tests.chaos.people", "verify", said=json.dumps({"acknowledged": crowd.acknowledged}))
            )
            # A send whose answer was lost on the way is sent all the same; its person would press again.
            found.pop("sent but never acknowledged")
            broken = {name: len(what) for name, what in found.items() if not name.startswith("_") and what}
            print(
                f"Acknowledged {len(crowd.acknowledged)}, stored {found['_sent']}; broken promises: {broken or 'none'}."
            )
            kept &= not broken
        if options.bench_seconds:
            compare(stack, crowd, options.bench_seconds)
    print("Within the target." if kept else "Beyond the target: see the lines above.")
    return 0


def compare(stack: Stack, crowd: Crowd, seconds: float) -> None:
    """A send beside a bare view of Django's that writes the same rows, all as fast as they go, in turns."""
    people = iter(list(crowd.waiting))
    turns = 2
    rates: dict[str, list[float]] = {"": [], "naked": [], "signed-in": []}
    # Else it hands over the letters of all meanwhile.
    stack.kill_worker()

    def measure(name: str, port: int) -> None:
        one = Crowd(port, {"people": [], "posting": "x", "postings": []})

        def next_send() -> bytes | None:
            person = next(people, None)
            return one.send(person) if person else None

        rates[name].append(asyncio.run(one.closed(next_send, 8, seconds / turns)))

    with contextlib.ExitStack() as held:
        ports = {name: held.enter_context(beside(stack, name)) for name in rates if name}
        for _turn in range(turns):
            for name, port in {"": stack.port, **ports}.items():
                measure(name, port)
    ours, naked, signed_in = (sum(rates[name]) / turns for name in rates)
    print(
        f"As fast as it goes, 8 at once: {ours:.0f} sends/s. A bare Django view that writes the same rows: {naked:.0f}/s, "
        f"ratio {ours / max(naked, 0.1):.2f}; the same with Django's own middleware and sign-in: {signed_in:.0f}/s, "
        f"ratio {ours / max(signed_in, 0.1):.2f}."
    )


@contextlib.contextmanager
def beside(stack: Stack, kind: str) -> Iterator[int]:
    """The bare view of this kind (tests/chaos/bare.py), served by the same gunicorn on the same database; its port."""
    port, site, environment = stack.port, stack.site, stack.environment
    stack.port = postgres.free_port()
    stack.environment = {**environment, "PORT": str(stack.port), "BARE": kind}
    stack.app = "tests.chaos.bare:application"
    stack.start_site()
    bare, other = stack.site, stack.port
    try:
        stack.wait_until(200, "/ready")
    finally:
        stack.port, stack.site, stack.environment, stack.app = port, site, environment, ""
    try:
        yield other
    finally:
        assert bare
        with contextlib.suppress(ProcessLookupError):
            os.killpg(bare.pid, signal.SIGKILL)
        bare.wait(timeout=20)


if __name__ == "__main__":
    sys.exit(main())
