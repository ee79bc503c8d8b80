"""An offer is answered on a page with two buttons, by POST only, before its date."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications.models import Application, HistoryEntry, Message
from applications.states import Action, Status
from community.models import Membership, Profile
from tests import factories

pytestmark = pytest.mark.django_db

ANSWERS = [("accept_offer", Status.ACCEPTED, Action.ACCEPT), ("turn_down_offer", Status.TURNED_DOWN, Action.TURN_DOWN)]


@pytest.fixture
def offered(alice, posting) -> Application:
    return factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.OFFERED)


def url(name: str, application: Application) -> str:
    return reverse(name, args=[application.code])


def test_page_shows_the_words_two_buttons_and_the_date(as_alice, offered) -> None:
    page = as_alice.get(url("offer", offered))
    assert offered.decisions.get().body in page.text
    for name in ("accept_offer", "turn_down_offer"):
        assert f'<form method="post" action="{url(name, offered)}">' in page.text
    # In Lagos, where the round is announced, and in UTC.
    assert "\N{NO-BREAK SPACE}WAT</time>" in page.text
    assert "UTC)" in page.text


def test_date_is_in_the_visitors_own_zone(as_alice, alice, offered) -> None:
    alice.time_zone = "Africa/Nairobi"
    alice.save()
    assert "\N{NO-BREAK SPACE}EAT</time>" in as_alice.get(url("offer", offered)).text


@pytest.mark.parametrize(("name", "status", "action"), ANSWERS)
def test_answer_counts_once(as_alice, offered, name, status, action) -> None:
    for _ in range(2):
        assert as_alice.post(url(name, offered)).url == offered.get_absolute_url()
    offered.refresh_from_db()
    assert offered.status == status
    assert HistoryEntry.objects.filter(action=action).count() == 1
    assert Message.objects.count() == 1
    page = as_alice.get(offered.get_absolute_url())
    assert page.text.count(str(offered.told)) >= 1
    assert as_alice.get(url("offer", offered)).url == offered.get_absolute_url()


def test_accepting_makes_a_member_with_a_private_profile(as_alice, alice, offered) -> None:
    as_alice.post(url("accept_offer", offered))
    membership = Membership.objects.get(person=alice)
    assert (membership.project, membership.posting) == (offered.posting.project, offered.posting)
    assert not Profile.objects.get(user=alice).is_public
    page = as_alice.get(offered.get_absolute_url())
    assert "You now belong to Clinic Queue." in page.text


def test_turning_down_makes_no_member(as_alice, alice, offered) -> None:
    as_alice.post(url("turn_down_offer", offered))
    assert not Membership.objects.filter(person=alice).exists()


@pytest.mark.parametrize("name", ["accept_offer", "turn_down_offer"])
def test_a_link_scanner_answers_nothing(as_alice, offered, name) -> None:
    assert as_alice.get(url(name, offered)).status_code == 405
    assert as_alice.head(url(name, offered)).status_code == 405
    as_alice.get(url("offer", offered))
    offered.refresh_from_db()
    assert offered.status == Status.OFFERED


@pytest.mark.parametrize("name", ["accept_offer", "turn_down_offer"])
def test_after_its_date_an_answer_is_refused_with_a_sentence(as_alice, alice, posting, now, name) -> None:
    late = factories.ApplicationFactory(
        posting=posting, applicant=alice, status=Status.OFFERED, decision__answer_by=now - timedelta(minutes=1)
    )
    page = as_alice.get(url("offer", late))
    assert "The date to answer has passed" in page.text
    assert '<form method="post" action="/applications/' not in page.text
    page = as_alice.post(url(name, late), follow=True)
    assert "The date to answer this offer has passed" in page.text
    late.refresh_from_db()
    assert late.status == Status.OFFERED


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.OFFERED, Status.ACCEPTED, Status.TURNED_DOWN}))
def test_wrong_state_is_refused(as_alice, alice, posting, status) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=status)
    assert "There is no offer waiting" in as_alice.get(url("offer", application), follow=True).text
    for name in ("accept_offer", "turn_down_offer"):
        assert "There is no offer waiting" in as_alice.post(url(name, application), follow=True).text
    application.refresh_from_db()
    assert application.status == status


def test_one_answer_cannot_be_turned_into_the_other(as_alice, offered) -> None:
    as_alice.post(url("turn_down_offer", offered))
    as_alice.post(url("accept_offer", offered))
    offered.refresh_from_db()
    assert offered.status == Status.TURNED_DOWN


def test_staged_offer_can_be_neither_seen_nor_taken(as_alice, alice, posting) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.SHORTLISTED)
    factories.DecisionFactory(application=application, body="CANARY")
    assert "CANARY" not in as_alice.get(url("offer", application), follow=True).text
    as_alice.post(url("accept_offer", application))
    application.refresh_from_db()
    assert application.status == Status.SHORTLISTED


def test_outsiders_get_404(as_charlie, as_bob, as_carol, offered) -> None:
    for client in (as_charlie, as_bob, as_carol):
        assert client.get(url("offer", offered)).status_code == 404
        for name in ("accept_offer", "turn_down_offer"):
            assert client.post(url(name, offered)).status_code == 404
    offered.refresh_from_db()
    assert offered.status == Status.OFFERED


def test_few_queries(as_alice, offered, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(12):
        as_alice.get(url("offer", offered))
