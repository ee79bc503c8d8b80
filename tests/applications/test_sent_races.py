"""What was sent, with many pressing at once: one copy, one revision, and an offer that is either open or lapsed."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications import answering, drafting, revising
from applications.models import Answer, Application, HistoryEntry, Letter, Message
from applications.states import Action, Event, Status
from community.models import Membership
from tests import factories
from tests.applications.test_drafting_races import AT_ONCE
from tests.cast import signed_in
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sent(posting, alice, now) -> Application:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, answers={"why": "As sent."})
    drafting.submit(application, by=alice, at=now)
    return Application.objects.get(pk=application.pk)


def pressed(person, url: str, data: dict[str, str] | None = None) -> set[int]:
    browsers = [signed_in(person) for _ in range(AT_ONCE)]
    answers = all_at_once([lambda browser=browser: browser.post(url, data) for browser in browsers])
    return {answer.status_code for answer in answers}


def test_twenty_presses_of_change_make_one_copy(alice, sent) -> None:
    assert pressed(alice, reverse("change_answers", args=[sent.code])) == {302}
    assert Application.objects.filter(changes=sent).count() == 1
    assert Answer.objects.filter(application__changes=sent).count() == sent.answers.count()


def test_twenty_presses_of_send_make_one_revision_with_one_receipt(alice, sent, now) -> None:
    revising.change_answers(sent, by=alice, at=now)
    Answer.objects.filter(application__changes=sent, question__key="why").update(value="As changed.")
    assert pressed(alice, reverse("check_answers", args=[sent.code])) == {302}
    assert [revision.number for revision in sent.revisions.all()] == [1, 2]
    assert Message.objects.count() == 2
    assert HistoryEntry.objects.filter(action=Event.REVISE).count() == 1
    assert Answer.objects.get(application=sent, question__key="why").value == "As changed."


def test_saving_and_sending_at_once_send_a_whole_text(alice, sent, now) -> None:
    """What was saved before the sending is in it; what came after was refused, and told so."""
    copy = revising.change_answers(sent, by=alice, at=now)
    section = next(section for section in copy.form.parts if section.slug == "this-role")
    why = next(question for question in section.asked if question.key == "why")

    def save(number: int) -> None:
        drafting.save_answers(copy, section, {why.pk: f"Version {number}"}, by=alice, at=now)

    jobs = [lambda number=number: save(number) for number in range(AT_ONCE)]
    results = all_at_once([*jobs, lambda: revising.send_changes(sent, by=alice, at=now)])
    assert all(result is None or isinstance(result, drafting.DraftingRefused) for result in results[:-1])
    assert not isinstance(results[-1], Exception)
    value = Answer.objects.get(application=sent, question=why).value
    assert value in sent.revisions.last().content
    assert not Application.objects.filter(changes=sent).exists()


def test_undoing_and_lapsing_at_once_leave_the_offer_open_or_lapsed(alice, posting, now) -> None:
    application = factories.ApplicationFactory(
        posting=posting, applicant=alice, status=Status.OFFERED, decision__answer_by=now + timedelta(seconds=1)
    )
    answering.accept_offer(application, by=alice, at=now)
    # The worker looks a moment later, when the date has passed.
    later = now + timedelta(seconds=2)
    results = all_at_once(
        [
            *[lambda: answering.undo_answer(application, by=alice, at=now)] * 5,
            *[lambda: answering.expire_offers(later)] * 5,
        ]
    )
    assert not any(isinstance(result, Exception) for result in results)
    application.refresh_from_db()
    # Taken back in time: the rest of the day is theirs, so nothing lapses.
    assert application.status == Status.OFFERED
    assert HistoryEntry.objects.filter(action=Action.UNDO_ACCEPT).count() == 1
    assert not Membership.objects.exists()


def test_twenty_presses_of_one_letter_are_one_letter(alice, sent) -> None:
    assert pressed(alice, reverse("write_letter", args=[sent.code]), {"text": "Is it here?"}) == {302}
    assert Letter.objects.count() == 1
