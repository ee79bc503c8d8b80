"""Questions asked in a posting's own facts speak the language of whoever reads them, whoever made the form."""

import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from applications import building, drafting, facts
from applications.forms_ready import READY
from applications.models import Form, Revision
from community.countries import AFRICA
from tests import factories
from tests.cast import signed_in

pytestmark = pytest.mark.django_db

QUESTIONS = {
    "en": ["Do you live in one of these countries: Kenya, Nigeria?", "Can you give 8 hours a week for 16 weeks?"],
    "fr": [
        "Vivez-vous dans un de ces pays : Kenya, Nigeria ?",
        "Pouvez-vous donner 8 heures par semaine pendant 16 semaines ?",
    ],
}


@pytest.fixture
def posting(project):
    return factories.PostingFactory(
        project=project, eligibility="countries", countries=["NG", "KE"], hours_per_week=8, weeks=16
    )


def begin_in(language: str, posting, staff, now) -> Form:
    with translation.override(language):
        return building.start_from(posting, READY["checked-first"], by=staff, at=now)


def said(client: Client, url: str, language: str) -> str:
    prefix = "" if language == "en" else f"/{language}"
    return client.get(prefix + url).text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("made_in", ["en", "fr", "ar"])
def test_the_applicant_reads_them_in_their_language_whichever_staff_worked_in(made_in, posting, carol, alice, now):
    form = begin_in(made_in, posting, carol, now)
    assert [question.label for question in form.parts[0].asked][:2] == QUESTIONS["en"]
    draft = drafting.begin(posting, by=alice, at=now)
    page = reverse("edit_section", args=[draft.code, "eligibility"])
    for language, questions in QUESTIONS.items():
        for question in questions:
            assert question in said(signed_in(alice), page, language)
    arabic = said(signed_in(alice), page, "ar")
    assert "كينيا" in arabic
    assert "16" in arabic
    assert "Do you live" not in arabic
    assert "Can you give" not in arabic


def test_before_anybody_begins_the_outline_speaks_it_too(posting, carol, stranger, now):
    begin_in("fr", posting, carol, now)
    page = reverse("apply", args=[posting.slug])
    assert QUESTIONS["fr"][0] in said(stranger, page, "fr")
    assert QUESTIONS["en"][0] in said(stranger, page, "en")


def test_what_staff_changed_is_shown_as_it_stands(posting, carol, alice, now):
    form = begin_in("en", posting, carol, now)
    where, time = form.parts[0].asked[:2]
    where.label, time.label = f"{where.label[:-1]}, or near them?", "Can you give us your Saturdays?"
    for question in (where, time):
        question.save()
    draft = drafting.begin(posting, by=alice, at=now)
    page = said(signed_in(alice), reverse("edit_section", args=[draft.code, "eligibility"]), "fr")
    assert "Kenya, Nigeria, or near them?" in page
    assert "Can you give us your Saturdays?" in page


@pytest.mark.parametrize(
    "label",
    [
        "Do you live in one of these countries: Atlantis?",
        "Do you live in one of these countries: Kenya,Nigeria?",
        "Do you live in one of these countries: Nigeria, Kenya?",
        "Can you give 1 hours a week?",
        "Can you give ٣ hours a week?",
        "Can you give 8 hours a week for 16 weeks",
    ],
)
def test_a_sentence_that_the_program_would_not_have_made_is_left_alone(label):
    with translation.override("fr"):
        assert {facts.label_here(key, label) for key in (facts.WHERE, facts.TIME, "other")} == {label}


@pytest.mark.parametrize("codes", [["KE"], ["CD", "CG", "CI", "TZ"], ["BQ", "KE", "SH"]])
def test_countries_whose_names_hold_commas_and_brackets_are_found_again(codes):
    label = facts.stored_where(codes)
    with translation.override("fr"):
        french = facts.label_here(facts.WHERE, label)
    assert french.startswith("Vivez-vous dans un de ces pays")
    with translation.override("en"):
        assert facts.label_here(facts.WHERE, label) == label


def test_more_countries_than_a_question_holds_point_to_the_roles_page():
    label = facts.stored_where(AFRICA)
    assert label == facts.SOMEWHERE
    with translation.override("fr"):
        assert facts.label_here(facts.WHERE, label) != label


@pytest.mark.parametrize(("hours", "weeks"), [(1, None), (1, 1), (40, 52), (8, None)])
def test_one_hour_and_one_week_are_said_so(hours, weeks):
    label = facts.stored_time(hours, weeks)
    with translation.override("fr"):
        assert facts.label_here(facts.TIME, label).startswith(f"Pouvez-vous donner {hours} heure")


def test_the_sealed_copy_holds_the_words_that_were_read(posting, carol, alice, now):
    form = begin_in("ar", posting, carol, now)
    draft = factories.ApplicationFactory(posting=posting, applicant=alice, form=form, answers=True)
    answer = signed_in(alice).post(f"/fr/applications/{draft.code}/check/")
    assert answer.status_code == 302
    sealed = json.loads(Revision.objects.get(application=draft).content)
    labels = [line["label"].replace("\u00a0", " ").replace("\u202f", " ") for line in sealed]
    assert labels[:2] == QUESTIONS["fr"]
