"""The background worker: sends due messages, releases scheduled decisions, lapses offers, looks after drafts.

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
from types import FrameType
from typing import Any

from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from applications import alerting, answering, deciding, outbox, purging, receiving, reviewing

log = logging.getLogger(__name__)

HEARTBEAT = "worker:beat"
PAUSE_SECONDS = 1.0
BATCH = 200
PAUSE_AFTER_FAILURE_SECONDS = 5.0
DRAFTS_EVERY_SECONDS = 60.0
STRAYS_EVERY_SECONDS = 3600.0


class Command(BaseCommand):
    drafts_next = 0.0
    strays_next = 0.0
    help = "Sends due messages, releases scheduled decisions and lapses offers, until it is stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then stop")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
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

    def look_after_drafts(self) -> None:
        """Reminds and deletes. Nobody is the worse for a minute, so the tables are not searched every second."""
        if time.monotonic() < self.drafts_next:
            return
        now = timezone.now()
        done = purging.remind_due(now) + purging.purge_drafts(now)
        alerting.tell_due(now)
        alerting.ask_to_keep(now)
        receiving.purge(now)
        # As long as there is a whole batch to do, the next one follows at once, with the mail in between.
        self.drafts_next = time.monotonic() + (DRAFTS_EVERY_SECONDS if done < purging.BATCH else 0)

    def look_for_strays(self) -> None:
        """Every file is looked at, so not often: a day is what they are given anyway."""
        if time.monotonic() < self.strays_next:
            return
        purging.purge_strays(timezone.now())
        self.strays_next = time.monotonic() + STRAYS_EVERY_SECONDS

    def work(self, worker: str, stopped: Callable[[], bool], *, limit: int = BATCH) -> bool:
        """Does each kind of work once. A kind that breaks is logged and does not hold up the others.

        The heart beats only when all went well, so that /healthz shows a worker that runs and gets nothing done.
        """
        went_well = True
        steps: list[Callable[[], object]] = [
            lambda: deciding.release_due(timezone.now()),
            lambda: answering.expire_offers(timezone.now()),
            lambda: reviewing.end_conflicts(timezone.now()),
            lambda: self.look_after_drafts(),
            lambda: self.look_for_strays(),
            lambda: outbox.send_due(worker=worker, clock=timezone.now, stopped=stopped, limit=limit),
        ]
        try:
            for step in steps:
                try:
                    step()
                except DatabaseError:
                    raise
                except Exception:
                    log.exception("a step of the worker failed")
                    went_well = False
            if went_well:
                cache.set(HEARTBEAT, timezone.now(), None)
        except DatabaseError as error:
            log.warning("the database did not answer (%s); trying again", type(error).__name__)
            connection.close()
            return False
        return went_well
