"""Mentors who can no longer judge: they applied to the same posting, or joined the staff. Nothing is left to chance:
their pages close at once, the worker takes the applications away, and the staff who asked them hear of it."""

from decimal import Decimal

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from applications import drafting, reviewing, triage
from applications.lifecycle import Refused
from applications.models import Application, Assignment, HistoryEntry, Message, Review
from applications.states import Status
from community.models import User
from tests.cast import signed_in
from tests.factories import (
    ApplicationFactory,
    AssignmentFactory,
    PostingFactory,
    ReviewFactory,
    UserFactory,
    whole_form,
)
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(posting, bob, carol):
    application = ApplicationFactory(posting=posting, status=Status.IN_REVIEW)
    return AssignmentFactory(application=application, mentor=bob, assigned_by=carol)


def write(assignment, value=4, *, submit=True):
    return reviewing.write_review(
        assignment,
        scores={criterion.pk: value for criterion in assignment.application.posting.rubric},
        comments="I read it.",
        feedback="",
        submit=submit,
        by=assignment.mentor,
        at=timezone.now(),
    )


def send_as(person: User, posting) -> Application:
    """Through the pages, as anybody sends."""
    form = whole_form(posting)
    answers: dict[str, object] = {
        question.key: "Because of the queue." for question in form.questions if question.required
    }
    answers |= {"first": "SQL", "together": True, "years": 3, "others": ["SQL"], "agree": True}
    known = {question.key for question in form.questions}
    draft = ApplicationFactory(
        posting=posting, applicant=person, form=form, answers={k: v for k, v in answers.items() if k in known}
    )
    answer = signed_in(person).post(reverse("check_answers", args=[draft.code]))
    assert answer.status_code == 302, answer.text
    draft.refresh_from_db()
    assert draft.status == Status.SUBMITTED
    return draft


def status_of(assignment):
    return Assignment.objects.get(pk=assignment.pk).status


def summary(application):
    application.refresh_from_db()
    return (application.reviews_done, application.mean_score)


def letters(person):
    return list(Message.objects.filter(person=person, key__startswith="assignments_ended").order_by("pk"))


# Who applied ------------------------------------------------------------------------------------------------


def test_whoever_sends_reads_none_of_the_others_from_that_moment(as_bob, bob, assignment, posting) -> None:
    there = assignment.get_absolute_url()
    assert as_bob.get(there).status_code == 200
    send_as(bob, posting)
    assert as_bob.get(there).status_code == 404
    assert as_bob.post(there, {"comments": "They are worse than I.", "go": "save"}).status_code == 404
    assert not Review.objects.exists()
    assert assignment.code not in as_bob.get(reverse("review_queue")).text


def test_a_draft_of_ones_own_takes_nothing_away(as_bob, bob, assignment, posting) -> None:
    ApplicationFactory(posting=posting, applicant=bob)
    assert as_bob.get(assignment.get_absolute_url()).status_code == 200
    assert reviewing.end_conflicts(timezone.now()) == 0
    assert status_of(assignment) == Assignment.Status.OPEN


def test_the_worker_takes_them_away_and_tells_mentor_and_staff_once(bob, carol, assignment, posting) -> None:
    send_as(bob, posting)
    for _ in range(2):
        call_command("run_worker", "--once")
    assert status_of(assignment) == Assignment.Status.RECUSED
    entry = HistoryEntry.objects.get(application=assignment.application, action="recuse")
    assert (entry.actor, entry.note) == (None, "bob@example.org: applied to the same role")
    (told,) = letters(carol)
    assert told.to == carol.email
    assert assignment.application.code in told.body
    assert "bob@example.org applied for Backend Engineer" in told.body
    (thanked,) = letters(bob)
    assert "You applied for Backend Engineer yourself" in thanked.body
    # Neither their own reading list nor a letter may name what they read.
    assert assignment.application.code not in thanked.body
    assert told.sent_at is not None


def test_submitted_reviews_of_a_competitor_no_longer_count(bob, assignment, posting) -> None:
    other = AssignmentFactory(application=assignment.application)
    write(assignment, 1)
    write(other, 5)
    assert summary(assignment.application) == (2, Decimal("3.00"))
    send_as(bob, posting)
    assert reviewing.end_conflicts(timezone.now()) == 1
    assert summary(assignment.application) == (1, Decimal("5.00"))
    assert status_of(other) == Assignment.Status.REVIEWED


def test_withdrawing_does_not_open_the_others_again(as_bob, bob, carol, assignment, posting, now) -> None:
    drafting.withdraw(send_as(bob, posting), by=bob, at=now)
    assert as_bob.get(assignment.get_absolute_url()).status_code == 404
    assert reviewing.end_conflicts(now) == 1
    fresh = ApplicationFactory(posting=posting, status=Status.SUBMITTED)
    with pytest.raises(Refused, match="applied to the same role"):
        triage.assign(fresh, bob, by=carol, at=now)


def test_another_posting_is_read_as_before(as_bob, bob, assignment, posting, project) -> None:
    send_as(bob, PostingFactory(project=project))
    assert as_bob.get(assignment.get_absolute_url()).status_code == 200
    assert reviewing.end_conflicts(timezone.now()) == 0


def test_what_is_decided_stays_as_it_was_written(bob, posting) -> None:
    review = ReviewFactory(
        assignment__mentor=bob, assignment__application__posting=posting, assignment__application__status="declined"
    )
    send_as(bob, posting)
    assert reviewing.end_conflicts(timezone.now()) == 0
    assert status_of(review.assignment) == Assignment.Status.REVIEWED


def test_an_assignment_made_in_the_same_instant_as_the_sending_is_never_opened(bob, posting, as_bob) -> None:
    """Neither transaction sees the other: the rows of both are there. The pages and the worker still hold the rule."""
    send_as(bob, posting)
    late = AssignmentFactory(application=ApplicationFactory(posting=posting, status=Status.IN_REVIEW), mentor=bob)
    assert as_bob.get(late.get_absolute_url()).status_code == 404
    with pytest.raises(reviewing.ReviewingRefused, match="no longer read this"):
        write(late)
    assert reviewing.end_conflicts(timezone.now()) == 1


# Who joined the staff -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("fields", [{"is_staff": True}, {"is_superuser": True}])
def test_whoever_joins_the_staff_reads_blind_no_longer(bob, carol, assignment, fields) -> None:
    write(assignment, submit=False)
    User.objects.filter(pk=bob.pk).update(**fields)
    bob.refresh_from_db()
    browser = signed_in(bob)
    assert browser.get(assignment.get_absolute_url()).status_code == 404
    assert browser.post(assignment.get_absolute_url(), {"go": "submit"}).status_code == 404
    with pytest.raises(reviewing.ReviewingRefused, match="joined the staff"):
        write(Assignment.objects.get())
    call_command("run_worker", "--once")
    assert status_of(assignment) == Assignment.Status.RECUSED
    assert HistoryEntry.objects.get(action="recuse").note == "bob@example.org: joined the staff"
    assert [message.person for message in (*letters(bob), *letters(carol))] == [bob, carol]
    assert "joined the staff" in letters(carol)[0].body


def test_what_was_submitted_before_joining_the_staff_was_blind_and_stands(bob, assignment) -> None:
    write(assignment, 4)
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    assert reviewing.end_conflicts(timezone.now()) == 0
    assert summary(assignment.application) == (1, Decimal("4.00"))
    bob.refresh_from_db()
    assert signed_in(bob).get(assignment.get_absolute_url()).status_code == 200


# At once and both tables ----------------------------------------------------------------------------------------------------


def test_what_a_mentor_may_not_open_is_what_the_worker_ends(bob, carol, posting) -> None:
    """`held_by` and `conflicting` state one rule twice; they must part the assignments in the same way."""
    mentors = {
        "reads": AssignmentFactory(application__posting=posting).mentor,
        "staff": AssignmentFactory(application__posting=posting, mentor=UserFactory(is_staff=True)).mentor,
        "applied": AssignmentFactory(application__posting=posting, mentor=bob).mentor,
    }
    for person in mentors.values():
        AssignmentFactory(application__posting=posting, mentor=person, status=Assignment.Status.REVIEWED)
        AssignmentFactory(application__posting=posting, mentor=person, status=Assignment.Status.RECUSED)
    ApplicationFactory(posting=posting, applicant=bob, status=Status.SUBMITTED)
    ended = set(Assignment.objects.conflicting())
    for person in mentors.values():
        counted = set(Assignment.objects.filter(mentor=person).exclude(status=Assignment.Status.RECUSED))
        assert counted - set(Assignment.objects.reviewable_by(person)) == {it for it in ended if it.mentor == person}
    assert len(ended) == 3


@pytest.mark.django_db(transaction=True)
def test_workers_and_a_mentor_at_once_end_each_assignment_once(bob, carol, posting) -> None:
    asked = [
        AssignmentFactory(
            application=ApplicationFactory(posting=posting, status=Status.IN_REVIEW), mentor=bob, assigned_by=carol
        )
        for _ in range(3)
    ]
    send_as(bob, posting)
    at = timezone.now()
    results = all_at_once(
        [*[lambda: reviewing.end_conflicts(at) for _ in range(3)], *[lambda it=it: write(it) for it in asked]]
    )
    assert sum(it for it in results if isinstance(it, int)) == 3
    assert [type(it) for it in results[3:]] == [reviewing.ReviewingRefused] * 3
    assert HistoryEntry.objects.filter(action="recuse").count() == 3
    assert len(letters(bob)) == 1
    (told,) = letters(carol)
    assert all(it.application.code in told.body for it in asked)
