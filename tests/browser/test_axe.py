"""axe-core finds nothing on any page, and every page fits a screen of 320 pixels: the demo program, page by page.

In both colour schemes, wide and narrow, in English and Arabic. axe-core is vendored beside this file (axe.LICENSE.txt).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page

from applications.demo import story
from tests.browser import walk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

AXE = (Path(__file__).parent / "axe.min.js").read_text()
# Everything once; then, on the same page, only what colours and widths can change.
WHOLE = {"rules": {"target-size": {"enabled": True}}}
# Best practices, not WCAG, that the markup of Django's own lists and tables breaks.
DJANGOS_OWN = {"label-title-only", "empty-table-header"}
LOOKS = {
    "runOnly": {
        "type": "rule",
        "values": ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"],
    }
}
VIEWS = (("light", 1280, WHOLE), ("dark", 1280, LOOKS), ("dark", 360, WHOLE), ("light", 360, LOOKS))
RUN = """async options => {
    const found = await axe.run(document, {resultTypes: ["violations"], preload: false, ...options});
    return found.violations.flatMap(rule => rule.nodes.map(node => [rule.id, `${node.target} ${node.failureSummary}`]));
}"""
# 1280 pixels at 400 % (WCAG 1.4.10).
NARROWEST = 320
LANGUAGES = [code for code, _name in settings.LANGUAGES if code in {"en", "ar"}]


def seen(page: Page, stop: walk.Stop, language: str) -> Iterator[str]:
    """What is wrong with this page, as sentences."""
    page.set_viewport_size({"width": 1280, "height": 900})
    answer = page.goto(walk.in_language(stop.path, language) if "/drawn/" not in stop.path else stop.path)
    assert answer is not None
    if answer.status != (404 if stop.name == "404" else 200):
        yield f"{language} {stop.name}: answered {answer.status}"
        return
    if stop.press:
        with page.expect_navigation():
            page.locator(stop.press).click()
    assert page.locator("html").get_attribute("lang") == language, f"{stop.name} is not in {language}"
    for scheme, width, options in VIEWS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        for rule, where in page.evaluate(RUN, options):
            if not (rule in DJANGOS_OWN and "/admin/" in page.url):
                yield f"{language} {stop.name}, {scheme}, {width}: {rule}: {where}"
    page.set_viewport_size({"width": NARROWEST, "height": 900})
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > NARROWEST:
        yield f"{language} {stop.name}: {wide} pixels wide on a screen of {NARROWEST}"
    if page.locator("h1").count() != 1:
        yield f"{language} {stop.name}: {page.locator('h1').count()} main headings"


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_and_every_page_fits(language: str, open_browser: Any, site: str) -> None:
    assert story.load(timezone.now())
    wrong: list[str] = []
    for visitor, stops in walk.by_visitor().items():
        with walk.as_visitor(open_browser, site, visitor, language) as page:
            # Playwright adds it from outside the page: the policy that forbids foreign scripts stays in force.
            page.add_init_script(AXE)
            steps: dict[str, walk.Stop] = {}
            for stop in stops:
                wrong += seen(page, stop, language)
                if stop.name.startswith("read "):
                    steps |= {step.name: step for step in walk.steps_of(page)}
            for step in steps.values():
                wrong += seen(page, step, language)
    assert not wrong, "\n".join(wrong)
