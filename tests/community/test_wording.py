"""A posting in the reader's language, falling back text by text, and the program's own words in every language."""

import pytest
from django.utils import translation

from community.models import PostingText

pytestmark = pytest.mark.django_db


def test_each_text_falls_back_on_its_own(posting):
    PostingText.objects.create(posting=posting, language="fr", title="Ingénieure logicielle", description="Pour vous.")
    with translation.override("fr"):
        wording = posting.wording
    assert (wording.title, wording.description) == ("Ingénieure logicielle", "Pour vous.")
    assert wording.summary == posting.summary
    assert wording.untranslated == {"summary", "responsibilities", "qualifications", "closing_words"}


def test_its_own_language_needs_no_translation(posting):
    assert posting.wording.title == posting.title
    assert posting.wording.untranslated == frozenset()


def test_what_was_never_written_is_not_missing(posting):
    posting.closing_words = ""
    with translation.override("fr"):
        assert "closing_words" not in posting.wording.untranslated


def test_the_page_says_that_it_fell_back_and_in_which_language(posting, stranger):
    posting.language = "pt"
    posting.save()
    page = stranger.get(posting.get_absolute_url()).content.decode()
    assert "has not been translated yet" in page
    assert '<div lang="pt" dir="auto">' in page


def test_the_page_of_a_whole_posting_says_nothing_of_the_kind(posting, stranger):
    assert "has not been translated yet" not in stranger.get(posting.get_absolute_url()).content.decode()
