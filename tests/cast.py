"""The standing cast: Alice applies, Bob mentors, Carol is staff, Charlie must see nothing.

Each is an account (`alice`) and a signed-in browser (`as_alice`); `stranger` is a browser that nobody signed in with.
"""

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from applications.access import program_staff_group
from applications.models import Review, SavedSection
from applications.models.applications import Kept
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


def as_its_page_sends(path: str, data: Any) -> Any:
    """A part of a form, or a review, goes with the version that is stored, unless `data` names another."""
    part = re.search(r"/applications/([^/]+)/edit/([^/?]+)/", path)
    review = re.search(r"/review/([^/?]+)/$", path)
    if not (part or review) or not isinstance(data, dict) or "version" in data:
        return data
    kept: Kept | None
    if part:
        saved = SavedSection.objects.filter(section__slug=part[2])
        # Changes begun on what was sent are written in a copy, at the same address.
        copies = saved.filter(application__changes__code=part[1])
        kept = (copies if copies else saved.filter(application__code=part[1])).first()
    else:
        kept = Review.objects.filter(assignment__code=review[1]).first()
    return {**data, "version": str(kept.version if kept else 0)}


class Browser(Client):
    def post(self, path: Any, data: Any = None, *more: Any, **named: Any) -> Any:
        return super().post(path, as_its_page_sends(str(path), data), *more, **named)


def signed_in(person: User) -> Client:
    client = Browser()
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
