"""Deciding: staff stage a decision, and release it at once or at a set time. The answer to an offer: answering.py.

Called by the admin and the worker (release_due). Until release nothing about a decision reaches the applicant;
release changes the status and queues the message in one transaction.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import lifecycle, notifications

# Deciding ends with the answer to an offer: its verbs stand in answering.py, and who looks for them here finds them.
from applications.answering import accept_offer as accept_offer
from applications.answering import expire_offers as expire_offers
from applications.answering import turn_down_offer as turn_down_offer
from applications.models import Application, Assignment, Decision
from applications.models.decisions import Outcome
from applications.states import TRANSITIONS, Action, Event, Status
from community.models import Posting, User
from community.moments import in_words

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
    """This decision cannot be staged, taken back or released now."""


@dataclass
class Released:
    """What a release did: how many were told, and for each one left out the sentence that says why."""

    count: int = 0
    skipped: list[tuple[Decision, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Places:
    """How full a posting is: its places, those offered or accepted, and offers staged but not released."""

    places: int
    taken: int
    staged: int


def fields_for(outcome: str) -> dict[str, Any]:
    """The merge fields that a message of `outcome` may use, with what each stands for: only an offer is answered."""
    return {name: meaning for name, meaning in MERGE_FIELDS.items() if name != "answer_by" or outcome == Outcome.OFFER}


def unknown_fields(text: str) -> list[str]:
    """The {words} in `text` that are no merge field."""
    return sorted(set(_FIELD.findall(text)) - set(MERGE_FIELDS))


def problem_with_words(text: str, outcome: str) -> str:
    """What keeps `text` from being sent for `outcome`, as a sentence; empty if nothing does."""
    if unknown := unknown_fields(text):
        return _("The message names {%(field)s}, which is no merge field. Use: %(known)s.") % {
            "field": unknown[0],
            "known": ", ".join(f"{{{name}}}" for name in fields_for(outcome)),
        }
    if set("{}") & set(_FIELD.sub("", text)):
        return _("Write a merge field as {name}, with one brace on each side and no space. Take other braces away.")
    if "{answer_by}" in text and outcome != Outcome.OFFER:
        return _("Take {answer_by} out: only an offer has a date to answer by.")
    return ""


def render(text: str, application: Application, *, answer_by: datetime | None) -> str:
    """`text` with its merge fields filled in, once: what a person wrote in an answer is never read as a field.

    Raises DecidingRefused for a text that `problem_with_words` finds fault with.
    """
    if sentence := problem_with_words(text, Outcome.OFFER):
        raise DecidingRefused(sentence)
    posting = application.posting
    values = {
        "name": application.name,
        "role": posting.title_here,
        "project": posting.project.name if posting.project else "",
        "reference": application.code,
        "answer_by": in_words(answer_by, posting.time_zone) if answer_by is not None else "",
        "feedback": feedback_for(application) if "{feedback}" in text else "",
    }
    return _FIELD.sub(lambda match: values[match[1]], text)


def feedback_for(application: Application) -> str:
    """What the mentors wrote for the applicant, unsigned, in the random order of the assignments.

    Without any, a sentence that says so: a message never ends in a heading with nothing below.
    """
    written = application.assignments.filter(
        status=Assignment.Status.REVIEWED, review__submitted_at__isnull=False
    ).exclude(review__feedback="")
    texts = list(written.order_by("code").values_list("review__feedback", flat=True))
    return "\n\n".join(texts) or _("The people who read your application left no written comments this time.")


def places_of(postings: Iterable[int], *, told_to: User) -> dict[int, Places]:
    """How full each of these postings (pk) is, in three queries.

    Without an offer staged for `told_to` themselves: staff who applied would read it off the number.
    """
    pks = list(postings)
    per_posting = Application.objects.filter(posting__in=pks).order_by().values_list("posting")
    taken = dict(per_posting.filter(status__in=sorted([Status.OFFERED, Status.ACCEPTED])).annotate(number=Count("pk")))
    staged = dict(
        per_posting.filter(decisions__outcome=Outcome.OFFER, decisions__released_at__isnull=True)
        .exclude(applicant=told_to)
        .annotate(number=Count("pk"))
    )
    return {
        pk: Places(places or 0, taken.get(pk, 0), staged.get(pk, 0))
        for pk, places in Posting.objects.filter(pk__in=pks).values_list("pk", "places")
    }


def _refusal_of_own(application: Application, by: User) -> str:
    """Nobody decides about themselves: the sentence that says so, or nothing."""
    if application.applicant_id != by.pk:
        return ""
    return _("This is your own application. Ask somebody else on the staff to decide.")


def refusal_to_stage(application: Application, outcome: Outcome, *, by: User, is_staged: bool) -> str:
    """Why `by` cannot stage `outcome` for this application, as a sentence; empty where they can."""
    if sentence := _refusal_of_own(application, by):
        return sentence
    if application.status not in TRANSITIONS[ACTION_OF[outcome]].sources:
        return _("This application is “%(status)s”: it cannot be given “%(outcome)s” from there.") % {
            "status": Status(application.status).label,
            "outcome": outcome.label,
        }
    if is_staged:
        return _("A decision is already staged for this application. Take it back before you stage another.")
    return ""


def refusal_to_release(decision: Decision, application: Application, *, by: User | None, at: datetime) -> str:
    """Why `decision` cannot reach its applicant at `at`, as a sentence; empty where it can. `by` None: the worker."""
    if by is not None and (sentence := _refusal_of_own(application, by)):
        return sentence
    if decision.answer_by is not None and decision.answer_by <= at:
        return _("The date to answer this offer has passed by then. Take it back and stage it with a later one.")
    return lifecycle.refusal(application.status, ACTION_OF[Outcome(decision.outcome)])


def refusal_to_schedule(decision: Decision, release_at: datetime | None) -> str:
    """Why setting this time would change nothing, as a sentence; empty where it would."""
    if decision.release_at != release_at:
        return ""
    return _("It is set to this time already.") if release_at else _("No time is set for it.")


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
    follow, a missing or past date, or words that can't be sent; Raced if it moved since `application` was read.
    """
    if not subject.strip() or not body.strip():
        raise DecidingRefused(_("Write a subject and a message: everybody who applied gets an answer in words."))
    if outcome == Outcome.OFFER and (answer_by is None or answer_by <= at):
        raise DecidingRefused(_("Give a date in the future by which the offer is to be answered."))
    if sentence := problem_with_words(subject + body, outcome):
        raise DecidingRefused(sentence)
    with transaction.atomic():
        locked = lifecycle.lock(application)
        # The application is locked, so nobody else can stage between our looking and our writing.
        is_staged = Decision.objects.staged().filter(application=locked).exists()
        if sentence := refusal_to_stage(locked, outcome, by=by, is_staged=is_staged):
            raise DecidingRefused(sentence)
        if locked.status != application.status:
            raise lifecycle.Raced(lifecycle.raced())
        decision: Decision = Decision.objects.create(
            application=locked,
            outcome=outcome,
            subject=subject.strip(),
            body=body.strip(),
            answer_by=answer_by if outcome == Outcome.OFFER else None,
            staged_at=at,
            staged_by=by,
        )
        lifecycle.record(locked, Event.STAGE, by=by, at=at, note=str(outcome.label))
        return decision


def _gone() -> str:
    return _("This decision was already released or taken back.")


def _refuse_changed(decision: Decision, current: Decision) -> None:
    """Raises Raced where somebody set or took away the time of release since `decision` was read."""
    if current.release_at != decision.release_at:
        raise lifecycle.Raced(lifecycle.raced())


def unstage(decision: Decision, *, by: User, at: datetime) -> None:
    """Takes a staged decision back.

    Raises DecidingRefused once it was released, and for one's own application; Raced if its time was changed since
    `decision` was read.
    """
    with transaction.atomic():
        application = lifecycle.lock(Application(pk=decision.application_id))
        if sentence := _refusal_of_own(application, by):
            raise DecidingRefused(sentence)
        current = Decision.objects.staged().filter(pk=decision.pk).first()
        if current is None:
            raise DecidingRefused(_gone())
        _refuse_changed(decision, current)
        current.delete()
        lifecycle.record(application, Event.UNSTAGE, by=by, at=at, note=str(Outcome(decision.outcome).label))


def schedule(decisions: Iterable[Decision], release_at: datetime | None, *, by: User, at: datetime) -> Released:
    """Has the worker release these at `release_at`, or takes the set time away (None).

    Raises DecidingRefused for a time that is past; one that could not be released then, or whose time somebody else
    changed since it was read, is left out with a sentence.
    """
    if release_at is not None and release_at <= at:
        raise DecidingRefused(_("Give a time in the future, or release now."))
    done = Released()
    with transaction.atomic():
        for decision, application, current in _held(decisions):
            try:
                if current is None:
                    raise DecidingRefused(_gone())
                if sentence := refusal_to_schedule(current, release_at):
                    raise DecidingRefused(sentence)
                _refuse_changed(decision, current)
                if sentence := refusal_to_release(current, application, by=by, at=release_at or at):
                    raise DecidingRefused(sentence)
            except lifecycle.Refused as refusal:
                done.skipped.append((decision, str(refusal)))
                continue
            Decision.objects.filter(pk=decision.pk).update(release_at=release_at)
            note = in_words(release_at, application.posting.time_zone) if release_at else _("no set time any more")
            lifecycle.record(application, Event.SCHEDULE, by=by, at=at, note=note)
            done.count += 1
    return done


def _held(decisions: Iterable[Decision]) -> list[tuple[Decision, Application, Decision | None]]:
    """(as given, its application locked, as it is now if still staged), in the order of the applications."""
    given = sorted(decisions, key=lambda decision: decision.application_id)
    held = lifecycle.hold(decision.application_id for decision in given)
    staged = Decision.objects.staged().filter(pk__in=[decision.pk for decision in given])
    current = {decision.pk: decision for decision in staged.select_related("staged_by")}
    # One whose account was erased meanwhile has no application any more, and nobody to tell.
    return [
        (decision, held[decision.application_id], current.get(decision.pk))
        for decision in given
        if decision.application_id in held
    ]


def release(decisions: Iterable[Decision], *, by: User | None, at: datetime) -> Released:
    """Tells the applicants: status, date and message in one transaction. `by` None: the worker, at the set time.

    One that can't be released (withdrawn, raced, its date passed, its set time changed since it was read) is left out
    with a sentence; the rest go.
    Nine statements for the whole batch and six for each application, two of them savepoints.
    """
    released = Released()
    with transaction.atomic():
        for decision, application, current in _held(decisions):
            try:
                if current is None:
                    raise DecidingRefused(_gone())
                _refuse_changed(decision, current)
                with transaction.atomic():
                    _release_one(current, application, by=by, at=at)
            except lifecycle.Refused as refusal:
                released.skipped.append((decision, str(refusal)))
            else:
                released.count += 1
    return released


def _release_one(decision: Decision, application: Application, *, by: User | None, at: datetime) -> None:
    """Releases a staged decision whose application is held."""
    if sentence := refusal_to_release(decision, application, by=by, at=at):
        raise DecidingRefused(sentence)
    # The date, and what stands in for feedback, as this person reads dates and words.
    with notifications.speaking_to(application.applicant):
        decision.subject = render(decision.subject, application, answer_by=decision.answer_by)[:200]
        decision.body = render(decision.body, application, answer_by=decision.answer_by)
    decision.released_at = at
    decision.save(update_fields=["subject", "body", "released_at"])
    lifecycle.move(
        application,
        ACTION_OF[Outcome(decision.outcome)],
        by=by,
        at=at,
        decided_at=at,
        decided_by=by or decision.staged_by,
    )
    notifications.decided(application, decision, at)


def release_due(at: datetime, *, limit: int = 100) -> int:
    """Releases what was scheduled for `at` or before. One that can't go loses its time, and history says why."""
    due = list(Decision.objects.due_at(at).order_by("release_at", "pk")[:limit])
    if not due:
        return 0
    released = release(due, by=None, at=at)
    for decision, sentence in released.skipped:
        with transaction.atomic():
            # Erased meanwhile: nothing is left to write it on.
            application = lifecycle.hold([decision.application_id]).get(decision.application_id)
            if application is None:
                continue
            # One that was given another time, or none, keeps that.
            if Decision.objects.due_at(at).filter(pk=decision.pk).update(release_at=None):
                lifecycle.record(application, Event.SCHEDULE, by=None, at=at, note=sentence)
    return released.count
