"""Deciding: staff stage a decision, release it when they choose, and the applicant answers an offer.

Called by the admin, the worker (release_due, expire_offers) and the applicant's offer page. Until release nothing
about a decision reaches the applicant; release changes the status and queues the message in one transaction.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import lifecycle, notifications
from applications.models import Application, Decision
from applications.models.decisions import Outcome
from applications.states import TRANSITIONS, Action, Event, Status
from community import membership
from community.models import User

ACTION_OF = {
    Outcome.OFFER: Action.RELEASE_OFFER,
    Outcome.WAITLIST: Action.RELEASE_WAITLIST,
    Outcome.DECLINE: Action.RELEASE_DECLINE,
}

# What a message may name, with what each stands for. Shown to staff beside the editor.
MERGE_FIELDS = {
    "name": gettext_lazy("the applicant's name"),
    "role": gettext_lazy("the posting's title"),
    "project": gettext_lazy("the project's name"),
    "reference": gettext_lazy("the application's reference"),
    "answer_by": gettext_lazy("the date by which an offer is to be answered"),
    "feedback": gettext_lazy("what the mentors wrote for the applicant"),
}
_FIELD = re.compile(r"\{(\w+)\}")


class DecidingRefused(lifecycle.Refused):
    """This decision, or this answer to an offer, cannot be taken now."""


@dataclass
class Released:
    """What a release did: how many were told, and for each one left out the sentence that says why."""

    count: int = 0
    skipped: list[tuple[Decision, str]] = field(default_factory=list)


def unknown_fields(text: str) -> list[str]:
    """The {words} in `text` that are no merge field."""
    return sorted(set(_FIELD.findall(text)) - set(MERGE_FIELDS))


def render(text: str, application: Application, *, answer_by: datetime | None) -> str:
    """`text` with its merge fields filled in. Raises DecidingRefused for a field that does not exist."""
    if unknown := unknown_fields(text):
        raise DecidingRefused(
            _("The message names {%(field)s}, which is no merge field. Use: %(known)s.")
            % {"field": unknown[0], "known": ", ".join(f"{{{name}}}" for name in MERGE_FIELDS)}
        )
    posting = application.posting
    values = {
        "name": application.name,
        "role": posting.title,
        "project": posting.project.name if posting.project else "",
        "reference": application.code,
        "answer_by": "",
        "feedback": "",
    }
    if answer_by is not None:
        local = timezone.localtime(answer_by, posting.time_zone)
        values["answer_by"] = f"{date_format(local, 'j F Y, H:i')} {local.tzname()}"
    if "{feedback}" in text:
        values["feedback"] = feedback_for(application)
    return _FIELD.sub(lambda match: values[match[1]], text)


def feedback_for(application: Application) -> str:
    """What the mentors wrote for the applicant, unsigned, in the random order of the assignments."""
    written = application.assignments.filter(review__submitted_at__isnull=False).exclude(review__feedback="")
    return "\n\n".join(written.order_by("code").values_list("review__feedback", flat=True))


def stage(
    application: Application,
    outcome: Outcome,
    *,
    subject: str,
    body: str,
    answer_by: datetime | None = None,
    by: User,
    at: datetime,
) -> Decision:
    """Writes down a decision that nobody but staff can see. Only an offer has an `answer_by`.

    Raises DecidingRefused for one's own application, a second staged decision, a status that the outcome cannot
    follow, a missing or past date, or an unknown merge field.
    """
    if not subject.strip() or not body.strip():
        raise DecidingRefused(_("Write a subject and a message: everybody who applied gets an answer in words."))
    if outcome == Outcome.OFFER and (answer_by is None or answer_by <= at):
        raise DecidingRefused(_("Give a date in the future by which the offer is to be answered."))
    with transaction.atomic():
        locked = lifecycle.lock(application)
        if locked.applicant_id == by.pk:
            raise DecidingRefused(_("This is your own application. Ask somebody else on the staff to decide."))
        if Status(locked.status) not in TRANSITIONS[ACTION_OF[outcome]].sources:
            raise DecidingRefused(
                _("This application is “%(status)s”: it cannot be given “%(outcome)s” from there.")
                % {"status": Status(locked.status).label, "outcome": outcome.label}
            )
        render(subject + body, locked, answer_by=answer_by)
        try:
            with transaction.atomic():
                decision = Decision.objects.create(
                    application=locked,
                    outcome=outcome,
                    subject=subject,
                    body=body,
                    answer_by=answer_by if outcome == Outcome.OFFER else None,
                    staged_at=at,
                    staged_by=by,
                )
        except IntegrityError as error:
            raise DecidingRefused(
                _("A decision is already staged for this application. Take it back before you stage another.")
            ) from error
        lifecycle.record(locked, Event.STAGE, by=by, at=at, note=str(outcome.label))
        return decision


def unstage(decision: Decision, *, by: User, at: datetime) -> None:
    """Takes a staged decision back. Raises DecidingRefused once it was released."""
    with transaction.atomic():
        application = lifecycle.lock(decision.application)
        deleted, _rows = Decision.objects.staged().filter(pk=decision.pk).delete()
        if not deleted:
            raise DecidingRefused(_("This decision was already released or taken back."))
        lifecycle.record(application, Event.UNSTAGE, by=by, at=at, note=str(Outcome(decision.outcome).label))


def schedule(decisions: Iterable[Decision], release_at: datetime, *, by: User, at: datetime) -> int:
    """Has the worker release these at `release_at`. Returns how many; those released meanwhile are not counted."""
    if release_at <= at:
        raise DecidingRefused(_("Give a time in the future, or release now."))
    count = 0
    with transaction.atomic():
        for decision in sorted(decisions, key=lambda decision: decision.application_id):
            application = lifecycle.lock(decision.application)
            if Decision.objects.staged().filter(pk=decision.pk).update(release_at=release_at):
                lifecycle.record(
                    application, Event.SCHEDULE, by=by, at=at, note=release_at.isoformat(timespec="minutes")
                )
                count += 1
    return count


def release(decisions: Iterable[Decision], *, by: User | None, at: datetime) -> Released:
    """Tells the applicants: status, date and message in one transaction. `by` None: the worker, at the set time.

    One that can't be released (withdrawn, raced, its date passed) is left out with a sentence; the rest go.
    """
    released = Released()
    with transaction.atomic():
        # Always in the order of the applications, so that two releases at once wait instead of deadlocking.
        for decision in sorted(decisions, key=lambda decision: decision.application_id):
            try:
                with transaction.atomic():
                    _release_one(decision, by=by, at=at)
            except lifecycle.Refused as refusal:
                released.skipped.append((decision, str(refusal)))
            else:
                released.count += 1
    return released


def _release_one(decision: Decision, *, by: User | None, at: datetime) -> None:
    application = lifecycle.lock(decision.application)
    current = Decision.objects.staged().filter(pk=decision.pk).select_related("staged_by").first()
    if current is None:
        raise DecidingRefused(_("This decision was already released or taken back."))
    if current.answer_by is not None and current.answer_by <= at:
        raise DecidingRefused(_("The date to answer this offer has passed. Take it back and stage it with a new one."))
    if by is not None and by.pk == application.applicant_id:
        raise DecidingRefused(_("This is your own application. Ask somebody else on the staff to decide."))
    current.subject = render(current.subject, application, answer_by=current.answer_by)[:200]
    current.body = render(current.body, application, answer_by=current.answer_by)
    current.released_at = at
    current.save(update_fields=["subject", "body", "released_at"])
    lifecycle.move(
        application,
        ACTION_OF[Outcome(current.outcome)],
        by=by,
        at=at,
        decided_at=at,
        decided_by=by or current.staged_by,
    )
    notifications.decided(application, current, at)


def release_due(at: datetime, *, limit: int = 100) -> int:
    """Releases what was scheduled for `at` or before. One that can't go is unscheduled, so that staff see it."""
    due = list(Decision.objects.due_at(at).select_related("application").order_by("release_at")[:limit])
    released = release(due, by=None, at=at)
    for decision, _sentence in released.skipped:
        Decision.objects.staged().filter(pk=decision.pk).update(release_at=None)
    return released.count


def open_offer(application: Application) -> Decision | None:
    """The released offer that waits for an answer, if the application stands there."""
    if application.status != Status.OFFERED:
        return None
    offer: Decision | None = (
        application.decisions.filter(outcome=Outcome.OFFER, released_at__isnull=False).order_by("-released_at").first()
    )
    return offer


def _answering(application: Application, by: User, at: datetime) -> Application:
    locked = lifecycle.lock(application)
    if locked.applicant_id != by.pk:
        raise DecidingRefused(_("Only the person who was offered the place can answer."))
    offer = open_offer(locked)
    if offer is None:
        raise DecidingRefused(_("There is no offer waiting for your answer."))
    if offer.answer_by is not None and offer.answer_by <= at:
        raise DecidingRefused(
            _("The date to answer this offer has passed. If you still want the place, write to us: a person answers.")
        )
    return locked


def accept_offer(application: Application, *, by: User, at: datetime) -> None:
    """Takes the place: a membership in the project, and a private profile where there was none. Twice is once."""
    with transaction.atomic():
        if Application.objects.filter(pk=application.pk, applicant=by, status=Status.ACCEPTED).exists():
            return
        locked = _answering(application, by, at)
        lifecycle.move(locked, Action.ACCEPT, by=by, at=at)
        if locked.posting.project is not None:
            membership.join(
                locked.applicant,
                project=locked.posting.project,
                role=locked.posting.title,
                posting=locked.posting,
                name=locked.name,
                at=at,
            )
        notifications.accepted(locked, at)


def turn_down_offer(application: Application, *, by: User, at: datetime) -> None:
    with transaction.atomic():
        if Application.objects.filter(pk=application.pk, applicant=by, status=Status.TURNED_DOWN).exists():
            return
        locked = _answering(application, by, at)
        lifecycle.move(locked, Action.TURN_DOWN, by=by, at=at)
        notifications.turned_down(locked, at)


def expire_offers(at: datetime, *, limit: int = 100) -> int:
    """Lapses offers whose date has passed without an answer, and tells the applicants. Returns how many."""
    stale = Application.objects.filter(
        status=Status.OFFERED,
        decisions__outcome=Outcome.OFFER,
        decisions__released_at__isnull=False,
        decisions__answer_by__lte=at,
    ).distinct()[:limit]
    count = 0
    for application in stale:
        with transaction.atomic():
            locked = lifecycle.lock(application)
            offer = open_offer(locked)
            if offer is None or offer.answer_by is None or offer.answer_by > at:
                continue
            lifecycle.move(locked, Action.LAPSE, by=None, at=at)
            notifications.lapsed(locked, at)
            count += 1
    return count
