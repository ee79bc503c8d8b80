"""Triage: sending to review, shortlisting and asking mentors, and whom each refuses."""

from datetime import timedelta

import pytest

from applications import triage
from applications.lifecycle import NotAllowed, Raced
from applications.models import Application, Assignment, Message
from applications.states import Action, Event, Status
from tests.factories import ApplicationFactory, AssignmentFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

# Rows: where an application stands. Columns: send to review, shortlist, assign. A dot: refused.
GRID = """
draft        .          .            .
submitted    in_review  shortlisted  in_review
in_review    .          shortlisted  in_review
shortlisted  in_review  .            shortlisted
waitlisted   .          .            .
offered      .          .            .
accepted     .          .            .
turned_down  .          .            .
lapsed       .          .            .
declined     .          .            .
withdrawn    .          .            .
"""
ROWS = [line.split() for line in GRID.strip().splitlines()]


def test_grid_has_every_status() -> None:
    assert [row[0] for row in ROWS] == list(Status)


@pytest.mark.parametrize(("was", "sent", "listed", "assigned"), ROWS)
def test_each_step_from_each_status(posting, bob, carol, now, was, sent, listed, assigned) -> None:
    steps = {
        sent: lambda it: triage.send_to_review(it, by=carol, at=now),
        listed: lambda it: triage.shortlist(it, by=carol, at=now),
        assigned: lambda it: triage.assign(it, bob, by=carol, at=now),
    }
    for becomes, step in zip((sent, listed, assigned), [steps[sent], steps[listed], steps[assigned]], strict=True):
        application = ApplicationFactory(posting=posting, status=Status(was))
        if becomes == ".":
            with pytest.raises((NotAllowed, triage.TriageRefused)):
                step(application)
            assert application.history.count() == 0
        else:
            step(application)
        application.refresh_from_db()
        assert application.status == (was if becomes == "." else becomes)


def test_one_history_row_names_who_and_when(posting, carol, now) -> None:
    application = ApplicationFactory(posting=posting, status=Status.SUBMITTED)
    triage.send_to_review(application, by=carol, at=now)
    (entry,) = application.history.all()
    assert (entry.actor, entry.at, entry.action, entry.was, entry.became) == (
        carol,
        now,
        Action.SEND_TO_REVIEW,
        Status.SUBMITTED,
        Status.IN_REVIEW,
    )


def test_second_of_two_staff_hears_that_somebody_was_first(posting, carol, now) -> None:
    application = ApplicationFactory(posting=posting, status=Status.SUBMITTED)
    stale = Application.objects.get(pk=application.pk)
    triage.shortlist(application, by=carol, at=now)
    with pytest.raises(Raced, match="Somebody else"):
        triage.send_to_review(stale, by=carol, at=now)
    assert application.history.count() == 1


def test_nothing_of_triage_is_written_to_the_applicant(posting, bob, carol, now) -> None:
    application = ApplicationFactory(posting=posting, status=Status.SUBMITTED)
    triage.assign(application, bob, by=carol, at=now)
    triage.shortlist(application, by=carol, at=now)
    assert {message.to for message in Message.objects.all()} == {bob.email}


def test_staff_do_not_handle_their_own(posting, bob, carol, now) -> None:
    application = ApplicationFactory(posting=posting, applicant=carol, status=Status.SUBMITTED)
    for step in (triage.send_to_review, triage.shortlist):
        with pytest.raises(triage.TriageRefused, match="your own"):
            step(application, by=carol, at=now)
    with pytest.raises(triage.TriageRefused, match="your own"):
        triage.assign(application, bob, by=carol, at=now)


# Assigning ------------------------------------------------------------------------------------------


def test_assigning_sends_to_review_and_tells_the_mentor_without_naming_anybody(posting, alice, bob, carol, now) -> None:
    application = ApplicationFactory(posting=posting, applicant=alice, status=Status.SUBMITTED)
    assignment = triage.assign(application, bob, by=carol, at=now)
    assert assignment.status == Assignment.Status.OPEN
    assert application.status == Status.IN_REVIEW
    assert list(application.history.values_list("action", flat=True)) == [Action.SEND_TO_REVIEW, Event.ASSIGN]
    message = Message.objects.get()
    assert message.to == bob.email
    for secret in (application.code, assignment.code, alice.email, application.name):
        assert secret not in message.subject + message.body
    assert message.application is None


def test_same_mentor_twice_is_one_assignment_and_one_history_row(posting, bob, carol, now) -> None:
    application = ApplicationFactory(posting=posting, status=Status.IN_REVIEW)
    first = triage.assign(application, bob, by=carol, at=now)
    assert triage.assign(application, bob, by=carol, at=now + timedelta(minutes=1)) == first
    assert application.history.count() == 1


def test_ten_assignments_are_one_message_a_day(posting, bob, carol, now) -> None:
    for _ in range(3):
        triage.assign(ApplicationFactory(posting=posting, status=Status.SUBMITTED), bob, by=carol, at=now)
    assert Message.objects.count() == 1


def refused(application: Application, mentor, carol, now) -> str:
    with pytest.raises(triage.TriageRefused) as refusal:
        triage.assign(application, mentor, by=carol, at=now)
    assert not Assignment.objects.filter(application=application, mentor=mentor, status=Assignment.Status.OPEN).exists()
    application.refresh_from_db()
    return str(refusal.value)


def test_nobody_reviews_their_own(posting, bob, carol, now) -> None:
    application = ApplicationFactory(posting=posting, applicant=bob, status=Status.SUBMITTED)
    assert "their own" in refused(application, bob, carol, now)
    assert application.status == Status.SUBMITTED


def test_staff_who_mentor_are_refused(posting, project, carol, now) -> None:
    other = UserFactory(email="dana@example.org", is_staff=True)
    MembershipFactory(mentor=True, person=other, project=project)
    assert "on the staff" in refused(ApplicationFactory(posting=posting, status=Status.SUBMITTED), other, carol, now)


def test_who_mentors_nothing_is_refused(posting, charlie, carol, now) -> None:
    assert "no mentor" in refused(ApplicationFactory(posting=posting, status=Status.SUBMITTED), charlie, carol, now)


def test_former_mentor_is_refused(posting, bob, carol, now) -> None:
    bob.memberships.update(ended_on=now.date())
    assert "no mentor" in refused(ApplicationFactory(posting=posting, status=Status.SUBMITTED), bob, carol, now)


def test_who_stepped_aside_is_not_asked_again(posting, bob, carol, now) -> None:
    application = ApplicationFactory(posting=posting, status=Status.IN_REVIEW)
    AssignmentFactory(application=application, mentor=bob, status=Assignment.Status.RECUSED)
    assert "stepped aside" in refused(application, bob, carol, now)


def test_who_applied_to_the_same_role_does_not_score_the_others(posting, bob, carol, now) -> None:
    ApplicationFactory(posting=posting, applicant=bob, status=Status.SUBMITTED)
    assert "same role" in refused(ApplicationFactory(posting=posting, status=Status.SUBMITTED), bob, carol, now)


def test_an_unsent_draft_of_a_mentor_is_nobodys_business(posting, bob, carol, now) -> None:
    ApplicationFactory(posting=posting, applicant=bob)
    triage.assign(ApplicationFactory(posting=posting, status=Status.SUBMITTED), bob, by=carol, at=now)
