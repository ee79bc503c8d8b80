"""Drafts that were never sent: reminded of before the posting closes, deleted some time after it has closed.

Called by the worker. Any number of workers may run at once and be killed at any moment: a reminder is one outbox row
by its key, a deletion one transaction. What was sent is never touched.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import CharField, DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Value
from django.db.models.functions import Concat

from applications import drafting, lifecycle, notifications
from applications.models import Application, Message
from applications.readiness import problems
from applications.states import Status
from community.models import Posting

REMIND_DAYS = (10, 2)
KEEP_DRAFTS = timedelta(days=60)
BATCH = 200


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
