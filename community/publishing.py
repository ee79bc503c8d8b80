"""Publishing and closing a posting. A posting is public only with every fact that an applicant needs.

The only writer of Posting.state; the admin and `import_posting` call it, and show `problems` as it lists them.
It never fills a gap by guessing: what is missing is named, in words that say what to enter.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import Posting, User

logger = logging.getLogger(__name__)

DATES = ("opens_at", "closes_at", "decides_on")
# The list of roles has a feed beside it; a role of that name could never be reached.
TAKEN_SLUGS = {"feed"}


@dataclass(frozen=True)
class Problem:
    """What is missing: the field it belongs to, and a sentence that says what to enter."""

    field: str
    text: str

    def __str__(self) -> str:
        return self.text


class PublishingRefused(Exception):
    """Refused, with a text fit for staff; `problems` holds what is missing, if that is why."""

    def __init__(self, text: str, problems: list[Problem] | None = None) -> None:
        super().__init__(text)
        self.problems = problems or []


# Field → what to do when it is empty.
NEEDED: dict[str, str | Promise] = {
    "title": gettext_lazy("Enter the title."),
    "summary": gettext_lazy("Enter a summary: one sentence for the lists."),
    "description": gettext_lazy("Describe the role."),
    "responsibilities": gettext_lazy("Enter the responsibilities: what the person will do."),
    "qualifications": gettext_lazy("Enter the qualifications: what you look for."),
    "discipline": gettext_lazy("Choose the discipline."),
    "project": gettext_lazy("Choose the project that the person will join."),
    "places": gettext_lazy("Enter how many places there are."),
    "hours_per_week": gettext_lazy("Enter how many hours a week it takes."),
    "weeks": gettext_lazy("Enter how many weeks it lasts."),
    "pay": gettext_lazy("Choose whether it is unpaid or comes with a stipend."),
    "eligibility": gettext_lazy(
        "Choose who may apply: people in any African country, anywhere, or in named countries."
    ),
    "opens_at": gettext_lazy("Enter when it opens, or choose a round."),
    "closes_at": gettext_lazy("Enter when it closes, or choose a round."),
    "decides_on": gettext_lazy("Enter by which day people will hear, or choose a round."),
}


def missing_facts(posting: Posting) -> list[Problem]:
    """What the posting lacks whatever the time is. A posting that is public must never come back to have any."""
    found = [Problem(field, str(text)) for field, text in NEEDED.items() if not _given(posting, field)]
    if posting.pay == Posting.Pay.STIPEND:
        if not posting.stipend_amount or posting.stipend_amount <= 0:
            found.append(Problem("stipend_amount", _("Enter the amount of the stipend.")))
        if not (len(posting.stipend_currency) == 3 and posting.stipend_currency.isalpha()):
            found.append(Problem("stipend_currency", _("Enter the stipend's currency in three letters, such as USD.")))
        if not posting.stipend_period:
            found.append(Problem("stipend_period", _("Choose how often the stipend is paid.")))
    elif posting.pay == Posting.Pay.UNPAID and posting.stipend_amount is not None:
        found.append(Problem("stipend_amount", _("Take the amount away, or choose “Stipend”: unpaid means no amount.")))
    if posting.eligibility == Posting.Eligibility.COUNTRIES and not posting.countries:
        found.append(Problem("countries", _("Name the countries, or open the role to all of Africa or to anyone.")))
    if posting.opens_at and posting.closes_at and posting.opens_at >= posting.closes_at:
        found.append(Problem("closes_at", _("Enter a closing time after the opening time.")))
    last_day = posting.closes_at and posting.closes_at.astimezone(posting.time_zone).date()
    if last_day and posting.decides_on and posting.decides_on <= last_day:
        found.append(Problem("decides_on", _("Promise decisions for a day after the role closes.")))
    return found


def _given(posting: Posting, field: str) -> bool:
    value = getattr(posting, f"{field}_id" if field == "project" else field)
    return bool(value.strip() if isinstance(value, str) else value)


def rubric_problems(posting: Posting) -> list[Problem]:
    """What the rubric lacks: the page promises how people will be scored, and scores must be comparable."""
    if not posting.pk or not posting.rubric:
        return [Problem("criteria", _("Add at least one criterion by which applications will be scored."))]
    if len({len(criterion.scale) for criterion in posting.rubric}) > 1:
        return [Problem("criteria", _("Give every criterion the same number of levels."))]
    return []


def problems(posting: Posting, *, at: datetime) -> list[Problem]:
    """Everything that stands between this posting and being published at `at`; empty when nothing does."""
    found = missing_facts(posting)
    if posting.closes_at and posting.closes_at <= at:
        found.append(Problem("closes_at", _("Enter a closing time that is still to come.")))
    return found + rubric_problems(posting)


def dates_from_round(posting: Posting) -> None:
    """Fill the dates that the posting leaves empty from its round. Does not save."""
    for field in DATES:
        if posting.round is not None and getattr(posting, field) is None:
            setattr(posting, field, getattr(posting.round, field))


def publish(posting: Posting, *, by: User | None, at: datetime) -> None:
    """Draft → published. Raises PublishingRefused with what is missing, or because it is no draft any more.

    `by` is None when a command publishes. The row is read again under the transaction: what was complete when a
    page was drawn may have lost its rubric since.
    """
    with transaction.atomic():
        current = Posting.objects.select_related("round").select_for_update(of=("self",)).get(pk=posting.pk)
        found = problems(current, at=at)
        if current.state == Posting.State.DRAFT and found:
            raise PublishingRefused(_("“%(title)s” can't be published yet.") % {"title": current.title}, found)
        _move(current, Posting.State.DRAFT, Posting.State.PUBLISHED, by=by, note="Published.", published_at=at)
    posting.refresh_from_db(fields=["state", "published_at"])


def close(posting: Posting, *, by: User | None, at: datetime) -> None:
    """Published → closed, before its date if need be; the page then says that it closed now, not later."""
    with transaction.atomic():
        current = Posting.objects.select_for_update().get(pk=posting.pk)
        early = {"closes_at": at} if current.is_open_at(at) else {}
        _move(current, Posting.State.PUBLISHED, Posting.State.CLOSED, by=by, note="Closed.", **early)
    posting.refresh_from_db(fields=["state", "closes_at"])


def _move(
    posting: Posting, was: Posting.State, becomes: Posting.State, *, by: User | None, note: str, **fields: datetime
) -> None:
    """One conditional UPDATE: of two people who press at once, one wins and the other is told."""
    if not Posting.objects.filter(pk=posting.pk, state=was).update(state=becomes, **fields):
        raise PublishingRefused(
            _("“%(title)s” is %(state)s now. Somebody else may have changed it first; look at it again.")
            % {"title": posting.title, "state": posting.get_state_display()}
        )
    if by is None:
        logger.info("posting %s: %s (by a command)", posting.slug, note)
    else:
        LogEntry.objects.log_actions(by.pk, [posting], CHANGE, note, single_object=True)
