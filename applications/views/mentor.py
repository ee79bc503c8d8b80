"""The mentor's queue, and stepping aside. One review: reviewing.py; how it reads once it is submitted: submitted.py.

Everything here loads the visitor's own assignments. No page holds what would name an applicant: no code or key of
theirs, no date, no order in which they came.
"""

from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from applications import lifecycle, reviewing
from applications.models import Assignment
from community.membership import is_mentor
from community.models import Posting
from community.requests import SignedInRequest, pressed_on


@dataclass(frozen=True)
class Row:
    """One assignment in the queue, numbered among those of its posting in the random order of their codes."""

    assignment: Assignment
    number: int
    of: int

    @property
    def is_reviewed(self) -> bool:
        return self.assignment.status == Assignment.Status.REVIEWED

    @property
    def is_draft(self) -> bool:
        return not self.is_reviewed and hasattr(self.assignment, "review")


@never_cache
@require_safe
def review_queue(request: SignedInRequest) -> HttpResponse:
    """What there is to read, by posting, what is open first. 404 for who is no mentor and was never asked."""
    assignments = list(
        Assignment.objects.reviewable_by(request.user)
        .select_related("application__posting__round", "application__posting__project", "review")
        .only("code", "status", "application__status", "application__posting__title", "application__posting__language",
              "application__posting__decides_on", "application__posting__round__name", "application__posting__project__name",
              "review__saved_at")
        .prefetch_related("application__posting__texts")
    )  # fmt: skip
    if not assignments and not _reviews_at_all(request):
        raise Http404
    by_posting: list[tuple[Posting, list[Row]]] = []
    for _pk, group in groupby(
        sorted(assignments, key=lambda it: (it.application.posting.title_here, it.application.posting_id)),
        key=lambda it: it.application.posting_id,
    ):
        # sorted() is stable: within a posting the order is still that of the codes.
        members = list(group)
        rows = [Row(assignment, number, len(members)) for number, assignment in enumerate(members, start=1)]
        rows.sort(key=lambda row: (row.is_reviewed, row.is_draft))
        by_posting.append((members[0].application.posting, rows))
    by_posting.sort(key=lambda part: all(row.is_reviewed for row in part[1]))
    done = sum(assignment.status == Assignment.Status.REVIEWED for assignment in assignments)
    following = next((row.assignment for _posting, rows in by_posting for row in rows if not row.is_reviewed), None)
    context = {"by_posting": by_posting, "done": done, "total": len(assignments), "following": following}
    return render(request, "applications/mentor/review_queue.html", context)


def _reviews_at_all(request: SignedInRequest) -> bool:
    return Assignment.objects.filter(mentor_id=request.user.pk).exists() or is_mentor(
        request.user, timezone.now().date()
    )


@never_cache
@pressed_on("review")
def recuse(request: SignedInRequest, code: str) -> HttpResponse:
    """Steps aside from an application whose author the mentor knows. A second press finds it done."""
    now = timezone.now()
    mine = Assignment.objects.filter(mentor_id=request.user.pk).exclude(application__applicant_id=request.user.pk)
    assignment = get_object_or_404(mine, code=code)
    try:
        reviewing.recuse(assignment, by=request.user, at=now)
    except lifecycle.Refused as refused:
        messages.error(request, str(refused))
        return redirect("review_queue")
    messages.success(
        request, _("You stepped aside, and the application is gone from your list. Thank you for saying so.")
    )
    return redirect("review_queue")
