"""Projects: listed ones only, with the people who chose to be public and the number of the others."""

from datetime import date

import pytest
from django.urls import reverse

from tests.factories import MembershipFactory, PostingFactory, ProfileFactory, ProjectFactory

pytestmark = pytest.mark.django_db


def test_only_listed_projects_stand_on_the_list(stranger):
    shown = ProjectFactory(name="Dawa")
    hidden = ProjectFactory(name="Hidden one", is_listed=False)
    page = stranger.get(reverse("projects")).content.decode()
    assert shown.name in page
    assert hidden.name not in page
    assert stranger.get(hidden.get_absolute_url()).status_code == 404


def test_the_page_shows_what_it_is_who_is_in_it_and_its_open_roles(stranger):
    project = ProjectFactory(name="Dawa", countries="KE,MW", licence="MIT")
    mentor = ProfileFactory(public=True, name="Wanjiru")
    MembershipFactory(person=mentor.user, project=project, mentor=True)
    past = ProfileFactory(public=True, name="Chidi")
    MembershipFactory(person=past.user, project=project, started_on=date(2024, 1, 5), ended_on=date(2024, 6, 5))
    MembershipFactory.create_batch(2, project=project)
    PostingFactory(title="Open here", project=project)
    PostingFactory(title="Over here", project=project, past=True)
    PostingFactory(title="Open elsewhere")
    page = stranger.get(project.get_absolute_url()).content.decode()
    for words in ("Dawa", "Kenya", "Malawi", "MIT", "<strong>second-hand</strong>", "Wanjiru", "mentor", "Chidi",
                  "January 2024 to June 2024", "And 2 more people", "Open here"):  # fmt: skip
        assert words in page, words
    assert "Over here" not in page
    assert "Open elsewhere" not in page


def test_one_person_in_two_roles_is_one_person(stranger):
    project = ProjectFactory()
    MembershipFactory.create_batch(2, project=project, person=ProfileFactory(public=True).user)
    MembershipFactory.create_batch(2, project=project, person=ProfileFactory().user)
    assert "And one more person" in stranger.get(project.get_absolute_url()).content.decode()


def test_the_same_number_of_queries_for_one_and_for_three(stranger, django_assert_num_queries):
    for count in (1, 3):
        project = ProjectFactory()
        for _ in range(count):
            MembershipFactory(project=project, person=ProfileFactory(public=True).user)
            PostingFactory(project=project)
        with django_assert_num_queries(6):
            stranger.get(project.get_absolute_url())
        with django_assert_num_queries(2):
            stranger.get(reverse("projects"))


def test_with_no_project_the_list_leads_on(stranger):
    assert reverse("postings") in stranger.get(reverse("projects")).content.decode()
