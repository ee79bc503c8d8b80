"""Many at once, with real threads against a real database: one application, one send, one receipt, and a just deadline."""

import random
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applications import drafting
from applications.models import Answer, Application, Form, HistoryEntry, Message, SavedSection
from applications.states import Action, Event, Status
from community.models import User
from tests import factories
from tests.cast import signed_in
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 20


def test_twenty_presses_of_begin_make_one_application(alice, posting) -> None:
    url = reverse("apply", args=[posting.slug])
    browsers = [signed_in(alice) for _ in range(AT_ONCE)]
    answers = all_at_once([lambda browser=browser: browser.post(url) for browser in browsers])
    application = Application.objects.get()
    assert {answer.status_code for answer in answers} == {302}
    assert {answer.url for answer in answers} == {reverse("edit_section", args=[application.code, "about-you"])}
    assert [entry.action for entry in HistoryEntry.objects.all()] == [Event.BEGIN]
    assert Form.objects.count() == 1


def test_twenty_presses_of_send_make_one_send_one_receipt_one_history_row(alice, posting) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, answers=True)
    url = reverse("check_answers", args=[application.code])
    browsers = [signed_in(alice) for _ in range(AT_ONCE)]
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
def test_two_hundred_sends_across_the_deadline_land_on_the_right_side(posting, now) -> None:
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
    posting.closes_at = now + timedelta(minutes=1)
    posting.save()
    # Pressed at its own moment each, from a second before the close to a second after, and served in any order: what
    # counts is the press, however long it waited for others.
    pressed = [(draft, posting.closes_at + timedelta(seconds=(n - 100) / 100)) for n, draft in enumerate(drafts)]
    random.Random(5).shuffle(pressed)
    arrived: dict[int, tuple[datetime, bool]] = {}

    def send_in_turn(first: int) -> None:
        for draft, at in pressed[first::AT_ONCE]:
            try:
                drafting.submit(draft, by=draft.applicant, at=at)
            except drafting.DraftingRefused:
                arrived[draft.pk] = (at, False)
            else:
                arrived[draft.pk] = (at, True)

    assert all_at_once([lambda first=first: send_in_turn(first) for first in range(AT_ONCE)]) == [None] * AT_ONCE
    assert len(arrived) == 200
    for at, is_taken in arrived.values():
        assert is_taken == (at < posting.closes_at)
    sent = set(Application.objects.filter(status=Status.SUBMITTED).values_list("pk", flat=True))
    assert sent == {pk for pk, (_at, is_taken) in arrived.items() if is_taken}
    assert len(sent) == Application.objects.filter(status=Status.DRAFT).count() == 100
    assert set(Message.objects.values_list("application", flat=True)) == sent
    assert Message.objects.count() == HistoryEntry.objects.filter(action=Action.SUBMIT).count() == len(sent)
