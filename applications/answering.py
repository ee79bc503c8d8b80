"""Answering an offer: the applicant accepts it, turns it down or takes a mis-pressed answer back, or it lapses.

Called by the applicant's offer page and the worker (expire_offers). Every answer holds the application's row and
queues its message in the same transaction; an acceptance makes the membership.
"""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from applications import lifecycle, notifications
from applications.models import Application, Decision
from applications.models.decisions import Outcome
from applications.states import ANSWERED, Action, Status
from community import membership
from community.models import User


class AnsweringRefused(lifecycle.Refused):
    """This offer cannot be answered, or this answer not be taken back, now."""


def open_offer(application: Application) -> Decision | None:
    """The released offer that waits for an answer, if the application stands there."""
    if application.status != Status.OFFERED:
        return None
    offer: Decision | None = (
        application.decisions.filter(outcome=Outcome.OFFER, released_at__isnull=False).order_by("-released_at").first()
    )
    return offer


def _check_answering(locked: Application, by: User, at: datetime) -> None:
    if locked.applicant_id != by.pk:
        raise AnsweringRefused(_("Only the person who was offered the place can answer."))
    offer = open_offer(locked)
    if offer is None:
        raise AnsweringRefused(_("There is no offer waiting for your answer."))
    if offer.answer_by is not None and offer.answer_by <= at:
        raise AnsweringRefused(
            _("The date to answer this offer has passed. If you still want the place, write to us: a person answers.")
        )


def accept_offer(application: Application, *, by: User, at: datetime) -> None:
    """Takes the place: a membership in the project, and a private profile where there was none. Twice is once."""
    with transaction.atomic():
        locked = lifecycle.lock(application)
        if locked.status == Status.ACCEPTED and locked.applicant_id == by.pk:
            return
        _check_answering(locked, by, at)
        lifecycle.move(locked, Action.ACCEPT, by=by, at=at, answered_at=at)
        if locked.posting.project is not None:
            membership.join(
                locked.applicant,
                project=locked.posting.project,
                role=locked.posting.title,
                posting=locked.posting,
                name=locked.name,
                at=at,
            )
        else:
            membership.ensure_profile(locked.applicant, name=locked.name)
        notifications.accepted(locked, at)


def turn_down_offer(application: Application, *, by: User, at: datetime) -> None:
    with transaction.atomic():
        locked = lifecycle.lock(application)
        if locked.status == Status.TURNED_DOWN and locked.applicant_id == by.pk:
            return
        _check_answering(locked, by, at)
        lifecycle.move(locked, Action.TURN_DOWN, by=by, at=at, answered_at=at)
        notifications.turned_down(locked, at)


def undo_until(application: Application) -> datetime | None:
    """Until when the answer to an offer can be taken back: the end of its day in the posting's zone."""
    if application.answered_at is None:
        return None
    zone = application.posting.time_zone
    day = application.answered_at.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(day, time.min, tzinfo=zone)


def can_be_undone_until(application: Application, at: datetime) -> datetime | None:
    """`undo_until` while that is still ahead at `at`; None for whom there is nothing to take back any more."""
    until = undo_until(application)
    return until if until is not None and at < until else None


def undo_answer(application: Application, *, by: User, at: datetime) -> None:
    """Takes a mis-pressed answer back: the offer stands again, at least until the end of this day. Twice is once.

    The membership that an acceptance made goes; the private profile stays. Raises AnsweringRefused once the day is over.
    """
    with transaction.atomic():
        locked = lifecycle.lock(application)
        if locked.applicant_id != by.pk:
            raise AnsweringRefused(_("Only the person who was offered the place can answer."))
        if locked.status == Status.OFFERED:
            return
        until, answered_at = undo_until(locked), locked.answered_at
        if locked.status not in ANSWERED or until is None or answered_at is None:
            raise AnsweringRefused(_("There is no answer of yours to take back."))
        if at >= until:
            raise AnsweringRefused(
                _(
                    "The day on which you answered is over, so the answer stands. "
                    "If it was a mistake, write to us below: a person reads it."
                )
            )
        if locked.status == Status.ACCEPTED:
            membership.take_back(by, posting=locked.posting, joined_at=answered_at)
            action = Action.UNDO_ACCEPT
        else:
            action = Action.UNDO_TURN_DOWN
        lifecycle.move(locked, action, by=by, at=at, answered_at=None)
        offer = open_offer(locked)
        # Nothing else leads to an answer.
        assert offer is not None
        assert offer.answer_by is not None
        if offer.answer_by < until:
            # Whoever took an answer back in time has the rest of the day to give the right one.
            offer.answer_by = until
            offer.save(update_fields=["answer_by"])
        notifications.answer_undone(locked, offer.answer_by, at)


def expire_offers(at: datetime, *, limit: int = 100) -> int:
    """Lapses offers whose date has passed without an answer, and tells the applicants. Returns how many."""
    stale = (
        Application.objects.filter(
            status=Status.OFFERED,
            decisions__outcome=Outcome.OFFER,
            decisions__released_at__isnull=False,
            decisions__answer_by__lte=at,
        )
        .distinct()
        .order_by("pk")[:limit]
    )
    count = 0
    for application in stale:
        with transaction.atomic():
            # Erased meanwhile: nobody is left to tell, and the others are not to wait for it.
            locked = lifecycle.hold([application.pk]).get(application.pk)
            offer = open_offer(locked) if locked is not None else None
            if locked is None or offer is None or offer.answer_by is None or offer.answer_by > at:
                continue
            lifecycle.move(locked, Action.LAPSE, by=None, at=at)
            notifications.lapsed(locked, at)
            count += 1
    return count
