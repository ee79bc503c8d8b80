"""The background worker: sends due messages, releases scheduled decisions, lapses offers."""

import logging
import os
import signal
import socket
import threading
from types import FrameType
from typing import Any

from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from applications import deciding, outbox

log = logging.getLogger(__name__)

HEARTBEAT = "worker:beat"
PAUSE_SECONDS = 1.0


class Command(BaseCommand):
    help = "Sends due messages, releases scheduled decisions and lapses offers, until it is stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then stop")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        worker = f"{socket.gethostname()[:40]}:{os.getpid()}"
        stop = threading.Event()

        def on_signal(number: int, frame: FrameType | None) -> None:
            stop.set()

        if once:
            self.work(worker)
            return
        signal.signal(signal.SIGTERM, on_signal)
        signal.signal(signal.SIGINT, on_signal)
        while not stop.is_set():
            try:
                close_old_connections()
                self.work(worker)
            except DatabaseError as error:
                # The database is away: keep trying, and let /healthz tell by the age of the last beat.
                log.warning("the database did not answer (%s); trying again", type(error).__name__)
                connection.close()
                stop.wait(5)
            stop.wait(PAUSE_SECONDS)

    def work(self, worker: str) -> None:
        now = timezone.now()
        deciding.release_due(now)
        deciding.expire_offers(now)
        outbox.send_due(worker=worker, clock=timezone.now)
        cache.set(HEARTBEAT, timezone.now(), None)
