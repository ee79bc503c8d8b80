"""Sends what is in the outbox: at least once, at most one duplicate per crash, with the same Message-ID.

A message is claimed by a conditional UPDATE that two workers can't both win, sent, then marked. A worker that is
killed between sending and marking leaves a claim that lapses, and the message goes out again. Called by run_worker.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction

from applications.models import Message

log = logging.getLogger(__name__)

# Longer than the slowest send that is still alive: each step of SMTP may take settings.EMAIL_TIMEOUT.
LEASE = timedelta(seconds=120)
GIVE_UP_AFTER = 12
LONGEST_WAIT = timedelta(hours=6)


def claim_one(*, worker: str, at: datetime) -> Message | None:
    """The message that has been due longest and that nobody holds, now held by `worker`; None if there is none."""
    with transaction.atomic():
        message = (
            Message.objects.due_at(at).select_for_update(skip_locked=True).order_by("due_at", "pk").first()
        )
        if message is None:
            return None
        # On SQLite nothing was locked above; IMMEDIATE transactions and this condition are what decide.
        won = Message.objects.due_at(at).filter(pk=message.pk).update(
            claimed_by=worker, claimed_until=at + LEASE, attempts=message.attempts + 1
        )
        if not won:
            return None
    message.attempts += 1
    return message


def send_due(*, worker: str, clock: Callable[[], datetime], limit: int = 200) -> int:
    """Sends up to `limit` due messages and returns how many went out. One connection for all of them."""
    sent = 0
    message = claim_one(worker=worker, at=clock())
    if message is None:
        return 0
    connection = get_connection()
    try:
        for _ in range(limit):
            if message is None:
                break
            sent += _send(message, connection, worker=worker, clock=clock)
            message = claim_one(worker=worker, at=clock())
        else:
            if message is not None:
                _release(message, worker)
    finally:
        try:
            connection.close()
        except OSError:
            log.warning("closing the mail connection failed")
    return sent


def _send(message: Message, connection: object, *, worker: str, clock: Callable[[], datetime]) -> int:
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.body,
        to=[message.to],
        headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
        connection=connection,
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    mine = Message.objects.filter(pk=message.pk, claimed_by=worker, sent_at__isnull=True)
    try:
        mail.send()
    # smtplib's errors are OSErrors; a header or address that can't be encoded is a ValueError.
    except (OSError, ValueError) as error:
        at = clock()
        wait = min(timedelta(minutes=1) * 2 ** (message.attempts - 1), LONGEST_WAIT)
        mine.update(
            claimed_by="",
            claimed_until=None,
            # The class only: the text of an SMTP error often holds the address.
            last_error=type(error).__name__,
            due_at=at + wait,
            given_up_at=at if message.attempts >= GIVE_UP_AFTER else None,
        )
        log.warning("message %s not sent (%s), attempt %d", message.pk, type(error).__name__, message.attempts)
        return 0
    kept = {"subject": "", "body": "", "html": ""} if message.is_secret else {}
    mine.update(sent_at=clock(), claimed_by="", claimed_until=None, last_error="", **kept)
    return 1


def _release(message: Message, worker: str) -> None:
    Message.objects.filter(pk=message.pk, claimed_by=worker).update(
        claimed_by="", claimed_until=None, attempts=message.attempts - 1
    )
