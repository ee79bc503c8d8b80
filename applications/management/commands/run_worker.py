"""The background worker: sends due messages, releases scheduled decisions, lapses offers, looks after drafts and alerts.

Any number may run at once: what two of them reach for, one gets. It may be killed at any moment; stopped politely
(SIGTERM) it finishes the message that it is at.
"""

import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import FrameType
from typing import Any

from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections, connection
from django.utils import timezone

from applications import alerting, answering, deciding, outbox, purging, receiving, reviewing
from applications.outage import is_outage

log = logging.getLogger(__name__)

HEARTBEAT = "worker:beat"
PAUSE_SECONDS = 1.0
BATCH = 200
PAUSE_AFTER_FAILURE_SECONDS = 5.0
# Nobody is the worse for a minute, so the tables are not searched for these every second.
MINUTE_SECONDS = 60.0
# Every file is looked at, so not often: a day is what they are given anyway.
HOUR_SECONDS = 3600.0


@dataclass
class Errand:
    """One kind of work: what does it, returning how many it did, and how many seconds it rests afterwards.

    As long as there is a whole batch to do, the next one follows at once, with the mail in between.
    """

    do: Callable[[datetime], int]
    rest_seconds: float = 0.0
    next_at: float = 0.0

    def run(self) -> None:
        if time.monotonic() < self.next_at:
            return
        done = self.do(timezone.now())
        self.next_at = time.monotonic() + (self.rest_seconds if done < BATCH else 0)


class Command(BaseCommand):
    help = "Sends due messages, releases scheduled decisions and lapses offers, until it is stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then stop")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        self.errands = [
            Errand(deciding.release_due),
            Errand(answering.expire_offers),
            Errand(reviewing.end_conflicts),
            Errand(purging.remind_due, MINUTE_SECONDS),
            Errand(purging.purge_drafts, MINUTE_SECONDS),
            Errand(alerting.tell_due, MINUTE_SECONDS),
            Errand(alerting.ask_to_keep, MINUTE_SECONDS),
            Errand(alerting.forget, MINUTE_SECONDS),
            Errand(receiving.purge, MINUTE_SECONDS),
            Errand(purging.purge_strays, HOUR_SECONDS),
        ]
        worker = f"{socket.gethostname()[:40]}:{os.getpid()}"
        if once:
            if not self.work(worker, lambda: False, limit=sys.maxsize):
                raise CommandError("Not everything that was due could be done. The log says why.")
            return
        # A letter can wait for a page: on a full machine the site comes first.
        os.nice(5)
        stop = threading.Event()

        def on_signal(number: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, on_signal)
        signal.signal(signal.SIGINT, on_signal)
        while not stop.is_set():
            close_old_connections()
            went_well = self.work(worker, stop.is_set)
            stop.wait(PAUSE_SECONDS if went_well else PAUSE_AFTER_FAILURE_SECONDS)

    def work(self, worker: str, stopped: Callable[[], bool], *, limit: int = BATCH) -> bool:
        """Does each kind of work once. A kind that breaks is logged and does not hold up the others.

        The heart beats only when all went well, so that /healthz shows a worker that runs and gets nothing done.
        """
        went_well = True
        steps: list[Callable[[], object]] = [
            *(errand.run for errand in self.errands),
            lambda: outbox.send_due(worker=worker, clock=timezone.now, stopped=stopped, limit=limit),
            lambda: cache.set(HEARTBEAT, timezone.now(), None) if went_well else None,
        ]
        for step in steps:
            try:
                step()
            except Exception as error:
                went_well = False
                if is_outage(error):
                    # Nothing else can be done either, until there is one again.
                    log.warning("the database did not answer (%s); trying again", type(error).__name__)
                    connection.close()
                    break
                log.exception("a step of the worker failed")
        return went_well
