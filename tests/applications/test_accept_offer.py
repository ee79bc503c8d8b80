"""Accepting: a membership in the project and a private profile, once."""

from datetime import timedelta

import pytest

from applications import answering
from applications.models import Message
from applications.states import Action, Status
from community.models import Membership, Profile
from tests.factories import ApplicationFactory, DecisionFactory, ProfileFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered(posting, alice, now):
    application = ApplicationFactory(
        posting=posting, applicant=alice, status=Status.OFFERED, decision=False, answers={"name": "Amina Odhiambo"}
    )
    DecisionFactory(application=application, answer_by=now + timedelta(days=3), released_at=application.decided_at)
    return application


def test_accepting_makes_a_membership_and_a_private_profile(offered, alice, posting, now) -> None:
    answering.accept_offer(offered, by=alice, at=now)
    offered.refresh_from_db()
    assert offered.status == Status.ACCEPTED
    membership = Membership.objects.get(person=alice)
    assert (membership.project, membership.posting, membership.role, membership.kind) == (
        posting.project, posting, "Backend Engineer", Membership.Kind.CONTRIBUTOR,
    )  # fmt: skip
    profile = Profile.objects.get(user=alice)
    assert (profile.name, profile.handle, profile.published_at) == ("Amina Odhiambo", "amina-odhiambo", None)
    assert Message.objects.get().to == alice.email
    assert list(offered.history.values_list("action", "actor")) == [(Action.ACCEPT, alice.pk)]


def test_twice_is_once(offered, alice, now) -> None:
    answering.accept_offer(offered, by=alice, at=now)
    answering.accept_offer(offered, by=alice, at=now)
    assert (Membership.objects.filter(person=alice).count(), Message.objects.count()) == (1, 1)
    assert offered.history.count() == 1


def test_a_profile_that_is_there_stays_as_it_is(offered, alice, now) -> None:
    profile = ProfileFactory(user=alice, public=True, name="As I like it")
    answering.accept_offer(offered, by=alice, at=now)
    profile.refresh_from_db()
    assert (profile.name, profile.is_public) == ("As I like it", True)


def test_accepting_a_posting_without_a_project_still_makes_the_profile(offered, alice, posting, now) -> None:
    posting.project = None
    posting.save()
    answering.accept_offer(offered, by=alice, at=now)
    assert Profile.objects.filter(user=alice, published_at=None).exists()
    assert not Membership.objects.filter(person=alice).exists()


def test_turning_down_makes_nothing_and_says_so(offered, alice, now) -> None:
    answering.turn_down_offer(offered, by=alice, at=now)
    answering.turn_down_offer(offered, by=alice, at=now)
    offered.refresh_from_db()
    assert offered.status == Status.TURNED_DOWN
    assert not Membership.objects.filter(person=alice).exists()
    assert Message.objects.get().to == alice.email


def test_only_the_applicant_answers(offered, carol, bob, now) -> None:
    for person in (carol, bob):
        for verb in (answering.accept_offer, answering.turn_down_offer):
            with pytest.raises(answering.AnsweringRefused):
                verb(offered, by=person, at=now)
    offered.refresh_from_db()
    assert offered.status == Status.OFFERED


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.OFFERED, Status.ACCEPTED}))
def test_nothing_else_can_be_accepted(posting, alice, now, status) -> None:
    application = ApplicationFactory(posting=posting, applicant=alice, status=status)
    with pytest.raises(answering.AnsweringRefused):
        answering.accept_offer(application, by=alice, at=now)


def test_an_accepted_one_cannot_be_turned_down(offered, alice, now) -> None:
    answering.accept_offer(offered, by=alice, at=now)
    with pytest.raises(answering.AnsweringRefused, match="no offer"):
        answering.turn_down_offer(offered, by=alice, at=now)
