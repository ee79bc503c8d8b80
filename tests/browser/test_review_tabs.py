"""A mentor's review open in two tabs, in a real browser: both texts are shown, and no copy stays behind."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from applications.models import Review
from applications.states import Status
from tests import factories
from tests.browser.acting import press, stop_the_clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def quiet(complaints: list[str]) -> Iterator[list[str]]:
    """The browser itself notes that a save was refused."""
    yield complaints
    complaints[:] = [words for words in complaints if "status of 409" not in words]


def test_the_second_tab_of_a_review_chooses_between_both_and_leaves_no_copy(page, sign_in, bob, posting, quiet) -> None:
    application = factories.ApplicationFactory(posting=posting, status=Status.IN_REVIEW)
    assignment = factories.AssignmentFactory(application=application, mentor=bob)
    sign_in(page, bob.email)
    stop_the_clock(page)
    page.goto(assignment.get_absolute_url())
    other = page.context.new_page()
    other.goto(assignment.get_absolute_url())
    other.get_by_label("Comments for staff").fill("Typed on the phone")
    press(other.get_by_role("button", name="Save draft"))
    expect(other.get_by_text("A draft is kept.")).to_be_visible()
    other.close()

    page.get_by_label("Comments for staff").fill("Typed at the desk")
    # Saves itself a few seconds later, is refused, and says what to do.
    page.clock.run_for(3100)
    expect(page.locator("#kept-shown")).to_contain_text("another tab or on another device")
    assert Review.objects.get().comments == "Typed on the phone"
    press(page.get_by_role("button", name="Save draft"))
    expect(page.locator("h1")).to_have_text("Choose which text to keep")
    expect(page.get_by_text("Typed on the phone")).to_be_visible()
    page.get_by_label("Keep what you just typed").check()
    press(page.get_by_role("button", name="Save what I chose"))
    expect(page.get_by_label("Comments for staff")).to_have_value("Typed at the desk")
    expect(page.locator("#kept-other")).to_be_hidden()
    expect(page.locator("#kept-restored")).to_be_hidden()
    assert Review.objects.get().comments == "Typed at the desk"
    # What the script copied is thrown away once the page says who stored what.
    page.wait_for_function(
        "() => !Object.keys(localStorage).some((name) => name.startsWith('kept:review/') && !name.endsWith('#'))"
    )
