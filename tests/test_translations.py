"""The catalogues: complete and current where people read, with the same placeholders, and compiled as they stand.

French and Arabic are whole but for the admin's own pages. Another language is switched on by its catalogue, and is
then held to the same.
"""

import gettext
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.urls import reverse, translate_url

ROOT = Path(settings.BASE_DIR)
COMPLETE = ["ar", "fr"]
# Words that only staff read, in the admin and in commands.
STAFF_ONLY = re.compile(r"(^|/)(admin|management/commands|demo)(/|\.py)")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")


def catalogue(code: str) -> Catalog:
    with (ROOT / "locale" / code / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=code)


def is_read_by_people(message: Message) -> bool:
    return bool(message.id) and not all(STAFF_ONLY.search(place) for place, _line in message.locations)


def forms(text: object) -> list[str]:
    return list(text) if isinstance(text, (list, tuple)) else [str(text or "")]


def test_the_languages_are_those_with_a_catalogue() -> None:
    assert {code for code, _name in settings.LANGUAGES} == {"en", *COMPLETE}


@pytest.mark.parametrize("code", COMPLETE)
def test_nothing_that_people_read_is_missing_or_fuzzy(code: str) -> None:
    missing = [
        str(message.id)
        for message in catalogue(code)
        if is_read_by_people(message) and (message.fuzzy or not all(forms(message.string)))
    ]
    assert missing == []


@pytest.mark.parametrize("code", COMPLETE)
def test_every_placeholder_survives_translation(code: str) -> None:
    wrong = []
    for message in catalogue(code):
        if message.fuzzy:  # not compiled, so nobody reads it
            continue
        asked = set(PLACEHOLDER.findall(forms(message.id)[-1]))
        told = [set(PLACEHOLDER.findall(form)) for form in forms(message.string) if form]
        # "One role" needs no number; the form for many does.
        if any(not given <= asked for given in told) or (told and told[-1] != asked):
            wrong.append(str(message.id))
    assert wrong == []


@pytest.mark.parametrize("code", COMPLETE)
def test_the_compiled_catalogue_is_of_this_source(code: str) -> None:
    folder = ROOT / "locale" / code / "LC_MESSAGES"
    with (folder / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in catalogue(code):
        if message.id and not message.fuzzy and all(forms(message.string)) and not message.pluralizable:
            context = message.context
            told = compiled.pgettext(context, str(message.id)) if context else compiled.gettext(str(message.id))
            assert told == message.string


@pytest.mark.skipif(
    not shutil.which("xgettext") and "CI" not in os.environ, reason="gettext is not installed; .ci/run installs it"
)
def test_the_catalogues_know_every_word_in_the_code(tmp_path: Path) -> None:
    for folder in ("applications", "community", "config", "templates", "locale"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", tmp_path)
    known = {(message.context, str(message.id)) for message in catalogue("fr")}
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "-l", "fr", "--no-obsolete", "--add-location", "file"],
        cwd=tmp_path, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    with (tmp_path / "locale" / "fr" / "LC_MESSAGES" / "django.po").open("rb") as file:
        current = {(message.context, str(message.id)) for message in read_po(file, locale="fr")}
    assert current == known, "run make messages, and translate what is new"


class Texts(HTMLParser):
    """The texts of a page, one for each stretch between two tags; what carries a `lang` of its own is left out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.foreign: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "html" and (self.foreign or dict(attrs).get("lang")) and tag not in {"br", "input", "link", "meta"}:
            self.foreign.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.foreign and self.foreign[-1] == tag:
            self.foreign.pop()

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if text and not self.foreign:
            self.found.add(text)


@pytest.mark.django_db
@pytest.mark.parametrize("code", COMPLETE)
@pytest.mark.parametrize(
    "name",
    [
        "home", "postings", "projects", "people", "how_we_choose", "privacy", "accessibility", "time_zone",
        "account_login", "account_signup", "account_reset_password", "my_applications", "profile",
    ],
)  # fmt: skip
def test_no_page_speaks_english_in_another_language(code: str, name: str, stranger: Client, as_alice: Client) -> None:
    client = as_alice if name in {"my_applications", "profile"} else stranger
    address = reverse(name)
    # Dar es Salaam is Dar es Salaam in French too.
    english = {
        str(message.id)
        for message in catalogue(code)
        if not message.pluralizable and " " in str(message.id) and message.string != message.id
    }
    answer = client.get(translate_url(address, code))
    page = answer.content.decode()
    assert f'<html lang="{code}"' in page
    assert ('dir="rtl"' in page) == (code == "ar")
    assert Texts(page).found & english == set()
