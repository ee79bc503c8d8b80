"""Sends what is in the outbox: at least once, at most one duplicate per crash, with the same Message-ID.

A message is claimed by a conditional UPDATE that two workers can't both win, sent, then marked. A worker that is
killed between sending and marking leaves a claim that lapses, and the message goes out again. Called by run_worker.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from applications.models import Message
from applications.models.messages import MessageQuerySet

log = logging.getLogger(__name__)

# Longer than the slowest send that is still alive: each step of SMTP may take settings.EMAIL_TIMEOUT.
LEASE = timedelta(seconds=120)
GIVE_UP_AFTER = 12
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
OUTAGE_WAIT = timedelta(minutes=1)


def claim_one(*, worker: str, at: datetime) -> Message | None:
    """The message that has been due longest and that nobody holds, now held by `worker`; None if there is none."""
    with transaction.atomic():
        message = Message.objects.due_at(at).select_for_update(skip_locked=True).order_by("due_at", "pk").first()
        if message is None:
            return None
        # On SQLite nothing was locked above; IMMEDIATE transactions and this condition are what decide.
        won = (
            Message.objects.due_at(at)
            .filter(pk=message.pk)
            .update(claimed_by=worker, claimed_until=at + LEASE, attempts=message.attempts + 1)
        )
        if not won:
            return None
    message.attempts += 1
    return message


def send_due(
    *, worker: str, clock: Callable[[], datetime], limit: int = 200, stopped: Callable[[], bool] = lambda: False
) -> int:
    """Sends up to `limit` due messages over one connection and returns how many went out.

    Ends early when `stopped` says so, or when the mail server does not answer.
    """
    sent = 0
    connection = get_connection()
    try:
        for _number in range(limit):
            message = None if stopped() else claim_one(worker=worker, at=clock())
            if message is None or not _connected(message, connection, worker=worker, clock=clock):
                break
            sent += _send(message, connection, worker=worker, clock=clock)
    finally:
        _close(connection)
    return sent


def _mine(message: Message, worker: str) -> MessageQuerySet:
    """The row, if `worker` still holds it: a claim that lapsed meanwhile is another worker's to finish."""
    held: MessageQuerySet = Message.objects.filter(pk=message.pk, claimed_by=worker, sent_at__isnull=True)
    return held


def _connected(message: Message, connection: BaseEmailBackend, *, worker: str, clock: Callable[[], datetime]) -> bool:
    """Whether the mail server answers. Where it does not, `message` waits a little, and no attempt is counted:
    an outage of a day says nothing against the message and must not make us give it up."""
    try:
        connection.open()
    except OSError as error:
        _mine(message, worker).update(
            claimed_by="",
            claimed_until=None,
            attempts=message.attempts - 1,
            last_error=type(error).__name__,
            due_at=clock() + OUTAGE_WAIT,
        )
        log.warning("the mail server did not answer (%s)", type(error).__name__)
        return False
    return True


def _headers(message: Message) -> dict[str, str]:
    headers = {"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"}
    if message.unsubscribe_link:
        headers["List-Unsubscribe"] = f"<{message.unsubscribe_link}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _send(message: Message, connection: BaseEmailBackend, *, worker: str, clock: Callable[[], datetime]) -> int:
    wiped = {"subject": "", "body": "", "html": ""} if message.is_secret else {}
    if message.is_secret and message.person_id is None:
        # Whoever was written to holds no account here: their address has no business staying either.
        wiped["to"] = ""
    try:
        mail = EmailMultiAlternatives(
            subject=message.subject,
            body=message.body,
            to=[message.to],
            headers=_headers(message),
            connection=connection,
        )
        if message.html:
            mail.attach_alternative(message.html, "text/html")
        mail.send()
    # Whatever one message does to the mail library, the others behind it must go out.
    except Exception as error:
        at = clock()
        given_up = message.attempts >= GIVE_UP_AFTER
        _mine(message, worker).update(
            claimed_by="",
            claimed_until=None,
            # The class only: the text of an SMTP error often holds the address.
            last_error=type(error).__name__,
            due_at=at + min(FIRST_WAIT * 2 ** (message.attempts - 1), LONGEST_WAIT),
            given_up_at=at if given_up else None,
            **(wiped if given_up else {}),
        )
        log.warning("message %s not sent (%s), attempt %d", message.pk, type(error).__name__, message.attempts)
        # The server may have hung up on us: the next message begins with a connection of its own.
        _close(connection)
        return 0
    return _mine(message, worker).update(sent_at=clock(), claimed_by="", claimed_until=None, last_error="", **wiped)


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except OSError as error:
        log.warning("closing the mail connection failed (%s)", type(error).__name__)


def retry(message: Message, *, at: datetime) -> bool:
    """Makes a message that failed or was given up due now, with all its attempts again.

    False: it was sent, is being sent, or was wiped. One that a living worker holds is left alone: sending it a second
    time beside that worker is what a claim prevents.
    """
    waiting = Message.objects.filter(pk=message.pk, sent_at__isnull=True).exclude(claimed_until__gt=at)
    # A code that signs in was wiped when it was given up; an empty letter helps nobody.
    waiting = waiting.exclude(is_secret=True, body="")
    return bool(waiting.update(due_at=at, given_up_at=None, attempts=0, claimed_by="", claimed_until=None))
