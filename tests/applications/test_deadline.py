"""Sending after the deadline: refused with a sentence, and nothing that was written is lost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from applications import drafting
from applications.models import Application, Message
from applications.states import Status
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(alice) -> Application:
    """A complete draft of a posting that closed yesterday."""
    return factories.ApplicationFactory(posting=factories.PostingFactory(past=True), applicant=alice, answers=True)


def test_sending_late_keeps_the_text_and_says_so(as_alice, late) -> None:
    page = as_alice.post(reverse("check_answers", args=[late.code]))
    assert page.status_code == 409
    assert "This role closed before your application arrived, so it was not sent." in page.text
    assert "I measured, found a missing index" in page.text
    late.refresh_from_db()
    assert late.status == Status.DRAFT
    assert late.answers.count() == len([question for question in late.form.questions if question.kind != "file"])
    assert not Message.objects.exists()


def test_draft_stays_readable_and_can_still_be_written_to(as_alice, late) -> None:
    for address in (
        late.get_absolute_url(),
        reverse("check_answers", args=[late.code]),
        reverse("edit_section", args=[late.code, "this-role"]),
    ):
        page = as_alice.get(address)
        assert page.status_code == 200
        assert "Your text stays here for you to read and copy" in page.text
        assert "Send my application" not in page.text
        assert "Check your answers and send" not in page.text
    page = as_alice.post(reverse("edit_section", args=[late.code, "this-role"]), {"why": "Typed late", "go": "later"})
    assert page.status_code == 302
    assert late.answers.get(question__key="why").value == "Typed late"


def test_what_is_saved_late_is_kept_and_told_to_lack_nothing(as_alice, late) -> None:
    """From a page that was opened before the close, too, whose button says to go on."""
    for go in ("on", "check", "later"):
        answer = as_alice.post(
            reverse("edit_section", args=[late.code, "this-role"]), {"why": "", "go": go}, follow=True
        )
        assert answer.redirect_chain[-1][0] == late.get_absolute_url()
        assert "It stays here for you to read and copy." in answer.text
        assert "There is a problem" not in answer.text


def test_answers_that_can_no_longer_be_changed_offer_no_change(as_alice, late) -> None:
    page = as_alice.get(reverse("check_answers", args=[late.code])).text
    assert "?from=check" not in page
    assert 'class="answers change"' not in page


def test_my_applications_say_that_it_closed(as_alice, late) -> None:
    assert "Your text is still here" in as_alice.get(reverse("my_applications")).text


@pytest.mark.parametrize(("seconds", "is_sent"), [(-1, True), (0, False), (1, False)])
def test_the_moment_of_closing_is_closed(alice, posting, seconds, is_sent) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, answers=True)
    at = posting.closes_at + timedelta(seconds=seconds)
    if is_sent:
        drafting.submit(application, by=alice, at=at)
    else:
        with pytest.raises(drafting.DraftingRefused):
            drafting.submit(application, by=alice, at=at)
    application.refresh_from_db()
    assert (application.status == Status.SUBMITTED) is is_sent


def test_what_counts_is_when_the_request_arrived(as_alice, alice, posting, now, monkeypatch) -> None:
    """The clock is read first thing: a database that is slow on the last evening costs nobody the deadline."""
    application = factories.ApplicationFactory(posting=posting, applicant=alice, answers=True)
    posting.closes_at = now + timedelta(seconds=5)
    posting.save()
    clock = [now]
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock[0])

    def each_takes_a_second(execute, sql, params, many, context):
        clock[0] += timedelta(seconds=1)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(each_takes_a_second):
        as_alice.post(reverse("check_answers", args=[application.code]))
    assert clock[0] > posting.closes_at + timedelta(seconds=5)
    application.refresh_from_db()
    assert now <= application.submitted_at < posting.closes_at


def test_posting_that_staff_closed_takes_nothing_more(as_alice, alice) -> None:
    posting = factories.PostingFactory(closed=True)
    application = factories.ApplicationFactory(posting=posting, applicant=alice, answers=True)
    assert as_alice.post(reverse("check_answers", args=[application.code])).status_code == 409
