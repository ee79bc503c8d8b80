"""The page before each step: what it lists, what a press does, what a second press and a second person find.

The words and dates of those steps that decide: test_admin_steps_deciding.py.
"""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils.html import escape

from applications.admin.steps import STEPS
from applications.admin.steps.batch import MAX_BATCH, rows_of
from applications.models import Application, Assignment, Decision, HistoryEntry, Message
from applications.models.decisions import Outcome
from applications.states import Status
from tests.applications.steps import DECLINE, LIST, OFFER, address, confirm, local, picture, press, seen_on
from tests.cast import signed_in
from tests.factories import (
    ApplicationFactory,
    AssignmentFactory,
    DecisionFactory,
    MembershipFactory,
    ProfileFactory,
    UserFactory,
)
from tests.memory import forget
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def new(posting):
    return ApplicationFactory(posting=posting, status=Status.SUBMITTED)


@pytest.fixture
def good(posting):
    return ApplicationFactory(posting=posting, status=Status.SHORTLISTED)


# Each step: (slug, words, what is filled in) and where an application must stand for it.
def ways(new, good, bob, now) -> dict[str, tuple[Application, str, dict]]:
    staged = DecisionFactory(application=ApplicationFactory(posting=new.posting, status=Status.SHORTLISTED)).application
    return {
        "send-to-review": (new, "", {}),
        "assign": (new, "", {"mentors": [str(bob.pk)]}),
        "shortlist": (new, "", {}),
        "screen-out": (new, "", DECLINE),
        "stage": (good, "own-offer", {**OFFER, "answer_by": local(now + timedelta(days=9))}),
        "take-back": (staged, "", {}),
        "release": (staged, "", {}),
        "schedule": (staged, "", {"release_at": local(now + timedelta(days=1))}),
    }


@pytest.mark.parametrize("slug", STEPS)
def test_get_and_looking_change_nothing(as_carol, new, good, bob, now, slug) -> None:
    application, words, data = ways(new, good, bob, now)[slug]
    url = address(slug, application, words=words)
    before = picture()
    assert as_carol.get(url).status_code == 200
    assert as_carol.get(url, {**data, "confirm": "yes", "seen": "x"}).status_code in {200, 302}
    assert as_carol.post(url, data).status_code == 200
    assert as_carol.post(url, {**data, "change": "yes"}).status_code == 200
    assert picture() == before
    assert as_carol.put(url).status_code == 405


@pytest.mark.parametrize("slug", STEPS)
def test_a_press_does_it_and_a_second_press_changes_nothing_and_says_so(as_carol, new, good, bob, now, slug) -> None:
    application, words, data = ways(new, good, bob, now)[slug]
    url = address(slug, application, words=words)
    seen = seen_on(as_carol, url, data or None)
    before = picture()
    first = confirm(as_carol, url, seen, data)
    after = picture()
    assert after != before
    assert len(first) == 1
    second = confirm(as_carol, url, seen, data)
    assert picture() == after
    assert second[-2] == "Nothing was changed."
    assert second[-1].startswith(f"{application.code}: ")


@pytest.mark.parametrize("slug", STEPS)
def test_who_may_take_each_step(as_alice, as_bob, as_charlie, as_carol, stranger, new, good, bob, now, slug) -> None:
    application, words, data = ways(new, good, bob, now)[slug]
    url = address(slug, application, words=words)
    needed = STEPS[slug].permission.partition(".")[2]
    other = {"triage_application": "decide_application", "decide_application": "triage_application"}[needed]

    def staff_with(*codenames: str) -> Client:
        person = UserFactory(is_staff=True)
        person.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        return signed_in(person)

    seen = seen_on(as_carol, url, data or None)
    before = picture()
    refused = {
        "stranger": stranger, "alice": as_alice, "bob": as_bob, "charlie": as_charlie,
        "staff without": staff_with(), "reader": staff_with("view_application"),
        "other": staff_with("view_application", other), "blind": staff_with(needed),
    }  # fmt: skip
    for who, client in refused.items():
        for answer in (client.get(url), client.post(url, {**data, "seen": seen, "confirm": "yes"})):
            assert answer.status_code in {302, 403}, who
            assert answer.status_code == 403 or "/accounts/" in answer["Location"] or "login" in answer["Location"], who
    assert picture() == before
    confirm(staff_with("view_application", needed), url, seen, data)
    assert picture() != before


@pytest.mark.parametrize("slug", STEPS)
def test_wrong_state_is_left_out_with_a_sentence(as_carol, posting, bob, now, slug) -> None:
    done = ApplicationFactory(posting=posting, status=Status.DECLINED)
    words = "own-decline" if slug == "stage" else ""
    data = {"mentors": [str(bob.pk)], **DECLINE, "release_at": local(now + timedelta(days=1))}
    url = address(slug, done, words=words)
    page = as_carol.post(url, data)
    step = page.context["step"]
    assert (step.included, [row.application for row in step.left_out]) == ([], [done])
    assert step.left_out[0].refusal
    assert escape(step.left_out[0].refusal) in page.text
    assert 'name="confirm"' not in page.text
    before = picture()
    said = confirm(as_carol, url, [f"{done.code}:declined:"], data)
    assert said[0] == "Nothing was changed."
    assert done.code in said[1]
    assert picture() == before


@pytest.mark.parametrize("slug", STEPS)
def test_ones_own_application_is_left_out_and_shows_nothing(as_carol, carol, posting, bob, now, slug) -> None:
    mine = ApplicationFactory(posting=posting, applicant=carol, status=Status.SHORTLISTED, answers={"name": "CANARY"})
    if slug in {"take-back", "release", "schedule"}:
        DecisionFactory(application=mine)
    words = "own-decline" if slug == "stage" else ""
    data = {"mentors": [str(bob.pk)], **DECLINE, "release_at": local(now + timedelta(days=1))}
    page = as_carol.post(address(slug, mine, words=words), data)
    assert [row.application for row in page.context["step"].left_out] == [mine]
    assert "your own" in page.text
    assert "CANARY" not in page.text
    before = picture()
    seen = [rows_of([mine.code])[0].seen]
    assert "your own" in confirm(as_carol, address(slug, mine, words=words), seen, data)[1]
    assert picture() == before


def test_the_page_lists_who_what_and_who_is_left_out(as_carol, new, good) -> None:
    page = as_carol.get(address("send-to-review", new, good))
    assert [(row.name, row.becomes) for row in page.context["step"].included] == [
        (row.name, row.becomes) for row in page.context["step"].rows
    ]
    assert "submitted → in review" in page.text
    assert "shortlisted → in review" in page.text
    assert "Send 2 applications to review" in page.text


def test_only_what_was_shown_is_touched(as_carol, new, posting) -> None:
    """The address names two; the page that was looked at showed one of them as possible."""
    done = ApplicationFactory(posting=posting, status=Status.WITHDRAWN)
    url = address("send-to-review", new, done)
    assert seen_on(as_carol, url) == [f"{new.code}:submitted::"]
    assert confirm(as_carol, url, []) == ["Nothing was changed."]
    press(as_carol, url)
    new.refresh_from_db()
    done.refresh_from_db()
    assert (new.status, done.status) == (Status.IN_REVIEW, Status.WITHDRAWN)


def test_what_moved_since_it_was_shown_is_refused_with_the_reason(as_carol, new, carol, good) -> None:
    url = address("send-to-review", new, good)
    seen = seen_on(as_carol, url)
    Application.objects.filter(pk=new.pk).update(status=Status.SHORTLISTED)
    said = confirm(as_carol, url, seen)
    assert said[0] == "1 application was sent to review."
    assert said[1].startswith(f"{new.code}: Somebody else changed this application first.")
    new.refresh_from_db()
    assert new.status == Status.SHORTLISTED


@pytest.mark.parametrize(("slug", "status", "number"), [("send-to-review", "submitted", 7), ("assign", "submitted", 9)])
def test_the_page_costs_the_same_for_one_and_for_three(
    as_carol, bob, posting, django_assert_num_queries, slug, status, number
) -> None:
    rows = [ApplicationFactory(posting=posting, status=Status(status)) for _ in range(3)]
    for chosen in (rows[:1], rows):
        forget()
        with django_assert_num_queries(number):
            assert as_carol.get(address(slug, *chosen)).status_code == 200


# From the list --------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", STEPS)
def test_an_action_of_the_list_leads_to_its_page_with_the_filters_kept(as_carol, new, good, slug) -> None:
    answer = as_carol.post(
        f"{LIST}?status=submitted&o=-5", {"action": slug.replace("-", "_"), "_selected_action": [str(new.pk)]}
    )
    target = urlsplit(answer["Location"])
    assert target.path == f"{LIST}step/{slug}/"
    assert parse_qs(target.query) == {"codes": [new.code], "back": ["status=submitted&o=-5"]}
    page = as_carol.get(answer["Location"])
    assert page.context["back"] == f"{LIST}?status=submitted&o=-5"


def test_back_leads_nowhere_else(as_carol, new) -> None:
    for back in ("https://evil.example/", "//evil.example", "%0d%0aX: y", "page"):
        answer = as_carol.get(f"{LIST}step/shortlist/", {"codes": new.code, "back": back})
        assert answer.context["back"].startswith(LIST)


def test_too_many_at_a_time_are_refused_with_the_number(as_carol, new) -> None:
    answer = as_carol.get(f"{LIST}step/shortlist/?codes=" + ",".join(["AAAAAAAAAA"] * (MAX_BATCH + 1)), follow=True)
    assert f"at most {MAX_BATCH}" in answer.text


@pytest.mark.parametrize("codes", ["", "NOSUCHCODE", "%00", "'; drop table", ",,,"])
def test_nothing_chosen_says_so(as_carol, new, codes) -> None:
    for back in ("", "&back=page", "&back=%00"):
        page = as_carol.get(f"{LIST}step/shortlist/?codes={codes}{back}", follow=True)
        assert "Choose at least one" in page.text


def test_no_such_step_is_404(as_carol, new) -> None:
    assert as_carol.get(f"{LIST}step/banana/?codes={new.code}").status_code == 404


# Assigning ------------------------------------------------------------------------------------------


def test_mentors_are_listed_with_their_load_and_staff_are_not(as_carol, carol, new, bob, project, posting) -> None:
    MembershipFactory(mentor=True, person=carol, project=project)
    stranger_to_it = MembershipFactory(mentor=True).person
    ProfileFactory(user=bob, name="Bob Mensah")
    for _ in range(2):
        AssignmentFactory(mentor=bob, application=ApplicationFactory(posting=posting, status=Status.IN_REVIEW))
    AssignmentFactory(mentor=bob, application=ApplicationFactory(posting=posting, status=Status.DECLINED))
    page = as_carol.get(address("assign", new))
    choices = page.context["form"].fields["mentors"].choices
    assert [pk for pk, _label in choices] == [str(bob.pk), str(stranger_to_it.pk)]
    assert choices[0][1] == "Bob Mensah (bob@example.org) · Clinic Queue · 2 to read"
    assert "carol@example.org is on the staff" in page.text


def test_several_mentors_for_several_applications(as_carol, bob, project, posting) -> None:
    other = MembershipFactory(mentor=True, project=project).person
    chosen = [ApplicationFactory(posting=posting, status=Status.SUBMITTED) for _ in range(2)]
    AssignmentFactory(application=ApplicationFactory(posting=posting), mentor=bob)
    mine = ApplicationFactory(posting=posting, status=Status.IN_REVIEW)
    AssignmentFactory(application=mine, mentor=bob, status=Assignment.Status.RECUSED)
    data = {"mentors": [str(bob.pk), str(other.pk)]}
    page = as_carol.post(address("assign", *chosen, mine), data)
    assert "bob@example.org stepped aside" in page.text
    said = press(as_carol, address("assign", *chosen, mine), data)
    assert said[0] == "5 reviews were asked for."
    assert said[1].startswith(f"{mine.code}: bob@example.org stepped aside")
    pairs = {(it.application_id, it.mentor_id) for it in Assignment.objects.filter(status="open")}
    assert pairs >= {(it.pk, mentor.pk) for it in chosen for mentor in (bob, other)} | {(mine.pk, other.pk)}


def test_a_mentor_who_cannot_be_chosen_is_refused(as_carol, new, charlie, carol) -> None:
    for pk in (charlie.pk, carol.pk, 0, "x"):
        page = as_carol.post(address("assign", new), {"mentors": [str(pk)], "confirm": "yes", "seen": ["x"]})
        assert "Choose from the mentors listed" in page.text
    assert "Choose at least one mentor" in as_carol.post(address("assign", new), {}).text
    assert Assignment.objects.count() == 0


# Two at once ----------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("slug", ["send-to-review", "stage", "release"])
def test_two_staff_at_once_do_it_once_and_one_hears_so(as_carol, posting, now, slug) -> None:
    dan = UserFactory(is_staff=True)
    dan.user_permissions.set(
        Permission.objects.filter(codename__in=["view_application", "triage_application", "decide_application"])
    )
    status = Status.SUBMITTED if slug == "send-to-review" else Status.SHORTLISTED
    applications = [ApplicationFactory(posting=posting, status=status) for _ in range(3)]
    if slug == "release":
        for application in applications:
            DecisionFactory(application=application, outcome=Outcome.DECLINE)
    data = DECLINE if slug == "stage" else {}
    url = address(slug, *applications, words="own-decline" if slug == "stage" else "")
    clients = [as_carol, signed_in(dan)]
    seen = [seen_on(client, url, data or None) for client in clients]
    before = HistoryEntry.objects.count()
    said = all_at_once(
        [lambda c=client, s=s: confirm(c, url, s, data) for client, s in zip(clients, seen, strict=True)]
    )
    assert not [it for it in said if isinstance(it, Exception)], said
    assert HistoryEntry.objects.count() - before == 3
    told = " ".join(sentence for one in said for sentence in one)
    done = sum(int(one[0].split()[0]) for one in said if one[0] != "Nothing was changed.")
    refused = sum(sentence.count(": ") for one in said for sentence in one if sentence.split(":")[0].isalnum())
    assert (done, refused) == (3, 3), told
    if slug == "stage":
        assert Decision.objects.count() == 3
    if slug == "release":
        assert Message.objects.count() == 3
