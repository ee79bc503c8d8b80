"""Beginning: /postings/<slug>/apply/ and the Apply box that leads to it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import RequestContext, Template
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from applications import reviewing
from applications.models import Application, Form, HistoryEntry
from applications.states import Event, Status
from community.models import Posting, User
from tests import factories

pytestmark = pytest.mark.django_db


def url(posting: Posting) -> str:
    return reverse("apply", args=[posting.slug])


def test_address_is_the_one_promised() -> None:
    assert reverse("apply", args=["backend-engineer"]) == "/postings/backend-engineer/apply/"


def test_anyone_sees_what_is_asked_and_nothing_is_written(posting, stranger, as_alice) -> None:
    for client in (stranger, as_alice):
        page = client.get(url(posting))
        assert page.status_code == 200
        assert "Why do you want this role?" in page.text
    assert not Application.objects.exists()
    assert not Form.objects.exists()


def test_stranger_is_led_to_sign_in_and_back_here(posting, stranger) -> None:
    assert f"/accounts/login/?next={url(posting)}" in stranger.get(url(posting)).text
    answer = stranger.post(url(posting))
    assert answer.status_code == 302
    assert answer.url == f"/accounts/login/?next={url(posting)}"
    assert not Application.objects.exists()


def test_post_begins_and_leads_to_the_first_section(posting, as_alice, alice) -> None:
    answer = as_alice.post(url(posting))
    application = Application.objects.get()
    assert (application.applicant, application.posting, application.status) == (alice, posting, Status.DRAFT)
    assert answer.url == reverse("edit_section", args=[application.code, "about-you"])
    assert [entry.action for entry in HistoryEntry.objects.all()] == [Event.BEGIN]


def test_second_press_leads_to_the_same_application(posting, as_alice) -> None:
    first, second = as_alice.post(url(posting)), as_alice.post(url(posting))
    assert first.url == second.url
    assert Application.objects.count() == 1


def test_going_on_leads_to_the_first_part_that_is_not_done(posting, as_alice, alice) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, answers={"why": None})
    assert as_alice.post(url(posting)).url == reverse("edit_section", args=[application.code, "this-role"])


def test_complete_draft_leads_to_the_check(posting, as_alice, alice) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, answers=True)
    assert as_alice.post(url(posting)).url == reverse("check_answers", args=[application.code])


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.DECLINED])
def test_who_sent_already_is_led_to_what_was_sent(posting, as_alice, alice, status) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=status)
    for answer in (as_alice.get(url(posting)), as_alice.post(url(posting))):
        assert answer.url == application.get_absolute_url()
    assert Application.objects.count() == 1


def test_after_withdrawing_one_can_apply_again(posting, as_alice, alice) -> None:
    factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.WITHDRAWN)
    as_alice.post(url(posting))
    assert Application.objects.live().count() == 1
    assert Application.objects.count() == 2


@pytest.mark.parametrize("trait", ["past", "closed", "upcoming"])
def test_posting_that_is_not_open_is_refused_with_a_sentence(trait, as_alice, stranger) -> None:
    posting = factories.PostingFactory(**{trait: True})
    answer = as_alice.post(url(posting), follow=True)
    assert "This role does not take applications now" in answer.text
    assert not Application.objects.exists()
    expected = "This role is not open yet" if trait == "upcoming" else "does not take applications any more"
    assert expected in stranger.get(url(posting)).text


def test_draft_posting_does_not_exist(as_alice) -> None:
    posting = factories.PostingFactory(draft=True)
    assert as_alice.get(url(posting)).status_code == 404
    assert as_alice.post(url(posting)).status_code == 404


def test_other_methods_are_refused(posting, as_alice) -> None:
    assert as_alice.put(url(posting)).status_code == 405


def test_page_is_drawn_with_few_queries(posting, as_alice, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(12):
        as_alice.get(url(posting))


def test_a_mentor_is_told_what_applying_ends(posting, as_bob, bob, as_alice) -> None:
    words = "You read applications for this role."
    assert words not in as_bob.get(url(posting)).text
    theirs = factories.ApplicationFactory(posting=posting, status=Status.IN_REVIEW)
    assignment = factories.AssignmentFactory(application=theirs, mentor=bob)
    assert words in as_bob.get(url(posting)).text
    assert words not in as_alice.get(url(posting)).text
    reviewing.recuse(assignment, by=bob, at=timezone.now())
    assert words not in as_bob.get(url(posting)).text


# The box on the posting's page --------------------------------------------------------------------------


def box(posting: Posting, person: User | None) -> str:
    request = RequestFactory().get(posting.get_absolute_url())
    request.user = person or AnonymousUser()
    return Template("{% load applying %}{% apply_box posting %}").render(RequestContext(request, {"posting": posting}))


class TestBox:
    def test_stranger_costs_no_query(self, posting, django_assert_num_queries) -> None:
        with django_assert_num_queries(0):
            assert f'href="{url(posting)}"' in box(posting, None)

    def test_signed_in_costs_one_query(self, posting, alice, django_assert_num_queries) -> None:
        with django_assert_num_queries(1):
            assert f'href="{url(posting)}"' in box(posting, alice)

    def test_draft_goes_on(self, posting, alice, charlie) -> None:
        application = factories.ApplicationFactory(posting=posting, applicant=alice)
        assert "Continue your application" in box(posting, alice)
        assert application.code not in box(posting, charlie)

    def test_draft_of_a_closed_posting_can_be_read(self, alice) -> None:
        application = factories.ApplicationFactory(posting=factories.PostingFactory(past=True), applicant=alice)
        assert "Your text is still there" in box(application.posting, alice)

    @pytest.mark.parametrize("status", [Status.SUBMITTED, Status.IN_REVIEW, Status.SHORTLISTED])
    def test_sent_says_no_more_than_being_considered(self, posting, alice, status) -> None:
        factories.ApplicationFactory(posting=posting, applicant=alice, status=status)
        assert "Being considered" in box(posting, alice)

    def test_closed_and_not_yet_open(self, now) -> None:
        """The page itself says which: here stands what can be done about it."""
        assert box(factories.PostingFactory(closed=True), None).strip() == ""
        ahead = factories.PostingFactory(opens_at=now + timedelta(days=3))
        assert reverse("alerts") in box(ahead, None)
        assert url(ahead) not in box(ahead, None)


# The visitor's links ----------------------------------------------------------------------------------


def links(person: User | None) -> str:
    request = RequestFactory().get("/")
    request.user = person or AnonymousUser()
    return Template("{% load applying %}{% your_links %}").render(RequestContext(request))


def test_links_follow_who_one_is(alice, bob, carol) -> None:
    review, admin = 'href="/review/"', 'href="/admin/"'
    shown = {name: links(person) for name, person in {"alice": alice, "bob": bob, "carol": carol, "": None}.items()}
    assert {name for name, html in shown.items() if review in html} == {"bob"}
    assert {name for name, html in shown.items() if admin in html} == {"carol"}
    assert {name for name, html in shown.items() if 'href="/applications/"' in html} == {"alice", "bob", "carol"}


def test_links_cost_one_query(bob, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        links(bob)
    with django_assert_num_queries(0):
        links(None)


def test_post_needs_a_token_of_ours(posting, alice) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.post(url(posting)).status_code == 403
