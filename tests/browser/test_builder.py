"""Conditions and the form builder in a real browser: hidden and shown with a script, in words without; order by drag."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from applications import building
from applications.forms_ready import READY
from applications.models import Answer, Application, Form, Question, Section
from tests import factories
from tests.browser.acting import press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def form(posting, carol, now) -> Form:
    """Short: `done_what` hangs on `done_before` in the section “this-role”."""
    return building.start_from(posting, READY["volunteer"], by=carol, at=now)


@pytest.fixture
def draft(form, posting, alice) -> Application:
    return factories.ApplicationFactory(posting=posting, applicant=alice, form=form)


def address(draft: Application) -> str:
    return reverse("edit_section", args=[draft.code, "this-role"])


def test_a_question_is_hidden_until_its_answer_and_its_text_comes_back(page: Page, sign_in, alice, draft) -> None:
    sign_in(page, alice.email)
    page.goto(address(draft))
    hanging = page.locator("#id_done_what")
    before = page.locator("#id_done_before")
    expect(hanging).to_be_hidden()
    before.get_by_label("Yes").check()
    expect(hanging).to_be_visible()
    hanging.fill("I washed dishes.")
    before.get_by_label("No").check()
    expect(hanging).to_be_hidden()
    page.locator("#id_why").fill("Because.")
    page.get_by_label("5 to 8").check()
    press(page.get_by_role("button", name="Save and go on"))
    assert "this-role" not in page.url
    assert Answer.objects.get(application=draft, question__key="done_what").value == "I washed dishes."
    page.goto(address(draft))
    expect(hanging).to_be_hidden()
    before.get_by_label("Yes").check()
    expect(hanging).to_have_value("I washed dishes.")


def test_without_a_script_the_question_stands_there_in_words(page_without_scripts: Page, sign_in, alice, draft) -> None:
    page = page_without_scripts
    sign_in(page, alice.email)
    page.goto(address(draft))
    expect(page.locator("#id_done_what")).to_be_visible()
    expect(page.locator("#id_done_what_helptext")).to_contain_text("Only if you answered “Yes” to")
    page.locator("#id_why").fill("Because.")
    page.locator("#id_done_before").get_by_label("No").check()
    page.get_by_label("5 to 8").check()
    press(page.get_by_role("button", name="Save and go on"))
    assert "this-role" not in page.url


def test_questions_are_put_in_order_by_drag_and_previewed_before_saving(page: Page, sign_in, carol, form) -> None:
    section = form.parts[1]
    sign_in(page, carol.email)
    page.goto(reverse("admin:applications_section_change", args=[section.pk]))
    rows = page.locator(".inline-related:not(.empty-form)")
    expect(rows).to_have_count(4)
    why, hours = rows.nth(0), rows.nth(3)
    hours.locator(".grip").hover()
    page.mouse.down()
    # The drag begins where the button went down, before anything scrolls; the second hover drags over.
    box = hours.locator(".grip").bounding_box()
    page.mouse.move(box["x"] + 8, box["y"] - 8, steps=4)
    why.hover(position={"x": 40, "y": 4})
    why.hover(position={"x": 42, "y": 6})
    page.mouse.up()
    expect(rows.nth(0).locator("input[name$='-key']")).to_have_value("hours")
    assert [rows.nth(number).locator("input[name$='-position']").input_value() for number in range(4)] == list("0123")
    rows.nth(1).locator("input[name$='-label']").fill("Why, in a haiku?")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="See it as an applicant, before saving").click()
    preview = opened.value
    expect(preview.locator("main")).to_contain_text("Why, in a haiku?")
    expect(preview.locator("#id_done_what")).to_be_hidden()
    preview.locator("#id_done_before").get_by_label("Yes").check()
    expect(preview.locator("#id_done_what")).to_be_visible()
    preview.close()
    assert not Question.objects.filter(label="Why, in a haiku?").exists()
    press(page.locator("input[name=_save]"))
    keys = list(Question.objects.filter(section=section).values_list("key", flat=True))
    assert keys == ["hours", "why", "done_before", "done_what"]


def test_what_is_added_comes_last_and_has_a_number_of_its_own(page: Page, sign_in, carol, form) -> None:
    sign_in(page, carol.email)
    page.goto(reverse("admin:applications_section_change", args=[form.parts[1].pk]))
    rows = page.locator(".inline-related:not(.empty-form)")
    for number in (5, 6):
        page.get_by_text("Add another Question").click()
        expect(rows).to_have_count(number)
    assert [row.locator("input[name$='-position']").input_value() for row in rows.all()] == list("012345")


def test_the_titles_of_rows_are_shown_whole(page: Page, sign_in, carol, form) -> None:
    sign_in(page, carol.email)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(reverse("admin:applications_form_change", args=[form.pk]))
        titles = page.locator("#sections-group tr.has_original td.original p")
        expect(titles).to_have_count(len(form.parts))
        # In one line, of which nothing is hidden.
        assert all(
            titles.evaluate_all("all => all.map(it => it.scrollHeight <= it.clientHeight && it.clientHeight < 30)")
        )


def test_without_a_script_a_section_and_a_question_are_added(page_without_scripts: Page, sign_in, carol, form) -> None:
    page = page_without_scripts
    sign_in(page, carol.email)
    page.goto(reverse("admin:applications_form_change", args=[form.pk]))
    there = len(form.parts)
    press(page.get_by_role("link", name="Add another section"))
    page.locator(f"#id_sections-{there}-title").fill("Your dog")
    page.locator(f"#id_sections-{there}-slug").fill("dog")
    press(page.locator("input[name=_save]"))
    section = Section.objects.get(form=form, slug="dog")
    page.goto(reverse("admin:applications_section_change", args=[section.pk]))
    for _time in range(2):
        press(page.get_by_role("link", name="Add another question"))
    page.locator("#id_questions-1-kind").select_option("number")
    page.locator("#id_questions-1-label").fill("How old is your dog?")
    press(page.locator("input[name=_save]"))
    assert [question.label for question in section.questions.all()] == ["How old is your dog?"]


def test_without_a_script_the_preview_promises_nothing(page_without_scripts: Page, sign_in, carol, form) -> None:
    page = page_without_scripts
    sign_in(page, carol.email)
    page.goto(reverse("admin:applications_section_change", args=[form.parts[1].pk]))
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="See it as an applicant, before saving").click()
    expect(opened.value.get_by_text("It is not saved.")).to_be_visible()
    expect(opened.value.get_by_text("shows here at once")).to_be_hidden()


def test_the_open_preview_follows_what_is_typed_and_nothing_is_saved(page: Page, sign_in, carol, form) -> None:
    sign_in(page, carol.email)
    page.goto(reverse("admin:applications_section_change", args=[form.parts[1].pk]))
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="See it as an applicant, before saving").click()
    preview = opened.value
    live = preview.get_by_text("shows here at once")
    expect(live).to_be_visible()
    preview.locator("#id_done_before").get_by_label("Yes").check()
    label = page.locator(".inline-related:not(.empty-form)").nth(0).locator("input[name$='-label']")
    label.fill("Why, in a haiku?")
    expect(preview.locator("main")).to_contain_text("Why, in a haiku?")
    expect(live).to_be_visible()
    # What was answered there to see what follows stays answered.
    expect(preview.locator("#id_done_what")).to_be_visible()
    preview.locator("#id_done_before").get_by_label("No").check()
    expect(preview.locator("#id_done_what")).to_be_hidden()
    page.get_by_text("Add another Question").click()
    added = page.locator(".inline-related:not(.empty-form)").nth(4)
    added.locator("select[name$='-kind']").select_option("number")
    added.locator("input[name$='-label']").fill("How old is your dog?")
    expect(preview.locator("main")).to_contain_text("How old is your dog?")
    assert not Question.objects.filter(label__in=["Why, in a haiku?", "How old is your dog?"]).exists()
    # Saving loads the builder anew; the preview goes on following it.
    press(page.locator("input[name=_continue]"))
    label.fill("Why, in a limerick?")
    expect(preview.locator("main")).to_contain_text("Why, in a limerick?")
