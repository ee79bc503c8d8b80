"""Check your answers, then send: one list says what is missing and blocks the sending."""

import pytest
from django.urls import reverse

from applications.models import Answer, Application, HistoryEntry, Message
from applications.states import Action, Status
from community.models import Posting, User
from tests import factories
from tests.memory import forget

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(posting: Posting, alice: User) -> Application:
    """Alice's draft with every required question answered."""
    return factories.ApplicationFactory(posting=posting, applicant=alice, answers=True)


def url(application: Application) -> str:
    return reverse("check_answers", args=[application.code])


def test_lists_every_answer_with_a_link_that_changes_it_and_returns(as_alice, ready) -> None:
    upload = factories.UploadFactory(application=ready, name="my cv.pdf")
    page = as_alice.get(url(ready))
    for section in ready.form.parts:
        for question in section.asked:
            link = reverse("edit_section", args=[ready.code, section.slug]) + f"?from=check#id_{question.key}"
            assert f'href="{link}"' in page.text, question.key
            assert question.label in page.text
    assert str(factories.answer_for(ready.form.questions[4])) in page.text
    assert "my cv.pdf" in page.text
    assert reverse("remove_file", args=[ready.code, upload.code]) in page.text
    assert "Send my application" in page.text


def test_what_is_missing_is_a_list_that_leads_there(as_alice, ready) -> None:
    Answer.objects.filter(question__key__in=["why", "agree"]).delete()
    page = as_alice.get(url(ready))
    assert "Still missing" in page.text
    assert "<title>Error" not in page.text
    assert "Send my application" not in page.text
    this_role = reverse("edit_section", args=[ready.code, "this-role"])
    assert f'<a href="{this_role}?from=check#id_why">Enter why you want this role.</a>' in page.text


def test_sending_what_is_incomplete_says_what_is_missing(as_alice, ready) -> None:
    Answer.objects.filter(question__key="why").delete()
    page = as_alice.post(url(ready))
    assert page.status_code == 200
    assert "<title>Error: " in page.text
    assert "It is not sent yet" in page.text
    assert page.text.count("Enter why you want this role") == 2
    ready.refresh_from_db()
    assert ready.status == Status.DRAFT
    assert not Message.objects.exists()


def test_sending_leads_to_the_page_with_the_reference(as_alice, ready, now) -> None:
    answer = as_alice.post(url(ready), follow=True)
    assert answer.redirect_chain == [(ready.get_absolute_url(), 302)]
    assert "Your application is sent. A copy of every answer is on its way to alice@example.org." in answer.text
    assert ready.code in answer.text
    ready.refresh_from_db()
    assert ready.status == Status.SUBMITTED
    assert ready.submitted_at >= now
    assert [entry.action for entry in HistoryEntry.objects.filter(application=ready)] == [Action.SUBMIT]


def test_second_press_ends_on_the_same_page_with_one_of_everything(as_alice, ready) -> None:
    first = as_alice.post(url(ready))
    again = as_alice.post(url(ready))
    assert first.url == again.url == ready.get_absolute_url()
    assert as_alice.get(again.url).text.count("Your application is sent.") == 1
    assert Application.objects.count() == 1
    assert Message.objects.count() == 1
    assert HistoryEntry.objects.filter(action=Action.SUBMIT).count() == 1


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.OFFERED, Status.WITHDRAWN])
def test_after_sending_it_leads_to_the_status_page(as_alice, alice, posting, status) -> None:
    sent = factories.ApplicationFactory(posting=posting, applicant=alice, status=status)
    for answer in (as_alice.get(url(sent)), as_alice.post(url(sent))):
        assert answer.url == sent.get_absolute_url()
    sent.refresh_from_db()
    assert sent.status == status
    assert not Message.objects.exists()


def test_outsiders_get_404(as_charlie, as_bob, as_carol, ready) -> None:
    for client in (as_charlie, as_bob, as_carol):
        assert client.get(url(ready)).status_code == 404
        assert client.post(url(ready)).status_code == 404
    ready.refresh_from_db()
    assert ready.status == Status.DRAFT


def test_stranger_is_led_to_sign_in(stranger, ready) -> None:
    assert stranger.post(url(ready)).url == f"/accounts/login/?next={url(ready)}"
    ready.refresh_from_db()
    assert ready.status == Status.DRAFT


def test_other_methods_are_refused(as_alice, ready) -> None:
    assert as_alice.delete(url(ready)).status_code == 405


def test_same_queries_with_one_answer_and_with_all(as_alice, alice, posting, ready, django_assert_num_queries) -> None:
    with django_assert_num_queries(9):
        as_alice.get(url(ready))
    Answer.objects.exclude(question__key="name").delete()
    forget()
    with django_assert_num_queries(9):
        as_alice.get(url(ready))
