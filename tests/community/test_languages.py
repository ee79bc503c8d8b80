"""One page in several languages: each at its own address, each naming the others, and one press to change."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import translate_url

pytestmark = [pytest.mark.once, pytest.mark.django_db]

CODES = [code for code, _name in settings.LANGUAGES]


@pytest.mark.parametrize("code", CODES)
def test_a_role_names_its_address_in_every_language(code, posting, stranger: Client):
    page = stranger.get(translate_url(posting.get_absolute_url(), code)).content.decode()
    named = dict(re.findall(r'<link rel="alternate" hreflang="([\w-]+)" href="([^"]+)"', page))
    own = {lang: "http://testserver" + translate_url(posting.get_absolute_url(), lang) for lang in CODES}
    assert named == own | {"x-default": own["en"]}


def test_the_switch_keeps_the_page_and_its_filters(posting, stranger: Client):
    page = stranger.get("/postings/?discipline=backend").content.decode()
    assert '<a href="/fr/postings/?discipline=backend" lang="fr" hreflang="fr"' in page
    back = stranger.get("/fr/postings/?discipline=backend").content.decode()
    assert '<a href="/postings/?discipline=backend" lang="en" hreflang="en"' in back


def test_somebody_signed_in_is_not_a_crawler(posting, as_alice: Client):
    assert (
        'rel="alternate" hreflang' not in as_alice.get(posting.get_absolute_url()).content.decode().split("<body>")[0]
    )


@pytest.mark.parametrize("code", CODES)
def test_a_language_of_ours_has_an_address_and_no_other_does(code, stranger: Client):
    assert stranger.get(translate_url("/", code)).status_code == 200
    assert stranger.get("/xx/").status_code == 404
