"""The standing cast: Alice applies, Bob mentors, Carol is staff, Charlie must see nothing.

Each is an account (`alice`) and a signed-in browser (`as_alice`); `stranger` is a browser that nobody signed in with.
"""

from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from applications.access import program_staff_group
from community.models import Posting, Project, User
from tests.factories import MembershipFactory, PostingFactory, ProjectFactory, UserFactory


@pytest.fixture
def now() -> datetime:
    """One moment for the whole test, as a view takes it once."""
    return timezone.now()


@pytest.fixture
def project(db: None) -> Project:
    return ProjectFactory(name="Clinic Queue", slug="clinic-queue")


@pytest.fixture
def posting(project: Project) -> Posting:
    """Open now, in `project`, with a rubric of three criteria."""
    return PostingFactory(title="Backend Engineer", slug="backend-engineer", project=project)


@pytest.fixture
def alice(db: None) -> User:
    return UserFactory(email="alice@example.org")


@pytest.fixture
def bob(project: Project) -> User:
    """A mentor of `project`."""
    person = UserFactory(email="bob@example.org")
    MembershipFactory(mentor=True, person=person, project=project)
    return person


@pytest.fixture
def carol(db: None) -> User:
    """Staff by the group's permissions, never by being a superuser."""
    person = UserFactory(email="carol@example.org", is_staff=True)
    person.groups.add(program_staff_group())
    return person


@pytest.fixture
def charlie(db: None) -> User:
    return UserFactory(email="charlie@example.org")


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def as_alice(alice: User) -> Client:
    return signed_in(alice)


@pytest.fixture
def as_bob(bob: User) -> Client:
    return signed_in(bob)


@pytest.fixture
def as_carol(carol: User) -> Client:
    return signed_in(carol)


@pytest.fixture
def as_charlie(charlie: User) -> Client:
    return signed_in(charlie)


@pytest.fixture
def stranger() -> Client:
    return Client()
