"""Proof of what was sent: bytes that never change, and the digest that the receipt and the page repeat."""

import hashlib
import json
import unicodedata

import pytest
from django.urls import reverse

from applications import drafting, sealing
from applications.models import Application, Message, Revision
from applications.states import Status
from tests import factories

pytestmark = pytest.mark.django_db

TYPED = {"name": "Aïcha Traoré", "why": "First line.\nSecond “line” & <tags>.", "together": False, "years": 2.5}


@pytest.fixture
def draft(posting, alice) -> Application:
    application = factories.ApplicationFactory(
        posting=posting, applicant=alice, form=factories.whole_form(posting), answers=TYPED
    )
    factories.UploadFactory(application=application, name="cv of aicha.pdf")
    return application


@pytest.fixture
def sent(draft, alice, now) -> Application:
    return drafting.submit(draft, by=alice, at=now)


def url(application: Application, number: int = 1) -> str:
    return reverse("sent_answers", args=[application.code, number])


def test_address() -> None:
    assert reverse("sent_answers", args=["ABC", 2]) == "/applications/ABC/sent/2.json"


def test_file_is_the_bytes_of_the_digest(as_alice, sent) -> None:
    answer = as_alice.get(url(sent))
    assert answer.status_code == 200
    assert hashlib.sha256(answer.content).hexdigest() == sent.digest
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="{sent.code}-1.json"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"]


def test_every_answer_stands_in_it_in_the_words_it_answered(as_alice, sent) -> None:
    told = json.loads(as_alice.get(url(sent)).content)
    assert [set(answer) for answer in told] == [{"section", "key", "label", "kind", "value"}] * len(told)
    assert [answer["key"] for answer in told] == [question.key for question in sent.form.questions]
    by_key = {answer["key"]: answer for answer in told}
    for key, value in TYPED.items():
        assert by_key[key]["value"] == value
    assert by_key["name"]["label"] == "What is your name?"
    assert by_key["name"]["section"] == "About you"
    assert by_key["cv"]["value"] == {
        "name": "cv of aicha.pdf",
        "size": len(factories.PDF),
        "sha256": hashlib.sha256(factories.PDF).hexdigest(),
    }


def test_a_question_reworded_later_keeps_its_words_here(as_alice, sent) -> None:
    question = sent.form.questions[0]
    question.label = "Something else?"
    question.save()
    assert json.loads(as_alice.get(url(sent)).content)[0]["label"] == "What is your name?"


def test_receipt_and_page_repeat_the_digest(as_alice, sent) -> None:
    message = Message.objects.get()
    assert message.key == f"receipt:{sent.code}:1"
    for shown in (message.body, as_alice.get(sent.get_absolute_url()).text):
        assert sent.digest in shown
        assert url(sent) in shown


def test_one_text_in_two_unicode_forms_has_one_digest() -> None:
    digests = {
        sealing.digest_of(sealing.canonical([{"key": "name", "value": unicodedata.normalize(form, "Aïcha Ọlá")}]))
        for form in ("NFC", "NFD")
    }
    assert len(digests) == 1


def test_canonical_form_is_one_and_only_one() -> None:
    """The oracle is typed by hand: sorted keys, no space, characters as they are."""
    assert sealing.canonical([{"value": ["é", 1, None, True], "key": "x"}]) == (
        '[{"key":"x","value":["é",1,null,true]}]'
    )


def test_a_retry_seals_nothing_more(sent, alice, now) -> None:
    drafting.submit(sent, by=alice, at=now)
    assert list(Revision.objects.values_list("number", flat=True)) == [1]


def test_a_file_as_attached_has_its_digest_at_once(as_alice, draft) -> None:
    from_disk = [sealing.file_digest(upload) for upload in draft.uploads.all()]
    assert from_disk == [hashlib.sha256(factories.PDF).hexdigest()]


def test_who_reads_it(as_alice, as_bob, as_carol, as_charlie, stranger, sent) -> None:
    assert as_carol.get(url(sent)).status_code == 200
    for client in (as_bob, as_charlie):
        assert client.get(url(sent)).status_code == 404
    assert stranger.get(url(sent)).status_code == 302
    for number in (0, 2, 10**30):
        assert as_alice.get(url(sent, number)).status_code == 404
    assert as_alice.post(url(sent)).status_code == 405


def test_staff_see_each_revision(as_carol, sent) -> None:
    page = as_carol.get(reverse("admin:applications_application_change", args=[sent.pk]))
    assert sent.digest in page.text
    assert f'href="{url(sent)}"' in page.text


def test_a_draft_has_none(as_alice, draft) -> None:
    assert as_alice.get(url(draft)).status_code == 404
    assert (draft.status, draft.digest) == (Status.DRAFT, "")
