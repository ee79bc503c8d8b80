"""A mis-pressed answer to an offer is taken back until the day ends in the posting's zone."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from applications import answering
from applications.models import Application, HistoryEntry, Message
from applications.states import Action, Status
from community.models import Membership, Profile
from tests import factories

pytestmark = pytest.mark.django_db

LAGOS = ZoneInfo("Africa/Lagos")
NOON = datetime(2026, 12, 1, 12, tzinfo=LAGOS)
MIDNIGHT = datetime(2026, 12, 2, tzinfo=LAGOS)
ANSWERS = [
    (answering.accept_offer, Status.ACCEPTED, Action.UNDO_ACCEPT),
    (answering.turn_down_offer, Status.TURNED_DOWN, Action.UNDO_TURN_DOWN),
]


@pytest.fixture
def offered(posting, alice) -> Application:
    application = factories.ApplicationFactory(
        posting=posting, applicant=alice, status=Status.OFFERED, decision__answer_by=NOON + timedelta(days=3)
    )
    return Application.objects.get(pk=application.pk)


def undo(application: Application) -> str:
    return reverse("undo_answer", args=[application.code])


@pytest.mark.parametrize(("answer", "status", "action"), ANSWERS)
def test_offer_stands_again_and_can_be_answered_again(offered, alice, answer, status, action) -> None:
    answer(offered, by=alice, at=NOON)
    answering.undo_answer(offered, by=alice, at=NOON + timedelta(hours=1))
    offered.refresh_from_db()
    assert (offered.status, offered.answered_at) == (Status.OFFERED, None)
    assert not Membership.objects.filter(person=alice).exists()
    entry = HistoryEntry.objects.get(action=action)
    assert (entry.was, entry.became, entry.actor) == (status, Status.OFFERED, alice)
    assert "The offer stands again" in Message.objects.order_by("pk").last().body
    answering.accept_offer(offered, by=alice, at=NOON + timedelta(hours=2))
    offered.refresh_from_db()
    assert offered.status == Status.ACCEPTED
    assert Membership.objects.filter(person=alice).count() == 1
    # Each press has its letter: two answers and one taken back.
    assert Message.objects.count() == 3


def test_private_profile_that_came_with_it_stays(offered, alice) -> None:
    answering.accept_offer(offered, by=alice, at=NOON)
    answering.undo_answer(offered, by=alice, at=NOON)
    assert Profile.objects.filter(user=alice, published_at=None).exists()


def test_membership_of_another_day_is_left_alone(offered, alice, posting) -> None:
    Membership.objects.create(
        person=alice, posting=posting, project=posting.project, role="Since long", started_on="2025-01-01"
    )
    answering.accept_offer(offered, by=alice, at=NOON)
    answering.undo_answer(offered, by=alice, at=NOON)
    assert Membership.objects.get(person=alice).role == "Since long"


@pytest.mark.parametrize(("answer", "status", "action"), ANSWERS)
def test_the_day_ends_in_the_postings_zone(offered, alice, answer, status, action) -> None:
    answer(offered, by=alice, at=NOON)
    with pytest.raises(answering.AnsweringRefused, match="is over"):
        answering.undo_answer(offered, by=alice, at=MIDNIGHT)
    offered.refresh_from_db()
    assert offered.status == status
    answering.undo_answer(offered, by=alice, at=MIDNIGHT - timedelta(seconds=1))
    offered.refresh_from_db()
    assert offered.status == Status.OFFERED


def test_twice_is_once(offered, alice) -> None:
    answering.accept_offer(offered, by=alice, at=NOON)
    for _ in range(2):
        answering.undo_answer(offered, by=alice, at=NOON)
    assert (HistoryEntry.objects.filter(action=Action.UNDO_ACCEPT).count(), Message.objects.count()) == (1, 2)


def test_date_that_passes_the_same_day_gives_the_rest_of_the_day(offered, alice) -> None:
    offer = offered.decisions.get()
    offer.answer_by = NOON + timedelta(hours=1)
    offer.save()
    answering.turn_down_offer(offered, by=alice, at=NOON)
    after = NOON + timedelta(hours=2)
    answering.undo_answer(offered, by=alice, at=after)
    # The worker finds nothing stale until the day is over.
    assert answering.expire_offers(after) == 0
    answering.accept_offer(offered, by=alice, at=MIDNIGHT - timedelta(seconds=1))
    offered.refresh_from_db()
    assert offered.status == Status.ACCEPTED


def test_offer_that_stands_again_lapses_like_any_other(offered, alice) -> None:
    answering.accept_offer(offered, by=alice, at=NOON)
    answering.undo_answer(offered, by=alice, at=NOON)
    assert answering.expire_offers(NOON + timedelta(days=4)) == 1


def test_only_the_applicant(offered, alice, bob, carol) -> None:
    answering.accept_offer(offered, by=alice, at=NOON)
    for person in (bob, carol):
        with pytest.raises(answering.AnsweringRefused):
            answering.undo_answer(offered, by=person, at=NOON)


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.OFFERED, Status.ACCEPTED, Status.TURNED_DOWN}))
def test_nothing_else_is_taken_back(posting, alice, status) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=status)
    with pytest.raises(answering.AnsweringRefused, match="no answer of yours"):
        answering.undo_answer(application, by=alice, at=NOON)


# The page ------------------------------------------------------------------------------------------------


@pytest.fixture
def accepted(offered, alice, now, monkeypatch) -> Application:
    """At noon in Lagos, whatever time it is for the rest of the world."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)
    answering.accept_offer(offered, by=alice, at=NOON)
    return offered


def test_page_offers_it_and_one_press_does_it(as_alice, accepted) -> None:
    assert f'action="{undo(accepted)}"' in as_alice.get(accepted.get_absolute_url()).text
    for _ in range(2):
        assert as_alice.post(undo(accepted)).url == accepted.get_absolute_url()
    page = as_alice.get(accepted.get_absolute_url())
    assert "You took your answer back" in page.text
    assert "Answer the offer" in page.text
    assert f'action="{undo(accepted)}"' not in page.text


def test_after_the_day_it_is_neither_offered_nor_done(as_alice, accepted, monkeypatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: MIDNIGHT)
    assert f'action="{undo(accepted)}"' not in as_alice.get(accepted.get_absolute_url()).text
    assert "so the answer stands" in as_alice.post(undo(accepted), follow=True).text
    accepted.refresh_from_db()
    assert accepted.status == Status.ACCEPTED


def test_get_outsiders_and_strangers(as_alice, as_bob, as_carol, as_charlie, stranger, accepted) -> None:
    for client in (as_alice, as_bob):
        again = client.get(undo(accepted))
        assert again.status_code == 405
        # As after a sign-in that came between: an empty page would leave them to believe that it was done.
        assert "Nothing was done yet" in again.text
        assert f'href="{accepted.get_absolute_url()}"' in again.text
    for client in (as_bob, as_carol, as_charlie):
        assert client.post(undo(accepted)).status_code == 404
    assert stranger.post(undo(accepted)).status_code == 302
    accepted.refresh_from_db()
    assert accepted.status == Status.ACCEPTED
