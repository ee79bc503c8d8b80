"""One application as its applicant sees it: plain words, dates, and nothing of a decision before its release."""

import re
from datetime import timedelta

import pytest
from django.template import RequestContext, Template
from django.test import Client, RequestFactory
from django.urls import reverse

from applications import deciding
from applications.models import Application, HistoryEntry
from applications.models.decisions import Outcome
from applications.states import TOLD, Action, Event, Status
from tests import factories

pytestmark = pytest.mark.django_db

SILENT = [Status.SUBMITTED, Status.IN_REVIEW, Status.SHORTLISTED]
TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]+')


def pages(client: Client, application: Application) -> dict[str, str]:
    """Everything that the applicant can look at, without the tokens that differ each time."""
    addresses = [
        reverse("my_applications"),
        application.get_absolute_url(),
        reverse("withdraw", args=[application.code]),
        reverse("offer", args=[application.code]),
        reverse("apply", args=[application.posting.slug]),
        reverse("check_answers", args=[application.code]),
        reverse("edit_section", args=[application.code, "about-you"]),
        reverse("discard", args=[application.code]),
        reverse("profile"),
        application.posting.get_absolute_url(),
        "/",
    ]
    drawn = {address: TOKEN.sub(r"\1", client.get(address, follow=True).text) for address in addresses}
    request = RequestFactory().get("/")
    request.user = application.applicant
    box = Template("{% load applying %}{% apply_box posting %}")
    drawn["box"] = box.render(RequestContext(request, {"posting": application.posting}))
    return drawn


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch, now) -> None:
    """One clock for all pages, so that only what is told can differ."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


def test_triage_changes_not_one_byte(as_alice, alice, bob, carol, posting, now, frozen) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.SUBMITTED)
    mentors = [factories.MembershipFactory(mentor=True, project=posting.project).person for _ in SILENT]
    as_alice.get("/")
    told = pages(as_alice, application)
    assert "Being considered" in told[application.get_absolute_url()]
    for status in SILENT[1:]:
        Application.objects.filter(pk=application.pk).update(status=status)
        HistoryEntry.objects.create(
            application=application, at=now, actor=carol, action=Event.ASSIGN, was=Status.SUBMITTED, became=status
        )
        factories.ReviewFactory(assignment=factories.AssignmentFactory(application=application, mentor=mentors.pop()))
        Application.objects.filter(pk=application.pk).update(reviews_done=1, mean_score=4, score_spread=0)
        assert pages(as_alice, application) == told


@pytest.mark.parametrize("outcome", Outcome)
def test_staged_decision_changes_not_one_byte(as_alice, alice, carol, posting, now, frozen, outcome) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.SHORTLISTED)
    as_alice.get("/")
    told = pages(as_alice, application)
    decision = deciding.stage(
        application,
        outcome,
        subject="CANARY",
        body="CANARY",
        answer_by=now + timedelta(days=3) if outcome == Outcome.OFFER else None,
        by=carol,
        at=now,
    )
    deciding.schedule([decision], now + timedelta(hours=1), by=carol, at=now)
    assert pages(as_alice, application) == told
    # As staff read it now: with another time than the stored one it would not be released.
    decision.refresh_from_db()
    deciding.release([decision], by=carol, at=now)
    assert "CANARY" in pages(as_alice, application)[application.get_absolute_url()]


@pytest.mark.parametrize("status", Status)
def test_every_status_has_its_page(as_alice, alice, posting, status, django_assert_max_num_queries) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=status)
    # A process that has just started reads a frozen form's sections and questions, and who mentors, once.
    with django_assert_max_num_queries(14):
        page = as_alice.get(application.get_absolute_url())
    assert page.status_code == 200
    assert page.text.count("<h1>") == 1
    assert application.code in page.text
    if status != Status.DRAFT:
        assert str(TOLD[status]) in page.text
        assert "I measured, found a missing index" in page.text
    if status in SILENT:
        assert "whatever the answer" in page.text
    assert ("Withdraw" in page.text) == (status in {*SILENT, Status.WAITLISTED})


def test_timeline_is_in_the_order_it_happened(as_alice, alice, carol, posting, now) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.WAITLISTED)
    factories.DecisionFactory(application=application, released_at=now, body="Now there is a place")
    Application.objects.filter(pk=application.pk).update(status=Status.ACCEPTED, answered_at=now)
    factories.HistoryEntryFactory(
        application=application, at=now + timedelta(minutes=1), actor=alice, action=Action.ACCEPT
    )
    page = as_alice.get(application.get_absolute_url())
    assert [str(what) for _at, what in page.context["steps"]] == [
        "You began",
        "You sent it",
        "You were put on the waiting list",
        "A place was offered to you",
        "You accepted the place",
    ]
    assert "Now there is a place" in page.text


def test_draft_shows_what_is_done_and_where_to_go_on(as_alice, alice, posting) -> None:
    draft = factories.ApplicationFactory(posting=posting, applicant=alice, answers={"why": None})
    page = as_alice.get(draft.get_absolute_url())
    assert page.context["go_on"] == reverse("edit_section", args=[draft.code, "this-role"])
    assert page.text.count(">Done<") == 3
    assert "Saved, something is missing" in page.text


def test_promise_that_passed_is_owned_up_to(as_alice, alice, now) -> None:
    posting = factories.PostingFactory(past=True, decides_on=(now - timedelta(days=2)).date())
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.IN_REVIEW)
    assert "and we are late. We are sorry." in as_alice.get(application.get_absolute_url()).text


def test_scripts_in_answers_are_inert(as_alice, alice, posting) -> None:
    script = "<script>alert(1)</script>"
    application = factories.ApplicationFactory(
        posting=posting,
        applicant=alice,
        status=Status.DECLINED,
        answers={"why": script, "name": script, "hours": script},
        decision__body=script,
        decision__subject=script,
    )
    factories.UploadFactory(application=application, name=f"{script}.pdf")
    page = as_alice.get(application.get_absolute_url())
    assert "<script>alert" not in page.text
    assert page.text.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 6


def test_outsiders_get_404_and_strangers_the_sign_in(as_charlie, as_bob, as_carol, stranger, alice, posting) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.SUBMITTED)
    for client in (as_charlie, as_bob, as_carol):
        assert client.get(application.get_absolute_url()).status_code == 404
    assert stranger.get(application.get_absolute_url()).status_code == 302
    assert as_charlie.get("/applications/%00/").status_code == 404
    assert as_charlie.get("/applications/ABCDEFGHJK/").status_code == 404


def test_post_is_refused(as_alice, alice, posting) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice)
    assert as_alice.post(application.get_absolute_url()).status_code == 405


def test_signed_in_pages_are_kept_by_nobody(as_alice, alice, posting) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.SUBMITTED)
    answer = as_alice.get(application.get_absolute_url())
    assert "private" in answer["Cache-Control"]
