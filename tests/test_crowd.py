"""gunicorn's worker as the site runs it: silent lines take no thread, and who comes too many is told at once."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from tests.chaos.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.once]

# More than the threads of a process (config/gunicorn.py).
SILENT = 200
CROWD = 60
TOKEN = "a" * 32


Served = tuple[Stack, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """One process with one place and one who may wait for it; and people who are signed in, each with a draft."""
    with Stack(sqlite=True, WEB_CONCURRENCY="1", PLACES="1", QUEUE="1") as stack:
        people = json.loads(stack.run("tests.chaos.people", "drafts", str(CROWD)))["people"]
        stack.start_site()
        stack.wait_until()
        yield stack, people


def all_at_once(served: Served, method: str, path: str) -> list[tuple[int, dict[str, str], str, int]]:
    """(status, headers, body, status of a healthz on the same line) for each person of the crowd."""
    stack, people = served
    gate = threading.Barrier(CROWD)
    told: list[Any] = [None] * CROWD

    def one(number: int) -> None:
        person = people[number]
        line = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=60)
        headers = {"Cookie": f"sessionid={person['session']}; csrftoken={TOKEN}"}
        body = None
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = f"csrfmiddlewaretoken={TOKEN}&version=1&why=Because"
        line.connect()
        gate.wait(timeout=30)
        line.request(method, path.format(code=person["code"]), body, headers)
        answer = line.getresponse()
        said = answer.read().decode()
        line.request("GET", "/healthz")
        told[number] = (answer.status, dict(answer.headers), said, line.getresponse().status)
        line.close()

    threads = [threading.Thread(target=one, args=[number]) for number in range(CROWD)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return told


def test_silent_lines_take_no_thread(served: Served) -> None:
    stack, _people = served
    lines = [socket.create_connection(("127.0.0.1", stack.port)) for _number in range(SILENT)]
    try:
        assert stack.status("/postings/") == 200
    finally:
        for line in lines:
            line.close()


def test_readers_beyond_the_queue_are_turned_away_and_keep_their_line(served: Served) -> None:
    told = all_at_once(served, "GET", "/applications/{code}/")
    assert {status for status, *_rest in told} == {200, 503}
    turned_away = [(headers, body) for status, headers, body, _later in told if status == 503]
    assert all(headers["Retry-After"] and "<h1>" in body for headers, body in turned_away)
    # Most without a thread: config/gate.py, which would say this too, was not asked.
    assert [headers for headers, _body in turned_away if "Referrer-Policy" not in headers]
    assert {later for *_rest, later in told} == {200}


def test_who_sends_is_never_turned_away_unread(served: Served) -> None:
    told = all_at_once(served, "POST", "/applications/{code}/edit/this-role/")
    statuses = [status for status, *_rest in told]
    assert set(statuses) <= {302, 200, 503}
    kept = [(headers, body) for status, headers, body, _later in told if status == 503]
    assert kept
    assert all("Because" in body and "Referrer-Policy" in headers for headers, body in kept)
