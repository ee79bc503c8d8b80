"""“I know this person”: the mentor steps aside, and the application is gone for them."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from applications import deciding, reviewing, triage
from applications.models import Assignment, HistoryEntry
from applications.states import Status
from tests.factories import ApplicationFactory, AssignmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(posting, bob):
    return AssignmentFactory(application=ApplicationFactory(posting=posting, status=Status.IN_REVIEW), mentor=bob)


def url(assignment):
    return reverse("recuse", args=[assignment.code])


def write(assignment, value, feedback=""):
    return reviewing.write_review(
        assignment,
        scores={criterion.pk: value for criterion in assignment.application.posting.rubric},
        comments="",
        feedback=feedback,
        submit=True,
        by=assignment.mentor,
        at=timezone.now(),
    )


def test_stepping_aside_takes_the_application_away(as_bob, bob, assignment):
    assert url(assignment) in as_bob.get(assignment.get_absolute_url()).content.decode()
    response = as_bob.post(url(assignment), follow=True)
    assert response.redirect_chain == [("/review/", 302)]
    assert "You stepped aside" in response.content.decode()
    assert assignment.code not in response.content.decode()
    assignment.refresh_from_db()
    assert assignment.status == Assignment.Status.RECUSED
    assert assignment.recused_at is not None
    assert as_bob.get(assignment.get_absolute_url()).status_code == 404
    assert as_bob.post(assignment.get_absolute_url(), {"go": "submit"}).status_code == 404
    assert list(HistoryEntry.objects.values_list("action", "actor")) == [("recuse", bob.pk)]


def test_refuses_get(as_bob, assignment):
    assert as_bob.get(url(assignment)).status_code == 405
    assignment.refresh_from_db()
    assert assignment.status == Assignment.Status.OPEN


def test_second_press_is_harmless(as_bob, assignment):
    answers = [as_bob.post(url(assignment)) for _ in range(2)]
    assert [answer.headers["Location"] for answer in answers] == ["/review/", "/review/"]
    assert HistoryEntry.objects.count() == 1


def test_outsiders_get_404(as_alice, as_carol, as_charlie, assignment):
    assert {client.post(url(assignment)).status_code for client in (as_alice, as_carol, as_charlie)} == {404}
    assignment.refresh_from_db()
    assert assignment.status == Assignment.Status.OPEN


def test_own_application_is_404(as_bob, bob, posting):
    own = AssignmentFactory(
        application=ApplicationFactory(posting=posting, applicant=bob, status=Status.IN_REVIEW), mentor=bob
    )
    assert as_bob.post(url(own)).status_code == 404


def test_after_the_review_ended_it_is_refused_with_a_sentence(as_bob, bob, posting):
    ended = AssignmentFactory(application=ApplicationFactory(posting=posting, status=Status.DECLINED), mentor=bob)
    response = as_bob.post(url(ended), follow=True)
    assert "no longer under review" in response.content.decode()
    ended.refresh_from_db()
    assert ended.status == Assignment.Status.OPEN


def test_submitted_review_leaves_the_summary_and_the_letter(as_bob, assignment):
    application = assignment.application
    other = AssignmentFactory(application=application)
    write(assignment, 5, feedback="from-bob")
    write(other, 2, feedback="from-the-other")
    application.refresh_from_db()
    assert (application.reviews_done, application.mean_score) == (2, Decimal("3.50"))
    as_bob.post(url(assignment))
    application.refresh_from_db()
    assert (application.reviews_done, application.mean_score, application.score_spread) == (
        1,
        Decimal("2.00"),
        Decimal("0.00"),
    )
    assert deciding.feedback_for(application) == "from-the-other"


def test_last_review_leaves_no_score_behind(as_bob, assignment):
    write(assignment, 5)
    as_bob.post(url(assignment))
    application = assignment.application
    application.refresh_from_db()
    assert (application.reviews_done, application.mean_score, application.score_spread) == (0, None, None)


def test_who_stepped_aside_is_not_asked_again(as_bob, bob, carol, assignment):
    as_bob.post(url(assignment))
    with pytest.raises(triage.TriageRefused, match="stepped aside"):
        triage.assign(assignment.application, bob, by=carol, at=timezone.now())
