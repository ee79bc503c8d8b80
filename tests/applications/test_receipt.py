"""The letters to the applicant: the receipt holds every answer, and every outcome has its words."""

import pytest
from django.urls import reverse

from applications import answering, drafting
from applications.models import Application, Message
from applications.states import Status
from tests import factories

pytestmark = pytest.mark.django_db

TYPED = {
    "name": "Amina & Sons <b>",
    "code_host": "https://codeberg.org/amina",
    "why": "First line.\nSecond line, with “quotes” & <tags>.",
    "first": "SQL",
    "others": ["Python", "SQL"],
    "together": False,
    "years": 2.5,
    "agree": True,
}


@pytest.fixture
def sent(posting, alice, now) -> Application:
    application = factories.ApplicationFactory(
        posting=posting, applicant=alice, form=factories.whole_form(posting), answers=TYPED
    )
    factories.UploadFactory(application=application, name="cv of amina.pdf")
    return drafting.submit(application, by=alice, at=now)


def test_receipt_holds_every_question_and_answer_as_sent(sent, alice) -> None:
    message = Message.objects.get()
    assert message.to == alice.email
    assert sent.code in message.subject
    assert sent.code in message.body
    for question in sent.form.questions:
        assert question.label in message.body
    for shown in ("Amina & Sons <b>", "\n  First line.\n", "\n  Second line, with “quotes” & <tags>.", "Python, SQL",
                  "\n  No\n", "2.5", "\n  Yes\n", "https://codeberg.org/amina", "cv of amina.pdf"):  # fmt: skip
        assert shown in message.body, shown
    assert reverse("application", args=[sent.code]) in message.body
    assert "whatever the answer" in message.body


def test_unanswered_questions_are_named_too(posting, alice, now) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, answers={"phone": None})
    drafting.submit(application, by=alice, at=now)
    assert "(no answer)" in Message.objects.get().body


def test_receipt_is_written_once(sent, alice, now) -> None:
    drafting.submit(sent, by=alice, at=now)
    assert Message.objects.count() == 1


def test_a_name_cannot_break_a_subject(posting, alice, now) -> None:
    posting.title = "Backend\r\nBcc: everybody@example.org"
    posting.save()
    application = factories.ApplicationFactory(posting=posting, applicant=alice, answers=True)
    drafting.submit(application, by=alice, at=now)
    assert "\n" not in Message.objects.get().subject
    assert "\r" not in Message.objects.get().subject


@pytest.mark.parametrize(
    ("verb", "status", "words"),
    [
        (drafting.withdraw, Status.SUBMITTED, "You have withdrawn your application"),
        (answering.accept_offer, Status.OFFERED, "you now belong to Clinic Queue"),
        (answering.turn_down_offer, Status.OFFERED, "You have turned down the place"),
    ],
)
def test_every_press_has_its_letter(posting, alice, now, verb, status, words) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=status)
    verb(application, by=alice, at=now)
    message = Message.objects.get()
    assert words in message.body
    assert "Backend Engineer" in message.body
    assert "http://testserver/" in message.body
    assert "&#" not in message.body
