"""A member of the staff who applied: nothing in the admin tells them what the others do with their own application."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from applications import deciding, reviewing, triage
from applications.admin.steps import STEPS
from applications.models import Application, Message
from applications.models.decisions import Outcome
from applications.states import Status
from community.models import User
from tests import factories
from tests.cast import signed_in

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def dan(carol) -> User:
    person = factories.UserFactory(email="dan@example.org", is_staff=True)
    person.groups.set(carol.groups.all())
    return person


@pytest.fixture
def own(posting, carol) -> Application:
    """Carol's own, of a role with a single place."""
    type(posting).objects.filter(pk=posting.pk).update(places=1)
    return factories.ApplicationFactory(posting=posting, applicant=carol, status=Status.SUBMITTED)


@pytest.fixture
def other(posting, dan) -> Application:
    application = factories.ApplicationFactory(posting=posting, status=Status.SHORTLISTED)
    factories.DecisionFactory(application=application, staged_by=dan)
    return application


def addresses(own: Application, other: Application, unstaged: Application) -> list[str]:
    models = [("applications", name) for name in ("application", "decision", "message", "form")]
    models += [("community", name) for name in ("posting", "user", "profile", "round")]
    found = [reverse("admin:index"), *(reverse(f"admin:{app}_{name}_changelist") for app, name in models)]
    found += [reverse("admin:applications_application_change", args=[it.pk]) for it in (own, other)]
    found += [reverse("admin:community_posting_change", args=[own.posting_id])]
    found += [f"{reverse('admin:applications_application_changelist')}?{it}" for it in ("staged=offer", "asks=late")]
    for slug in STEPS:
        for code in (own.code, other.code, unstaged.code, f"{own.code},{other.code}"):
            found.append(f"{reverse('admin:applications_application_step', args=[slug])}?codes={code}&words=own-offer")
    return found


def pages(browser, own: Application, other: Application, unstaged: Application, now) -> dict[str, tuple[int, str]]:
    shown = {}
    for address in addresses(own, other, unstaged):
        answer = browser.get(address)
        shown[address] = (answer.status_code, bare(answer))
        if "/stage/" in address:
            day = now + timedelta(days=9)
            words = {"subject": "Yes", "body": "Come.", "answer_by_0": f"{day:%Y-%m-%d}", "answer_by_1": "12:00"}
            shown[f"{address} filled in"] = (200, bare(browser.post(address, words)))
    return shown


def bare(answer) -> str:
    """Without what each page has anew, or from the minute in which it was drawn, such as the earliest date to choose."""
    text = "" if answer.status_code != 200 else answer.content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|\d+ ?(second|minute)s?|T\d\d:\d\d', "", text)


def test_a_decision_about_oneself_changes_no_page(as_carol, carol, dan, own, other, posting, now) -> None:
    unstaged = factories.ApplicationFactory(posting=posting, status=Status.SHORTLISTED)
    Application.objects.filter(pk=own.pk).update(status=Status.SHORTLISTED)
    before = pages(as_carol, own, other, unstaged, now)
    assert any("places: 1" in text for _status, text in before.values())
    staged = Application.objects.get(pk=own.pk)
    decision = deciding.stage(
        staged, Outcome.OFFER, subject="Yes", body="Come.", answer_by=now + timedelta(days=9), by=dan, at=now
    )
    assert deciding.schedule([decision], now + timedelta(days=1), by=dan, at=now).count == 1
    after = pages(as_carol, own, other, unstaged, now)
    assert [address for address in before if before[address] != after[address]] == []


def test_triage_of_ones_own_changes_no_page(as_carol, carol, dan, bob, own, other, posting, now) -> None:
    unstaged = factories.ApplicationFactory(posting=posting, status=Status.SHORTLISTED)
    before = pages(as_carol, own, other, unstaged, now)
    triage.assign(own, bob, by=dan, at=now)
    # That a mentor was written to names no application.
    assert own.code not in Message.objects.get().body
    Message.objects.all().delete()
    after = pages(as_carol, own, other, unstaged, now)
    assert [address for address in before if before[address] != after[address]] == []


def test_a_letter_that_names_ones_own_is_for_the_others(as_carol, carol, dan, bob, own, other, posting, now) -> None:
    triage.assign(own, bob, by=dan, at=now)
    triage.assign(other, bob, by=dan, at=now)
    factories.ApplicationFactory(posting=posting, applicant=bob, status=Status.SUBMITTED)
    assert reviewing.end_conflicts(now) == 2
    letter = Message.objects.get(key__startswith="assignments_ended:", person=dan)
    assert own.code in letter.body
    address = reverse("admin:applications_message_change", args=[letter.pk])
    assert signed_in(dan).get(address).status_code == 200
    assert own.code in signed_in(dan).get(address).content.decode()
    assert as_carol.get(address).status_code == 302
    assert address not in as_carol.get(reverse("admin:applications_message_changelist")).content.decode()
    assert address in signed_in(dan).get(reverse("admin:applications_message_changelist")).content.decode()
