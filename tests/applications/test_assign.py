"""Asking a mentor to read: who can be asked, and what asking does."""

import pytest
from django.core import mail
from django.utils import timezone

from applications import outbox, triage
from applications.models import Assignment, HistoryEntry, Message
from applications.states import UNDER_REVIEW, Status
from applications.triage import TriageRefused
from tests.factories import ApplicationFactory, MembershipFactory, UserFactory
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def application(posting):
    return ApplicationFactory(posting=posting, status=Status.SUBMITTED)


def assign(application, mentor, carol, at=None):
    return triage.assign(application, mentor, by=carol, at=at or timezone.now())


def refused(application, mentor, by, words):
    with pytest.raises(TriageRefused, match=words):
        triage.assign(application, mentor, by=by, at=timezone.now())
    assert Assignment.objects.filter(application=application, mentor=mentor).count() == 0
    assert Message.objects.count() == 0


def test_asking_sends_to_review_tells_the_mentor_and_is_recorded(application, bob, carol):
    assignment = assign(application, bob, carol)
    assert (assignment.status, assignment.mentor, assignment.assigned_by) == (Assignment.Status.OPEN, bob, carol)
    assert application.status == Status.IN_REVIEW
    assert list(HistoryEntry.objects.values_list("action", "was", "became", "note")) == [
        ("send_to_review", "submitted", "in_review", ""),
        ("assign", "in_review", "in_review", "bob@example.org"),
    ]
    assert list(Message.objects.values_list("to", flat=True)) == ["bob@example.org"]


def test_the_letter_names_no_application(application, bob, carol):
    assign(application, bob, carol)
    outbox.send_due(worker="test", clock=timezone.now)
    text = str(mail.outbox[0].message())
    for leak in (application.code, application.applicant.email, application.posting.title):
        assert leak not in text
    assert "/review/" in mail.outbox[0].body


def test_asking_twice_is_asking_once(application, bob, carol):
    assert assign(application, bob, carol) == assign(application, bob, carol)
    assert Assignment.objects.count() == 1
    assert Message.objects.count() == 1
    assert HistoryEntry.objects.filter(action="assign").count() == 1


def test_several_on_a_day_are_one_letter(application, posting, bob, carol, now):
    assign(application, bob, carol, at=now)
    assign(ApplicationFactory(posting=posting, status=Status.SUBMITTED), bob, carol, at=now)
    assert (Assignment.objects.count(), Message.objects.count()) == (2, 1)


def test_nobody_reads_their_own(posting, bob, carol):
    own = ApplicationFactory(posting=posting, applicant=bob, status=Status.SUBMITTED)
    refused(own, bob, carol, "applied to the same role|Nobody reviews their own")


def test_who_competes_does_not_judge(application, posting, bob, carol):
    ApplicationFactory(posting=posting, applicant=bob, status=Status.SUBMITTED)
    refused(application, bob, carol, "applied to the same role")


def test_staff_see_names_and_so_cannot_review_blind(application, project, carol):
    for fields in ({"is_staff": True}, {"is_superuser": True}):
        person = UserFactory(**fields)
        MembershipFactory(mentor=True, person=person, project=project)
        refused(application, person, carol, "on the staff")


def test_only_mentors_are_asked(application, alice, project, carol, now):
    contributor = MembershipFactory(project=project).person
    former = MembershipFactory(mentor=True, project=project, ended_on=now.date()).person
    inactive = UserFactory(is_active=False)
    MembershipFactory(mentor=True, person=inactive, project=project)
    for person in (alice, contributor, former, inactive):
        refused(application, person, carol, "no mentor of any project")


def test_staff_do_not_handle_their_own_application(posting, bob, carol):
    own = ApplicationFactory(posting=posting, applicant=carol, status=Status.SUBMITTED)
    refused(own, bob, carol, "your own application")


@pytest.mark.parametrize("status", sorted(set(Status) - UNDER_REVIEW - {Status.SUBMITTED}))
def test_only_what_can_be_reviewed_is_assigned(posting, bob, carol, status):
    refused(ApplicationFactory(posting=posting, status=status), bob, carol, "nothing to review")


@pytest.mark.parametrize("status", sorted(UNDER_REVIEW))
def test_status_under_review_stays(posting, bob, carol, status):
    application = ApplicationFactory(posting=posting, status=status)
    assign(application, bob, carol)
    assert application.status == status


@pytest.mark.django_db(transaction=True)
def test_two_at_once_ask_once(application, bob, carol):
    made = all_at_once([lambda: assign(application, bob, carol)] * 2)
    assert made == [Assignment.objects.get()] * 2
    assert Message.objects.count() == 1
