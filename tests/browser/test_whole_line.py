"""The four parts played through the whole line: from the text of an advertisement to a contributor's public page.

Once with JavaScript and once without. Nothing is written past the pages, but for the accounts, the round and the
project that a program has before its first posting, and the worker, which is run when it would have run.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from applications.models import Application, Message
from applications.states import Status
from community.models import Posting
from tests import factories
from tests.browser.acting import press

ADVERTISEMENT = Path(__file__).parent.parent / "community" / "data" / "backend-engineer.txt"

ANSWERS = {
    "problem": "Our clinic's stock service answered in nine seconds on market days. I found a query in a loop.",
    "together": "Four of us rewrote the import. We disagreed about retries and measured both.",
    "why": "The people in my town use this service every day, and I want it to hold.",
    "learn": "How to look after a database that others rely on.",
}


def sentences(text: str) -> list[str]:
    return [line.strip("*-• \n") for line in text.splitlines() if line.strip("*-• \n")]


@pytest.mark.django_db(transaction=True)
def test_from_advertisement_to_public_contributor(both_ways: Page, sign_in, alice, bob, carol, project) -> None:
    page = both_ways
    second = factories.MembershipFactory(mentor=True, project=project).person
    now = timezone.now()
    factories.RoundFactory(slug="round-1", name="Round 1", closes_at=now + timedelta(days=9))

    # Staff bring the advertisement in. Nothing of it may be lost on the page.
    call_command(
        "import_posting", str(ADVERTISEMENT), round="round-1", project=project.slug,
        hours=8, weeks=12, places=3, unpaid=True, countries="africa", publish=True,
    )  # fmt: skip
    posting = Posting.objects.get()
    page.goto("/postings/")
    press(page.get_by_role("link", name=posting.title).first)
    shown = " ".join(page.locator("main").inner_text().split())
    for sentence in sentences(ADVERTISEMENT.read_text()):
        body = sentence.removeprefix("Job Title:").strip(" *")
        if not body.endswith(":"):
            assert " ".join(body.split()) in shown
    posting_address = page.url

    # Alice applies.
    sign_in(page, alice.email)
    page.goto(posting_address)
    press(page.locator("main").get_by_role("link", name="Apply").first)
    press(page.get_by_role("button", name="Begin"))
    page.get_by_label("What is your name?").fill("Amina Odhiambo")
    press(page.get_by_role("button", name="Save and go on"))
    expect(page.locator(".problems")).to_contain_text("Enter the country you live in")
    assert page.title().startswith("Error:")
    expect(page.get_by_label("What is your name?")).to_have_value("Amina Odhiambo")
    page.get_by_label("Which country do you live in?").fill("Kenya")
    press(page.get_by_role("button", name="Save and go on"))
    page.locator("#id_problem").fill(ANSWERS["problem"])
    page.locator("#id_together").fill(ANSWERS["together"])
    page.locator("#id_cv").set_input_files(
        {"name": "amina-odhiambo.pdf", "mimeType": "application/pdf", "buffer": factories.PDF}
    )
    press(page.get_by_role("button", name="Save and go on"))
    page.locator("#id_why").fill(ANSWERS["why"])
    page.locator("#id_learn").fill(ANSWERS["learn"])
    page.get_by_label("5 to 8").check()
    press(page.get_by_role("button", name="Save and go on"))
    page.get_by_label("I agree that the program").check()
    press(page.get_by_role("button", name="Save and go on"))
    for answer in ANSWERS.values():
        expect(page.locator("main")).to_contain_text(answer)
    press(page.get_by_role("button", name="Send my application"))
    application = Application.objects.get()
    assert application.status == Status.SUBMITTED
    expect(page.locator("main")).to_contain_text(application.code)
    expect(page.locator("main")).to_contain_text("Being considered")
    call_command("run_worker", once=True)
    receipt = next(message for message in mail.outbox if application.code in message.subject)
    assert all(answer in receipt.body for answer in ANSWERS.values())

    # Carol asks two mentors to read it.
    page.context.clear_cookies()
    sign_in(page, carol.email)
    page.goto(f"/admin/applications/application/{application.pk}/change/")
    expect(page.locator("body")).to_contain_text(ANSWERS["why"])
    take_step(page, "Assign mentors")
    page.get_by_label(bob.email).check()
    page.get_by_label(second.email).check()
    confirm(page)
    application.refresh_from_db()
    assert application.status == Status.IN_REVIEW
    assert application.assignments.count() == 2

    # Both mentors read it without learning whose it is, and score it.
    for mentor in (bob, second):
        page.context.clear_cookies()
        sign_in(page, mentor.email)
        page.goto("/review/")
        press(page.locator("main").get_by_role("link", name="Application 1").first)
        text = page.content()
        assert ANSWERS["problem"] in page.locator("main").inner_text()
        for secret in ("Amina", "Odhiambo", alice.email, application.code, "amina-odhiambo.pdf"):
            assert secret not in text
        assert application.code not in page.url
        for group in page.locator("main fieldset").all():
            group.get_by_role("radio").nth(3).check()
        page.get_by_label("Feedback for the applicant").fill("You weigh what each fix costs. Show your tests too.")
        press(page.get_by_role("button", name="Submit review"))
    application.refresh_from_db()
    assert application.reviews_done == 2
    assert application.mean_score == 4

    # Carol stages an offer. Alice sees nothing of it until it is released.
    page.context.clear_cookies()
    sign_in(page, alice.email)
    page.goto(f"/applications/{application.code}/")
    before = page.locator("main").inner_text()
    page.context.clear_cookies()
    sign_in(page, carol.email)
    page.goto(f"/admin/applications/application/{application.pk}/change/")
    stage_offer(page)
    application.refresh_from_db()
    assert application.decisions.staged().count() == 1
    page.context.clear_cookies()
    sign_in(page, alice.email)
    page.goto(f"/applications/{application.code}/")
    assert page.locator("main").inner_text() == before
    assert not Message.objects.filter(key__startswith="decided:").exists()

    page.context.clear_cookies()
    sign_in(page, carol.email)
    page.goto(f"/admin/applications/application/{application.pk}/change/")
    release(page)
    application.refresh_from_db()
    assert application.status == Status.OFFERED

    # Alice accepts, and publishes her page.
    page.context.clear_cookies()
    sign_in(page, alice.email)
    page.goto(f"/applications/{application.code}/offer/")
    press(page.get_by_role("button", name="Accept the place"))
    application.refresh_from_db()
    assert application.status == Status.ACCEPTED
    handle = alice.profile.handle
    page.goto("/profile/")
    press(page.get_by_role("button", name="Publish it"))
    page.context.clear_cookies()
    page.goto(f"/people/{handle}/")
    expect(page.locator("main")).to_contain_text("Amina Odhiambo")
    expect(page.locator("main")).to_contain_text(project.name)
    expect(page.locator("main")).to_contain_text(posting.title)
    page.goto(f"/projects/{project.slug}/")
    expect(page.locator("main")).to_contain_text("Amina Odhiambo")


def take_step(page: Page, name: str) -> None:
    """From the application's page in the admin: the step, a look at what it does, and the press that does it."""
    press(page.get_by_label("What you can do").get_by_role("link", name=name, exact=True))


def confirm(page: Page) -> None:
    look = page.get_by_role("button", name="Look at it before anything happens")
    if look.count():
        press(look)
    press(page.locator("input[name=confirm]"))


def stage_offer(page: Page) -> None:
    take_step(page, "Stage a decision")
    press(page.get_by_role("link", name="A place is offered"))
    confirm(page)


def release(page: Page) -> None:
    take_step(page, "Release now")
    confirm(page)
