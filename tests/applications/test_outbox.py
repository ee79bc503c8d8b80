"""The outbox: claimed once, sent at least once with one Message-ID, tried again later, wiped where it was secret."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from applications import notifications, outbox
from applications.models import Message
from tests.factories import MessageFactory, UserFactory
from tests.racing import all_at_once
from tests.smtp import Sink

pytestmark = pytest.mark.django_db


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self):
        self.now = timezone.now()

    def __call__(self):
        return self.now

    def forward(self, **span):
        self.now += timedelta(**span)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def smtp(settings):
    with Sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", sink.port, False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield sink


def send(clock, **fields):
    return outbox.send_due(worker="one", clock=clock, **fields)


# Writing ------------------------------------------------------------------------------------------------


def test_same_message_is_written_once(clock):
    for body in ("first", "second"):
        notifications.write("greeting:1", to="a@example.org", subject="Hello", body=body, at=clock())
    assert [message.body for message in Message.objects.all()] == ["first\n"]


def test_rolled_back_change_sends_nothing(clock):
    class Broken(Exception):
        pass

    def break_off():
        with transaction.atomic():
            notifications.write("greeting:1", to="a@example.org", subject="Hello", body="x", at=clock())
            raise Broken

    with pytest.raises(Broken):
        break_off()
    assert send(clock) == 0
    assert mail.outbox == []


def test_subject_of_several_lines_becomes_one(clock):
    notifications.write("k", to="a@example.org", subject=" A\nplace\r\nBcc: b@example.org ", body="x", at=clock())
    assert send(clock) == 1
    assert mail.outbox[0].subject == "A place Bcc: b@example.org"
    assert mail.outbox[0].recipients() == ["a@example.org"]


# Sending ------------------------------------------------------------------------------------------------


def test_due_message_goes_out_once(clock):
    message = MessageFactory(html="<p>Thank you.</p>")
    assert send(clock) == 1
    assert send(clock) == 0
    sent = mail.outbox[0]
    assert (sent.to, sent.subject, sent.body) == ([message.to], "We have your application", "Thank you.")
    assert sent.alternatives[0].content == "<p>Thank you.</p>"
    assert sent.extra_headers["Message-ID"] == message.message_id
    message.refresh_from_db()
    assert (message.sent_at, message.claimed_by, message.claimed_until, message.attempts) == (clock.now, "", None, 1)


def test_message_that_is_not_due_waits(clock):
    MessageFactory(due_at=clock.now + timedelta(minutes=1))
    assert send(clock) == 0
    clock.forward(minutes=1)
    assert send(clock) == 1


def test_oldest_goes_first_and_a_batch_ends_at_its_limit(clock):
    for minutes in (1, 3, 2):
        MessageFactory(due_at=clock.now - timedelta(minutes=minutes), subject=f"{minutes}")
    assert send(clock, limit=2) == 2
    assert [sent.subject for sent in mail.outbox] == ["3", "2"]
    assert send(clock) == 1


def test_batch_ends_when_the_worker_is_asked_to_stop(clock):
    MessageFactory.create_batch(3)
    assert send(clock, stopped=lambda: len(mail.outbox) == 1) == 1
    assert Message.objects.filter(claimed_by="").count() == 3


def test_secret_is_wiped_once_sent(clock):
    secret = MessageFactory(is_secret=True, body="Your code is 123456.", html="<b>123456</b>")
    plain = MessageFactory()
    send(clock)
    assert {sent.body for sent in mail.outbox} == {"Your code is 123456.", "Thank you."}
    secret.refresh_from_db()
    plain.refresh_from_db()
    assert (secret.subject, secret.body, secret.html) == ("", "", "")
    assert plain.body == "Thank you."


# Claims ---------------------------------------------------------------------------------------------------


def test_claim_of_a_dead_worker_lapses_and_the_message_id_stays(clock):
    message = MessageFactory()
    assert outbox.claim_one(worker="dead", at=clock()) == message
    assert send(clock) == 0
    clock.forward(seconds=outbox.LEASE.total_seconds() - 1)
    assert send(clock) == 0
    clock.forward(seconds=1)
    assert send(clock) == 1
    assert mail.outbox[0].extra_headers["Message-ID"] == message.message_id


def test_worker_that_was_slow_does_not_mark_what_another_holds(clock, monkeypatch):
    message = MessageFactory()

    def slowly(mail_message):
        # The claim lapses while the message is being sent, and a second worker takes it.
        clock.forward(seconds=outbox.LEASE.total_seconds() + 1)
        assert outbox.claim_one(worker="two", at=clock()) == message

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", slowly)
    assert send(clock) == 0
    message.refresh_from_db()
    assert (message.claimed_by, message.sent_at) == ("two", None)


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_never_send_one_twice():
    MessageFactory.create_batch(40, person=UserFactory())
    counts = all_at_once(
        [lambda number=number: outbox.send_due(worker=f"worker-{number}", clock=timezone.now) for number in range(4)]
    )
    # On PostgreSQL a worker may find all rows in the others' hands and stop early; what is due stays due.
    counts.append(outbox.send_due(worker="last", clock=timezone.now))
    assert sum(counts) == 40
    assert Counter(Counter(sent.extra_headers["Message-ID"] for sent in mail.outbox).values()) == {1: 40}
    assert not Message.objects.unsent().exists()


# Failures -------------------------------------------------------------------------------------------------


def test_failure_waits_longer_each_time_and_is_given_up_at_last(clock, smtp):
    message = MessageFactory(to="nobody@example.org", is_secret=True)
    smtp.refused = {"nobody@example.org"}
    waits = []
    for _ in range(outbox.GIVE_UP_AFTER):
        assert send(clock) == 0
        message.refresh_from_db()
        waits.append((message.due_at - clock.now).total_seconds() / 60)
        assert (message.claimed_by, message.last_error) == ("", "SMTPRecipientsRefused")
        assert "nobody" not in message.last_error
        clock.now = message.due_at
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]
    assert message.given_up_at is not None
    # The code in it is of no use any more, to anybody.
    assert message.body == ""
    clock.forward(days=30)
    assert send(clock) == 0


def test_one_bad_message_does_not_hold_up_the_others(clock, smtp):
    smtp.refused = {"nobody@example.org"}
    MessageFactory(to="nobody@example.org", due_at=clock.now - timedelta(hours=1))
    MessageFactory(to="no address at all\r\nBcc: x@example.org", due_at=clock.now - timedelta(hours=1))
    MessageFactory.create_batch(3)
    assert send(clock) == 3
    assert len(smtp.received) == 3
    assert Message.objects.unsent().count() == 2


def test_batch_goes_over_one_connection(clock, smtp):
    MessageFactory.create_batch(5)
    assert send(clock) == 5
    assert smtp.connections == 1


def test_outage_counts_against_no_message(clock, settings, smtp):
    messages = MessageFactory.create_batch(2)
    settings.EMAIL_PORT = 1
    for _ in range(outbox.GIVE_UP_AFTER * 2):
        assert send(clock) == 0
        clock.forward(minutes=1)
    for message in messages:
        message.refresh_from_db()
        assert (message.attempts, message.given_up_at, message.claimed_by) == (0, None, "")
    settings.EMAIL_PORT = smtp.port
    assert send(clock) == 2


def test_server_that_hangs_up_costs_one_attempt(clock, smtp):
    first, second = (MessageFactory(due_at=clock.now - timedelta(minutes=minutes)) for minutes in (2, 1))

    def hang_up(message):
        if len(smtp.received) == 1:
            raise OSError("gone")

    smtp.before_acknowledging = hang_up
    assert send(clock) == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.sent_at, first.attempts, second.sent_at) == (None, 1, clock.now)
    clock.forward(minutes=1)
    assert send(clock) == 1
    assert [message["Message-ID"] for message in smtp.received] == [
        first.message_id, second.message_id, first.message_id,
    ]  # fmt: skip


# Trying again ---------------------------------------------------------------------------------------------


def test_staff_may_try_a_message_again(clock):
    message = MessageFactory(given_up_at=clock.now, attempts=12, due_at=clock.now + timedelta(hours=6))
    assert outbox.retry(message, at=clock())
    assert send(clock) == 1
    assert not outbox.retry(message, at=clock())


def test_what_a_worker_holds_is_not_tried_beside_it(clock):
    message = MessageFactory()
    outbox.claim_one(worker="one", at=clock())
    assert not outbox.retry(message, at=clock())
    clock.forward(seconds=outbox.LEASE.total_seconds())
    assert outbox.retry(message, at=clock())


def test_wiped_secret_is_not_sent_empty(clock):
    message = MessageFactory(is_secret=True, body="", subject="", given_up_at=clock.now, attempts=12)
    assert not outbox.retry(message, at=clock())
    assert send(clock) == 0
