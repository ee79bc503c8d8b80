"""One's own review as it stands, and those of others, which show from the submission on. Nothing here writes."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from applications import reviewing
from applications.models import Assignment, Review
from applications.views.blind import reading
from community.models import Criterion
from community.requests import SignedInRequest


@dataclass(frozen=True)
class Written:
    """One submitted review as its readers see it: no name, and the scores in the rubric's order."""

    label: str
    scores: list[tuple[Criterion, int | None, str]]
    comments: str
    feedback: str


def draw_submitted(request: SignedInRequest, assignment: Assignment) -> HttpResponse:
    """One's own review as it stands, and those of others, which show from now on."""
    application = assignment.application
    identity = reviewing.identity_of(application)
    submitted = (
        Review.objects.filter(
            assignment__application=application,
            assignment__status=Assignment.Status.REVIEWED,
            submitted_at__isnull=False,
        )
        .select_related("assignment")
        .prefetch_related("scores")
        .order_by("assignment__code")
    )
    mine: Written | None = None
    others: list[Written] = []
    for found in submitted:
        if found.assignment_id == assignment.pk:
            mine = _written(found, _("You"), application.posting.rubric)
            continue
        # Another reader may have named in their comments whom they took the applicant for.
        found.comments, found.feedback = identity.hidden_in(found.comments), identity.hidden_in(found.feedback)
        label = _("Reviewer %(letter)s") % {"letter": _letters(len(others))}
        others.append(_written(found, label, application.posting.rubric))
    written = [mine, *others] if mine else others
    table = [
        (criterion, [review.scores[row] for review in written])
        for row, criterion in enumerate(application.posting.rubric)
    ]
    context = reading(assignment, identity) | {"mine": mine, "others": others, "written": written, "table": table}
    return render(request, "applications/mentor/submitted.html", context)


def _written(review: Review, label: str, rubric: list[Criterion]) -> Written:
    scores = reviewing.scores_of(review)
    return Written(
        label,
        [
            (criterion, scores.get(criterion.pk), dict(criterion.scale).get(scores.get(criterion.pk) or 0, ""))
            for criterion in rubric
        ],
        review.comments,
        review.feedback,
    )


def _letters(index: int) -> str:
    """A, B … Z, AA, AB …"""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
