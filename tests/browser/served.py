"""Pages that were drawn before, served as they were sent, with the files that they name: a browser looks at them.

Out of memory and with a lifetime for files, so that going over hundreds of pages costs little beside looking at them.
"""

import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from django.utils import translation

from community.models import User
from tests.browser.visitor import Seen

HTML = "text/html; charset=utf-8"


def admin_words(language: str) -> dict[str, tuple[str, bytes]]:
    """The one script of the admin that a view writes, at its address in this language: what `more` takes."""
    carol = Client()
    carol.force_login(User.objects.get(email="carol@example.org"))
    with translation.override(language):
        address = reverse("admin:jsi18n")
    return {address: ("text/javascript", carol.get(address).content)}


class Served(ThreadingHTTPServer):
    """`shown` is the page at every address but those of files, and of `more`: path → (type, body)."""

    daemon_threads = True
    shown: Seen
    more: dict[str, tuple[str, bytes]]

    @property
    def address(self) -> str:
        return f"http://localhost:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: Served
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path in self.server.more:
            self._send(200, *self.server.more[path])
        elif path.startswith(settings.STATIC_URL):
            found = finders.find(path.removeprefix(settings.STATIC_URL))
            if isinstance(found, str):
                with open(found, "rb") as file:
                    body = file.read()
                self.server.more[path] = (mimetypes.guess_type(path)[0] or "application/octet-stream", body)
                self._send(200, *self.server.more[path])
            else:
                self._send(404, HTML, b"")
        elif self.headers.get("Sec-Fetch-Dest") == "document":
            page = self.server.shown
            self._send(200, HTML, page.html, policy=page.policy)
        else:
            self._send(404, HTML, b"")

    def _send(self, status: int, kind: str, body: bytes, *, policy: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=3600" if policy is None else "no-store")
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: Any) -> None:
        """Says nothing: the test tells what is wrong."""


@contextmanager
def served(more: dict[str, tuple[str, bytes]]) -> Iterator[Served]:
    with Served(("localhost", 0), _Answer) as server:
        server.more = more
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
