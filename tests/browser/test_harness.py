"""The browser tests' own footing: the site's files arrive, and a breach of its policy does not go unseen."""

import socket
import threading
from typing import Any

import pytest
from playwright.sync_api import Page, Route
from pytest_django.live_server_helper import LiveServer

from tests.browser.server import PATIENCE_SECONDS

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


def test_the_end_waits_for_what_is_still_served(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is gone may have sent something just before."""
    arrived, may_end, ended = threading.Event(), threading.Event(), threading.Event()
    asked = live_server.thread.httpd.get_app()

    def slow(*words: Any) -> Any:
        arrived.set()
        may_end.wait(PATIENCE_SECONDS)
        ended.set()
        return asked(*words)

    monkeypatch.setattr(live_server.thread.httpd, "application", slow)
    with socket.create_connection((live_server.thread.host, live_server.thread.port)) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert arrived.wait(PATIENCE_SECONDS)
    threading.Timer(0.2, may_end.set).start()
    live_server.thread.httpd.wait_for_silence()
    assert ended.is_set()
