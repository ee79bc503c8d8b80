"""The outbox as staff read it: unsent first, secrets hidden, a failed one tried again."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse

from applications import outbox, purging
from applications.models import Message
from tests.cast import signed_in
from tests.factories import ApplicationFactory, MessageFactory, PostingFactory, UserFactory
from tests.memory import forget

pytestmark = pytest.mark.django_db

LIST = "/admin/applications/message/"


def subjects(client, query: str = "") -> list[str]:
    return [message.subject for message in client.get(f"{LIST}?{query}").context["cl"].result_list]


@pytest.fixture
def outbox_(now):
    MessageFactory(subject="sent early", sent_at=now - timedelta(days=2))
    MessageFactory(subject="sent late", sent_at=now - timedelta(days=1))
    MessageFactory(subject="waiting")
    MessageFactory(subject="failed", last_error="SMTPServerDisconnected", attempts=3, due_at=now + timedelta(hours=1))
    MessageFactory(subject="given up", last_error="SMTPRecipientsRefused", attempts=12, given_up_at=now)


def test_unsent_first_then_the_newest(as_carol, outbox_) -> None:
    assert subjects(as_carol) == ["given up", "failed", "waiting", "sent late", "sent early"]


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("waiting", ["waiting"]),
        ("failed", ["failed"]),
        ("given-up", ["given up"]),
        ("sent", ["sent late", "sent early"]),
    ],
)
def test_filter_by_state(as_carol, outbox_, state, found) -> None:
    assert subjects(as_carol, f"state={state}") == found


def test_a_message_that_signs_in_shows_neither_words_nor_subject(as_carol, admin_client) -> None:
    message = MessageFactory(subject="CANARY-SUBJECT", body="CANARY-123456", is_secret=True)
    for client in (as_carol, admin_client):
        for address in (LIST, f"{LIST}{message.pk}/change/"):
            answer = client.get(address)
            assert answer.status_code == 200
            assert "CANARY" not in answer.text


def test_a_message_is_headed_by_its_subject_and_a_failed_one_is_tried_again_from_its_page(as_carol) -> None:
    failed = MessageFactory(key="letter:2", subject="About you", last_error="Connection refused", attempts=3)
    page = as_carol.get(f"{LIST}{failed.pk}/change/").text
    assert "<h2>About you</h2>" in page
    # In its Message-ID, and nowhere else.
    assert page.count("letter:2") == 1
    assert 'name="action" value="try_again"' in page
    sent = MessageFactory(subject="About you", sent_at=failed.created_at)
    assert "try_again" not in as_carol.get(f"{LIST}{sent.pk}/change/").text


def test_whom_a_reminder_of_a_draft_went_to_is_told_to_nobody(as_carol, admin_client, now) -> None:
    """That there is a draft is its owner's alone, as is what is in it."""
    posting = PostingFactory(closes_at=now + timedelta(days=1))
    draft = ApplicationFactory(posting=posting, created_at=now - timedelta(days=20))
    assert purging.remind_due(now) == 1
    reminder = Message.objects.get()
    for client in (as_carol, admin_client):
        for query in ("", "q=reminder", f"q={draft.applicant.email}", "state=waiting"):
            assert subjects(client, query) == []
        assert client.get(f"{LIST}{reminder.pk}/change/").status_code == 302
        assert draft.applicant.email not in client.get(LIST).text


def test_nobody_writes_in_a_message(as_carol, admin_client) -> None:
    message = MessageFactory()
    for client in (as_carol, admin_client):
        assert client.get(f"{LIST}add/").status_code == 403
        assert client.get(f"{LIST}{message.pk}/delete/").status_code == 403
        assert client.post(f"{LIST}{message.pk}/change/", {"body": "x"}).status_code == 403


def test_who_reads_the_outbox(as_alice, as_bob, as_charlie, stranger) -> None:
    message = MessageFactory(body="CANARY")
    for client in (as_alice, as_bob, as_charlie, stranger, signed_in(UserFactory(is_staff=True))):
        for address in (LIST, f"{LIST}{message.pk}/change/"):
            assert client.get(address).status_code in {302, 403}


def try_again(client, *messages: Message) -> str:
    data = {"action": "try_again", "_selected_action": [message.pk for message in messages]}
    return client.post(LIST, data, follow=True).text


def test_a_given_up_message_goes_out_once_after_trying_again(as_carol, outbox_) -> None:
    message = Message.objects.get(subject="given up")
    assert "1 message will be sent now" in try_again(as_carol, message)
    Message.objects.exclude(pk=message.pk).delete()
    call_command("run_worker", "--once")
    call_command("run_worker", "--once")
    (letter,) = mail.outbox
    assert letter.extra_headers["Message-ID"] == message.message_id
    message.refresh_from_db()
    assert message.sent_at is not None
    assert message.given_up_at is None


def test_one_that_was_sent_is_not_sent_again(as_carol, outbox_) -> None:
    sent = Message.objects.get(subject="sent late")
    assert "was sent already" in try_again(as_carol, sent)
    assert Message.objects.get(pk=sent.pk).sent_at == sent.sent_at


def test_one_that_a_worker_is_sending_is_left_to_it(now) -> None:
    held = MessageFactory(claimed_by="worker", claimed_until=now + timedelta(seconds=60), attempts=1)
    assert outbox.retry(held, at=now) is False
    assert outbox.retry(held, at=now + timedelta(seconds=61)) is True
    held.refresh_from_db()
    assert (held.claimed_by, held.claimed_until, held.attempts) == ("", None, 0)


def test_a_reader_cannot_try_again(now) -> None:
    reader = UserFactory(is_staff=True)
    from_group = reader.user_permissions.model.objects.get(codename="view_message")
    reader.user_permissions.add(from_group)
    message = MessageFactory(given_up_at=now, last_error="x")
    client = signed_in(reader)
    assert client.get(LIST).status_code == 200
    try_again(client, message)
    message.refresh_from_db()
    assert message.given_up_at is not None


def test_same_queries_for_one_row_and_for_three(as_carol, django_assert_num_queries) -> None:
    MessageFactory()
    forget()
    with django_assert_num_queries(6):
        as_carol.get(LIST)
    MessageFactory.create_batch(2)
    forget()
    with django_assert_num_queries(6):
        as_carol.get(LIST)


def test_the_address_of_the_list_stays() -> None:
    assert reverse("admin:applications_message_changelist") == LIST


@pytest.mark.parametrize("lookup", ["body__contains", "body__startswith", "subject__contains", "html__contains"])
def test_no_address_tells_letter_by_letter_what_a_secret_message_says(as_carol, lookup) -> None:
    MessageFactory(subject="7391", body="7391", html="7391", is_secret=True)
    guesses = [as_carol.get(f"{LIST}?{lookup}={guess}") for guess in ("7", "8")]
    assert [answer.status_code for answer in guesses] == [400, 400]
