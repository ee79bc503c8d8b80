"""A small mail server that keeps what it is given: for tests of the worker, which speaks real SMTP to it.

`with Sink() as sink:` listens on a free port; `sink.received` are the messages acknowledged or about to be.
Never used by the site.
"""

import email
import socketserver
import threading
from collections.abc import Callable
from email.message import Message
from types import TracebackType


class _Session(socketserver.StreamRequestHandler):
    server: "Sink"

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        with self.server.news:
            self.server.connections += 1
        try:
            self.talk()
        except OSError:
            # The client was killed, which is what it is here for.
            pass
        finally:
            with self.server.news:
                self.server.ended += 1
                self.server.news.notify_all()

    def talk(self) -> None:
        self.say("220 sink ready")
        recipient = ""
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word in {b"EHLO", b"HELO"}:
                self.say("250 sink")
            elif word == b"RCPT":
                recipient = line.decode().partition("<")[2].partition(">")[0]
                if recipient in self.server.refused:
                    self.say("550 no such mailbox")
                else:
                    self.say("250 ok")
            elif word == b"DATA":
                self.say("354 go on")
                lines: list[bytes] = []
                while (part := self.rfile.readline()) not in {b".\r\n", b""}:
                    lines.append(part[1:] if part.startswith(b"..") else part)
                message = email.message_from_bytes(b"".join(lines))
                with self.server.news:
                    self.server.received.append(message)
                    self.server.news.notify_all()
                # Between having the message and saying so: the worst moment for a sender to die.
                self.server.before_acknowledging(message)
                self.say("250 kept")
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")


class Sink(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.received: list[Message] = []
        self.refused: set[str] = set()
        # Sessions that began, and those of them that are over.
        self.connections = 0
        self.ended = 0
        self.news = threading.Condition()
        self.before_acknowledging: Callable[[Message], None] = lambda message: None

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        """As EMAIL_URL wants it."""
        return f"smtp://127.0.0.1:{self.port}"

    def wait_until(self, holds: Callable[[], bool], seconds: float = 60) -> None:
        """Until `holds()` is true of what came and went here. Fails after so many seconds."""
        with self.news:
            assert self.news.wait_for(holds, timeout=seconds), f"{len(self.received)} messages came"

    def __enter__(self) -> "Sink":
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shutdown()
        self.server_close()
