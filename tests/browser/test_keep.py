"""Nothing typed is ever lost: closed tabs, a line that is down, a site that is down, signed out, two tabs at once."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from applications.models import Answer, Application, Review
from applications.readiness import UNKEPT, WHITE, count_words
from applications.states import Status
from tests import factories
from tests.browser.acting import press, stop_the_clock, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCRIPT = Path(__file__).parents[2] / "static" / "js" / "keep.js"
# What a text may hold that two languages count differently.
ODD = [
    "", " ", "one", " one  two\n\nthree\t", "no\u00a0break", "zero\u200bwidth", "\ufeffmark", "mark\ufeff", "\ufeff",
    "next\u0085line", "a\u1680b", "a\u180eb", "a\u2007b", "a\u202fb", "a\u205fb", "a\u3000b", "a\u2028b\u2029c",
    "a\u2060b", "a\u00adb", "a\x1cb", "a\x1db c", "a\x0bb", "a\x0cb", "a\x00b", "a\u202eb", "a \x1f b", "a\x7fb",
    "لماذا تريد هذا الدور؟", "كلمة\u200cواحدة", "👩🏾‍💻 👍", "👩🏾‍💻👍", "🇰🇪", "well-known don’t", "one , two",
    "字字 字", "e\u0301 é", "१२३ ٤٥٦", "a\r\nb\rc",
]  # fmt: skip


@pytest.fixture
def draft(posting, alice) -> Application:
    factories.whole_form(posting)
    return factories.ApplicationFactory(posting=posting, applicant=alice, form=posting.forms.first())


@pytest.fixture
def quiet(complaints: list[str]) -> Iterator[list[str]]:
    """For tests that take the line or the sign-in away: the browser itself notes what was refused or failed."""
    yield complaints
    expected = re.compile(r"Failed to load resource: (the server responded with a status of (401|409|503)|net::ERR_)")
    complaints[:] = [words for words in complaints if not expected.search(words)]


def address(application: Application, section: str = "your-work") -> str:
    return reverse("edit_section", args=[application.code, section])


def stored(application: Application) -> dict[str, Any]:
    return dict(Answer.objects.filter(application=application).values_list("question__key", "value"))


def copies(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(
        "Object.fromEntries(Object.entries(localStorage).filter(([name]) => name.startsWith('kept:')))"
    )
    return found


def open_form(page: Page, application: Application) -> None:
    stop_the_clock(page)
    page.goto(address(application))


def type_in(page: Page, text: str, field: str = "#id_why") -> None:
    page.locator(field).fill(text)


def pause(page: Page, milliseconds: int = 3100) -> None:
    page.clock.run_for(milliseconds)


def saved(page: Page) -> Any:
    return page.expect_response(lambda answer: answer.request.headers.get("x-keep") == "1")


def expect_no_copies(page: Page) -> None:
    """The script throws a copy away once it has read the server's answer, which is later than its arrival."""
    wait_until(page, lambda: copies(page) == {})


def shown(page: Page) -> Any:
    return page.locator("#kept-shown")


def said(page: Page) -> Any:
    return page.locator("[role=status]#kept-said")


def test_it_saves_after_the_last_keystroke_and_says_when(page, sign_in, alice, draft) -> None:
    sign_in(page, alice.email)
    open_form(page, draft)
    type_in(page, "Because")
    pause(page, 2000)
    type_in(page, "Because of the queue.")
    pause(page, 2000)
    assert stored(draft) == {}
    assert copies(page)
    with saved(page) as answer:
        pause(page, 1100)
    assert answer.value.status == 200
    expect(shown(page)).to_have_text(re.compile(r"^Saved at \d\d:\d\d\.$"))
    expect(said(page)).to_have_text(re.compile("^Saved at"))
    assert stored(draft) == {"why": "Because of the queue."}
    # The server has it, so nothing stays behind in the browser.
    expect_no_copies(page)
    # The next saves are shown and not read out again.
    page.evaluate("document.getElementById('kept-said').textContent = 'heard'")
    page.get_by_label("Python").first.check()
    with saved(page):
        pause(page)
    expect_no_copies(page)
    expect(said(page)).to_have_text("heard")
    assert stored(draft)["first"] == "Python"


def test_closed_tab_loses_nothing(page, sign_in, alice, draft, quiet) -> None:
    """The line is down and the battery dies at once: what was typed is in the browser."""
    sign_in(page, alice.email)
    open_form(page, draft)
    page.context.set_offline(True)
    type_in(page, "Typed before the battery died")
    page.get_by_label("SQL").first.check()
    page.close(run_before_unload=False)
    page.context.set_offline(False)
    again = page.context.new_page()
    open_form(again, draft)
    expect(again.locator("#id_why")).to_have_value("Typed before the battery died")
    expect(again.get_by_label("SQL").first).to_be_checked()
    note = again.locator("#kept-restored")
    expect(note).to_be_visible()
    expect(note).to_have_text(re.compile(r"Put back what you typed here on .*\d\d:\d\d"))
    expect(again.locator("#id_why_words")).to_have_text("5 of 50 words")
    with saved(again):
        pause(again)
    assert stored(draft) == {"why": "Typed before the battery died", "first": "SQL"}
    expect_no_copies(again)


def test_closing_a_tab_sends_what_was_typed_last(page, sign_in, alice, draft) -> None:
    sign_in(page, alice.email)
    open_form(page, draft)
    type_in(page, "The last words")
    with saved(page):
        page.evaluate(
            "Object.defineProperty(document, 'hidden', {value: true});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
    assert stored(draft) == {"why": "The last words"}


def test_typed_while_the_line_is_down_is_saved_when_it_is_back(page, sign_in, alice, draft, quiet) -> None:
    sign_in(page, alice.email)
    open_form(page, draft)
    page.context.set_offline(True)
    type_in(page, "Typed on the bus")
    pause(page)
    expect(shown(page)).to_have_text(re.compile("No connection. Your text is kept on this device"))
    expect(said(page)).to_have_text(re.compile("No connection"))
    assert len(copies(page)) == 1
    with saved(page):
        page.context.set_offline(False)
    expect(shown(page)).to_have_text(re.compile("^Saved at"))
    assert stored(draft) == {"why": "Typed on the bus"}


@pytest.mark.parametrize("trouble", ["killed", "restarting", "a wireless network's own page"])
def test_a_site_that_is_down_is_like_a_line_that_is_down(page, sign_in, alice, draft, quiet, trouble) -> None:
    sign_in(page, alice.email)
    open_form(page, draft)

    def answer(route: Route) -> None:
        if trouble == "killed":
            route.abort("connectionrefused")
        elif trouble == "restarting":
            route.fulfill(status=503, body="<!doctype html>Back soon")
        else:
            route.fulfill(status=200, body="<!doctype html>Buy minutes")

    page.route("**/edit/**", answer)
    type_in(page, "Typed while the site was down")
    pause(page)
    expect(shown(page)).to_have_text(re.compile("No connection"))
    page.unroute("**/edit/**")
    with saved(page):
        # The next try waits longer than the first.
        pause(page, 6100)
    expect(shown(page)).to_have_text(re.compile("^Saved at"))
    assert stored(draft) == {"why": "Typed while the site was down"}


def test_an_answer_lost_on_the_line_makes_no_conflict_with_oneself(page, sign_in, alice, draft, quiet) -> None:
    sign_in(page, alice.email)
    open_form(page, draft)

    def store_and_hang_up(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route("**/edit/**", store_and_hang_up)
    type_in(page, "One")
    pause(page)
    expect(shown(page)).to_have_text(re.compile("No connection"))
    assert stored(draft) == {"why": "One"}
    page.unroute("**/edit/**")
    type_in(page, "One and two")
    press(page.get_by_role("button", name="Save and come back later"))
    expect(page.locator("h1")).to_have_text(draft.posting.title)
    assert stored(draft) == {"why": "One and two"}


def test_signed_out_in_another_tab_and_in_again(page, sign_in, alice, draft, quiet) -> None:
    sign_in(page, alice.email)
    open_form(page, draft)
    other = page.context.new_page()
    sign_out(other)
    type_in(page, "Typed while signed out")
    with saved(page) as answer:
        pause(page)
    assert answer.value.status == 401
    expect(shown(page)).to_have_text(re.compile("You are signed out.*A copy is kept on this device"))
    assert stored(draft) == {}
    assert len(copies(page)) == 1
    sign_in(other, alice.email)
    with saved(page) as answer:
        page.evaluate("window.dispatchEvent(new Event('focus'))")
    assert answer.value.status == 200
    assert stored(draft) == {"why": "Typed while signed out"}
    expect(shown(page)).to_have_text(re.compile("^Saved at"))
    # The button works too, with the token of the new sign-in.
    type_in(page, "And then some")
    press(page.get_by_role("button", name="Save and come back later"))
    assert stored(draft) == {"why": "And then some"}


def test_signed_out_and_the_tab_closed_the_copy_comes_back_after_signing_in(page, sign_in, alice, draft, quiet) -> None:
    sign_in(page, alice.email)
    open_form(page, draft)
    page.context.clear_cookies()
    type_in(page, "Typed with a sign-in that ran out")
    with saved(page):
        pause(page)
    page.close()
    again = page.context.new_page()
    sign_in(again, alice.email)
    open_form(again, draft)
    expect(again.locator("#id_why")).to_have_value("Typed with a sign-in that ran out")


def sign_out(page: Page) -> None:
    page.goto("/")
    page.locator(".you summary").click()
    press(page.get_by_role("button", name="Sign out"))


def test_signing_out_leaves_no_copy_for_the_next_person(page, sign_in, alice, draft) -> None:
    sign_in(page, alice.email)
    open_form(page, draft)
    type_in(page, "Private words")
    assert copies(page)
    page.locator(".you summary").click()
    # The press waits until the text is stored.
    press(page.get_by_role("button", name="Sign out"))
    assert stored(draft) == {"why": "Private words"}
    expect_no_copies(page)


def test_copies_of_others_and_old_ones_are_never_shown(page, sign_in, alice, charlie, posting, draft) -> None:
    foreign = factories.ApplicationFactory(posting=posting, applicant=charlie, form=draft.form)
    sign_in(page, charlie.email)
    page.goto(address(foreign))
    page.evaluate(
        """([foreign, own, old]) => {
            const copy = (at) => JSON.stringify({at, version: "0", page: "X", turn: 1, values: {why: "CANARY"}});
            localStorage.setItem("kept:" + foreign, copy(Date.now()));
            localStorage.setItem("kept:" + own, copy(Date.now() - 15 * 864e5));
            localStorage.setItem("kept:" + old, "not json");
            localStorage.setItem("another-program", "stays");
        }""",
        [f"{foreign.code}/your-work", f"{draft.code}/your-work", f"{draft.code}/about-you"],
    )
    page.context.clear_cookies()
    sign_in(page, alice.email)
    page.goto(address(draft))
    expect(page.locator("#id_why")).to_have_value("")
    expect(page.locator("#kept-restored")).to_be_hidden()
    expect(page.locator("#kept-other")).to_be_hidden()
    assert "CANARY" not in page.content()
    assert list(copies(page)) == [f"kept:{foreign.code}/your-work"]
    assert page.evaluate("localStorage.getItem('another-program')") == "stays"


def test_two_tabs_the_second_is_told_and_then_shown_both(page, sign_in, alice, draft, quiet) -> None:
    sign_in(page, alice.email)
    open_form(page, draft)
    other = page.context.new_page()
    open_form(other, draft)
    type_in(other, "Typed on the phone")
    with saved(other):
        pause(other)
    type_in(page, "Typed on the laptop")
    with saved(page) as answer:
        pause(page)
    assert answer.value.status == 409
    expect(shown(page)).to_have_text(re.compile("changed in another tab or on another device"))
    assert stored(draft) == {"why": "Typed on the phone"}
    press(page.get_by_role("button", name="Save and come back later"))
    expect(page.locator("h1")).to_have_text("Choose which text to keep")
    expect(page.locator("main")).to_contain_text("Typed on the phone")
    expect(page.locator("main")).to_contain_text("Typed on the laptop")
    page.get_by_label("Keep what you just typed").check()
    press(page.get_by_role("button", name="Save what I chose"))
    assert stored(draft)["why"] == "Typed on the laptop"
    # Nothing of it is left over: the form opens with it, quietly.
    page.goto(address(draft))
    expect(page.locator("#id_why")).to_have_value("Typed on the laptop")
    expect(page.locator("#kept-other")).to_be_hidden()
    expect_no_copies(page)


def test_a_copy_older_than_what_is_saved_is_shown_and_not_put_in(page, sign_in, alice, draft, quiet) -> None:
    sign_in(page, alice.email)
    open_form(page, draft)
    page.context.set_offline(True)
    type_in(page, "Typed on the laptop, offline")
    page.close()
    page.context.set_offline(False)
    why = next(question for question in draft.form.questions if question.key == "why")
    factories.SavedSectionFactory(application=draft, section=why.section, page="PHONE", turn=4, version=4)
    factories.AnswerFactory(application=draft, question=why, value="Saved from the phone")
    again = page.context.new_page()
    open_form(again, draft)
    expect(again.locator("#id_why")).to_have_value("Saved from the phone")
    panel = again.locator("#kept-other")
    expect(panel).to_be_visible()
    expect(panel).to_contain_text("Typed on the laptop, offline")
    expect(panel).to_contain_text("Why do you want this role?")
    pause(again, 10_000)
    assert stored(draft) == {"why": "Saved from the phone"}
    # It is there after a reload too, until one of the two buttons is pressed.
    again.reload()
    expect(panel).to_contain_text("Typed on the laptop, offline")
    panel.get_by_role("button", name="Put this text into the form").click()
    expect(again.locator("#id_why")).to_have_value("Typed on the laptop, offline")
    # What stood there before takes its place.
    expect(panel).to_contain_text("Saved from the phone")
    with saved(again):
        pause(again)
    assert stored(draft) == {"why": "Typed on the laptop, offline"}
    panel.get_by_role("button", name="Throw this text away").click()
    expect(panel).to_be_hidden()
    expect_no_copies(again)


def leaves_with_a_question(page: Page) -> bool:
    """Whether the browser asks before it leaves; it is then told to stay."""
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.evaluate("setTimeout(() => { location.href = '/privacy/' }, 0)")
    page.clock.run_for(10)
    wait_until(page, lambda: asked or page.url.endswith("/privacy/"))
    assert asked in ([], ["beforeunload"])
    return bool(asked)


def test_it_asks_before_leaving_with_text_that_is_nowhere_else(page, sign_in, alice, draft, quiet) -> None:
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }")
    sign_in(page, alice.email)
    open_form(page, draft)
    page.route("**/edit/**", lambda route: route.abort("connectionrefused"))
    page.locator("#id_why").click()
    page.keyboard.type("Only on this page")
    pause(page)
    expect(shown(page)).to_have_text(re.compile("this browser keeps no copy"))
    assert leaves_with_a_question(page)
    expect(page.locator("#id_why")).to_have_value("Only on this page")


def test_it_does_not_ask_when_the_text_is_kept(page, sign_in, alice, draft) -> None:
    sign_in(page, alice.email)
    open_form(page, draft)
    page.locator("#id_why").click()
    page.keyboard.type("Kept in the browser")
    assert not leaves_with_a_question(page)


def test_words_are_counted_alike_on_both_sides(page, sign_in, alice, draft) -> None:
    sign_in(page, alice.email)
    open_form(page, draft)
    counted = page.evaluate(
        """(texts) => texts.map((text) => {
            const area = document.getElementById("id_why");
            area.value = text;
            area.dispatchEvent(new Event("input", {bubbles: true}));
            return Number(document.getElementById("id_why_words").textContent.split(" ")[0]);
        })""",
        ODD,
    )
    assert dict(zip(ODD, counted, strict=True)) == {text: count_words(text) for text in ODD}
    assert page.locator("#id_why_words").get_attribute("class") == "soft"
    type_in(page, "word " * 51)
    expect(page.locator("#id_why_words")).to_have_class("soft error")


def test_both_sides_hold_the_same_classes() -> None:
    script = SCRIPT.read_text()
    assert f"[^{WHITE}]+" in script
    assert UNKEPT.pattern in script


def test_every_character_counts_alike(page, site) -> None:
    """All of the first plane, each between two letters."""
    page.goto("/")
    source = SCRIPT.read_text()
    function = source[source.index("function words(text)") : source.index("function count(area)")]
    points = [point for point in range(0x10000) if not 0xD800 <= point <= 0xDFFF]
    there = page.evaluate(
        f"(points) => {{ {function}; return points.map((it) => words('a' + String.fromCharCode(it) + 'b')) }}", points
    )
    here = [count_words(f"a{chr(point)}b") for point in points]
    assert [hex(point) for point, one, other in zip(points, there, here, strict=True) if one != other] == []


def test_a_text_too_long_to_keep_is_told_and_kept_in_the_browser(page, sign_in, alice, draft, quiet) -> None:
    sign_in(page, alice.email)
    open_form(page, draft)
    long = "word " * 5000
    type_in(page, long)
    page.get_by_label("SQL").first.check()
    with saved(page) as answer:
        pause(page)
    assert answer.value.status == 200
    expect(shown(page)).to_have_text(re.compile("more than we can keep"))
    assert stored(draft) == {"first": "SQL"}
    page.reload()
    expect(page.locator("#id_why")).to_have_value(long)


def test_a_mentors_review_saves_itself(page, sign_in, bob, posting) -> None:
    application = factories.ApplicationFactory(posting=posting, status=Status.IN_REVIEW)
    assignment = factories.AssignmentFactory(application=application, mentor=bob)
    sign_in(page, bob.email)
    stop_the_clock(page)
    page.goto(assignment.get_absolute_url())
    page.get_by_label("Comments for staff").fill("A first impression")
    with saved(page):
        pause(page)
    assert Review.objects.get().comments == "A first impression"
    expect(shown(page)).to_have_text(re.compile("^Saved at"))
    page.get_by_label("Feedback for the applicant").fill("Say more about tests")
    for group in page.locator("fieldset").all():
        group.locator("input[type=radio]").nth(2).check()
    assert copies(page)
    press(page.get_by_role("button", name="Submit review"))
    expect(page.locator("h1")).to_be_visible()
    review = Review.objects.get()
    assert review.submitted_at is not None
    assert review.feedback == "Say more about tests"
    expect_no_copies(page)


def test_the_whole_path_leaves_no_copy_behind(page, sign_in, alice, draft) -> None:
    sign_in(page, alice.email)
    stop_the_clock(page)
    page.goto(address(draft, "about-you"))
    page.locator("#id_name").fill("Amina")
    press(page.get_by_role("button", name="Save and go on"))
    expect(page.locator("#id_why")).to_be_visible()
    expect_no_copies(page)
    assert stored(draft) == {"name": "Amina"}


def test_a_conflict_without_javascript(page_without_scripts, sign_in, alice, draft, quiet) -> None:
    page = page_without_scripts
    sign_in(page, alice.email)
    page.goto(address(draft))
    other: Page = page.context.new_page()
    other.goto(address(draft))
    for tab, text in ((other, "Typed on the phone"), (page, "Typed on the laptop")):
        tab.locator("#id_why").fill(text)
        press(tab.get_by_role("button", name="Save and come back later"))
    assert stored(draft) == {"why": "Typed on the phone"}
    press(page.get_by_role("button", name="Save what I chose"))
    expect(page.locator(".problems")).to_contain_text("Choose which text to keep")
    page.get_by_label("Keep the saved one").check()
    press(page.get_by_role("button", name="Save what I chose"))
    expect(page.locator("h1")).to_have_text(draft.posting.title)
    assert stored(draft) == {"why": "Typed on the phone"}


def test_use_this_text_both_ways(both_ways, sign_in, alice, draft, now) -> None:
    posting = factories.PostingFactory(title="Data Engineer")
    factories.whole_form(posting)
    old = factories.ApplicationFactory(posting=posting, applicant=alice, form=posting.forms.first())
    why = next(question for question in old.form.questions if question.key == "why")
    factories.AnswerFactory(application=old, question=why, value="My words of last year")
    page = both_ways
    sign_in(page, alice.email)
    page.goto(address(draft))
    page.get_by_label("SQL").first.check()
    page.get_by_text("You answered this before").click()
    press(page.get_by_role("button", name="Use this answer"))
    expect(page.locator("#id_why")).to_have_value("My words of last year")
    assert stored(draft) == {"why": "My words of last year", "first": "SQL"}


def test_the_same_path_without_javascript_saves_too(both_ways, sign_in, alice, draft) -> None:
    page = both_ways
    sign_in(page, alice.email)
    page.goto(address(draft))
    page.locator("#id_why").fill("Because of the queue.")
    press(page.get_by_role("button", name="Save and come back later"))
    expect(page.locator("h1")).to_have_text(draft.posting.title)
    assert stored(draft) == {"why": "Because of the queue."}
