"""The browser tests' own footing: the site's files arrive, and a breach of its policy does not go unseen."""

import pytest
from playwright.sync_api import Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_home_wears_its_stylesheet(both_ways: Page) -> None:
    answer = both_ways.goto("/")
    assert answer is not None
    assert answer.status == 200
    assert both_ways.locator("h1").count() == 1
    sheets = both_ways.locator("link[rel=stylesheet]").evaluate_all("links => links.map(link => link.sheet !== null)")
    assert sheets
    assert all(sheets)


def test_a_breach_of_the_policy_is_heard(page: Page, complaints: list[str]) -> None:
    page.route("**/breach", answer_with_inline_style)
    page.goto("/breach")
    assert any("Content Security Policy" in complaint for complaint in complaints)
    complaints.clear()


def answer_with_inline_style(route: Route) -> None:
    route.fulfill(
        body="<!doctype html><title>x</title><p style='color: red'>x",
        content_type="text/html",
        headers={"Content-Security-Policy": "default-src 'none'"},
    )
