"""The gate before Django: bodies are taken in whole, a crowd is turned away at once, strangers share a page a second."""

import io
import queue
import threading
from typing import Any

import pytest
from django.http import HttpResponse

from config import gate
from config.gate import Gate

# Only what hangs waits for its end.
HANGS_SECONDS = 30
# Whoever watches the site, and who asks for a style sheet, need no place.
PLACELESS = ("/healthz", "/static/css/site.css")


class Line:
    """As gunicorn hands over a socket."""

    def settimeout(self, seconds: float | None) -> None:
        pass


def environ(method: str = "GET", path: str = "/", body: bytes = b"", **more: Any) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "HTTP_HOST": "testserver",
        "CONTENT_LENGTH": str(len(body)) if body else "",
        "wsgi.input": io.BytesIO(body),
        "gunicorn.socket": Line(),
        **more,
    }


class Answer(HttpResponse):
    def close(self) -> None:
        """Django's own tells the test's database that a request is over."""


class Site:
    """A stand-in for Django: answers with what it was sent, counts, and can be told to hold what needs a place."""

    def __init__(self) -> None:
        self.asked = 0
        self.most_at_once = 0
        self.inside = 0
        self.lock = threading.Lock()
        self.go_on = threading.Event()
        self.go_on.set()
        self.headers: dict[str, str] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> HttpResponse:
        with self.lock:
            self.asked += 1
        if environ["PATH_INFO"] not in PLACELESS:
            with self.lock:
                self.inside += 1
                self.most_at_once = max(self.most_at_once, self.inside)
            self.go_on.wait(HANGS_SECONDS)
            with self.lock:
                self.inside -= 1
        body = environ["wsgi.input"].read()
        response = Answer(body or str(self.asked).encode(), headers=self.headers)
        start_response("200 OK", list(response.items()))
        return response


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def asked(site: Site) -> Any:
    """Asks the gate; the answer's status and body."""
    door = Gate(site, lambda environ: HttpResponse("busy", status=503, headers={"Retry-After": "5"}))

    def ask(environ: dict[str, Any]) -> tuple[str, bytes, dict[str, str]]:
        said: list[Any] = []
        body = b"".join(door(environ, lambda status, headers: said.extend([status, dict(headers)])))
        return said[0], body, said[1]

    yield ask
    site.go_on.set()
    door.places.shutdown()
    door.watching.shutdown()


def test_a_body_arrives_whole(asked) -> None:
    for size in (5, gate.UPLOAD_BYTES + 1, gate.IN_MEMORY * 2):
        assert asked(environ("POST", body=b"x" * size))[1] == b"x" * size


def test_a_body_in_chunks_arrives_whole(asked) -> None:
    sent = environ("POST", HTTP_TRANSFER_ENCODING="chunked")
    sent |= {"wsgi.input": io.BytesIO(b"x" * 100_000), "wsgi.input_terminated": True}
    assert asked(sent)[1] == b"x" * 100_000


def test_a_body_that_was_cut_off_never_reaches_django(asked, site) -> None:
    status, _body, headers = asked(environ("POST", body=b"half") | {"CONTENT_LENGTH": "1000"})
    assert status.startswith("408")
    assert headers["Connection"] == "close"
    assert site.asked == 0


def test_a_line_that_falls_silent_never_reaches_django(asked, site) -> None:
    class Silent(io.BytesIO):
        def read(self, *size: int | None) -> bytes:
            raise TimeoutError

    status, _body, _headers = asked(environ("POST", body=b"half") | {"wsgi.input": Silent()})
    assert status.startswith("408")
    assert site.asked == 0


def test_more_than_the_largest_form_is_refused_unread(asked, site) -> None:
    status, _body, _headers = asked(environ("POST") | {"CONTENT_LENGTH": str(gate.LARGEST_BODY + 1)})
    assert status.startswith("413")
    assert site.asked == 0


class Crowd:
    """So many at once, each with a form. `answers` holds their statuses as they come."""

    def __init__(self, asked: Any, number: int) -> None:
        self.answers: queue.Queue[str] = queue.Queue()
        self.people = [
            threading.Thread(target=lambda: self.answers.put(asked(environ("POST", body=b"x"))[0][:3]))
            for _number in range(number)
        ]
        for person in self.people:
            person.start()

    def first(self, number: int) -> list[str]:
        return [self.answers.get(timeout=HANGS_SECONDS) for _number in range(number)]

    def others(self) -> list[str]:
        for person in self.people:
            person.join(HANGS_SECONDS)
        return list(self.answers.queue)


def test_a_crowd_is_turned_away_at_once_and_the_rest_is_served(asked, site, monkeypatch) -> None:
    monkeypatch.setattr(gate, "PATIENCE_SECONDS", 2 * HANGS_SECONDS)
    site.go_on.clear()
    crowd = Crowd(asked, gate.PLACES + gate.QUEUE + 20)
    # Nobody in a place or in the queue has been answered, or given up, by then.
    assert crowd.first(20) == ["503"] * 20
    assert crowd.answers.empty()
    for path in PLACELESS:
        assert asked(environ(path=path))[0] == "200 OK"
    site.go_on.set()
    assert crowd.others() == ["200"] * (gate.PLACES + gate.QUEUE)
    assert site.most_at_once == gate.PLACES


def test_only_places_wait_for_the_database(asked, site, monkeypatch) -> None:
    """Where it hangs, those who wait are told so after a while; those in a place are answered when it moves again."""
    monkeypatch.setattr(gate, "PATIENCE_SECONDS", 0.1)
    site.go_on.clear()
    crowd = Crowd(asked, gate.PLACES + 5)
    assert crowd.first(5) == ["503"] * 5
    site.go_on.set()
    assert crowd.others() == ["200"] * gate.PLACES


def test_strangers_share_a_public_page_for_a_second(asked, site, monkeypatch) -> None:
    site.headers = {"Cache-Control": "max-age=60, public"}
    assert {asked(environ())[1] for _again in range(5)} == {b"1"}
    assert asked(environ(path="/other"))[1] == b"2"
    assert asked(environ(HTTP_ACCEPT_LANGUAGE="fr"))[1] == b"3"
    monkeypatch.setattr(gate, "FRESH_SECONDS", 0)
    monkeypatch.setattr(gate, "STALE_SECONDS", 0)
    assert asked(environ())[1] == b"4"


@pytest.mark.parametrize(
    "more",
    [
        {"HTTP_COOKIE": "sessionid=x"},
        {"HTTP_IF_NONE_MATCH": '"x"'},
        {"HTTP_RANGE": "bytes=0-1"},
        {"REQUEST_METHOD": "HEAD"},
    ],
)
def test_nobody_else_gets_or_fills_it(asked, site, more) -> None:
    site.headers = {"Cache-Control": "max-age=60, public"}
    assert asked(environ(**more))[1] == b"1"
    assert asked(environ())[1] == b"2"
    assert asked(environ(**more))[1] == b"3"


@pytest.mark.parametrize(
    "headers", [{}, {"Cache-Control": "private, no-store"}, {"Cache-Control": "public", "Set-Cookie": "a=b"}]
)
def test_what_is_not_public_is_not_kept(asked, site, headers) -> None:
    site.headers = headers
    assert asked(environ())[1] == b"1"
    assert asked(environ())[1] == b"2"
