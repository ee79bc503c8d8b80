"""axe-core finds nothing on any page, and every page fits a screen of 320 pixels: the demo program, page by page.

In both colour schemes, wide and narrow, in English and Arabic. A page of which every element stands somewhere else in the
same place too is seen in one of the languages only: the same styles apply to it.
axe-core is vendored beside this file (axe.LICENSE.txt).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from applications.demo import story
from tests.browser import walk
from tests.browser.served import Served, admin_words, served
from tests.browser.shapes import shapes_of
from tests.browser.visitor import Seen

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

AXE = (Path(__file__).parent / "axe.min.js").read_bytes()
# Everything once; then, on the same page, only what colours and widths can change.
WHOLE = {"rules": {"target-size": {"enabled": True}}}
OF_COLOURS = ["color-contrast", "link-in-text-block"]
LOOKS = {
    "runOnly": {"type": "rule", "values": [*OF_COLOURS, "target-size", "scrollable-region-focusable"]},
}
# For a page of which every element was looked at in its place on another page: the same styles colour it.
KNOWN = {"rules": WHOLE["rules"] | {rule: {"enabled": False} for rule in OF_COLOURS}}
WIDE, PHONE = 1280, 360
# 1280 pixels at 400 % (WCAG 1.4.10).
NARROWEST = 320
# In each language in both schemes and at both widths. The languages share one stylesheet: between them a page is seen
# in all four. To turn from one to the other takes about as long as to look, so the next page begins where the last ended.
VIEWS: dict[str, list[tuple[Any, int]]] = {
    "en": [("light", WIDE), ("dark", PHONE)],
    "ar": [("light", PHONE), ("dark", WIDE)],
}
# axe passes over what is folded away, so it is unfolded; but not the menu in the header, which would lie over the page.
RUN = """async options => {
    for (const it of document.querySelectorAll("main details, #container details")) it.open = true;
    const found = await axe.run(document, {resultTypes: ["violations"], preload: false, ...options});
    return found.violations.flatMap(rule => rule.nodes.map(node => [rule.id, `${node.target} ${node.failureSummary}`]));
}"""
FACTS = """() => [document.documentElement.lang, document.querySelectorAll("h1").length]"""


def look(page: Page, scheme: Any, width: int) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 600})


def wrong_on(
    page: Page, seen: Seen, views: list[tuple[Any, int]], server: Served, first: dict[str, Any]
) -> Iterator[str]:
    """What is wrong with this page, as sentences. `page` stands in the first of the views already, and ends in the last."""
    server.shown = seen
    page.goto(server.address + seen.path)
    # The policy of the page holds for it as for the site's own scripts.
    page.add_script_tag(url="/axe.min.js")
    for number, (scheme, width) in enumerate(views):
        if number:
            look(page, scheme, width)
        for rule, where in page.evaluate(RUN, LOOKS if number else first):
            yield f"{seen.language} {seen.name}, {scheme}, {width}: {rule}: {where}"
        if width == PHONE or len(views) == 1:
            page.set_viewport_size({"width": NARROWEST, "height": 600})
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > NARROWEST:
                yield f"{seen.language} {seen.name}: {wide} pixels wide on a screen of {NARROWEST}"
            page.set_viewport_size({"width": width, "height": 600})
    language, headings = page.evaluate(FACTS)
    if language != seen.language:
        yield f"{seen.language} {seen.name}: is in {language}"
    if headings != 1:
        yield f"{seen.language} {seen.name}: {headings} main headings"


def to_look_at(pages: list[Seen], language: str) -> Iterator[tuple[Seen, bool]]:
    """Each page that shows anything new, and of the others those that are this language's turn: (page, is new)."""
    known: set[int] = set()
    others = 0
    # The fullest first: most others then show parts of them.
    for shapes, page in sorted(((shapes_of(page.html), page) for page in pages), key=lambda it: -len(it[0])):
        if not shapes <= known:
            known |= shapes
            yield page, True
            continue
        others += 1
        if others % len(VIEWS) == list(VIEWS).index(language):
            yield page, False


@pytest.mark.parametrize("language", VIEWS)
def test_axe_finds_nothing_and_every_page_fits(language: str, open_browser: Any) -> None:
    assert story.load(timezone.now())
    pages = walk.pages(language)
    more = admin_words(language) | {"/axe.min.js": ("text/javascript", AXE)}
    wrong: list[str] = []
    with served(more) as server, open_browser(locale=language, reduced_motion="reduce") as page:
        views = VIEWS[language]
        look(page, *views[0])
        for seen, is_new in to_look_at(pages, language):
            wrong += wrong_on(page, seen, views if is_new else views[:1], server, WHOLE if is_new else KNOWN)
            views = views[::-1] if is_new else views
    assert not wrong, "\n".join(wrong)
