"""The site's server in the browser tests: Django's own, except that it knows who is still being served.

A page that is closed may have just sent something: a text that saves itself, a picture it no longer needs. Whoever
empties the database while that is worked on waits for its locks, and it for theirs.
"""

import socket
import threading
from typing import Any

from django.core.servers.basehttp import ThreadedWSGIServer

PATIENCE_SECONDS = 30


class Server(ThreadedWSGIServer):
    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        self.changed = threading.Condition()
        self.met: set[Any] = set()
        self.served = 0

    def process_request(self, request: Any, client_address: Any) -> None:
        with self.changed:
            self.served += 1
            self.met.add(client_address)
            self.changed.notify_all()
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self.changed:
                self.served -= 1
                self.changed.notify_all()

    def wait_for_silence(self) -> None:
        """Returns once every line that was opened before this call is closed and what it asked is done."""
        with socket.create_connection(self.server_address[:2]) as line:
            # Lines are taken in the order in which they came: once ours is, no earlier one waits unseen.
            mine = line.getsockname()
            with self.changed:
                assert self.changed.wait_for(lambda: mine in self.met, PATIENCE_SECONDS), "the server takes nobody"
        with self.changed:
            assert self.changed.wait_for(lambda: not self.served, PATIENCE_SECONDS), "a line stayed open"
            self.met.clear()
