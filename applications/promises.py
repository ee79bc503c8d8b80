"""The promise of an answer by a date: whose has passed. Reads only.

The date is a day in the posting's zone; it is kept until that day ends there. A place on the waiting list is an answer.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.cache import caches
from django.db.models import Count, Sum

from applications.models import Application, ErasedApplication
from applications.states import UNTOLD, Status
from community.models import Posting

# Nowhere is it a later day than this much after UTC says (Kiribati).
FARTHEST = timedelta(hours=14)
MANY = 100


def is_late(application: Application, now: datetime) -> bool:
    """Whether the person still waits for an answer whose promised day has passed."""
    return application.status in UNTOLD and application.posting.is_promise_past_at(now)


def broken(now: datetime, *, applications: Any = None) -> list[tuple[Posting, int]]:
    """(posting, how many of these applications still wait for an answer that is late), the latest promise last."""
    waiting = (Application.objects.all() if applications is None else applications).untold()
    latest_day = (now.astimezone(UTC) + FARTHEST).date()
    numbers = dict(
        waiting.filter(posting__decides_on__lt=latest_day)
        .order_by()
        .values_list("posting")
        .annotate(number=Count("pk"))
    )
    postings = Posting.objects.filter(pk__in=numbers).select_related("round").order_by("decides_on", "pk")
    return [(posting, numbers[posting.pk]) for posting in postings if posting.is_promise_past_at(now)]


def applied(posting: Posting) -> int:
    """How many people have applied to `posting`: sent and not withdrawn, those whose account was erased since too.

    From a hundred on the number may be a minute old: counting them for everybody who looks at once costs more than
    it tells.
    """
    key = f"applied:{posting.pk}"
    number: int | None = caches["process"].get(key)
    if number is None:
        erased = ErasedApplication.objects.exclude(was__in=[Status.DRAFT, Status.WITHDRAWN]).filter(posting=posting)
        number = Application.objects.sent().live().filter(posting=posting).count()
        number += erased.aggregate(number=Sum("number"))["number"] or 0
        if number >= MANY:
            caches["process"].set(key, number, 60)
    return number
