"""`make chaos`: kills the site and the database again and again while people send, then proves that nothing is lost.

Clients play the real pages (begin, every section with a file, check, send) and press again whatever was not answered.
They are signed in by sessions made beforehand, since signing in is not what is tried here. Seeded; exits 1 if a promise broke.
"""

import argparse
import hashlib
import http.client
import json
import os
import queue
import random
import re
import signal
import sys
import threading
import time
import uuid
from collections import Counter
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlencode

from tests.chaos.stack import Stack
from tests.smtp import Sink

TOKEN = "a" * 32
PATIENCE_SECONDS = 120
Answer = tuple[int, str, str]


class Browser:
    """One person's browser: a connection, a session, the token. Answers are (status, Location, page)."""

    def __init__(self, port: int, session: str, timeout: float = 20) -> None:
        self.port = port
        self.timeout = timeout
        self.headers = {"Cookie": f"sessionid={session}; csrftoken={TOKEN}"}
        self.connection: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> Answer:
        """Raises OSError or HTTPException where no whole answer came."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            headers = self.headers | ({"Content-Type": kind} if kind else {})
            self.connection.request(method, path, body or None, headers)
            answer = self.connection.getresponse()
            page = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            self.connection.close()
            self.connection = None
            raise
        return answer.status, answer.getheader("Location") or "", page


def form(fields: dict[str, list[str]]) -> tuple[bytes, str]:
    return urlencode(
        {"csrfmiddlewaretoken": [TOKEN], **fields}, doseq=True
    ).encode(), "application/x-www-form-urlencoded"


def form_with_files(fields: dict[str, list[str]], files: dict[str, bytes]) -> tuple[bytes, str]:
    edge = uuid.uuid4().hex
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, values in {"csrfmiddlewaretoken": [TOKEN], **fields}.items()
        for value in values
    ]
    parts += [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="cv.pdf"\r\n'.encode()
        + b"Content-Type: application/pdf\r\n\r\n"
        + content
        + b"\r\n"
        for name, content in files.items()
    ]
    return b"".join([*parts, f"--{edge}--\r\n".encode()]), f"multipart/form-data; boundary={edge}"


class Client(threading.Thread):
    """Takes the next person, has them apply, and so on until `over`. Presses again until each press is answered."""

    def __init__(self, port: int, world: dict[str, Any], people: "queue.Queue[dict[str, Any]]", seed: str) -> None:
        super().__init__(daemon=True)
        self.port = port
        self.world = world
        self.people = people
        self.random = random.Random(seed)
        self.over = threading.Event()
        self.acknowledged: list[dict[str, Any]] = []
        self.counts: Counter[str] = Counter()
        self.failures: list[str] = []

    def run(self) -> None:
        while not self.over.is_set():
            try:
                person = self.people.get_nowait()
            except queue.Empty:
                return
            try:
                self.apply(person)
            except Exception as error:
                self.failures.append(f"person {person['number']}: {type(error).__name__}: {error}")

    def press(self, browser: Browser, method: str, path: str, body: bytes = b"", kind: str = "") -> Answer:
        """Again and again until it is answered by anything but silence or 503."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            self.counts["requests"] += 1
            try:
                answer = browser.ask(method, path, body, kind)
            except (OSError, http.client.HTTPException):
                self.counts["unanswered"] += 1
            else:
                self.counts[f"answered {answer[0]}"] += 1
                if answer[0] < 500:
                    return answer
            time.sleep(self.random.uniform(0.05, 0.3))
        raise TimeoutError(f"{method} {path} was not answered")

    def apply(self, person: dict[str, Any]) -> None:
        browser = Browser(self.port, person["session"])
        status, where, _page = self.press(browser, "POST", f"/postings/{self.world['posting']}/apply/", *form({}))
        found = re.match(r"/applications/([0-9A-Z]+)/", where)
        if status != 302 or not found:
            raise AssertionError(f"apply answered {status} {where}")
        code, kept = found[1], ""
        for section in self.world["sections"]:
            fields = {
                name: [text.replace("{n}", str(person["number"])) for text in texts]
                for name, texts in section["fields"].items()
            }
            fields |= {"go": ["on"], "version": ["0"], "page": [f"{code}-1"]}
            files: dict[str, bytes] = {}
            for name in section["files"]:
                content = self.world["pdf"].encode("latin-1") + self.random.randbytes(
                    self.random.randint(1_000, 60_000)
                )
                files[name] = content
                kept = hashlib.sha256(content).hexdigest()
            path = f"/applications/{code}/edit/{section['slug']}/"
            status, where, page = self.press(browser, "POST", path, *form_with_files(fields, files))
            if status != 302:
                raise AssertionError(f"{path} answered {status}: {page[-600:]}")
        self.press(browser, "GET", f"/applications/{code}/check/")
        status, where, page = self.press(browser, "POST", f"/applications/{code}/check/", *form({}))
        if status != 302 or where != f"/applications/{code}/":
            raise AssertionError(f"sending answered {status} {where}: {page[-600:]}")
        self.acknowledged.append({"number": person["number"], "code": code, "file": kept})
        time.sleep(self.random.uniform(0, 0.2))


class Killer:
    """Kills, starts again, waits until the site answers, and so on."""

    def __init__(self, stack: Stack, chance: random.Random) -> None:
        self.stack = stack
        self.random = chance
        self.counts: Counter[str] = Counter()
        self.recoveries: list[float] = []

    def kill(self, what: str) -> None:
        time.sleep(self.random.uniform(0.2, 2.0))
        self.counts[what] += 1
        begun = time.monotonic()
        if what == "database":
            assert self.stack.database
            self.stack.database.kill(self.random.choice([signal.SIGKILL, signal.SIGQUIT]))
            self.counts["asked while down: " + str(self.stack.status())] += 1
            time.sleep(self.random.uniform(0, 1.0))
            self.stack.database.start()
        elif self.random.random() < 0.6:
            self.counts["of which the whole site"] += 1
            self.stack.kill_site()
            if self.random.random() < 0.4:
                # The worker may die between handing a letter over and writing that down.
                self.counts["worker"] += 1
                self.stack.kill_worker()
                self.stack.start_worker()
            self.stack.start_site()
        else:
            self.stack.kill_one_of_site(self.random.randrange(2))
        self.stack.wait_until()
        self.recoveries.append(time.monotonic() - begun)


def wait_for_letters(stack: Stack, seconds: float = 180) -> None:
    """Until the worker has sent all. What killed workers held, lapses."""
    json.loads(stack.run("tests.chaos.people", "lapse"))
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        told = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=10)
        told.request("GET", "/healthz")
        if json.loads(told.getresponse().read())["oldest_unsent_message_seconds"] is None:
            return
        time.sleep(0.5)
    raise TimeoutError("not all letters were sent")


def play(options: argparse.Namespace, *, sqlite: bool) -> bool:
    """One run; whether every promise held."""
    name = "SQLite" if sqlite else "PostgreSQL, fsync on"
    db_kills = 0 if sqlite else options.db_kills
    chance = random.Random(f"{options.seed}{name}")
    print(f"\n── {name}: {options.app_kills} kills of the site, {db_kills} of the database, {options.clients} clients")
    with ExitStack() as held:
        sink = held.enter_context(Sink())
        stack = held.enter_context(Stack(sqlite=sqlite, EMAIL_URL=sink.url))
        people = (options.app_kills + db_kills) * options.clients * 5 + 40
        world = json.loads(stack.run("tests.chaos.people", "prepare", str(people)))
        stack.start_site()
        stack.start_worker()
        stack.wait_until()
        waiting: queue.Queue[dict[str, Any]] = queue.Queue()
        for person in world["people"]:
            waiting.put(person)
        clients = [Client(stack.port, world, waiting, f"{options.seed}{n}") for n in range(options.clients)]
        for client in clients:
            client.start()
        killer = Killer(stack, chance)
        kills = ["site"] * options.app_kills + ["database"] * db_kills
        chance.shuffle(kills)
        begun = time.monotonic()
        for done, what in enumerate(kills, start=1):
            killer.kill(what)
            if done % 10 == 0:
                sent = sum(len(client.acknowledged) for client in clients)
                print(f"   {done} of {len(kills)} kills, {sent} sends acknowledged, {time.monotonic() - begun:.0f} s")
        ran_dry = waiting.empty()
        for client in clients:
            client.over.set()
        for client in clients:
            client.join(PATIENCE_SECONDS * 2)
        # Written by itself, with the last of them: a worker that lives goes on, what the dead held comes back.
        wait_for_letters(stack)
        acknowledged = [person for client in clients for person in client.acknowledged]
        found = json.loads(stack.run("tests.chaos.people", "verify", said=json.dumps({"acknowledged": acknowledged})))
        received = Counter(str(message["Message-ID"]) for message in sink.received)
        failures = [words for client in clients for words in client.failures]
        is_stuck = [client.name for client in clients if client.is_alive()]
        counts: Counter[str] = sum((client.counts for client in clients), Counter())

    ids = [message_id for message_id, _unsent in found["_messages"]]
    broken: dict[str, Any] = {name: what for name, what in found.items() if not name.startswith("_")}
    broken["letters not marked as sent"] = [one for one, unsent in found["_messages"] if unsent]
    broken["receipts that never arrived"] = [one for one in ids if not received[one]]
    broken["receipts that arrived more than twice"] = [one for one in ids if received[one] > 2]
    twice = sum(received[one] == 2 for one in ids)
    broken["receipts twice, beyond one a killed worker or database"] = (
        [twice] if twice > killer.counts["worker"] + killer.counts["database"] else []
    )
    broken["people who could not apply"] = failures + is_stuck
    broken["answers of 500"] = [counts["answered 500"]] if counts["answered 500"] else []
    print(f"   kills: {dict(killer.counts)}; slowest recovery {max(killer.recoveries, default=0):.1f} s")
    print(f"   {dict(sorted(counts.items()))}{'; ran out of people' if ran_dry else ''}")
    print(
        f"   {len(acknowledged)} sends acknowledged, {found['_sent']} stored, {len(ids)} receipts written, "
        f"{sum(received[one] > 0 for one in ids)} arrived ({twice} of them twice); "
        f"{found['_files_without_a_row']} files of unfinished uploads without a row"
    )
    for sentence, what in broken.items():
        print(f"   {'ok ' if not what else 'NOT'} {len(what)} {sentence}{': ' + str(what[:3]) if what else ''}")
    return not any(broken.values()) and bool(acknowledged)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--app-kills", type=int, default=50)
    parser.add_argument("--db-kills", type=int, default=20)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seed", default="2026")
    parser.add_argument("--only", choices=["postgresql", "sqlite"])
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    print(f"{os.cpu_count()} cores, shared by the site, the database, the mail server and the clients.")
    held = []
    if options.only != "sqlite":
        held.append(play(options, sqlite=False))
    if options.only != "postgresql":
        held.append(play(options, sqlite=True))
    print("\nEvery promise held." if all(held) else "\nA promise was broken: the lines marked NOT.")
    return int(not all(held))


if __name__ == "__main__":
    sys.exit(main())
