"""Offers lapse: on their date, once, with a message; never one that was answered."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command

from applications import answering
from applications.models import Application, Message
from applications.states import Action, Status
from tests.factories import ApplicationFactory, DecisionFactory

pytestmark = pytest.mark.django_db


def offered(posting, answer_by):
    application = ApplicationFactory(posting=posting, status=Status.OFFERED, decision=False)
    DecisionFactory(application=application, answer_by=answer_by, released_at=application.decided_at)
    return application


def test_an_offer_lapses_on_its_date_with_a_message(posting, now) -> None:
    application = offered(posting, now)
    assert answering.expire_offers(now - timedelta(seconds=1)) == 0
    assert answering.expire_offers(now) == 1
    application.refresh_from_db()
    assert application.status == Status.LAPSED
    assert list(application.history.values_list("action", "actor")) == [(Action.LAPSE, None)]
    message = Message.objects.get()
    assert message.to == application.applicant.email
    assert "lapsed" in message.subject


def test_a_second_run_does_nothing(posting, now) -> None:
    offered(posting, now)
    answering.expire_offers(now)
    assert answering.expire_offers(now) == 0
    assert Message.objects.count() == 1


def test_the_worker_lapses_offers(posting, now) -> None:
    application = offered(posting, now - timedelta(minutes=1))
    call_command("run_worker", "--once")
    assert Application.objects.get(pk=application.pk).status == Status.LAPSED
    assert [letter.to for letter in mail.outbox] == [[application.applicant.email]]


@pytest.mark.parametrize("status", [Status.ACCEPTED, Status.TURNED_DOWN])
def test_an_answered_offer_stays_answered(posting, now, status) -> None:
    application = ApplicationFactory(posting=posting, status=status, decision__answer_by=now - timedelta(days=1))
    assert answering.expire_offers(now) == 0
    assert Application.objects.get(pk=application.pk).status == status


def test_a_staged_offer_never_lapses(posting, now) -> None:
    application = ApplicationFactory(posting=posting, status=Status.SHORTLISTED)
    DecisionFactory(application=application, answer_by=now - timedelta(days=1))
    assert answering.expire_offers(now) == 0


def test_after_the_date_accepting_is_refused_even_before_the_worker_came(posting, now) -> None:
    application = offered(posting, now)
    with pytest.raises(answering.AnsweringRefused, match="has passed"):
        answering.accept_offer(application, by=application.applicant, at=now)
