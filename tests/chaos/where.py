"""Where the time of a send and of a page goes: in one process, without a network, by CPU time and by profile.

`make bench` runs it in the environment of a stack (tests/chaos/bench.py). Never used by the site.
"""

import cProfile
import io
import os
import pstats
import sys
import time
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import connection, reset_queries  # noqa: E402

from tests.chaos.people import prepare  # noqa: E402

TOKEN = "a" * 32


def environ(method: str, path: str, person: dict[str, Any] | None) -> dict[str, Any]:
    body = f"csrfmiddlewaretoken={TOKEN}".encode() if method == "POST" else b""
    cookie = {"HTTP_COOKIE": f"sessionid={person['session']}; csrftoken={TOKEN}"} if person else {}
    return {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_ACCEPT_ENCODING": "gzip",
        "HTTP_ACCEPT_LANGUAGE": "en",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
        **cookie,
    }


def ask(handler: WSGIHandler, words: dict[str, Any]) -> int:
    said: list[str] = []
    response = handler(words, lambda status, headers: said.append(status))
    b"".join(response)
    response.close()
    return int(said[0][:3])


def timed(todo: Callable[[], int], expected: int) -> tuple[float, float]:
    """(CPU, wall) in ms."""
    cpu, wall = time.process_time(), time.perf_counter()
    status = todo()
    assert status == expected, status
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000


def middle(numbers: list[float]) -> float:
    return sorted(numbers)[len(numbers) // 2]


def main(number: int) -> None:
    world = prepare(2 * number + 60, drafts=True)
    people = iter(world["people"])
    handler = WSGIHandler()

    def send() -> int:
        person = next(people)
        return ask(handler, environ("POST", f"/applications/{person['code']}/check/", person))

    someone = world["people"][0]
    pages = {
        "GET /postings/": ("/postings/", None),
        "GET one posting": (f"/postings/{world['posting']}/", None),
        "GET own application": (f"/applications/{someone['code']}/", someone),
    }
    for _warm in range(5):
        send()
        for path, person in pages.values():
            ask(handler, environ("GET", path, person))
    connection.force_debug_cursor = True
    reset_queries()
    send()
    statements = [query["sql"] for query in connection.queries_log]
    connection.force_debug_cursor = False
    print(f"A send makes {len(statements)} statements:")
    for sql in statements:
        print("   " + sql[:110])
    ours = [timed(send, 302) for _turn in range(number)]
    print(f"{'send':<22} CPU {middle([c for c, _w in ours]):.1f} ms, wall {middle([w for _c, w in ours]):.1f} ms")
    for name, (path, person) in pages.items():
        pages_told = [
            timed(lambda path=path, person=person: ask(handler, environ("GET", path, person)), 200)
            for _turn in range(20)
        ]
        print(
            f"{name:<22} CPU {middle([c for c, _w in pages_told]):.1f} ms, wall {middle([w for _c, w in pages_told]):.1f} ms"
        )
    profile = cProfile.Profile()
    profile.enable()
    for _turn in range(30):
        send()
    profile.disable()
    words = io.StringIO()
    told = pstats.Stats(profile, stream=words)
    told.sort_stats("cumulative").print_stats(r"(applications|community|config|allauth|middleware|template/loader)", 30)
    told.sort_stats("tottime").print_stats(25)
    print(words.getvalue())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
