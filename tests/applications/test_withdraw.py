"""Withdrawing: asks first, on POST only, and takes a staged decision with it, untold."""

import pytest
from django.urls import reverse

from applications.models import Application, Decision, HistoryEntry, Message
from applications.states import TRANSITIONS, Action, Status
from tests import factories

pytestmark = pytest.mark.django_db

OPEN = [Status.SUBMITTED, Status.IN_REVIEW, Status.SHORTLISTED, Status.WAITLISTED]


def url(application: Application) -> str:
    return reverse("withdraw", args=[application.code])


def test_these_are_the_ones_that_can() -> None:
    assert set(OPEN) == TRANSITIONS[Action.WITHDRAW].sources


@pytest.mark.parametrize("status", OPEN)
def test_asks_then_withdraws(as_alice, alice, posting, status) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=status)
    assert "Do you want to withdraw?" in as_alice.get(url(application)).text
    application.refresh_from_db()
    assert application.status == status
    page = as_alice.post(url(application), follow=True)
    assert "You withdrew" in page.text
    application.refresh_from_db()
    assert application.status == Status.WITHDRAWN
    assert [message.key for message in Message.objects.all()] == [f"withdrawn:{application.code}"]


@pytest.mark.parametrize("status", sorted(set(Status) - set(OPEN)))
def test_wrong_state_is_refused(as_alice, alice, posting, status) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=status)
    assert "There is nothing to withdraw now." in as_alice.get(url(application), follow=True).text
    as_alice.post(url(application))
    application.refresh_from_db()
    assert application.status == status
    assert not Message.objects.exists()


def test_second_press_is_harmless(as_alice, alice, posting) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.SUBMITTED)
    for _ in range(2):
        assert as_alice.post(url(application)).url == application.get_absolute_url()
    assert HistoryEntry.objects.filter(action=Action.WITHDRAW).count() == 1
    assert Message.objects.count() == 1


def test_staged_decision_goes_with_it_and_is_never_told(as_alice, alice, posting) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.SHORTLISTED)
    factories.DecisionFactory(application=application, subject="CANARY subject", body="CANARY body")
    page = as_alice.post(url(application), follow=True)
    assert "CANARY" not in page.text
    assert not Decision.objects.exists()
    assert not Message.objects.filter(body__contains="CANARY").exists()


def test_outsiders_get_404(as_charlie, as_bob, as_carol, alice, posting) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.SUBMITTED)
    for client in (as_charlie, as_bob, as_carol):
        assert client.get(url(application)).status_code == 404
        assert client.post(url(application)).status_code == 404
    application.refresh_from_db()
    assert application.status == Status.SUBMITTED


def test_few_queries(as_alice, alice, posting, django_assert_max_num_queries) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.SUBMITTED)
    with django_assert_max_num_queries(12):
        as_alice.get(url(application))


def test_whoever_withdrew_applies_again_while_it_is_open_and_still_reads_the_first(as_alice, alice, posting) -> None:
    first = factories.ApplicationFactory(
        posting=posting, applicant=alice, status=Status.WITHDRAWN, answers={"why": "What I wrote the first time."}
    )
    apply = reverse("apply", args=[posting.slug])
    page = as_alice.get(first.get_absolute_url())
    assert f'<form method="post" action="{apply}">' in page.text
    for _ in range(2):
        assert as_alice.post(apply).status_code == 302
    second = Application.objects.live().get(applicant=alice)
    assert second.code != first.code
    assert not second.answers.exists()
    assert "What I wrote the first time." in as_alice.get(first.get_absolute_url()).text
    assert {first.code, second.code} <= set(as_alice.get(reverse("my_applications")).text.replace("<", " ").split())


def test_after_the_close_there_is_no_applying_again(as_alice, alice) -> None:
    posting = factories.PostingFactory(past=True)
    first = factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.WITHDRAWN)
    assert "Apply again" not in as_alice.get(first.get_absolute_url()).text
    assert as_alice.post(reverse("apply", args=[posting.slug])).url == reverse("apply", args=[posting.slug])
    assert Application.objects.count() == 1
