"""The one writer of the status: one UPDATE decides who won, one history row tells of it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from applications import lifecycle
from applications.models import Application, HistoryEntry
from applications.states import Action, Event, Status
from tests.factories import ApplicationFactory, UserFactory
from tests.racing import all_at_once


@pytest.mark.django_db
def test_move_sets_the_status_the_fields_and_one_history_row(carol):
    application = ApplicationFactory(status=Status.SUBMITTED)
    at = timezone.now() - timedelta(minutes=5)
    lifecycle.move(application, Action.WITHDRAW, by=carol, at=at, note="n" * 400, withdrawn_at=at)
    assert (application.status, application.withdrawn_at) == (Status.WITHDRAWN, at)
    stored = Application.objects.get(pk=application.pk)
    assert (stored.status, stored.withdrawn_at) == (Status.WITHDRAWN, at)
    entry = HistoryEntry.objects.get(application=application)
    assert (entry.action, entry.was, entry.became, entry.actor, entry.at, entry.note) == (
        "withdraw", "submitted", "withdrawn", carol, at, "n" * 300,
    )  # fmt: skip


@pytest.mark.django_db
def test_no_actor_means_the_system():
    application = ApplicationFactory(status=Status.OFFERED)
    lifecycle.move(application, Action.LAPSE, by=None, at=timezone.now())
    assert HistoryEntry.objects.get(application=application).actor is None


@pytest.mark.django_db
def test_move_that_the_table_does_not_have_is_refused_in_words(carol):
    application = ApplicationFactory(status=Status.DECLINED)
    with pytest.raises(lifecycle.NotAllowed, match="This application is “declined”"):
        lifecycle.move(application, Action.SHORTLIST, by=carol, at=timezone.now())
    assert HistoryEntry.objects.count() == 0


@pytest.mark.django_db
def test_row_that_moved_meanwhile_is_left_alone(carol):
    application = ApplicationFactory(status=Status.SUBMITTED)
    Application.objects.filter(pk=application.pk).update(status=Status.IN_REVIEW)
    with pytest.raises(lifecycle.Raced, match="Somebody else changed this application first"):
        lifecycle.move(application, Action.SHORTLIST, by=carol, at=timezone.now())
    assert Application.objects.get(pk=application.pk).status == Status.IN_REVIEW
    assert HistoryEntry.objects.count() == 0


@pytest.mark.django_db
def test_half_a_change_leaves_neither_status_nor_history(carol):
    application = ApplicationFactory(status=Status.SUBMITTED)
    # Withdrawn without its date: the constraint refuses the whole of it.
    with pytest.raises(IntegrityError), transaction.atomic():
        lifecycle.move(application, Action.WITHDRAW, by=carol, at=timezone.now())
    assert Application.objects.get(pk=application.pk).status == Status.SUBMITTED
    assert HistoryEntry.objects.count() == 0


@pytest.mark.django_db
def test_event_is_recorded_with_the_status_unchanged(carol):
    application = ApplicationFactory(status=Status.IN_REVIEW)
    lifecycle.record(application, Event.ASSIGN, by=carol, at=timezone.now(), note="bob@example.org")
    entry = HistoryEntry.objects.get()
    assert (entry.action, entry.was, entry.became) == ("assign", "in_review", "in_review")


@pytest.mark.django_db
def test_lock_of_a_row_that_is_gone_is_refused_in_words():
    application = ApplicationFactory()
    pk = application.pk
    application.delete()
    with transaction.atomic(), pytest.raises(lifecycle.Raced):
        lifecycle.lock(Application(pk=pk))


@pytest.mark.django_db(transaction=True)
def test_two_at_once_one_wins():
    application = ApplicationFactory(status=Status.SUBMITTED)
    people = [UserFactory(is_staff=True) for _ in range(2)]
    actions = [Action.SHORTLIST, Action.SEND_TO_REVIEW]
    # Each read the row before the other moved it.
    rows = [Application.objects.get(pk=application.pk) for _ in actions]
    jobs = [
        lambda row=row, action=action, person=person: lifecycle.move(row, action, by=person, at=timezone.now())
        for row, action, person in zip(rows, actions, people, strict=True)
    ]
    outcomes = all_at_once(jobs)
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [lifecycle.Raced]
    won = actions[outcomes.index(None)].value
    assert list(HistoryEntry.objects.values_list("action", flat=True)) == [won]
    application.refresh_from_db()
    assert application.status == {"shortlist": "shortlisted", "send_to_review": "in_review"}[won]
