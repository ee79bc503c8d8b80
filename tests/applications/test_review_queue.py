"""The mentor's queue: what there is to read, without anything that names who wrote it or when."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from applications.models import Assignment
from applications.states import UNDER_REVIEW, Status
from tests.factories import (
    ApplicationFactory,
    AssignmentFactory,
    MembershipFactory,
    PostingFactory,
    ReviewFactory,
    RoundFactory,
    UserFactory,
)

URL = "/review/"
# session · account · assignments with posting and review · the navigation's question whether there is a queue
QUERIES = 5

pytestmark = pytest.mark.django_db


def asked(bob, posting, status=Assignment.Status.OPEN, **fields):
    return AssignmentFactory(
        mentor=bob,
        status=status,
        application=ApplicationFactory(posting=posting, status=fields.pop("application_status", Status.IN_REVIEW)),
        **fields,
    )


def reviewed(bob, posting):
    assignment = asked(bob, posting, status=Assignment.Status.REVIEWED)
    ReviewFactory(assignment=assignment)
    return assignment


def rows(response):
    """(address, state) of each row, in the page's order."""
    page = response.content.decode()
    return re.findall(r'<h3><a class="whole" href="(/review/\w+/)">.*?<p class="when"><\w+[^>]*>([^<]+)<', page, re.S)


def test_one_role_sought_twice_is_told_apart_by_project_and_round(as_bob, bob):
    postings = PostingFactory.create_batch(2, title="Backend Engineer", round=RoundFactory(name="Round 4"))
    for posting in postings:
        asked(bob, posting)
    headings = [re.sub(r"<[^>]+>", "", h) for h in re.findall(r"<h2>(.*?)</h2>", as_bob.get(URL).content.decode())]
    assert len({posting.project.name for posting in postings}) == 2
    assert set(headings) == {f"Backend Engineer {posting.project.name} · Round 4" for posting in postings}


def test_mentor_sees_open_ones_first_then_drafts_then_reviewed(as_bob, bob, posting):
    done = reviewed(bob, posting)
    draft = asked(bob, posting)
    ReviewFactory(assignment=draft, draft=True)
    fresh = asked(bob, posting)
    response = as_bob.get(URL)
    assert rows(response) == [
        (fresh.get_absolute_url(), "To read"),
        (draft.get_absolute_url(), "Draft kept"),
        (done.get_absolute_url(), "Reviewed"),
    ]
    assert "1 of 3 reviewed" in response.content.decode()
    assert '<meter class="far" min="0" max="3" value="1"' in response.content.decode()


def test_it_leads_to_the_next_one_to_read_until_all_are_read(as_bob, bob, posting):
    done, fresh = reviewed(bob, posting), asked(bob, posting)
    assert f'class="button" href="{URL}"' in as_bob.get(done.get_absolute_url()).text
    assert f'class="button" href="{fresh.get_absolute_url()}"' in as_bob.get(URL).text
    fresh.delete()
    assert 'class="button"' not in as_bob.get(URL).text


def test_rows_are_grouped_by_posting(as_bob, bob, posting):
    other = PostingFactory(title="Archivist", project=posting.project)
    first, second = asked(bob, posting), asked(bob, other)
    assert [address for address, _state in rows(as_bob.get(URL))] == [
        second.get_absolute_url(),
        first.get_absolute_url(),
    ]
    page = as_bob.get(URL).content.decode()
    assert page.index("Archivist") < page.index("Backend Engineer")
    assert page.count("Application 1 of 1") == 2


def test_order_is_that_of_the_random_codes_not_of_arrival(as_bob, bob, posting):
    codes = ["Z2", "A2", "M2", "B2"]
    for code in codes:
        asked(bob, posting, code=code)
    assert [address for address, _state in rows(as_bob.get(URL))] == [
        f"/review/{code}/" for code in ["A2", "B2", "M2", "Z2"]
    ]


def test_no_date_of_an_application_is_shown(as_bob, bob, posting):
    assignment = asked(bob, posting)
    moment = assignment.application.submitted_at
    page = as_bob.get(URL).content.decode()
    for shown in (f"{moment:%Y-%m-%d}", f"{moment.day} {moment:%B}", " ago"):
        assert shown not in page


@pytest.mark.parametrize("status", [status for status in Status if status != Status.DRAFT])
def test_only_what_is_under_review_is_listed(as_bob, bob, posting, status):
    asked(bob, posting, application_status=status)
    assert len(rows(as_bob.get(URL))) == (1 if status in UNDER_REVIEW else 0)


def test_what_the_mentor_stepped_aside_from_is_gone(as_bob, bob, posting):
    asked(bob, posting, status=Assignment.Status.RECUSED)
    assert rows(as_bob.get(URL)) == []


def test_own_application_and_those_of_other_mentors_are_not_listed(as_bob, bob, posting):
    AssignmentFactory(mentor=bob, application=ApplicationFactory(applicant=bob, status=Status.IN_REVIEW))
    AssignmentFactory(application=ApplicationFactory(posting=posting, status=Status.IN_REVIEW))
    assert rows(as_bob.get(URL)) == []


def test_empty_queue_says_what_happens_next(as_bob):
    response = as_bob.get(URL)
    assert response.status_code == 200
    assert "we send you an e-mail" in response.content.decode()


def test_former_mentor_who_was_asked_once_still_has_a_queue(client, posting):
    person = UserFactory()
    MembershipFactory(mentor=True, person=person, ended_on=timezone.now().date())
    client.force_login(person)
    assert client.get(URL).status_code == 404
    asked(person, posting, application_status=Status.ACCEPTED)
    assert client.get(URL).status_code == 200


def test_who_never_mentored_gets_404(as_alice, as_carol, as_charlie):
    assert {client.get(URL).status_code for client in (as_alice, as_carol, as_charlie)} == {404}


def test_stranger_is_asked_to_sign_in(stranger):
    assert stranger.get(URL).headers["Location"] == f"{reverse('account_login')}?next={URL}"


def test_queue_refuses_post_and_is_never_stored(as_bob):
    assert as_bob.post(URL).status_code == 405
    assert "no-store" in as_bob.get(URL).headers["Cache-Control"]


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow(as_bob, bob, posting, django_assert_num_queries: DjangoAssertNumQueries, number):
    for _ in range(number):
        asked(bob, posting)
        reviewed(bob, PostingFactory(project=posting.project))
    with django_assert_num_queries(QUERIES):
        as_bob.get(URL)
