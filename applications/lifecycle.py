"""The one writer of Application.status: one conditional UPDATE and one history row per move.

Called by the stage modules (drafting, triage, deciding, answering). Never sends, never decides who may.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from applications.models import Application, HistoryEntry
from applications.states import TRANSITIONS, Action, Event, Status
from community.models import User


class Refused(Exception):
    """A verb said no. The text is fit for the person who reads it; each stage module raises its own kind."""


class NotAllowed(Refused):
    """The move does not leave from where the application stands."""


class Raced(Refused):
    """Somebody else moved the application between our reading and our writing."""


def lock(application: Application) -> Application:
    """The row as it is now, held until the transaction ends, so that a check and its write are one.

    `application` need not have been read: its reference is enough. On SQLite the transaction itself (IMMEDIATE) is the
    lock. Raises Raced where there is no such row: a discarded draft.
    """
    which = {"pk": application.pk} if application.pk else {"code": application.code}
    rows = Application.objects.select_for_update(of=("self",)).select_related("posting__round", "form")
    # A plain LIMIT: there is one at most, so it need not be put in order.
    locked: Application | None = next(iter(rows.filter(**which).order_by()[:1]), None)
    if locked is None:
        raise Raced(_("This application was discarded meanwhile, so this was not taken."))
    return locked


def hold(pks: Iterable[int]) -> dict[int, Application]:
    """The rows of `pks` as they are now, held like `lock` does, with what a letter names at hand.

    Always taken in the order of their keys, so that two who hold several wait for each other and never deadlock.
    """
    held = (
        Application.objects.select_for_update(of=("self",))
        .select_related("posting__round", "posting__project", "applicant")
        .prefetch_related("form", "answers", "uploads")
        .filter(pk__in=list(pks))
        .order_by("pk")
    )
    return {application.pk: application for application in held}


def refusal(status: str, action: Action) -> str:
    """Why `action` does not leave from `status`, as a sentence; empty where it does."""
    if status in TRANSITIONS[action].sources:
        return ""
    return _("This application is “%(status)s”. It cannot be marked “%(action)s” from there.") % {
        "status": Status(status).label,
        "action": action.label,
    }


def raced() -> str:
    return _("Somebody else changed this application first. Look at it again before you go on.")


def move(
    application: Application, action: Action, *, by: User | None, at: datetime, note: str = "", **fields: Any
) -> None:
    """Takes `application` along `action`, setting `fields` in the same UPDATE; `by` None means the system.

    Raises NotAllowed where the table has no such move, and Raced where the row has moved meanwhile.
    """
    was = Status(application.status)
    if sentence := refusal(was, action):
        raise NotAllowed(sentence)
    target = TRANSITIONS[action].target
    # No savepoint where a transaction is under way: nothing in here is refused halfway.
    with transaction.atomic(savepoint=False):
        won = Application.objects.filter(pk=application.pk, status=was).update(status=target, **fields)
        if won:
            application.status = target
            for name, value in fields.items():
                setattr(application, name, value)
            record(application, action, by=by, at=at, note=note, was=was)
    if not won:
        raise Raced(raced())


def record(
    application: Application,
    action: Action | Event,
    *,
    by: User | None,
    at: datetime,
    note: str = "",
    was: Status | None = None,
) -> None:
    """Appends one history row. Without `was` the status stayed as it is."""
    HistoryEntry.objects.create(
        application=application,
        at=at,
        actor=by,
        action=action,
        was=was or application.status,
        became=application.status,
        note=note[:300],
    )
