"""What stands between gunicorn and Django in each process: gunicorn serves `config.gate:application`.

Many threads wait for slow lines, few work: a request is taken in whole before it gets a place, and only places hold
database connections. Who would wait too long for a place is answered 503 at once. Never looks into what is sent.
"""

import io
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections
from django.http import HttpResponse
from django.utils.module_loading import import_string

from config.wsgi import application as django_application

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Headers = list[tuple[str, str]]

# Places a process. Python computes in one thread at a time; the others wait for the database's disk meanwhile.
# Measured with `make load`: README, "Measured".
PLACES = int(os.environ.get("PLACES") or 2)
# Who may wait for a place. One more is turned away at once, before waiting: a longer queue only makes everybody late.
QUEUE = int(os.environ.get("QUEUE") or 48)
# Reached where the database hangs: nobody in a place gets done.
PATIENCE_SECONDS = 3
# Bodies above this count as uploads. Of gunicorn's threads some always remain for everybody else.
UPLOAD_BYTES = 64 * 1024
UPLOADS = 120
LARGEST_BODY = 48 * 1024 * 1024
IN_MEMORY = 512 * 1024
# A line on which nothing arrives for this long gives its thread back.
SILENCE_SECONDS = 30
# A stranger's public page (community/caching.py) is the same for every stranger. While one is drawn anew the old one
# is shown, so that a crowd on one page costs one drawing every three seconds. Browsers may keep it for longer than that anyway.
FRESH_SECONDS = 3.0
STALE_SECONDS = 10.0
MOST_PAGES = 300
# What Django's middleware would say: the page of who is turned away never passes through it.
PLAIN_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


@dataclass
class Answer:
    status: str
    headers: Headers
    body: Iterable[bytes]
    # By this gate, before Django was asked.
    is_turned_away: bool = False

    @property
    def is_public(self) -> bool:
        """Whether it may be shown to other strangers: as decided in community/caching.py, from the answer itself."""
        named = {name.lower(): value for name, value in self.headers}
        return (
            self.status.startswith("200")
            and "public" in named.get("cache-control", "")
            and "set-cookie" not in named
            and not getattr(self.body, "streaming", True)
        )


@dataclass
class Page:
    answer: Answer
    drawn_at: float
    is_being_drawn: bool = False


class Shelf:
    """Public pages of the last seconds, by what they depend on."""

    def __init__(self) -> None:
        self.pages: dict[tuple[str, ...], Page] = {}
        self.lock = threading.Lock()

    @staticmethod
    def key(environ: Environ) -> tuple[str, ...] | None:
        """None for whoever is not a plain stranger: any cookie, any condition."""
        if environ["REQUEST_METHOD"] != "GET":
            return None
        for name in ("COOKIE", "AUTHORIZATION", "IF_NONE_MATCH", "IF_MODIFIED_SINCE", "RANGE"):
            if f"HTTP_{name}" in environ:
                return None
        says = ("HOST", "X_FORWARDED_PROTO", "ACCEPT_LANGUAGE", "ACCEPT_ENCODING")
        named = [environ.get(f"HTTP_{name}", "") for name in says]
        return (environ["PATH_INFO"], environ.get("QUERY_STRING", ""), *named)

    def find(self, key: tuple[str, ...]) -> Answer | None:
        """What may be shown; None for whoever is to draw it anew."""
        now = time.monotonic()
        with self.lock:
            page = self.pages.get(key)
            if page is None or now - page.drawn_at > STALE_SECONDS:
                return None
            if now - page.drawn_at > FRESH_SECONDS and not page.is_being_drawn:
                page.is_being_drawn = True
                return None
            return page.answer

    def old(self, key: tuple[str, ...]) -> Answer | None:
        """The page as it was, for whoever was to draw it and found no place; the next one tries again."""
        with self.lock:
            page = self.pages.get(key)
            if page is None or time.monotonic() - page.drawn_at > STALE_SECONDS:
                return None
            page.is_being_drawn = False
            return page.answer

    def keep(self, key: tuple[str, ...], answer: Answer) -> None:
        with self.lock:
            if len(self.pages) >= MOST_PAGES:
                self.pages.clear()
            self.pages[key] = Page(answer, time.monotonic())

    def clear(self) -> None:
        with self.lock:
            self.pages.clear()


class Closing:
    """A body that is made while it is sent: what it asked the database outside a place is let go of at its end."""

    def __init__(self, body: Iterable[bytes]) -> None:
        self.body = body

    def __iter__(self) -> Any:
        return iter(self.body)

    def close(self) -> None:
        try:
            getattr(self.body, "close", lambda: None)()
        finally:
            connections.close_all()


class CutOff(Exception):
    """The line broke, or fell silent, before the request had arrived."""


class Gate:
    def __init__(self, application: Callable[..., Any], turned_away: Callable[[Environ], HttpResponse]) -> None:
        self.application = application
        self.turned_away = turned_away
        self.places = ThreadPoolExecutor(PLACES, thread_name_prefix="place")
        # Whoever watches the site is let in also when it is full.
        self.watching = ThreadPoolExecutor(1, thread_name_prefix="watch")
        self.uploads = threading.BoundedSemaphore(UPLOADS)
        self.shelf = Shelf()
        self.lock = threading.Lock()
        self.inside = 0
        # What config/worker.py asks before it hands anything on.
        self.most_inside = PLACES + QUEUE
        self.receiving = 0
        self.busy_seconds = 5

    def busy_page(self) -> str:
        """The page of who is turned away before anything of the request was read."""
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "wsgi.input": io.BytesIO()}
        return self.turned_away(environ).text

    def warm_up(self) -> None:
        """Draws a page before anybody asks: the first one imports half of the code, which would hold up a crowd."""
        environ: Environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/postings/",
            "QUERY_STRING": "",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": urlsplit(settings.SITE_URL).netloc,
            "HTTP_X_FORWARDED_PROTO": urlsplit(settings.SITE_URL).scheme,
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
        }
        getattr(self.places.submit(self._ask, environ).result().body, "close", lambda: None)()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith(settings.STATIC_URL):
            # Whitenoise answers from memory and disk; no place and no database is needed.
            return self.application(environ, start_response)
        if path == "/healthz":
            return self._say(self.watching.submit(self._ask, environ).result(), start_response)
        key = self.shelf.key(environ)
        shown = self.shelf.find(key) if key else None
        if shown is not None:
            return self._say(shown, start_response)
        try:
            answer = self._take_in_and_ask(environ)
        except CutOff:
            return self._say(
                Answer("408 Request Timeout", [("Connection", "close"), ("Content-Length", "0")], []), start_response
            )
        if key:
            if answer.is_public:
                kept = Answer(answer.status, answer.headers, [b"".join(answer.body)])
                getattr(answer.body, "close", lambda: None)()
                self.shelf.keep(key, kept)
                answer = kept
            elif answer.is_turned_away:
                answer = self.shelf.old(key) or answer
            elif answer.status.startswith("503"):
                # What shows that the site is down shows it everywhere.
                self.shelf.clear()
        return self._say(answer, start_response)

    def _say(self, answer: Answer, start_response: StartResponse) -> Iterable[bytes]:
        start_response(answer.status, list(answer.headers))
        return answer.body

    def _ask(self, environ: Environ) -> Answer:
        """Django's answer. Called in a thread that has a place."""
        said: list[Any] = []
        body = self.application(environ, lambda status, headers, exc_info=None: said.extend([status, headers]))
        if getattr(body, "streaming", False):
            body = Closing(body)
        return Answer(said[0], said[1], body)

    # Taking in ----------------------------------------------------------------------------------------

    def _take_in_and_ask(self, environ: Environ) -> Answer:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        is_chunked = bool(environ.get("wsgi.input_terminated")) and "HTTP_TRANSFER_ENCODING" in environ
        if not length and not is_chunked:
            return self._admit(environ)
        if length > LARGEST_BODY:
            return Answer("413 Content Too Large", [("Connection", "close"), ("Content-Length", "0")], [])
        is_upload = is_chunked or length > UPLOAD_BYTES
        if is_upload and not self.uploads.acquire(blocking=False):
            return self._turn_away({**environ, "wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "0"})
        try:
            with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as body:
                self._read(environ, body, length, is_chunked)
                body.seek(0)
                environ["wsgi.input"] = body
                if is_upload:
                    # It has arrived: the next one may begin.
                    self.uploads.release()
                    is_upload = False
                return self._admit(environ)
        finally:
            if is_upload:
                self.uploads.release()

    def _read(self, environ: Environ, body: Any, length: int, is_chunked: bool) -> None:
        """All of the body, however slowly it comes, into `body`. Raises CutOff."""
        line, source, arrived = environ.get("gunicorn.socket"), environ["wsgi.input"], 0
        with self.lock:
            self.receiving += 1
        if line is not None:
            line.settimeout(SILENCE_SECONDS)
        try:
            while is_chunked or arrived < length:
                part = source.read(65536 if is_chunked else min(65536, length - arrived))
                if not part:
                    break
                body.write(part)
                arrived += len(part)
                if arrived > LARGEST_BODY:
                    raise CutOff
        except OSError as error:
            raise CutOff from error
        finally:
            with self.lock:
                self.receiving -= 1
            if line is not None:
                line.settimeout(None)
        if arrived < length:
            raise CutOff
        environ["CONTENT_LENGTH"] = str(arrived)

    # Letting in ---------------------------------------------------------------------------------------

    def _admit(self, environ: Environ) -> Answer:
        """Django's answer, or 503 where too many wait already."""
        with self.lock:
            is_full = self.inside >= self.most_inside
            self.inside += not is_full
        if is_full:
            return self._turn_away(environ)
        try:
            asked: Future[Answer] = self.places.submit(self._ask, environ)
            try:
                return asked.result(timeout=PATIENCE_SECONDS)
            except NotYet:
                # False once it has a place: then it is answered, however long that takes.
                if asked.cancel():
                    return self._turn_away(environ)
            return asked.result()
        finally:
            with self.lock:
                self.inside -= 1

    def _turn_away(self, environ: Environ) -> Answer:
        response = self.turned_away(environ)
        for name, value in PLAIN_HEADERS.items():
            response[name] = value
        response["Content-Length"] = str(len(response.content))
        cookies = [("Set-Cookie", morsel.OutputString()) for morsel in response.cookies.values()]
        return Answer("503 Service Unavailable", [*response.items(), *cookies], [response.content], True)


# A thread that comes back from the database waits for Python this long at most, instead of ten times that: at eight
# sends at once that is half as many again a second.
sys.setswitchinterval(0.0005)
# By its name: it can be imported only after config.wsgi has set Django up.
application = Gate(django_application, import_string("applications.outage.turned_away"))
application.warm_up()
