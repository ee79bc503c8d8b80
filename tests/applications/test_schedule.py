"""Releasing at a set time: the worker does it, once, and not before."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command

from applications import deciding
from applications.deciding import DecidingRefused
from applications.models import Application, Decision, Message
from applications.models.decisions import Outcome
from applications.states import Action, Event, Status
from tests.factories import ApplicationFactory, DecisionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def decision(posting):
    return DecisionFactory(
        application=ApplicationFactory(posting=posting, status=Status.SHORTLISTED), outcome=Outcome.DECLINE
    )


def test_the_worker_releases_what_is_due_and_sends_it(decision, carol, now) -> None:
    deciding.schedule([decision], now + timedelta(hours=1), by=carol, at=now)
    Decision.objects.update(release_at=now - timedelta(seconds=1))
    call_command("run_worker", "--once")
    application = Application.objects.get()
    assert application.status == Status.DECLINED
    assert application.decided_by == decision.staged_by
    # Nobody pressed it: the system did, at the time that staff had set.
    assert application.history.get(action=Action.RELEASE_DECLINE).actor is None
    assert [letter.to for letter in mail.outbox] == [[application.applicant.email]]
    call_command("run_worker", "--once")
    assert len(mail.outbox) == 1


def test_nothing_goes_before_its_time(decision, carol, now) -> None:
    deciding.schedule([decision], now + timedelta(hours=1), by=carol, at=now)
    call_command("run_worker", "--once")
    assert Application.objects.get().status == Status.SHORTLISTED
    assert (Message.objects.count(), len(mail.outbox)) == (0, 0)
    assert deciding.release_due(now + timedelta(minutes=59)) == 0
    assert deciding.release_due(now + timedelta(hours=1)) == 1


def test_a_staged_decision_without_a_time_waits_for_ever(decision, now) -> None:
    assert deciding.release_due(now + timedelta(days=1000)) == 0


def test_the_time_can_be_changed_and_taken_away(decision, carol, now) -> None:
    for release_at in (now + timedelta(hours=1), now + timedelta(hours=2), None):
        assert deciding.schedule([decision], release_at, by=carol, at=now).count == 1
        decision.refresh_from_db()
        assert decision.release_at == release_at
    assert list(decision.application.history.values_list("action", flat=True)) == [Event.SCHEDULE] * 3
    assert deciding.release_due(now + timedelta(hours=3)) == 0


@pytest.mark.parametrize("hours", [-1, 0])
def test_a_time_that_is_past_is_refused(decision, carol, now, hours) -> None:
    with pytest.raises(DecidingRefused, match="future"):
        deciding.schedule([decision], now + timedelta(hours=hours), by=carol, at=now)


def test_an_offer_that_would_be_stale_by_then_is_left_out(posting, carol, now) -> None:
    offer = DecisionFactory(
        application=ApplicationFactory(posting=posting, status=Status.SHORTLISTED), answer_by=now + timedelta(days=2)
    )
    done = deciding.schedule([offer], now + timedelta(days=2), by=carol, at=now)
    assert done.count == 0
    assert "date to answer" in done.skipped[0][1]


def test_one_that_cannot_go_at_its_time_loses_it_and_history_says_why(posting, now) -> None:
    offer = DecisionFactory(
        application=ApplicationFactory(posting=posting, status=Status.SHORTLISTED),
        answer_by=now,
        release_at=now - timedelta(minutes=1),
    )
    assert deciding.release_due(now) == 0
    offer.refresh_from_db()
    assert (offer.release_at, offer.released_at) == (None, None)
    (entry,) = offer.application.history.all()
    assert (entry.actor, entry.action) == (None, Event.SCHEDULE)
    assert "date to answer" in entry.note
    assert deciding.release_due(now) == 0
    assert offer.application.history.count() == 1


def test_a_released_or_taken_back_decision_gets_no_time(decision, carol, now) -> None:
    deciding.release([decision], by=carol, at=now)
    done = deciding.schedule([decision], now + timedelta(hours=1), by=carol, at=now)
    assert done.count == 0
    assert "already released" in done.skipped[0][1]
