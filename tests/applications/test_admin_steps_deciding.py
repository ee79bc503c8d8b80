"""The steps that decide: the words of a decision, its dates, and what reaches whom once it is released."""

from datetime import timedelta

import pytest

from applications.decision_templates import ensure_message_templates
from applications.models import Application, Decision, Message
from applications.models.decisions import Outcome
from applications.states import Status
from tests.applications.steps import DECLINE, LIST, OFFER, address, confirm, local, picture, press, seen_on
from tests.factories import ApplicationFactory, DecisionFactory, PostingFactory
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def new(posting):
    return ApplicationFactory(posting=posting, status=Status.SUBMITTED)


@pytest.fixture
def good(posting):
    return ApplicationFactory(posting=posting, status=Status.SHORTLISTED)


@pytest.fixture
def offer(now) -> dict[str, str]:
    return {**OFFER, "answer_by": local(now + timedelta(days=9))}


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
    assert "<title>Error: " in page.text
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
    assert "10 Jan 2037, 12:00".replace(" ", "\u00a0") in as_carol.get(LIST).text
    press(as_carol, url, {"release_at": ""})
    decision.refresh_from_db()
    assert decision.release_at is None


def test_a_past_time_is_refused(as_carol, good) -> None:
    DecisionFactory(application=good)
    page = as_carol.post(address("schedule", good), {"release_at": "2020-01-01T00:00", "confirm": "yes"})
    assert "Give a time in the future" in page.text


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


def test_postings_without_places_or_round_do_not_break_the_page(as_carol, offer) -> None:
    posting = PostingFactory(round=None, places=None, project=None)
    application = ApplicationFactory(posting=posting, status=Status.SHORTLISTED)
    assert as_carol.post(address("stage", application, words="own-offer"), offer).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_different_decisions_at_once_leave_one(as_carol, posting, offer) -> None:
    application = ApplicationFactory(posting=posting, status=Status.SHORTLISTED)
    ready = []
    for words, data in (("own-offer", offer), ("own-decline", DECLINE)):
        url = address("stage", application, words=words)
        ready.append((url, seen_on(as_carol, url, data), data))
    said = all_at_once([lambda r=r: confirm(as_carol, *r) for r in ready])
    assert not [it for it in said if isinstance(it, Exception)], said
    assert Decision.objects.count() == 1
    assert sorted(len(one) for one in said) == [1, 2]
