"""The page before each step: what it lists, what a press does, what a second press and a second person find."""

import threading
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.utils import timezone

from applications.admin.steps import STEPS
from applications.admin.steps.batch import MAX_BATCH, rows_of
from applications.decision_templates import ensure_message_templates
from applications.models import Application, Assignment, Decision, HistoryEntry, Message
from applications.models.decisions import Outcome
from applications.states import Status
from tests.cast import signed_in
from tests.factories import (
    ApplicationFactory,
    AssignmentFactory,
    DecisionFactory,
    MembershipFactory,
    PostingFactory,
    ProfileFactory,
    UserFactory,
)
from tests.memory import forget

pytestmark = pytest.mark.django_db

LIST = "/admin/applications/application/"


def address(slug: str, *applications: Application, words: str = "", back: str = "") -> str:
    codes = ",".join(application.code for application in applications)
    return (
        f"{LIST}step/{slug}/?codes={codes}" + (f"&words={words}" if words else "") + (f"&back={back}" if back else "")
    )


def seen_on(client: Client, url: str, data: dict | None = None) -> list[str]:
    """What the page with the last button sends back about the applications that it showed."""
    answer = client.get(url) if data is None else client.post(url, data)
    assert answer.status_code == 200
    assert answer.context["is_checking"], answer.context["errors"]
    return [row.seen for row in answer.context["step"].included]


def press(client: Client, url: str, data: dict | None = None) -> list[str]:
    """Looks first, then confirms; returns what was said."""
    seen = seen_on(client, url, data)
    return confirm(client, url, seen, data)


def confirm(client: Client, url: str, seen: list[str], data: dict | None = None) -> list[str]:
    answer = client.post(url, {**(data or {}), "seen": seen, "confirm": "yes"})
    assert answer.status_code == 302, answer.context["errors"]
    return [str(message) for message in get_messages(answer.wsgi_request)]


def local(moment) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


@pytest.fixture
def new(posting):
    return ApplicationFactory(posting=posting, status=Status.SUBMITTED)


@pytest.fixture
def good(posting):
    return ApplicationFactory(posting=posting, status=Status.SHORTLISTED)


OFFER = {"subject": "A place: {role}", "body": "Dear {name}, answer by {answer_by}."}
DECLINE = {"subject": "About {role}", "body": "Dear {name}, not this time."}


@pytest.fixture
def offer(now) -> dict[str, str]:
    return {**OFFER, "answer_by": local(now + timedelta(days=9))}


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


def picture() -> list:
    """Everything that a step could change."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Application, Assignment, Decision, HistoryEntry, Message)
    ]


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
    assert step.left_out[0].refusal in page.context["step"].left_out[0].refusal
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


def test_words_staged_by_somebody_else_meanwhile_are_not_released_unread(as_carol, good) -> None:
    decision = DecisionFactory(application=good, body="Read by me")
    url = address("release", good)
    seen = seen_on(as_carol, url)
    decision.delete()
    DecisionFactory(application=good, outcome=Outcome.DECLINE, body="CANARY")
    said = confirm(as_carol, url, seen)
    assert said[0] == "Nothing was changed."
    assert "Somebody else" in said[1]
    good.refresh_from_db()
    assert good.status == Status.SHORTLISTED
    assert Message.objects.count() == 0


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


# Staging --------------------------------------------------------------------------------------------


def test_first_the_decision_and_its_words_are_chosen(as_carol, good, new) -> None:
    ensure_message_templates()
    page = as_carol.get(address("stage", good, new))
    assert [(outcome, number) for outcome, number, _templates, _own in page.context["picks"]] == [
        (Outcome.OFFER, 1),
        (Outcome.WAITLIST, 1),
        (Outcome.DECLINE, 2),
    ]
    for _outcome, _number, templates, own in page.context["picks"]:
        for link in (own, *(link for link, _template in templates)):
            form = as_carol.get(link).context["form"]
            assert form is not None
    link, template = page.context["picks"][0][2][0]
    assert as_carol.get(link).context["form"]["body"].value() == template.body


def test_the_message_is_shown_filled_in_before_it_is_staged(as_carol, good, offer) -> None:
    page = as_carol.post(address("stage", good, words="own-offer"), offer)
    ((row, subject, body, language),) = page.context["samples"]
    assert language == ""
    assert row.application == good
    assert subject == "A place: Backend Engineer"
    assert body.startswith(f"Dear {row.name}, answer by ")
    assert "WAT" in body
    assert subject in page.text


def test_staged_words_are_those_that_were_shown(as_carol, carol, good, offer) -> None:
    said = press(as_carol, address("stage", good, words="own-offer"), offer)
    assert said == ["1 decision was staged. Nothing was sent: release it when you are ready."]
    decision = Decision.objects.get()
    assert (decision.outcome, decision.subject, decision.body) == (Outcome.OFFER, OFFER["subject"], OFFER["body"])
    assert (decision.staged_by, local(decision.answer_by)) == (carol, offer["answer_by"])
    assert Message.objects.count() == 0


def test_nothing_typed_is_lost_when_words_are_refused(as_carol, good, offer) -> None:
    page = as_carol.post(address("stage", good, words="own-offer"), {**offer, "body": "Dear {nmae}, <b>hello</b>"})
    assert not page.context["is_checking"]
    assert "{nmae}, which is no merge field" in page.text
    assert "Dear {nmae}, &lt;b&gt;hello&lt;/b&gt;" in page.text
    assert 'name="confirm"' not in page.text


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("answer_by", "2020-01-01T10:00", "Give a date in the future."),
        ("answer_by", "soon", "Enter a day and a time"),
        ("answer_by", "", "Give a date by which"),
        ("subject", "", "Enter a subject."),
        ("subject", "x" * 201, "at most 200"),
        ("body", "", "Write the message"),
        ("body", "x" * 10_001, "at most 10000"),
        ("subject", "{answer}", "no merge field"),
    ],
)
def test_bad_input_gets_a_sentence(as_carol, good, offer, field, value, says) -> None:
    page = as_carol.post(
        address("stage", good, words="own-offer"), {**offer, field: value, "confirm": "yes", "seen": ["x"]}
    )
    assert says in page.text
    assert page.text.count("<title>Error:") == 1 or "Error:" in page.text
    assert Decision.objects.count() == 0


def test_a_date_is_read_on_the_clocks_of_staff_and_says_which(as_carol, carol, good, offer) -> None:
    carol.time_zone = "Africa/Nairobi"
    carol.save()
    url = address("stage", good, words="own-offer")
    assert "Africa/Nairobi" in as_carol.get(url).text
    data = {**offer, "answer_by": "2037-03-01T12:00"}
    seen = seen_on(as_carol, url, data)
    confirm(as_carol, url, seen, data)
    assert Decision.objects.get().answer_by.isoformat() == "2037-03-01T09:00:00+00:00"


def test_more_offers_than_places_are_warned_of(as_carol, posting, offer, now) -> None:
    """Two places; one offered, one staged: a third is too many, and so is releasing beside what is staged."""
    ApplicationFactory(posting=posting, status=Status.OFFERED)
    staged = DecisionFactory(application=ApplicationFactory(posting=posting, status=Status.SHORTLISTED)).application
    assert "More people than places" not in as_carol.get(address("release", staged)).text
    third = ApplicationFactory(posting=posting, status=Status.SHORTLISTED)
    assert "More people than places" in as_carol.post(address("stage", third, words="own-offer"), offer).text
    decline = as_carol.post(address("stage", third, words="own-decline"), DECLINE)
    assert "More people than places" not in decline.text
    DecisionFactory(application=third)
    assert "More people than places" in as_carol.get(address("release", staged, third)).text


def test_screening_out_stages_a_decline_with_its_own_words(as_carol, new, good) -> None:
    ensure_message_templates()
    page = as_carol.get(address("screen-out", new, good))
    assert [row.application for row in page.context["step"].left_out] == [good]
    initial = page.context["form"].initial
    assert "before the mentors' review" in initial["body"]
    press(as_carol, address("screen-out", new, good), initial)
    decision = Decision.objects.get()
    assert (decision.application, decision.outcome, decision.released_at) == (new, Outcome.DECLINE, None)
    new.refresh_from_db()
    assert new.status == Status.SUBMITTED


def test_looking_stores_no_templates(as_carol, good) -> None:
    before = picture()
    as_carol.get(address("stage", good))
    assert picture() == before


# Releasing ------------------------------------------------------------------------------------------


def test_releasing_tells_each_and_says_how_many(as_carol, carol, posting, now) -> None:
    decisions = [
        DecisionFactory(application=ApplicationFactory(posting=posting, status=Status.SHORTLISTED), outcome=outcome)
        for outcome in Outcome
    ]
    chosen = [decision.application for decision in decisions]
    without = ApplicationFactory(posting=posting, status=Status.SHORTLISTED)
    page = as_carol.get(address("release", *chosen, without))
    assert {row.becomes for row in page.context["step"].included} == {
        "shortlisted → offered", "shortlisted → waitlisted", "shortlisted → declined",
    }  # fmt: skip
    assert [row.application for row in page.context["step"].left_out] == [without]
    said = press(as_carol, address("release", *chosen, without))
    assert said == ["3 decisions were released; the messages are on their way."]
    assert {message.to for message in Message.objects.all()} == {it.applicant.email for it in chosen}
    assert set(Application.objects.values_list("status", flat=True)) == {
        Status.OFFERED, Status.WAITLISTED, Status.DECLINED, Status.SHORTLISTED,
    }  # fmt: skip


def test_a_set_time_is_shown_and_can_be_taken_away(as_carol, carol, good, now) -> None:
    carol.time_zone = "Africa/Cairo"
    carol.save()
    decision = DecisionFactory(application=good, answer_by=now + timedelta(days=5000))
    url = address("schedule", good)
    press(as_carol, url, {"release_at": "2037-01-10T12:00"})
    decision.refresh_from_db()
    assert decision.release_at.isoformat() == "2037-01-10T10:00:00+00:00"
    assert "2037-01-10 12:00" in as_carol.get(LIST).text
    press(as_carol, url, {"release_at": ""})
    decision.refresh_from_db()
    assert decision.release_at is None


def test_a_past_time_is_refused(as_carol, good) -> None:
    DecisionFactory(application=good)
    page = as_carol.post(address("schedule", good), {"release_at": "2020-01-01T00:00", "confirm": "yes"})
    assert "Give a time in the future" in page.text


@pytest.mark.parametrize(("slug", "status", "number"), [("send-to-review", "submitted", 7), ("assign", "submitted", 9)])
def test_the_page_costs_the_same_for_one_and_for_three(
    as_carol, bob, posting, django_assert_num_queries, slug, status, number
) -> None:
    rows = [ApplicationFactory(posting=posting, status=Status(status)) for _ in range(3)]
    for chosen in (rows[:1], rows):
        forget()
        with django_assert_num_queries(number):
            assert as_carol.get(address(slug, *chosen)).status_code == 200


# Two at once ----------------------------------------------------------------------------------------


def at_once(*calls) -> list:
    """Runs the calls in threads that start together; returns what each returned, or raised."""
    barrier = threading.Barrier(len(calls))
    results: list = [None] * len(calls)

    def run(number: int, call) -> None:
        try:
            barrier.wait()
            results[number] = call()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, call)) for number, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


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
    said = at_once(*(lambda c=client, s=s: confirm(c, url, s, data) for client, s in zip(clients, seen, strict=True)))
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


@pytest.mark.django_db(transaction=True)
def test_two_different_decisions_at_once_leave_one(as_carol, posting, offer) -> None:
    application = ApplicationFactory(posting=posting, status=Status.SHORTLISTED)
    ready = []
    for words, data in (("own-offer", offer), ("own-decline", DECLINE)):
        url = address("stage", application, words=words)
        ready.append((url, seen_on(as_carol, url, data), data))
    said = at_once(*(lambda r=r: confirm(as_carol, *r) for r in ready))
    assert not [it for it in said if isinstance(it, Exception)], said
    assert Decision.objects.count() == 1
    assert sorted(len(one) for one in said) == [1, 2]


def test_postings_without_places_or_round_do_not_break_the_page(as_carol, offer) -> None:
    posting = PostingFactory(round=None, places=None, project=None)
    application = ApplicationFactory(posting=posting, status=Status.SHORTLISTED)
    assert as_carol.post(address("stage", application, words="own-offer"), offer).status_code == 200
