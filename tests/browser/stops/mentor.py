"""The mentor's own pages."""

from django.urls import reverse

from applications.models import Application, Assignment
from applications.states import Status
from community.models import User
from tests.browser.visitor import Walk

BOB = "bob@example.org"


def reading(walk: Walk) -> None:
    bob = walk.visitor(BOB)
    mine = Assignment.objects.reviewable_by(User.objects.get(email=BOB)).filter(application__status=Status.IN_REVIEW)
    unread = mine.filter(review=None).order_by("pk")
    first, second = unread[:2]
    reviewed = mine.filter(review__submitted_at__isnull=False).order_by("pk")[0]
    bob.sees("queue", reverse("review_queue"))
    page = reverse("review", args=[first.code])
    bob.sees("review", page)
    bob.sees("review with problems", page, {"go": "submit"})
    bob.sees("review, draft kept", page, {"comments": "Between 3 and 4.", "go": "stay"})
    bob.sees("review, answers changed since", page, {"comments": "Between 3 and 4.", "shown": "9", "go": "submit"})
    bob.sees("reviewed", reverse("review", args=[reviewed.code]))
    other = {"comments": "Something else.", "go": "submit"}
    bob.sees("review, not taken", reverse("review", args=[reviewed.code]), other, status=409)
    bob.sees("queue, stepped aside", reverse("recuse", args=[second.code]), {})


def nothing_to_read(walk: Walk) -> None:
    Application.objects.filter(status__in=[Status.IN_REVIEW, Status.SHORTLISTED]).update(status=Status.SUBMITTED)
    walk.visitor(BOB).sees("queue, empty", reverse("review_queue"))


SCENES = (reading, nothing_to_read)
