"""With the keyboard alone: the skip link comes first, what has the focus is seen, and the whole way to sending is open."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from applications.models import Application
from applications.states import Status
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MANY_PRESSES = 120
# What a person with a keyboard has to see: an outline, and the thing itself on the screen (WCAG 2.4.7, 2.4.11).
SEEN = """() => {
    const it = document.activeElement, style = getComputedStyle(it), box = it.getBoundingClientRect();
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const there = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return it === document.body || (outlined && there) ? "" : it.outerHTML.slice(0, 200);
}"""


def tab_to(page: Page, target: Locator) -> None:
    """Presses Tab until `target` has the focus; everything on the way has to be seen."""
    for _ in range(MANY_PRESSES):
        page.keyboard.press("Tab")
        assert page.evaluate(SEEN) == ""
        if target.evaluate("it => it === document.activeElement"):
            return
    pytest.fail(f"{target} is not reached with Tab")


def go(page: Page, target: Locator) -> None:
    tab_to(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fill(page: Page, target: Locator, text: str) -> None:
    tab_to(page, target)
    page.keyboard.insert_text(text)


def open_pages(posting: Any) -> Iterator[str]:
    yield from map(reverse, ("home", "postings", "projects", "people", "how_we_choose", "account_login"))
    yield posting.get_absolute_url()


def test_the_skip_link_comes_first_and_leads_past_the_navigation(page: Page, posting: Any) -> None:
    for address in open_pages(posting):
        page.goto(address)
        page.keyboard.press("Tab")
        expect(page.locator("a.skip")).to_be_focused()
        expect(page.locator("a.skip")).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("#"))
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main, .foot') !== null"), address


def test_everything_on_a_page_is_reached_and_seen(page: Page, posting: Any) -> None:
    for address in open_pages(posting):
        page.goto(address)
        reachable = page.locator("a[href]:visible, button:visible, input:visible, select:visible, summary:visible")
        for _ in range(reachable.count()):
            page.keyboard.press("Tab")
            assert page.evaluate(SEEN) == "", address
        last = page.evaluate("document.activeElement.closest('.foot') !== null")
        assert last, f"{address}: Tab does not arrive at the foot of the page"


def test_the_whole_way_from_a_role_to_sending(both_ways: Page, sign_in: Any, alice: Any, posting: Any) -> None:
    page = both_ways
    page.goto("/accounts/login/")
    fill(page, page.locator("input[name=login]"), alice.email)
    fill(page, page.locator("input[name=password]"), factories.PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.goto(posting.get_absolute_url())
    go(page, page.locator(".facts a.button"))
    go(page, page.get_by_role("button", name="Begin"))

    # Enter in a field saves the part; its problems take the focus, and lead to the field.
    fill(page, page.get_by_label("What is your name?"), "Amina Odhiambo")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".problems")).to_be_focused()
    tab_to(page, page.locator(".problems a").first)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Which country do you live in?")).to_be_focused()
    page.keyboard.insert_text("Kenya")
    go(page, page.get_by_role("button", name="Save and go on"))

    fill(page, page.locator("#id_problem"), "Our clinic's stock service answered in nine seconds. I found the query.")
    fill(page, page.locator("#id_together"), "Four of us rewrote the import. We measured both ways.")
    go(page, page.get_by_role("button", name="Save and go on"))
    fill(page, page.locator("#id_why"), "The people in my town use this service every day.")
    fill(page, page.locator("#id_learn"), "How to look after a database that others rely on.")
    tab_to(page, page.locator("input[type=radio]").first)
    page.keyboard.press("Space")
    go(page, page.get_by_role("button", name="Save and go on"))
    tab_to(page, page.get_by_label("I agree that the program"))
    page.keyboard.press("Space")
    go(page, page.get_by_role("button", name="Save and go on"))
    go(page, page.get_by_role("button", name="Send my application"))
    assert Application.objects.get().status == Status.SUBMITTED
    expect(page.locator("main")).to_contain_text("Being considered")
