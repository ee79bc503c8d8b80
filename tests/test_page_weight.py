"""One flight: HTML and CSS of a first visit fit into the ten segments a server sends before it waits for an answer.

Weighed on the demo program, every public page and every page of the applicant and the mentor, in every language,
as sent with gzip: brotli, which browsers take over https, is lighter. Scripts are weighed with brotli, since every browser
that runs ours takes it; they are deferred and no page needs them. `make weigh` prints the table.
"""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import transaction
from django.test import override_settings
from django.utils import timezone, translation

from applications.demo import story
from tests.browser import walk
from tests.browser.visitor import Seen
from tests.test_every_page import ALL_NAMES, OPEN

pytestmark = [pytest.mark.once, pytest.mark.slow, pytest.mark.django_db]

# Ten segments of 1,460 bytes (RFC 6928).
ONE_FLIGHT_BYTES = 14_600
STYLESHEET_BYTES = 5_120
SCRIPTS_BYTES = 6_000
# In production each file's name holds twelve digits of its hash and a dot, which here it does not.
HASH_BYTES = 13
# Django's GZipMiddleware adds up to so many random bytes against BREACH: count the worst.
PADDING_BYTES = 100

STATIC = re.compile(rf'(?:href|src)="{settings.STATIC_URL}([^"]+)"')


@dataclass(frozen=True)
class Weight:
    """One page as sent, in bytes."""

    language: str
    visitor: str
    name: str
    html: int
    css: int
    css_brotli: int
    scripts: dict[str, int]

    @property
    def flight(self) -> int:
        return self.html + self.css


def file_bytes(name: str) -> bytes:
    found = finders.find(name)
    assert isinstance(found, str), name
    with open(found, "rb") as file:
        return file.read()


def zipped(name: str) -> int:
    return len(gzip.compress(file_bytes(name), 9))


def squeezed(name: str) -> int:
    return len(brotli.compress(file_bytes(name)))


def weigh(html: bytes, language: str, visitor: str, name: str) -> Weight:
    files = STATIC.findall(html.decode())
    sheets = [file for file in files if file.endswith(".css")]
    # As the middleware does it, without its random part.
    sent = len(gzip.compress(html, 6)) + HASH_BYTES * len(files) + PADDING_BYTES
    return Weight(
        language=language,
        visitor=visitor or "anyone",
        name=name,
        html=sent,
        css=sum(map(zipped, sheets)),
        css_brotli=sum(map(squeezed, sheets)),
        scripts={file: squeezed(file) for file in files if file.endswith(".js")},
    )


def is_for_staff(page: Seen) -> bool:
    """The admin's pages, and previews in it: staff read them on their own lines."""
    return page.view.startswith("admin:")


def weigh_all(pages: list[Seen]) -> list[Weight]:
    """Every kind of page of the demo program but the staff's."""
    return [weigh(page.html, page.language, page.visitor, page.name) for page in pages if not is_for_staff(page)]


@pytest.fixture(scope="module")
def pages(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Seen]]:
    media = tmp_path_factory.mktemp("demo-media")
    with (
        override_settings(MEDIA_ROOT=media),
        django_db_blocker.unblock(),
        transaction.atomic(),
        # A request in Arabic leaves its language behind in this thread.
        translation.override(settings.LANGUAGE_CODE),
    ):
        assert story.load(timezone.now())
        english, *others = (code for code, _name in settings.LANGUAGES)
        # The staff's pages are not weighed: once is enough to see which templates draw them.
        yield walk.pages(english) + [page for code in others for page in walk.pages(code, walk.BUT_THE_STAFFS)]
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def weights(pages: list[Seen]) -> list[Weight]:
    return weigh_all(pages)


def table(weights: list[Weight]) -> str:
    head = f"{'page':<34}{'visitor':<9}{'':<4}{'HTML':>7}{'CSS':>7}{'both':>8}{'script':>8}"
    rows = [
        f"{it.name:<34}{it.visitor:<9}{it.language:<4}{it.html:>7,}{it.css:>7,}{it.flight:>8,}{sum(it.scripts.values()):>8,}"
        for it in sorted(weights, key=lambda it: -it.flight)
    ]
    heaviest = max(weights, key=lambda it: it.flight)
    foot = (
        f"Heaviest: {heaviest.name} ({heaviest.language}), {heaviest.flight:,} of {ONE_FLIGHT_BYTES:,} bytes. "
        f"CSS with brotli: {heaviest.css_brotli:,}."
    )
    return "\n".join(["", "Bytes as sent: gzip, scripts brotli", head, *rows, foot])


def test_every_page_is_one_flight(weights: list[Weight]) -> None:
    print(table(weights))
    assert {it.name for it in weights if it.flight > ONE_FLIGHT_BYTES} == set()


def test_the_stylesheet_stays_small() -> None:
    assert zipped("css/site.css") <= STYLESHEET_BYTES


def test_scripts_stay_small(weights: list[Weight]) -> None:
    """Those of any one page, and all of ours together; the admin's are for staff."""
    assert max(sum(it.scripts.values()) for it in weights) < SCRIPTS_BYTES
    ours = {name: size for it in weights for name, size in it.scripts.items() if name.startswith("js/")}
    assert sum(ours.values()) < SCRIPTS_BYTES, ours


def test_scripts_are_deferred_or_at_the_end(pages: list[Seen]) -> None:
    """No page waits for a script before it shows its text."""
    found = [
        (page.name, script)
        for page in pages
        if not is_for_staff(page)
        for script in re.findall(r"<script[^>]*src=[^>]*>", page.html.decode().partition("</head>")[0])
    ]
    waits = [it for it in found if not any(word in it[1] for word in ("defer", "async", 'type="module"'))]
    assert pages
    assert waits == []


def test_no_page_asks_the_database_much(pages: list[Seen]) -> None:
    """Of a process that has just started, and remembers nothing."""
    asked = [page for page in pages if page.queries is not None and not is_for_staff(page)]
    public = [page for page in asked if page.view in OPEN or page.view.startswith("review")]
    assert {page.view for page in public} > {"home", "postings", "posting", "review", "review_queue"}
    assert {(page.name, page.queries) for page in public if (page.queries or 0) > 12} == set()
    # What somebody alone may see: the whole story of an application is the longest.
    assert {(page.name, page.queries) for page in asked if (page.queries or 0) > 16} == set()


# The walk itself ----------------------------------------------------------------------------------------------------

TEMPLATES = Path(settings.BASE_DIR) / "templates"
# Templates that draw no part of any page as the site is set up.
NOT_DRAWN = {
    "allauth/elements/": "allauth draws its own pages from these; every one that can be reached here is the site's own",
    "house/": "crispy-forms asks for the whole set; the forms here use those parts that are drawn",
    "socialaccount/snippets/login_extra.html": "empty on purpose: allauth's own would bring scripts of providers",
}
# Addresses that are no page: what is asked there, or where it leads.
NO_PAGE = {
    "posting_feed": "a feed", "sitemap": "for crawlers", "robots": "for crawlers", "healthz": "for machines",
    "download_data": "a file", "download_file": "a file", "sent_answers": "a file",
    "mfa_download_recovery_codes": "a file",
    "begin_upload": "JSON", "upload": "JSON", "mfa_login_webauthn": "JSON", "google_login_by_token": "JSON",
    "admin:autocomplete": "JSON", "admin:jsi18n": "a script",
    "github_callback": "leads on", "google_callback": "leads on", "admin:login": "leads to the site's own page",
    "admin:view_on_site": "leads on",
    **dict.fromkeys(
        ("accept_offer", "turn_down_offer", "undo_answer", "change_answers", "read_letters", "recuse", "remove_file",
         "hide_profile", "publish_profile", "withdraw_consent", "admin:logout",
         "admin:applications_form_new_version", "admin:applications_application_letters_read"),
        "a button, which leads on",
    ),
}  # fmt: skip
# Django's own pages in the admin, each of which is seen for another table.
SEEN_ELSEWHERE = ("_add", "_delete", "_history")
# What program staff may not open: superusers mend accounts there, in Django's and allauth's own pages.
FOR_SUPERUSERS = ("account", "auth", "mfa", "socialaccount", "usersessions")


def test_every_template_is_seen(pages: list[Seen]) -> None:
    """What axe, the scales and the reflow test go over is the whole site: a page that is added joins the walk."""
    seen = frozenset().union(*(page.templates for page in pages))
    there = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")}
    missing = {name for name in there - seen if not name.startswith(tuple(NOT_DRAWN))}
    assert missing == set()


def test_no_page_of_its_own_is_left_out() -> None:
    """The exceptions above are parts; none of them is a page."""
    for path in TEMPLATES.rglob("*.html"):
        if path.relative_to(TEMPLATES).as_posix().startswith(tuple(NOT_DRAWN)):
            assert "{% extends" not in path.read_text(), path


def test_every_address_is_seen(pages: list[Seen]) -> None:
    missing = {
        name
        for name in set(ALL_NAMES) - {page.view for page in pages} - set(NO_PAGE)
        if not (name.startswith("admin:") and name.endswith(SEEN_ELSEWHERE))
        and not name.startswith(tuple(f"admin:{app}_" for app in FOR_SUPERUSERS))
    }
    # Shown after a password was changed in the admin: Django's own words and nothing else.
    assert missing <= {"admin:password_change_done"}
    assert {page.view.rpartition("_")[2] for page in pages} >= {name[1:] for name in SEEN_ELSEWHERE}
