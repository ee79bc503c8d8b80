"""Many at once, with real threads against a real database: one application, one send, one receipt, and a just deadline."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications import drafting
from applications.models import Answer, Application, Form, HistoryEntry, Message, SavedSection
from applications.states import Action, Event, Status
from community.models import User
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 20


def all_at_once(jobs: list[Callable[[], Any]]) -> list[Any]:
    """What each job returned or raised, after all were let go at the same moment, each in a thread of its own."""
    gate = threading.Barrier(len(jobs))
    results: list[Any] = [None] * len(jobs)

    def run(number: int) -> None:
        try:
            gate.wait(timeout=30)
            results[number] = jobs[number]()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not any(thread.is_alive() for thread in threads)
    return results


def browser_of(person: User) -> Client:
    """A browser of one's own for each thread: Django's client is not made to be shared."""
    client = Client()
    client.force_login(person)
    return client


def test_twenty_presses_of_begin_make_one_application(alice, posting) -> None:
    url = reverse("apply", args=[posting.slug])
    browsers = [browser_of(alice) for _ in range(AT_ONCE)]
    answers = all_at_once([lambda browser=browser: browser.post(url) for browser in browsers])
    application = Application.objects.get()
    assert {answer.status_code for answer in answers} == {302}
    assert {answer.url for answer in answers} == {reverse("edit_section", args=[application.code, "about-you"])}
    assert [entry.action for entry in HistoryEntry.objects.all()] == [Event.BEGIN]
    assert Form.objects.count() == 1


def test_twenty_presses_of_send_make_one_send_one_receipt_one_history_row(alice, posting) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, answers=True)
    url = reverse("check_answers", args=[application.code])
    browsers = [browser_of(alice) for _ in range(AT_ONCE)]
    answers = all_at_once([lambda browser=browser: browser.post(url) for browser in browsers])
    assert {answer.status_code for answer in answers} == {302}
    assert {answer.url for answer in answers} == {application.get_absolute_url()}
    application.refresh_from_db()
    assert application.status == Status.SUBMITTED
    assert Message.objects.count() == 1
    assert HistoryEntry.objects.filter(action=Action.SUBMIT).count() == 1


def test_saving_and_sending_at_once_lose_nothing(alice, posting, now) -> None:
    """Whatever was saved before the send is in it; whatever came after was refused, and told so."""
    application = factories.ApplicationFactory(posting=posting, applicant=alice, answers=True)
    section = next(section for section in application.form.parts if section.slug == "this-role")
    why = next(question for question in section.asked if question.key == "why")

    def save(number: int) -> int:
        drafting.save_answers(application, section, {why.pk: f"Version {number}"}, by=alice, at=now)
        return number

    def send() -> str:
        drafting.submit(application, by=alice, at=now)
        return "sent"

    results = all_at_once([*(lambda number=number: save(number) for number in range(AT_ONCE)), send])
    assert results[-1] == "sent"
    refused = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(result, drafting.DraftingRefused) for result in refused)
    kept = Answer.objects.get(application=application, question=why).value
    assert kept in Message.objects.get().body
    assert SavedSection.objects.get(section=section).version == 1 + AT_ONCE - len(refused)


def test_withdrawing_discarding_and_saving_at_once_break_nothing(alice, posting, now) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, answers=True)
    section = application.form.parts[0]
    name = section.asked[0]
    results = all_at_once(
        [
            *[lambda: drafting.discard(application, by=alice, at=now)] * 3,
            *[lambda: drafting.save_answers(application, section, {name.pk: "Amina"}, by=alice, at=now)] * 5,
            *[lambda: drafting.submit(application, by=alice, at=now)] * 3,
        ]
    )
    errors = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(error, drafting.lifecycle.Refused) for error in errors), errors
    assert Application.objects.filter(status=Status.DRAFT).count() == 0
    assert Message.objects.count() == Application.objects.count()


@pytest.mark.slow
def test_two_hundred_sends_across_the_deadline_land_on_the_right_side(posting) -> None:
    form = factories.ensure_form(posting)
    people = User.objects.bulk_create([User(email=f"person{n}@deadline.example.org", password="!") for n in range(200)])
    drafts = Application.objects.bulk_create(
        [Application(posting=posting, form=form, applicant=person, created_at=timezone.now()) for person in people]
    )
    asked = [question for question in form.questions if question.required]
    Answer.objects.bulk_create(
        [
            Answer(application=draft, question=question, value=factories.answer_for(question))
            for draft in drafts
            for question in asked
        ]
    )
    posting.closes_at = timezone.now() + timedelta(seconds=2.5)
    posting.save()
    arrived: dict[int, tuple[datetime, bool]] = {}

    def send_in_turn(first: int) -> None:
        """Every twentieth draft, each at its own moment between a second before the close and a second after."""
        for number in range(first, len(drafts), AT_ONCE):
            moment = posting.closes_at + timedelta(seconds=(number - 100) / 100)
            time.sleep(max(0.0, (moment - timezone.now()).total_seconds()))
            at = timezone.now()
            try:
                drafting.submit(drafts[number], by=people[number], at=at)
            except drafting.DraftingRefused:
                arrived[drafts[number].pk] = (at, False)
            else:
                arrived[drafts[number].pk] = (at, True)

    results = all_at_once([lambda first=first: send_in_turn(first) for first in range(AT_ONCE)])
    assert results == [None] * AT_ONCE
    assert len(arrived) == 200
    for at, is_taken in arrived.values():
        assert is_taken == (at < posting.closes_at)
    sent = set(Application.objects.filter(status=Status.SUBMITTED).values_list("pk", flat=True))
    assert sent == {pk for pk, (_at, is_taken) in arrived.items() if is_taken}
    assert 0 < len(sent) < 200
    assert Application.objects.filter(status=Status.DRAFT).count() == 200 - len(sent)
    assert set(Message.objects.values_list("application", flat=True)) == sent
    assert Message.objects.count() == HistoryEntry.objects.filter(action=Action.SUBMIT).count() == len(sent)
