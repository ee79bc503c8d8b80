"""Choosing a file in a real browser: sent at once with progress, through a dropped line and a reload; or with the form."""

import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from applications.models import Application, IncomingUpload, Upload
from tests import factories
from tests.browser.acting import press, wait_until
from tests.factories import PDF

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Many chunks, and few enough that a slow machine, which sends small ones, is done in time.
CONTENT = PDF + random.Random(7).randbytes(400_000)
FILE: Any = {"name": "My CV.pdf", "mimeType": "application/pdf", "buffer": CONTENT}
DROPPED = "net::ERR_INTERNET_DISCONNECTED"


@pytest.fixture
def draft(posting, alice) -> Application:
    return factories.ApplicationFactory(posting=posting, applicant=alice)


@pytest.fixture
def form(draft, page: Page, sign_in: Callable[..., None]) -> Page:
    """Alice at the part that asks for her CV."""
    sign_in(page, "alice@example.org")
    page.goto(reverse("edit_section", args=[draft.code, "your-work"]))
    return page


class Line:
    """The way to the site: the first chunk after a tenth of the file waits on it until `release`."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.free = False
        self.held: list[Route] = []
        page.route("**/uploads/cv/*/", self.take)

    def take(self, route: Route) -> None:
        if self.free or int(route.request.headers["upload-offset"]) < len(CONTENT) / 10:
            route.continue_()
        else:
            self.held.append(route)

    def wait_until_under_way(self) -> None:
        wait_until(self.page, lambda: self.held)
        expect(self.page.locator("[data-upload] progress")).to_have_attribute("value", re.compile(r"0\.[1-9]"))

    def release(self) -> None:
        self.free = True
        while self.held:
            self.held.pop().continue_()


def choose(page: Page, file: Any = FILE) -> None:
    page.locator("#id_cv").set_input_files(file)


def status(page: Page) -> Any:
    return page.locator("[data-upload] [role=status]")


def kept() -> bytes:
    with Upload.objects.get().file.open("rb") as file:
        return bytes(file.read())


def test_a_chosen_file_arrives_by_itself_and_is_not_sent_again(form: Page) -> None:
    line = Line(form)
    choose(form)
    line.wait_until_under_way()
    expect(form.locator("[data-upload] progress")).to_be_visible()
    expect(status(form)).to_contain_text("My CV.pdf")
    line.release()
    expect(status(form)).to_contain_text("has arrived and is kept.")
    expect(form.get_by_role("link", name="My CV.pdf")).to_be_visible()
    expect(form.locator("[data-upload] progress")).to_be_hidden()
    assert kept() == CONTENT
    sent: list[int] = []
    form.on("request", lambda request: sent.append(len(request.post_data_buffer or b"")))
    press(form.get_by_role("button", name="Save and come back later"))
    assert max(sent) < 20_000
    assert Upload.objects.count() == 1


def test_it_goes_on_after_the_line_dropped(form: Page, complaints: list[str]) -> None:
    line = Line(form)
    choose(form)
    line.wait_until_under_way()
    form.context.set_offline(True)
    line.release()
    expect(status(form)).to_contain_text("goes on by itself")
    code = IncomingUpload.objects.get().code
    form.context.set_offline(False)
    expect(status(form)).to_contain_text("has arrived and is kept.")
    assert Upload.objects.get().code == code
    assert kept() == CONTENT
    complaints[:] = [complaint for complaint in complaints if DROPPED not in complaint]


def test_it_goes_on_after_a_reload_when_the_same_file_is_chosen(form: Page, complaints: list[str]) -> None:
    line = Line(form)
    choose(form)
    line.wait_until_under_way()
    # The browser asks whether to leave while a file is on its way.
    form.on("dialog", lambda dialog: dialog.accept())
    form.reload()
    before = IncomingUpload.objects.get()
    assert 0 < before.received < len(CONTENT)
    expect(status(form)).to_contain_text("Choose the same file again")
    line.free = True
    choose(form)
    expect(status(form)).to_contain_text("has arrived and is kept.")
    assert Upload.objects.get().code == before.code
    assert kept() == CONTENT


def test_saving_waits_for_the_file_and_then_goes_on(form: Page) -> None:
    line = Line(form)
    form.locator("#id_problem").fill("A queue that froze.")
    choose(form)
    line.wait_until_under_way()
    form.get_by_role("button", name="Save and come back later").click()
    expect(status(form)).to_contain_text("still on its way")
    with form.expect_navigation():
        line.release()
    assert kept() == CONTENT
    assert not IncomingUpload.objects.exists()


def test_what_cannot_be_taken_is_told_beside_the_question(form: Page, complaints: list[str]) -> None:
    choose(form, {"name": "cv.pdf", "mimeType": "application/pdf", "buffer": b"<script>alert(1)</script>" * 9999})
    expect(status(form)).to_contain_text("not what its name says (PDF)")
    assert form.locator("#id_cv").input_value() == ""
    choose(form, {**FILE, "name": "cv.exe"})
    expect(status(form)).to_contain_text("Choose a PDF, DOCX, ODT, JPEG or PNG file.")
    choose(form)
    expect(status(form)).to_contain_text("has arrived and is kept.")
    complaints[:] = [complaint for complaint in complaints if "status of 422" not in complaint]


def test_without_a_script_the_form_takes_the_file(
    draft, page_without_scripts: Page, sign_in: Callable[..., None]
) -> None:
    page = page_without_scripts
    sign_in(page, "alice@example.org")
    page.goto(reverse("edit_section", args=[draft.code, "your-work"]))
    expect(page.locator("[data-upload] progress")).to_be_hidden()
    choose(page)
    press(page.get_by_role("button", name="Save and go on"))
    # Other answers are missing; the file is kept all the same.
    expect(page.get_by_role("link", name="My CV.pdf")).to_be_visible()
    expect(page.locator(".problems").first).to_be_visible()
    assert kept() == CONTENT
