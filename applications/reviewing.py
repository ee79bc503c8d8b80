"""Reviewing: a mentor scores an application without knowing whose it is.

Called by the mentor's views. The summary on the application changes in the transaction of the review.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from applications import lifecycle, notifications
from applications.blinding import names_in_address, names_in_link, redact
from applications.models import Application, Assignment, Question, Review, Score, Upload
from applications.notifications import as_text
from applications.readiness import asked_of
from applications.scoring import rounded, summarise, weighted_mean
from applications.seen import Seen
from applications.states import UNDER_REVIEW, Event
from community.models import Criterion, User

BATCH = 200


class ReviewingRefused(lifecycle.Refused):
    """The mentor cannot do this with this assignment now."""


class Incomplete(ReviewingRefused):
    """A criterion has neither a score nor “not enough to judge”; `criteria` holds which."""

    def __init__(self, criteria: list[Criterion]) -> None:
        super().__init__(_("Choose a score, or “Not enough to judge”, for every criterion."))
        self.criteria = criteria


class Conflict(ReviewingRefused):
    """The draft was saved elsewhere since the page was drawn, and says something else by now. Nothing was written."""

    def __init__(self, stored: Review) -> None:
        super().__init__(
            _(
                "This review was changed in another tab or on another device meanwhile. "
                "Press “Save draft” to see both texts and choose."
            )
        )
        self.stored = stored


@dataclass(frozen=True)
class Identity:
    """What names one applicant: names are hidden whole and word by word, handles whole."""

    names: list[str]
    handles: list[str]

    def hidden_in(self, text: str) -> str:
        return redact(text, self.names, self.handles)


def identity_of(application: Application) -> Identity:
    """From their account and profile, where they sign in, the answers marked as identifying, their files' names and the
    reference."""
    address = application.applicant.email
    names = names_in_address(address)
    handles = [application.code, address, address.partition("@")[0]]
    links = []
    # The descriptor raises where there is no profile; a query of our own would be one more for each page.
    profile = getattr(application.applicant, "profile", None)
    if profile is not None:
        names.append(profile.name)
        handles.append(profile.handle)
        links += [profile.website, profile.code_host]
    # What GitHub or Google call whoever signs in by them.
    for told in SocialAccount.objects.filter(user=application.applicant_id).values_list("extra_data", flat=True):
        names += [str(told[key]) for key in ("name", "given_name", "family_name") if told.get(key)]
        handles += [str(told[key]) for key in ("login", "email", "twitter_username") if told.get(key)]
        links += [str(told[key]) for key in ("html_url", "blog") if told.get(key)]
    for question in application.form.questions:
        value = application.values.get(question.pk)
        if isinstance(value, Upload):
            handles += [value.name, value.name.rpartition(".")[0]]
        elif not question.identifies or value is None:
            continue
        elif question.kind == Question.Kind.SHORT_TEXT:
            names.append(str(value))
        elif question.kind == Question.Kind.NUMBER:
            handles.append(str(value))
        elif question.kind == Question.Kind.LINK:
            links.append(str(value))
    for link in filter(None, links):
        handles += [link, *names_in_link(link)]
    return Identity([name for name in names if name], [handle for handle in handles if handle])


def blind_answers(application: Application, identity: Identity) -> list[tuple[Question, str]]:
    """(question, answer) for what reviewers may see, in the form's order, with what names the person taken out."""
    return [
        (question, identity.hidden_in(as_text(question, application.values.get(question.pk))))
        for question in asked_of(application)
        if question.shown_to_reviewers and not question.identifies and question.kind != Question.Kind.FILE
    ]


def _held(assignment: Assignment, by: User) -> tuple[Application, Assignment]:
    """The application locked and the assignment as it is now. Call inside a transaction."""
    application = lifecycle.lock(Application(pk=assignment.application_id))
    held = Assignment.objects.held_by(by).filter(pk=OuterRef("pk"))
    current: Any = Assignment.objects.annotate(is_held=Exists(held)).get(pk=assignment.pk)
    if current.mentor_id != by.pk or application.applicant_id == by.pk:
        raise ReviewingRefused(_("This review was not asked of you."))
    if application.status not in UNDER_REVIEW or current.status == Assignment.Status.RECUSED:
        raise ReviewingRefused(_("This application is no longer under review. Thank you all the same."))
    if not current.is_held and current.status == Assignment.Status.OPEN:
        raise ReviewingRefused(
            _("You applied to the same role or joined the staff, so you no longer read this. Thank you all the same.")
        )
    return application, current


def write_review(
    assignment: Assignment,
    *,
    scores: Mapping[int, int | None],
    comments: str | None,
    feedback: str | None,
    submit: bool,
    by: User,
    at: datetime,
    seen: Seen | None = None,
    sendings: int | None = None,
) -> Review:
    """Keeps the review as a draft, or submits it. `scores`: criterion pk → score, None for “not enough to judge”.

    A text that is None stays as it is stored. Submitting asks for every criterion of the posting and is final: others'
    reviews show from then on. Raises Conflict where the draft was saved since it was `seen` and says something else by
    now (without `seen` nothing is compared), Incomplete (nothing is written: save a draft first), Raced where it is
    submitted and the answers were sent anew since they were read (`sendings`: how often they had been sent then), or
    ReviewingRefused.
    """
    with transaction.atomic():
        application, current = _held(assignment, by)
        if current.status == Assignment.Status.REVIEWED:
            raise ReviewingRefused(_("You have already submitted this review. It stands as you wrote it."))
        rubric = {criterion.pk: criterion for criterion in application.posting.rubric}
        for pk, value in scores.items():
            if pk not in rubric or (value is not None and not 1 <= value <= len(rubric[pk].scale)):
                raise ReviewingRefused(_("Choose one of the scores offered."))
        if submit and (missing := [criterion for pk, criterion in rubric.items() if pk not in scores]):
            raise Incomplete(missing)
        if submit and sendings is not None and sendings != application.revisions.count():
            raise lifecycle.Raced(lifecycle.raced())
        # The application is locked, so no other tab writes between our looking and our writing.
        review = Review.objects.filter(assignment=current).first()
        if seen is not None and seen.is_stale(review):
            _refuse_stale(review, scores, comments, feedback)
        if review is None:
            review = Review(assignment=current)
        else:
            review.version += 1
        if comments is not None:
            review.comments = comments
        if feedback is not None:
            review.feedback = feedback
        review.saved_at = at
        review.page, review.turn = (seen.page, seen.turn) if seen else ("", 0)
        review.save()
        review.scores.all().delete()
        Score.objects.bulk_create(Score(review=review, criterion_id=pk, value=value) for pk, value in scores.items())
        if submit:
            mean = weighted_mean([(scores[pk], criterion.weight) for pk, criterion in rubric.items()])
            review.mean = rounded(mean) if mean is not None else None
            review.submitted_at = at
            review.save(update_fields=["mean", "submitted_at"])
            Assignment.objects.filter(pk=current.pk).update(status=Assignment.Status.REVIEWED)
            _summarise(application)
            lifecycle.record(application, Event.REVIEW, by=by, at=at)
        return review


def scores_of(review: Review | None) -> dict[int, int | None]:
    """Criterion pk → score, None for “not enough to judge”. What was not chosen is not in it."""
    return {score.criterion_id: score.value for score in review.scores.all()} if review else {}


def _refuse_stale(
    stored: Review | None, scores: Mapping[int, int | None], comments: str | None, feedback: str | None
) -> None:
    """Raises Conflict if these would replace, unread, what was saved after the page was drawn."""
    if stored is None:
        return
    texts = ((stored.comments, comments), (stored.feedback, feedback))
    if scores_of(stored) != dict(scores) or any(typed is not None and typed != kept for kept, typed in texts):
        raise Conflict(stored)


def recuse(assignment: Assignment, *, by: User, at: datetime) -> None:
    """Takes the application away from a mentor with a conflict of interest, and their review out of the summary."""
    with transaction.atomic():
        if Assignment.objects.filter(pk=assignment.pk, mentor=by, status=Assignment.Status.RECUSED).exists():
            return
        application, current = _held(assignment, by)
        Assignment.objects.filter(pk=current.pk).update(status=Assignment.Status.RECUSED, recused_at=at)
        _summarise(application)
        lifecycle.record(application, Event.RECUSE, by=by, at=at)


def end_conflicts(at: datetime) -> int:
    """Takes away what was asked of mentors who cannot judge it any longer, and tells them and whoever asked them.

    They applied to the same posting since: then their submitted reviews no longer count either, as when somebody steps
    aside. Or they joined the staff: then what they had submitted stands. Called by the worker; until it comes round,
    `held_by` already keeps these from them. Returns how many were ended.
    """
    found = Assignment.objects.conflicting().order_by("mentor", "application__posting", "application")
    rows = list(found.values_list("mentor", "application__posting", "application")[:BATCH])
    # Each posting by itself, with a letter of its own.
    return sum(
        _end_conflicts(mentor, [row[2] for row in group], at)
        for (mentor, _posting), group in groupby(rows, key=lambda row: row[:2])
    )


def _end_conflicts(mentor: int, applications: list[int], at: datetime) -> int:
    """Those of one mentor in one posting, in one transaction with the letters."""
    with transaction.atomic():
        held = lifecycle.hold(applications)
        # As they are now, until this is told: no address is written down of somebody who has their account erased.
        list(User.objects.select_for_update(no_key=True).filter(pk=mentor))
        ended: list[Any] = list(
            Assignment.objects.conflicting()
            .filter(mentor=mentor, application__in=held)
            .select_related("mentor", "assigned_by")
            .order_by("application")
        )
        for assignment in ended:
            application = held[assignment.application_id]
            Assignment.objects.filter(pk=assignment.pk).update(status=Assignment.Status.RECUSED, recused_at=at)
            _summarise(application)
            why = _("applied to the same role") if assignment.has_applied else _("joined the staff")
            lifecycle.record(application, Event.RECUSE, by=None, at=at, note=f"{assignment.mentor.email}: {why}")
            assignment.application = application
        if ended:
            notifications.assignments_ended(ended, at)
    return len(ended)


def _summarise(application: Application) -> None:
    means = Review.objects.filter(
        assignment__application=application,
        assignment__status=Assignment.Status.REVIEWED,
        submitted_at__isnull=False,
    ).values_list("mean", flat=True)
    summary = summarise(list(means))
    Application.objects.filter(pk=application.pk).update(
        reviews_done=summary.number, mean_score=summary.mean, score_spread=summary.spread
    )
