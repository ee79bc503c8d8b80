"""A real headless Chromium: `page` is a fresh browser at the site's door, `page_without_scripts` has JavaScript off.

`both_ways` runs a test once with JavaScript and once without. Whatever the console calls an error, a breach of the
content security policy among it, fails the test that caused it.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.cache import cache
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.browser import chromium
from tests.browser.acting import PATIENCE_MS
from tests.browser.server import Server
from tests.factories import PASSWORD

# Pages that answer 404 or 403 on purpose make Chromium write this; the test asserts the status itself.
EXPECTED = ("the server responded with a status of 403", "the server responded with a status of 404")

expect.set_options(timeout=PATIENCE_MS)

Opened = Callable[..., Any]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for `browser` is a browser test, marked or not."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = chromium.path()
    assert executable, chromium.MISSING
    # Playwright's loop runs in this thread, which makes Django believe that its own calls are asynchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=chromium.flags())
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session", autouse=True)
def patient_server() -> Iterator[None]:
    """What `live_server` starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LiveServerThread, "server_class", Server)
        yield


@pytest.fixture
def site(live_server: LiveServer, transactional_db: None, settings: Any) -> Iterator[str]:
    """The address of the running site. What the site writes into messages leads here too.

    Asks for the database itself, so that it is emptied after this fixture's end: once nobody is served any more.
    """
    # The rate limits are kept in a table that no test's end empties.
    cache.clear()
    settings.SITE_URL = live_server.url
    yield live_server.url
    live_server.thread.httpd.wait_for_silence()


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the console called an error in this test. Whatever is left in it at the end fails the test."""
    heard: list[str] = []
    yield heard
    assert heard == []


@pytest.fixture
def open_browser(browser: Browser, site: str, complaints: list[str]) -> Opened:
    """`with open_browser(javascript=False, width=360, color_scheme="dark", locale="ar") as page:`"""

    @contextmanager
    def opened(*, javascript: bool = True, width: int = 1280, height: int = 900, **options: Any) -> Iterator[Page]:
        context: BrowserContext = browser.new_context(
            base_url=site,
            java_script_enabled=javascript,
            viewport={"width": width, "height": height},
            service_workers="block",
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        context.on("weberror", lambda error: complaints.append(f"{error.page and error.page.url}: {error.error}"))
        context.on("console", lambda message: listen(message, complaints))
        try:
            yield context.new_page()
        finally:
            context.close()

    return opened


def listen(message: ConsoleMessage, complaints: list[str]) -> None:
    """A breach of the policy is an error in the console too, with JavaScript off as well as on."""
    if message.type == "error" and not any(words in message.text for words in EXPECTED):
        complaints.append(f"{message.page and message.page.url}: {message.text}")


@pytest.fixture
def page(open_browser: Opened) -> Iterator[Page]:
    with open_browser() as page:
        yield page


@pytest.fixture
def page_without_scripts(open_browser: Opened) -> Iterator[Page]:
    with open_browser(javascript=False) as page:
        yield page


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def both_ways(open_browser: Opened, request: pytest.FixtureRequest) -> Iterator[Page]:
    with open_browser(javascript=request.param) as page:
        yield page


@pytest.fixture
def sign_in() -> Callable[..., None]:
    """`sign_in(page, "alice@example.org")` through the site's own form."""

    def signed_in(page: Page, email: str, password: str = PASSWORD) -> None:
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(email)
        page.locator("input[name=password]").fill(password)
        with page.expect_navigation():
            page.locator("input[name=password]").press("Enter")
        assert "/accounts/login/" not in page.url, "the site did not let this person in"

    return signed_in
