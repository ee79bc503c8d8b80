"""The first page: open roles, projects, and numbers that are counted."""

import re

import pytest
from django.urls import reverse

from tests.factories import MembershipFactory, PostingFactory, PostingSkillFactory, ProfileFactory, ProjectFactory

pytestmark = pytest.mark.django_db


def figures(client):
    markup = client.get(reverse("home")).content.decode()
    return dict(re.findall(r"<div><dt>(.*?)</dt><dd>(.*?)</dd></div>", markup))


def test_nothing_yet_is_said_kindly_and_no_number_is_zero(stranger):
    page = stranger.get(reverse("home")).content.decode()
    assert "No role is open today" in page
    assert figures(stranger) == {}


def test_numbers_are_counted(stranger):
    project = ProjectFactory()
    ProjectFactory(is_listed=False)
    PostingFactory(project=project)
    PostingFactory(project=project, past=True)
    for country in ("KE", "KE", "NG", ""):
        MembershipFactory(person=ProfileFactory(country=country).user, project=project)
    MembershipFactory(project=project)
    MembershipFactory(project=project, mentor=True)
    assert figures(stranger) == {"contributors from 2 countries": "5", "project": "1", "role open today": "1"}


def test_it_shows_five_roles_and_leads_to_all(stranger):
    project = ProjectFactory()
    for _ in range(6):
        PostingFactory(project=project, criteria=None)
    page = stranger.get(reverse("home")).content.decode()
    assert page.count("<li><div><h3>") == 5
    assert "See all 6 open roles" in page


def test_the_same_number_of_queries_for_one_and_for_three(stranger, django_assert_num_queries):
    counts = []
    for size in (1, 3):
        while PostingSkillFactory._meta.model.objects.count() < size:
            PostingSkillFactory()
            MembershipFactory()
        with django_assert_num_queries(7):
            stranger.get(reverse("home"))
            counts.append(size)
    assert counts == [1, 3]
