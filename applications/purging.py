"""Drafts that were never sent: reminded of before the posting closes, deleted some time after it has closed.
Files that a crash left without a row.

Called by the worker. Any number of workers may run at once and be killed at any moment: a reminder is one outbox row
by its key, a deletion one transaction. What was sent is never touched.
"""

import logging
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import CharField, DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Value
from django.db.models.functions import Concat

from applications import drafting, lifecycle, notifications
from applications.models import Application, Message, Upload
from applications.readiness import problems
from applications.states import Status
from community.models import Posting

REMIND_DAYS = (10, 2)
KEEP_DRAFTS = timedelta(days=60)
BATCH = 200

# A file is on the disk before its row is committed, so for a while every file has none.
KEEP_STRAYS = timedelta(days=1)
# A crash leaves a file or two. Whatever finds many was given the wrong database, or one put back from an old copy.
STRAYS_BELIEVED = 50
STRAYS_BELIEVED_SHARE = 0.1

log = logging.getLogger(__name__)


def deleted_on(posting: Posting) -> datetime | None:
    """When drafts for `posting` are deleted; None while it has no closing date."""
    return posting.closes_at + KEEP_DRAFTS if posting.closes_at else None


def remind_due(at: datetime) -> int:
    """Writes the reminders that are due at `at` and returns how many people were reminded now.

    Each person with a draft hears at most once for each of REMIND_DAYS; whoever began later than that many days
    before the close does not hear of it.
    """
    written = 0
    for days, until in zip(REMIND_DAYS, (*REMIND_DAYS[1:], 0), strict=True):
        told = Message.objects.filter(
            key=Concat(Value(f"reminder:{days}:"), OuterRef("code"), output_field=CharField())
        )
        due = (
            Application.objects.of_its_own()
            .filter(
                status=Status.DRAFT,
                applicant__is_active=True,
                created_at__lt=ExpressionWrapper(
                    F("posting__closes_at") - timedelta(days=days), output_field=DateTimeField()
                ),
                posting__in=Posting.objects.open_at(at).filter(
                    closes_at__lte=at + timedelta(days=days), closes_at__gt=at + timedelta(days=until)
                ),
            )
            .filter(~Exists(told))
            .values_list("pk", flat=True)
            .order_by("pk")
        )
        written += sum(_remind(pk, days, at) for pk in list(due[:BATCH]))
    return written


def _remind(pk: int, days: int, at: datetime) -> bool:
    with transaction.atomic():
        # Sent, discarded or closed since it was found: nothing to remind of.
        try:
            application = lifecycle.lock(Application(pk=pk))
        except lifecycle.Raced:
            return False
        if application.status != Status.DRAFT or not application.posting.is_open_at(at):
            return False
        return notifications.reminder(application, days, len(problems(application)), at)


def purge_drafts(at: datetime) -> int:
    """Deletes, with their files, the drafts of postings that closed KEEP_DRAFTS ago. Returns how many."""
    closed_before = at - KEEP_DRAFTS
    found = Application.objects.filter(status=Status.DRAFT, posting__closes_at__lte=closed_before)
    pks = list(found.order_by("pk").values_list("pk", flat=True)[:BATCH])
    return sum(drafting.delete_unsent(pk, closed_before=closed_before) for pk in pks)


def purge_strays(at: datetime) -> int:
    """Deletes the files under uploads/ that no answer names and that are older than KEEP_STRAYS. Returns how many.

    Those that were on their way when the crash came lie elsewhere: receiving.purge. Where so many have no row that a
    crash cannot be why, nothing is deleted and the log says so.
    """
    found, strays = 0, []
    for names in _in_batches(_aged_uploads(at)):
        found += len(names)
        known = set(Upload.objects.filter(file__in=names).values_list("file", flat=True))
        strays += [name for name in names if name not in known]
    if len(strays) > max(STRAYS_BELIEVED, STRAYS_BELIEVED_SHARE * found):
        log.error(
            "%d of %d files under uploads/ are named in no row of the database, too many for a crash: none was deleted. "
            "Look whether DATABASE_URL and MEDIA_ROOT belong together.",
            len(strays),
            found,
        )
        return 0
    for name in strays:
        default_storage.delete(name)
    if strays:
        log.warning("deleted %d files that a crash had left under uploads/ without a row", len(strays))
    return len(strays)


def _aged_uploads(at: datetime) -> Iterator[str]:
    """The names, as an Upload holds them, of the files that were last written more than KEEP_STRAYS ago."""
    before = (at - KEEP_STRAYS).timestamp()
    root = default_storage.path("uploads")
    for folder, _folders, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            try:
                is_aged = os.stat(path).st_mtime < before
            except FileNotFoundError:
                # Removed by its owner while we walked.
                continue
            if is_aged:
                yield os.path.join("uploads", os.path.relpath(path, root))


def _in_batches(names: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(names, BATCH)):
        yield batch
