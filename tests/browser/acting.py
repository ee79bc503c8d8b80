"""What a person does in the browser, with the waiting that belongs to it.

Playwright's own click returns before the next page stands. Whoever asks that page, the database or the address for
what came of the click asks through these.
"""

import time
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Locator, Page

# Long, because two busy cores are slow; a test that passes never waits for its end.
PATIENCE_MS = 30_000


def press(control: Locator) -> None:
    """Clicks what leads to another page, or to the same one anew. Returns when that page has loaded."""
    with control.page.expect_navigation():
        control.click()


def stop_the_clock(page: Page) -> None:
    """From here on the browser's clock moves with `page.clock.run_for` alone: the pause before a page saves by itself
    costs nobody three seconds, and a slow machine does not save before the test expects it.
    """
    page.clock.install()
    page.clock.pause_at(timezone.now() + timedelta(seconds=1))


def wait_until(page: Page, holds: Callable[[], object]) -> None:
    """Until `holds()` is true: of the database, or of what `expect` has no words for. Fails after PATIENCE_MS."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not holds():
        assert time.monotonic() < deadline, "what was waited for did not come"
        # Lets the browser's own messages through, which a plain sleep would hold up.
        page.wait_for_timeout(20)
