"""gunicorn's threaded worker, with two additions: a silent line takes no thread, and a crowd is turned away early.

config/gate.py turns away whoever finds no place; but to get there costs a thread and a parsed request, and of those
two cores have a few hundred a second. Beyond that, plain GETs are answered 503 here, unread, for a tenth of the cost.
"""

import selectors
import socket
import time
from functools import partial
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

# Of what waits inside, beyond the gate's own places and queue: those on their way in or out.
ON_THEIR_WAY = 8
LARGEST_HEAD = 8192
REPORT_SECONDS = 10
HEAD = (
    "HTTP/1.1 503 Service Unavailable\r\nConnection: keep-alive\r\nRetry-After: {seconds}\r\nCache-Control: no-store\r\n"
    "Content-Type: text/html; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n"
    "Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'\r\nContent-Length: {length}\r\n\r\n"
)


class Worker(ThreadWorker):
    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        self.in_hand = 0
        self.turned_away = 0
        self.reported_at = 0.0
        self.answer = b""

    def load_wsgi(self) -> None:
        super().load_wsgi()
        page: bytes = self.wsgi.busy_page().encode()
        self.answer = HEAD.format(seconds=self.wsgi.busy_seconds, length=len(page)).encode() + page

    def enqueue_req(self, conn: Any) -> None:
        if not self.cfg.is_ssl:
            try:
                head = conn.sock.recv(LARGEST_HEAD, socket.MSG_PEEK | socket.MSG_DONTWAIT)
            except BlockingIOError:
                if not conn.initialized:
                    self.wait_for(conn)
                    return
                head = b""
            except OSError:
                head = b""
            else:
                if not head and not conn.initialized:
                    # Closed without a word: nobody is there to be served, or to count as one who waits.
                    self.nr_conns -= 1
                    conn.close()
                    return
            if self.is_crowded() and self.turn_away(conn, head):
                return
        self.in_hand += 1
        super().enqueue_req(conn)

    def finish_request(self, conn: Any, fs: Any) -> None:
        self.in_hand -= 1
        super().finish_request(conn, fs)

    def wait_for(self, conn: Any) -> None:
        """Has the poller watch a line that was opened and says nothing yet, as browsers do beforehand."""
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + self.cfg.keepalive
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def is_crowded(self) -> bool:
        """Whether more is under way than the gate will take. Bodies that are still arriving cost nothing."""
        crowded: bool = self.in_hand - self.wsgi.receiving >= self.wsgi.most_inside + ON_THEIR_WAY
        return crowded

    def turn_away(self, conn: Any, head: bytes) -> bool:
        """503 to a whole, plain GET. A POST goes on to the gate, whose answer carries what was typed."""
        if not (head.startswith(b"GET /") and head.endswith(b"\r\n\r\n") and head.count(b"\r\n\r\n") == 1):
            return False
        path, _space, version = head.partition(b"\r\n")[0][4:].partition(b" ")
        if version != b"HTTP/1.1" or path == b"/healthz" or path.startswith(b"/static/"):
            return False
        try:
            conn.sock.setblocking(False)
            conn.sock.recv(len(head))
            if conn.sock.send(self.answer) < len(self.answer):
                raise BlockingIOError
        except OSError:
            self.nr_conns -= 1
            conn.close()
        else:
            conn.set_timeout()
            self.keepalived_conns.append(conn)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_client_socket_readable, conn))
        self.turned_away += 1
        now = time.monotonic()
        if now - self.reported_at > REPORT_SECONDS:
            # One line for all: a line for each would cost more than the answer.
            self.log.warning("too many at once: %d turned away so far", self.turned_away)
            self.reported_at = now
        return True
