"""The applicant and the staff write to each other on the application's page; a mentor never does."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from applications import corresponding, deciding
from applications.models import Application, Letter, Message
from applications.models.decisions import Outcome
from applications.states import Status
from tests import factories
from tests.cast import signed_in
from tests.factories import LetterFactory
from tests.memory import forget

pytestmark = pytest.mark.django_db

TEXT = "I have moved to Kisumu. Does that change anything?"
LIST = "/admin/applications/application/"


@pytest.fixture
def sent(posting, alice) -> Application:
    return factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.IN_REVIEW)


def url(application: Application, name: str = "write_letter") -> str:
    return reverse(name, args=[application.code])


def staff_url(application: Application, name: str = "letter") -> str:
    return reverse(f"admin:applications_application_{name}", args=[application.pk])


def read(application: Application) -> list[bool]:
    return [letter.read_at is not None for letter in application.letters.all()]


# The applicant's page ------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.DRAFT}))
def test_whoever_sent_can_write_wherever_it_stands(as_alice, alice, posting, status) -> None:
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=status)
    assert as_alice.post(url(application), {"text": TEXT}).url == f"{application.get_absolute_url()}#letters"
    letter = Letter.objects.get()
    assert (letter.author, letter.from_staff, letter.text, letter.read_at) == (alice, False, TEXT, None)
    assert TEXT in as_alice.get(application.get_absolute_url()).text


@pytest.mark.parametrize("unseen", ["", " \n ", "\u200b\u200b", "\u2066\u2069"])
def test_what_nobody_sees_is_no_letter(as_alice, sent, unseen) -> None:
    assert "Write your message first." in as_alice.post(url(sent), {"text": unseen}).text
    assert not Letter.objects.exists()


def test_second_press_is_one_letter(as_alice, sent) -> None:
    for _ in range(2):
        as_alice.post(url(sent), {"text": TEXT})
    assert Letter.objects.count() == 1


def test_get_outsiders_and_strangers(as_alice, as_bob, as_carol, as_charlie, stranger, sent) -> None:
    for name in ("write_letter", "read_letters"):
        assert as_alice.get(url(sent, name)).status_code == 405
        for client in (as_bob, as_carol, as_charlie):
            assert client.post(url(sent, name), {"text": TEXT}).status_code == 404
    assert stranger.post(url(sent, "read_letters")).status_code == 302
    assert not Letter.objects.exists()


def test_draft_is_told_to_be_sent_first(as_alice, alice, posting) -> None:
    draft = factories.ApplicationFactory(posting=posting, applicant=alice)
    assert "Send your application first" in as_alice.post(url(draft), {"text": TEXT}, follow=True).text
    assert not Letter.objects.exists()


def test_empty_and_too_long_are_told_and_the_text_stays(as_alice, sent) -> None:
    assert "Write your message first." in as_alice.post(url(sent), {"text": "  \n"}).text
    page = as_alice.post(url(sent), {"text": f"{TEXT} " * 120})
    assert "Shorten your message to 5000 characters" in page.text
    assert page.text.count(TEXT) == 120
    assert "<title>Error:" in page.text
    assert not Letter.objects.exists()


def test_text_of_who_was_signed_out_comes_back(stranger, sent) -> None:
    page = stranger.post(url(sent), {"text": TEXT})
    assert page.status_code == 403
    assert TEXT in page.text


def test_text_with_an_old_token_comes_back(alice, sent) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    page = client.post(url(sent), {"text": TEXT, "csrfmiddlewaretoken": "old", "seen": "0"})
    assert page.status_code == 403
    assert TEXT in page.text


def test_so_many_unread_ones_are_enough(as_alice, sent) -> None:
    LetterFactory.create_batch(corresponding.MOST_UNREAD, application=sent)
    page = as_alice.post(url(sent), {"text": "And another thing"})
    assert page.status_code == 409
    assert "And another thing" in page.text
    assert Letter.objects.count() == corresponding.MOST_UNREAD


def test_control_characters_and_scripts_are_harmless(as_alice, sent) -> None:
    as_alice.post(url(sent), {"text": "a\u202eb\x07c\r\n<script>alert(1)</script>"})
    assert Letter.objects.get().text == "abc\n<script>alert(1)</script>"
    assert "<script>alert" not in as_alice.get(sent.get_absolute_url()).text


def test_news_shows_until_the_person_says_so(as_alice, sent) -> None:
    LetterFactory(application=sent, from_staff=True, text="It changes nothing.")
    page = as_alice.get(sent.get_absolute_url())
    assert "It changes nothing." in page.text
    assert "New message" in as_alice.get("/applications/").text
    # Opening the page has said nothing.
    assert read(sent) == [False]
    for _ in range(2):
        assert as_alice.post(url(sent, "read_letters"), {"seen": page.context["seen"]}).url == sent.get_absolute_url()
    assert read(sent) == [True]
    assert "New message" not in as_alice.get("/applications/").text


def test_answering_marks_what_was_shown_as_read_and_no_more(as_alice, sent, now) -> None:
    for hours in (3, 2):
        LetterFactory(application=sent, from_staff=True, written_at=now - timedelta(hours=hours))
    as_alice.post(url(sent), {"text": TEXT, "seen": "1"})
    assert read(sent) == [True, False, False]


@pytest.mark.parametrize("seen", ["", "-1", "x", "9" * 30, "²"])
def test_tampered_number_marks_nothing(as_alice, sent, seen) -> None:
    LetterFactory(application=sent, from_staff=True)
    assert as_alice.post(url(sent, "read_letters"), {"seen": seen}).status_code == 302
    assert read(sent) == [False]


def test_same_queries_with_one_letter_and_with_three(as_alice, sent, django_assert_num_queries) -> None:
    for more in (1, 2):
        LetterFactory.create_batch(more, application=sent, from_staff=True)
        forget()
        with django_assert_num_queries(12):
            as_alice.get(sent.get_absolute_url())


def test_earlier_application_withdrawn_can_still_be_written_about(as_alice, alice, posting) -> None:
    withdrawn = factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.WITHDRAWN)
    assert "Write to us here: a person reads it" in as_alice.get(withdrawn.get_absolute_url()).text


# The staff's page ----------------------------------------------------------------------------------------


def test_staff_read_and_answer(as_carol, carol, alice, sent) -> None:
    alice.language = "fr"
    alice.save()
    LetterFactory(application=sent, text=TEXT)
    page = as_carol.get(reverse("admin:applications_application_change", args=[sent.pk]))
    assert TEXT in page.text
    assert read(sent) == [False]
    for _ in range(2):
        answer = as_carol.post(staff_url(sent), {"text": "It changes nothing.", "seen": "1"})
        assert answer.url.endswith("#letters")
    letter = Letter.objects.last()
    assert (letter.author, letter.from_staff) == (carol, True)
    assert read(sent) == [True, False]
    message = Message.objects.get()
    assert (message.to, message.key) == (alice.email, f"letter:{letter.pk}")
    assert "It changes nothing." in message.body
    assert "/fr/" in message.body
    assert carol.email not in message.body


def test_the_applicant_does_not_read_who_on_the_staff_wrote(as_alice, as_carol, carol, sent) -> None:
    as_carol.post(staff_url(sent), {"text": "It changes nothing."})
    page = as_alice.get(sent.get_absolute_url())
    assert "It changes nothing." in page.text
    assert carol.email not in page.text


def test_unread_ones_stand_out_in_the_list(as_carol, sent, posting) -> None:
    factories.ApplicationFactory(posting=posting, status=Status.SUBMITTED)
    LetterFactory.create_batch(2, application=sent)
    page = as_carol.get(LIST)
    assert page.context["unread"] == 2
    assert "2 messages" in page.text
    found = as_carol.get(f"{LIST}?asks=letters").context["cl"].result_list
    assert [application.code for application in found] == [sent.code]
    for _ in range(2):
        as_carol.post(staff_url(sent, "letters_read"), {"seen": "2"})
    assert as_carol.get(LIST).context["unread"] == 0


def test_who_on_the_staff(as_alice, as_bob, as_charlie, as_carol, stranger, admin_client, sent) -> None:
    for name in ("letter", "letters_read"):
        address = staff_url(sent, name)
        assert as_carol.get(address).status_code == 405
        assert signed_in(factories.UserFactory(is_staff=True)).post(address).status_code == 403
        for client in (as_alice, as_bob, as_charlie):
            assert client.post(address, {"text": TEXT}).status_code == 302
    # Staff whose sign-in has run out find their words on the page.
    assert TEXT in stranger.post(staff_url(sent), {"text": TEXT}).text
    assert stranger.post(staff_url(sent, "letters_read")).status_code == 302
    assert not Letter.objects.exists()
    assert admin_client.post(staff_url(sent), {"text": TEXT}).status_code == 302
    assert Letter.objects.count() == 1


def test_staffs_own_application_and_drafts_are_out_of_reach(as_carol, carol, posting) -> None:
    mine = factories.ApplicationFactory(posting=posting, applicant=carol, status=Status.SUBMITTED)
    draft = factories.ApplicationFactory(posting=posting)
    for application in (mine, draft):
        for name in ("letter", "letters_read"):
            assert as_carol.post(staff_url(application, name), {"text": TEXT}).status_code == 404
    assert not Letter.objects.exists()


def test_refused_text_stays_in_the_staffs_form(as_carol, sent) -> None:
    page = as_carol.post(staff_url(sent), {"text": f"{TEXT} " * 120})
    assert "Shorten your message" in page.text
    assert page.text.count(TEXT) == 120
    assert "Error:" in page.text
    assert not Message.objects.exists()


# What a letter never does --------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", Outcome)
def test_no_letter_tells_of_a_staged_decision(as_alice, as_carol, carol, sent, now, outcome) -> None:
    answer_by = now + timedelta(days=3) if outcome == Outcome.OFFER else None
    deciding.stage(sent, outcome, subject="CANARY", body="CANARY", answer_by=answer_by, by=carol, at=now)
    as_alice.post(url(sent), {"text": TEXT})
    as_carol.post(staff_url(sent), {"text": "We read it.", "seen": "1"})
    message = Message.objects.get()
    assert "CANARY" not in message.subject + message.body
    assert "CANARY" not in as_alice.get(sent.get_absolute_url()).text


def test_mentor_reads_no_letter(as_bob, bob, sent) -> None:
    assignment = factories.AssignmentFactory(application=sent, mentor=bob)
    LetterFactory(application=sent, text="CANARY-LETTER")
    assert "CANARY-LETTER" not in as_bob.get(assignment.get_absolute_url()).text


@pytest.mark.parametrize("verb", ["write", "read"])
def test_only_the_two_sides(sent, bob, charlie, now, verb) -> None:
    for person in (bob, charlie, factories.UserFactory(is_staff=True)):
        with pytest.raises(corresponding.CorrespondingRefused):
            if verb == "write":
                corresponding.write_letter(sent, TEXT, by=person, at=now)
            else:
                corresponding.mark_read(sent, seen=1, by=person, at=now)
    assert not Letter.objects.exists()


def test_letter_of_an_erased_account_stays_unsigned(sent, carol) -> None:
    letter = LetterFactory(application=sent, from_staff=True)
    letter.author.delete()
    letter.refresh_from_db()
    assert letter.author is None
