"""One flight: HTML and CSS of a first visit fit into the ten segments a server sends before it waits for an answer.

Weighed on the demo program, every public page and every page of the applicant and the mentor, in every language,
as sent with gzip: brotli, which browsers take over https, is lighter. Scripts are weighed with brotli, since every browser
that runs ours takes it; they are deferred and no page needs them. `make weigh` prints the table.
"""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import transaction
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone, translation

from applications.demo import story
from community.models import User
from tests.browser import walk

pytestmark = [pytest.mark.once, pytest.mark.slow, pytest.mark.django_db]

# Ten segments of 1,460 bytes (RFC 6928).
ONE_FLIGHT_BYTES = 14_600
STYLESHEET_BYTES = 5_000
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


def weigh_all() -> Iterator[Weight]:
    """Every kind of page of the demo program but the admin's, which is for staff on their own lines."""
    for visitor, stops in walk.by_visitor().items():
        if visitor == "admin":
            continue
        client = Client()
        if visitor:
            client.force_login(User.objects.get(email=visitor))
        for language, _name in settings.LANGUAGES:
            for stop in stops:
                if stop.press:
                    continue
                if stop.path.startswith("/drawn/"):
                    with translation.override(language):
                        html = render_to_string(stop.name, request=RequestFactory().get("/")).encode()
                else:
                    answer = client.get(walk.in_language(stop.path, language))
                    assert answer.status_code == (404 if stop.name == "404" else 200), stop
                    html = answer.content
                yield weigh(html, language, visitor.partition("@")[0], stop.name)


@pytest.fixture(scope="module")
def weights(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Weight]]:
    media = tmp_path_factory.mktemp("demo-media")
    with (
        override_settings(MEDIA_ROOT=media),
        django_db_blocker.unblock(),
        transaction.atomic(),
        # A request in Arabic leaves its language behind in this thread.
        translation.override(settings.LANGUAGE_CODE),
    ):
        assert story.load(timezone.now())
        yield list(weigh_all())
        transaction.set_rollback(True)


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


def test_scripts_are_deferred_or_at_the_end(weights: list[Weight]) -> None:
    """No page waits for a script before it shows its text."""
    assert weights
    for visitor in ("", "alice@example.org"):
        client = Client()
        if visitor:
            client.force_login(User.objects.get(email=visitor))
        for stop in walk.by_visitor()[visitor]:
            if stop.press or stop.path.startswith("/drawn/"):
                continue
            head, _, _body = client.get(stop.path).content.decode().partition("</head>")
            for script in re.findall(r"<script[^>]*src=[^>]*>", head):
                assert "defer" in script or "async" in script or 'type="module"' in script, (stop.name, script)
