"""Joining a project: once however often it is pressed, private until its owner says otherwise."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from community import membership
from community.models import Membership, Profile
from tests.factories import MembershipFactory, PostingFactory, ProfileFactory, UserFactory


def join(person, posting, now, name="Amina Diallo"):
    return membership.join(person, project=posting.project, role=posting.title, posting=posting, at=now, name=name)


@pytest.mark.django_db
def test_joining_makes_a_membership_and_a_private_profile(alice, posting, now):
    made = join(alice, posting, now)
    assert (made.role, made.kind, made.project) == (posting.title, "contributor", posting.project)
    profile = Profile.objects.get()
    assert (profile.user, profile.name, profile.handle, profile.is_public) == (
        alice,
        "Amina Diallo",
        "amina-diallo",
        False,
    )


@pytest.mark.django_db
def test_joining_twice_is_joining_once(alice, posting, now):
    assert join(alice, posting, now) == join(alice, posting, now + timedelta(days=2))
    assert (Membership.objects.count(), Profile.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_a_profile_that_exists_is_left_alone(alice, posting, now):
    kept = ProfileFactory(user=alice, name="Ami", public=True)
    join(alice, posting, now)
    assert Profile.objects.get().name == "Ami"
    assert Profile.objects.get().published_at == kept.published_at


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("Amina Diallo", "amina-diallo"),
        ("أمينة", "contributor"),
        ("Zé", "contributor"),
        ("A__b--C!", "a-b-c"),
        ("", "contributor"),
    ],
)
def test_a_handle_is_made_from_the_name(name, handle):
    assert membership.handle_for(name) == handle


@pytest.mark.django_db
def test_a_taken_handle_gets_digits_and_never_the_address(posting, now):
    ProfileFactory(handle="amina-diallo")
    person = UserFactory(email="secret.person@example.org")
    join(person, posting, now)
    handle = Profile.objects.get(user=person).handle
    assert handle.startswith("amina-diallo-")
    assert "secret" not in handle


@pytest.mark.django_db
def test_mentors_are_those_who_mentor_now_and_may_sign_in(bob, alice, now):
    today = now.date()
    MembershipFactory(person=alice)
    MembershipFactory(mentor=True, started_on=today - timedelta(60), ended_on=today - timedelta(1))
    MembershipFactory(mentor=True, person=UserFactory(is_active=False))
    assert set(membership.mentors(today)) == {bob}
    assert membership.is_mentor(bob, today)
    assert not membership.is_mentor(alice, today)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_ten_people_of_one_name_get_ten_handles_at_once(now):
    people = [UserFactory() for _ in range(10)]
    posting = PostingFactory()

    def press(person):
        try:
            join(person, posting, now)
            join(person, posting, now)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        list(threads.map(press, people))
    assert Profile.objects.values("handle").distinct().count() == 10
    assert Membership.objects.count() == 10
