"""Drafts that were never sent: two reminders before the close, and the end of them sixty days after it."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from applications import purging
from applications.models import Application, Message
from applications.states import Status
from community.models import Posting
from tests import factories
from tests.applications.test_worker import kill_while_it_sends, worker  # noqa: F401 (a fixture)
from tests.racing import all_at_once
from tests.smtp import Sink

pytestmark = pytest.mark.django_db


def closing(now, **ahead):
    return factories.PostingFactory(opens_at=now - timedelta(days=200), closes_at=now + timedelta(**ahead))


def keys():
    return sorted(Message.objects.filter(key__startswith="reminder:").values_list("key", flat=True))


def draft_on(posting, now, **fields):
    return factories.ApplicationFactory(posting=posting, created_at=now - timedelta(days=30), **fields)


@pytest.mark.parametrize(
    ("ahead", "days"),
    [
        ({"days": 20}, []), ({"days": 10, "minutes": 1}, []), ({"days": 10}, [10]), ({"days": 5}, [10]),
        ({"days": 2, "minutes": 1}, [10]), ({"days": 2}, [2]), ({"hours": 1}, [2]), ({"hours": -1}, []),
    ],
)  # fmt: skip
def test_reminded_ten_days_and_two_days_before(now, ahead, days) -> None:
    draft = draft_on(closing(now, **ahead), now)
    assert purging.remind_due(now) == len(days)
    assert keys() == [f"reminder:{number}:{draft.code}" for number in days]
    assert purging.remind_due(now) == 0
    assert len(keys()) == len(days)


def test_both_in_their_time_and_never_a_third(now) -> None:
    draft = draft_on(closing(now, days=10), now)
    for hours in range(0, 241, 6):
        purging.remind_due(now + timedelta(hours=hours))
    assert keys() == [f"reminder:10:{draft.code}", f"reminder:2:{draft.code}"]


def test_it_says_what_is_missing_when_it_closes_and_where_to_go_on(now) -> None:
    posting = closing(now, days=2)
    draft = draft_on(posting, now, answers={"name": "Amina", "why": None, "learn": None})
    purging.remind_due(now)
    message = Message.objects.get()
    assert message.to == draft.applicant.email
    assert posting.title in message.subject
    assert "2 answers are missing" in message.body
    assert draft.get_absolute_url() in message.body
    assert "Dear Amina" in message.body
    assert f"{posting.closes_at.astimezone(posting.time_zone):%H:%M}" in message.body


def test_nothing_missing_is_said_too(now) -> None:
    draft_on(closing(now, days=2), now, answers=True)
    purging.remind_due(now)
    assert "Only the sending is left" in Message.objects.get().body


def test_it_is_in_the_zone_that_the_person_chose(now) -> None:
    posting = closing(now, days=2)
    draft_on(posting, now, applicant=factories.UserFactory(time_zone="Indian/Mauritius"))
    purging.remind_due(now)
    assert "UTC+4" in Message.objects.get().body


def test_a_zone_that_there_is_not_counts_as_none_chosen(now) -> None:
    posting = closing(now, days=2)
    draft_on(posting, now, applicant=factories.UserFactory(time_zone="Lagos"))
    draft_on(posting, now)
    assert purging.remind_due(now) == 2
    told = f"{posting.closes_at.astimezone(posting.time_zone):%H:%M}"
    assert all(told in message.body for message in Message.objects.all())


def test_who_is_left_in_peace(now) -> None:
    posting = closing(now, days=1)
    draft_on(posting, now, status=Status.SUBMITTED)
    draft_on(posting, now, status=Status.WITHDRAWN)
    draft_on(posting, now, applicant=factories.UserFactory(is_active=False))
    factories.ApplicationFactory(posting=posting, created_at=now - timedelta(hours=1))
    closed = closing(now, days=1)
    Posting.objects.filter(pk=closed.pk).update(state=Posting.State.CLOSED)
    draft_on(closed, now)
    assert purging.remind_due(now) == 0
    assert keys() == []


def test_same_queries_to_find_nothing_whatever_was_told(now, django_assert_num_queries) -> None:
    posting = closing(now, days=2)
    for number in (1, 3):
        for _ in range(number):
            draft_on(posting, now)
        purging.remind_due(now)
        with django_assert_num_queries(2):
            purging.remind_due(now)


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_write_each_once(now) -> None:
    posting = closing(now, days=2)
    drafts = [draft_on(posting, now) for _ in range(5)]
    results = all_at_once([lambda: purging.remind_due(now)] * 6)
    assert not [result for result in results if isinstance(result, Exception)]
    assert keys() == sorted(f"reminder:2:{draft.code}" for draft in drafts)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_loses_none_and_repeats_none(now, worker) -> None:  # noqa: F811
    posting = closing(now, days=2)
    drafts = [draft_on(posting, now) for _ in range(3)]
    with Sink() as sink:
        kill_while_it_sends(worker, sink, 1)
        Message.objects.filter(claimed_until__isnull=False).update(claimed_until=now)
        assert worker(sink, "--once").wait(timeout=60) == 0
    assert keys() == sorted(f"reminder:2:{draft.code}" for draft in drafts)
    assert not Message.objects.unsent().exists()
    assert {message["To"] for message in sink.received} == {draft.applicant.email for draft in drafts}
    assert len({message["Message-ID"] for message in sink.received}) == 3


# The end of a draft ------------------------------------------------------------------------------------------


def test_drafts_end_sixty_days_after_the_close_with_their_files(now, media, django_capture_on_commit_callbacks) -> None:
    over, young = closing(now, days=-60), closing(now, days=-59)
    gone, kept = draft_on(over, now, answers=True), draft_on(young, now)
    sent = draft_on(over, now, status=Status.SUBMITTED)
    lost, stays = factories.UploadFactory(application=gone), factories.UploadFactory(application=sent)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("run_worker", once=True)
    assert set(Application.objects.values_list("pk", flat=True)) == {kept.pk, sent.pk}
    assert not (media / lost.file.name).exists()
    assert (media / stays.file.name).exists()
    assert purging.purge_drafts(now) == 0


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_delete_each_once(now) -> None:
    over = closing(now, days=-61)
    for _ in range(4):
        draft_on(over, now, answers=True)
    results = all_at_once([lambda: purging.purge_drafts(now)] * 6)
    assert not [result for result in results if isinstance(result, Exception)]
    assert sum(results) == 4
    assert not Application.objects.exists()


def test_a_role_that_opened_again_keeps_its_drafts(now) -> None:
    posting = closing(now, days=-61)
    draft_on(posting, now)
    Posting.objects.filter(pk=posting.pk).update(closes_at=now + timedelta(days=5))
    assert purging.purge_drafts(now) == 0


def test_the_draft_page_and_the_notice_say_so(as_alice, alice, stranger, now) -> None:
    for ahead, said in (({"days": 9}, "60 days after the role has closed"), ({"days": -1}, "It is deleted, with its")):
        draft = draft_on(closing(now, **ahead), now, applicant=alice)
        assert said in as_alice.get(draft.get_absolute_url()).text
    assert "60 days after the role has closed" in stranger.get(reverse("privacy")).text
