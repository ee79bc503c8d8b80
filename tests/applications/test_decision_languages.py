"""Each person reads a decision in their language while the words are the program's own; staff see which beforehand."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from applications import deciding
from applications.decision_templates import (
    SCREENED_OUT,
    WORDS,
    ensure_message_templates,
    language_of_words,
    letter_in,
    own_words,
)
from applications.models import Decision, Message, MessageTemplate
from applications.states import Status
from tests.applications.steps import address, press
from tests.factories import ApplicationFactory, PostingTextFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(posting):
    """One application each from somebody who reads English, French and Arabic, and who never chose."""
    return {
        language: ApplicationFactory(posting=posting, applicant=UserFactory(language=language), status=Status.IN_REVIEW)
        for language in ("en", "fr", "ar", "")
    }


@pytest.fixture
def decline():
    ensure_message_templates()
    return MessageTemplate.objects.get(name="Decline after review")


def in_language(words, language):
    with translation.override(language):
        return translation.gettext(words.subject), translation.gettext(words.body)


def staged(applications):
    return {code: Decision.objects.get(application=it) for code, it in applications.items()}


def fill_in(client, people, template):
    """What the form offers, as it stands in the page."""
    there = address("stage", *people.values(), words=str(template.pk))
    form = client.get(there).context["form"]
    return there, {name: form[name].value() for name in ("subject", "body")}


def test_every_starting_word_is_translated_and_known_again() -> None:
    for words in WORDS:
        texts = {language: in_language(words, language) for language in ("en", "fr", "ar")}
        assert len(set(texts.values())) == 3
        for language, (subject, body) in texts.items():
            assert own_words(subject, body) is words
            assert language_of_words(subject, body.replace("\n", "\r\n") + " ") == language
            assert deciding.problem_with_words(subject + body, words.outcome) == ""


def test_unchanged_words_reach_each_in_their_own_language(as_carol, carol, people, decline, now) -> None:
    there, offered = fill_in(as_carol, people, decline)
    assert offered == {"subject": decline.subject, "body": decline.body}
    checked = as_carol.post(there, offered)
    shown = {(row.application.code, language) for row, _subject, _body, language in checked.context["samples"]}
    assert shown == {
        (people["en"].code, "English"), (people["fr"].code, "French"), (people["ar"].code, "Arabic"),
    }  # fmt: skip
    assert "Arabic: 1, English: 2, French: 1" in checked.text
    press(as_carol, there, offered)
    words = own_words(decline.subject, decline.body)
    found = staged(people)
    for code, language in {"en": "en", "fr": "fr", "ar": "ar", "": "en"}.items():
        assert (found[code].subject, found[code].body) == in_language(words, language)
    deciding.release(list(found.values()), by=carol, at=timezone.now())
    for code, application in people.items():
        (message,) = Message.objects.filter(application=application, key__startswith="decided")
        subject, _body = in_language(words, code or "en")
        assert message.subject == subject.replace("{role}", "Backend Engineer")
        with translation.override(code or "en"):
            # What stands in for the feedback that nobody wrote is in their language too.
            assert translation.gettext("The people who read your application left no written comments this time.") in (
                message.body
            )


def test_the_role_is_named_as_its_page_names_it_in_their_language(carol, people, posting, as_carol, decline) -> None:
    french = PostingTextFactory(posting=posting).title
    there, offered = fill_in(as_carol, people, decline)
    press(as_carol, there, offered)
    deciding.release(list(staged(people).values()), by=carol, at=timezone.now())
    for code, title in {"fr": french, "ar": posting.title, "en": posting.title}.items():
        (message,) = Message.objects.filter(application=people[code], key__startswith="decided")
        assert title in message.subject
    reader = Client()
    reader.force_login(people["fr"].applicant)
    page = reader.get(f"/fr/applications/{people['fr'].code}/").text
    assert f"<h1>{french}</h1>" in page
    assert posting.title not in page


def test_changed_words_reach_everyone_as_they_stand_and_the_page_says_so(as_carol, people, decline) -> None:
    there, offered = fill_in(as_carol, people, decline)
    offered["body"] += "\n\nOur office is closed in August."
    checked = as_carol.post(there, offered)
    assert "everyone gets them as they stand" in checked.text
    assert {language for *_rest, language in checked.context["samples"]} == {""}
    press(as_carol, there, offered)
    assert {(it.subject, it.body) for it in staged(people).values()} == {(offered["subject"], offered["body"])}


def test_a_subject_of_ones_own_does_not_make_a_letter_of_two_languages(people, decline) -> None:
    letter = letter_in("Hello", decline.body, "fr")
    assert (letter.subject, letter.body, letter.language) == ("Hello", decline.body, "")


def test_staff_who_work_in_french_read_french_and_store_english(as_carol, people, decline) -> None:
    there = "/fr" + address("stage", *people.values(), words=str(decline.pk))
    form = as_carol.get(there).context["form"]
    words = own_words(decline.subject, decline.body)
    assert (form["subject"].value(), form["body"].value()) == in_language(words, "fr")
    press(as_carol, there, {name: form[name].value() for name in ("subject", "body")})
    assert staged(people)["en"].body == decline.body
    MessageTemplate.objects.all().delete()
    with translation.override("fr"):
        ensure_message_templates()
    assert set(MessageTemplate.objects.values_list("name", "body")) == {(it.name, it.body) for it in WORDS}


def test_words_that_an_earlier_version_stored_in_french_are_still_the_programs_own(as_carol, posting, decline) -> None:
    subject, body = in_language(SCREENED_OUT, "fr")
    MessageTemplate.objects.filter(name=SCREENED_OUT.name).update(name="Refus", subject=subject, body=body)
    new = ApplicationFactory(posting=posting, status=Status.SUBMITTED)
    form = as_carol.get(address("screen-out", new)).context["form"]
    assert form["body"].value() == SCREENED_OUT.body


def test_the_date_of_an_offer_is_said_in_the_persons_language(carol, people) -> None:
    now = timezone.now()
    words = WORDS[0]
    decisions = [
        deciding.stage(
            it, words.outcome, subject=words.subject, body="{answer_by}", answer_by=now + timedelta(days=9), by=carol,
            at=now,
        )
        for it in people.values()
    ]  # fmt: skip
    deciding.release(decisions, by=carol, at=now)
    said = {code: decision.body for code, decision in staged(people).items()}
    assert said["en"] == said[""]
    assert len({said["en"], said["fr"], said["ar"]}) == 3


def test_a_templates_page_says_who_reads_it_how(as_carol, decline) -> None:
    there = reverse("admin:applications_messagetemplate_change", args=[decline.pk])
    assert "(Arabic, English, French)" in as_carol.get(there).text
    as_carol.post(there, {"name": decline.name, "outcome": decline.outcome, "subject": "Mine", "body": "Ours"})
    assert "Everyone gets these words as they stand here." in as_carol.get(there).text
