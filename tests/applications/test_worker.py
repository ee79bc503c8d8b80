"""The worker as a process of its own: what it does when it is killed, stopped, or without a database or mail server."""

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.utils import timezone

from applications import deciding, purging
from applications.management.commands.run_worker import HEARTBEAT
from applications.models import Alert, Application, Message
from applications.models.decisions import Outcome
from applications.states import Status
from tests.factories import AlertFactory, ApplicationFactory, DecisionFactory, MessageFactory, UserFactory
from tests.smtp import Sink

ROOT = Path(__file__).resolve().parents[2]


def database_url():
    """This test's database, as a process of its own reaches it."""
    held = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{held['NAME']}"
    secret = f":{held['PASSWORD']}" if held["PASSWORD"] else ""
    return f"postgres://{held['USER']}{secret}@{held['HOST']}:{held['PORT']}/{held['NAME']}"


@pytest.fixture
def worker():
    """Starts workers that speak to a sink; ends those that the test left."""
    started = []

    def start(sink, *words):
        environment = {**os.environ, "DATABASE_URL": database_url(), "EMAIL_URL": sink.url}
        command = [sys.executable, "manage.py", "run_worker", *words]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait(timeout=20)
        process.stdout.close()


def lapse_claims():
    """As if two minutes had passed."""
    Message.objects.filter(claimed_until__isnull=False).update(claimed_until=timezone.now() - timedelta(seconds=1))


# Killed -------------------------------------------------------------------------------------------------


def kill_while_it_sends(worker, sink, number, ahead=0):
    """Starts a worker and kills it as soon as the sink has received so many messages in all, by whomever.

    Of `ahead` more it may hear meanwhile that they arrived, wherever the kill then finds it; the next waits for the kill.
    With none it dies between sending that message and hearing so.
    """

    def hold(message):
        if len(sink.received) >= number + ahead:
            # Holds its answer until the sender is dead.
            process.wait(timeout=60)

    sink.before_acknowledging = hold
    process = worker(sink)
    sink.wait_until(lambda: len(sink.received) >= number)
    process.kill()
    assert process.wait(timeout=20) == -signal.SIGKILL


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killed_between_sending_and_marking_loses_none_and_repeats_one_with_its_message_id(worker):
    messages = MessageFactory.create_batch(6, person=UserFactory())
    with Sink() as sink:
        kill_while_it_sends(worker, sink, 3)
        # Two were acknowledged. Marking the second may have been in flight; the third was sent and never marked.
        assert Message.objects.unsent().count() in {4, 5}
        assert Message.objects.filter(claimed_until__isnull=False, sent_at__isnull=True).count() == 1
        # While the dead worker's claim stands, nobody sends that message: the others go out.
        assert worker(sink, "--once").wait(timeout=60) == 0
        assert Message.objects.unsent().count() == 1
        lapse_claims()
        assert worker(sink, "--once").wait(timeout=60) == 0
        assert not Message.objects.unsent().exists()
        times = Counter(message["Message-ID"] for message in sink.received)
    assert set(times) == {message.message_id for message in messages}
    assert Counter(times.values()) == {1: 5, 2: 1}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killed_again_and_again_loses_none(worker):
    messages = MessageFactory.create_batch(30, person=UserFactory())
    kills = 3
    with Sink() as sink:
        for ahead in range(kills):
            kill_while_it_sends(worker, sink, len(sink.received) + 4, ahead=ahead)
            lapse_claims()
        assert worker(sink, "--once").wait(timeout=60) == 0
        times = Counter(message["Message-ID"] for message in sink.received)
    assert set(times) == {message.message_id for message in messages}
    # At most one duplicate for each kill.
    assert sum(times.values()) - len(times) <= kills
    assert not Message.objects.unsent().exists()


# Stopped ------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_stopped_politely_it_finishes_the_message_it_is_at(worker):
    MessageFactory.create_batch(5, person=UserFactory())
    with Sink() as sink:

        def stop_it(message):
            if len(sink.received) == 2:
                # It has one thread, which waits for our answer: the signal reaches it before the answer does.
                process.send_signal(signal.SIGTERM)

        sink.before_acknowledging = stop_it
        process = worker(sink)
        assert process.wait(timeout=60) == 0
        assert len(sink.received) == 2
    assert Message.objects.unsent().count() == 3
    assert not Message.objects.exclude(claimed_by="").exists()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_it_picks_up_what_is_written_while_it_runs(worker):
    cache.delete(HEARTBEAT)
    with Sink() as sink:
        process = worker(sink)
        for number in (1, 2):
            MessageFactory()
            # It hangs up at the end of a round: the next message is another round's.
            sink.wait_until(lambda number=number: sink.connections == sink.ended == number)
            assert len(sink.received) == number
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
    assert cache.get(HEARTBEAT) is not None


# Once -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_once_does_everything_that_is_due(mailoutbox):
    now = timezone.now()
    staged = DecisionFactory(
        application=ApplicationFactory(status=Status.IN_REVIEW),
        outcome=Outcome.DECLINE,
        release_at=now - timedelta(minutes=1),
        body="We chose others this time.",
    )
    offered = ApplicationFactory(status=Status.OFFERED, decision__answer_by=now - timedelta(minutes=1))
    MessageFactory(body="waiting")
    call_command("run_worker", once=True)
    assert Application.objects.get(pk=staged.application_id).status == Status.DECLINED
    assert Application.objects.get(pk=offered.pk).status == Status.LAPSED
    # What was released and what lapsed in this very run has been told.
    assert {sent.to[0] for sent in mailoutbox} >= {staged.application.applicant.email, offered.applicant.email}
    assert not Message.objects.unsent().exists()
    assert cache.get(HEARTBEAT) >= now


@pytest.mark.parametrize("error", [RuntimeError("a bug in a letter"), IntegrityError("a row that cannot be")])
@pytest.mark.django_db
def test_step_that_breaks_does_not_hold_up_the_mail_and_is_no_success(monkeypatch, mailoutbox, error):
    def broken(at):
        raise error

    monkeypatch.setattr(deciding, "release_due", broken)
    cache.delete(HEARTBEAT)
    MessageFactory()
    with pytest.raises(CommandError, match="The log says why"):
        call_command("run_worker", once=True)
    assert len(mailoutbox) == 1
    # The heart does not beat for a worker that gets nothing done.
    assert cache.get(HEARTBEAT) is None


@pytest.mark.django_db
def test_a_reminder_that_breaks_does_not_hold_up_what_else_is_done_each_minute(monkeypatch):
    def broken(at):
        raise RuntimeError("a bug in a reminder")

    monkeypatch.setattr(purging, "remind_due", broken)
    now = timezone.now()
    old = ApplicationFactory(status=Status.DRAFT, posting__opens_at=now - timedelta(days=90),
                             posting__closes_at=now - timedelta(days=61))  # fmt: skip
    alert = AlertFactory(keep_asked_at=now - timedelta(days=31))
    with pytest.raises(CommandError):
        call_command("run_worker", once=True)
    assert not Application.objects.filter(pk=old.pk).exists()
    assert Alert.objects.get(pk=alert.pk).ended_at is not None


@pytest.mark.slow
@pytest.mark.django_db
def test_without_a_database_it_says_so(tmp_path):
    environment = {**os.environ, "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    done = subprocess.run(
        [sys.executable, "manage.py", "run_worker", "--once"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "Not everything that was due could be done" in done.stderr
    assert "Traceback" not in done.stderr
