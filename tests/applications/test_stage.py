"""Staging: a decision that nobody but staff can see, and what is refused before it is written."""

import re
from datetime import timedelta

import pytest

from applications import deciding, triage
from applications.deciding import DecidingRefused
from applications.decision_templates import SCREENED_OUT, WORDS, ensure_message_templates, templates_for
from applications.lifecycle import Raced
from applications.models import Application, Decision, Message, MessageTemplate
from applications.models.decisions import Outcome
from applications.states import Event, Status
from tests.factories import ApplicationFactory, AssignmentFactory, DecisionFactory, ReviewFactory

pytestmark = pytest.mark.django_db

# Rows: where an application stands. Columns: may an offer, a waitlist, a decline be staged.
GRID = """
draft        .  .  .
submitted    .  .  x
in_review    x  x  x
shortlisted  x  x  x
waitlisted   x  .  x
offered      .  .  .
accepted     .  .  .
turned_down  .  .  .
lapsed       .  .  .
declined     .  .  .
withdrawn    .  .  .
"""
ROWS = [line.split() for line in GRID.strip().splitlines()]


def stage(application, outcome, *, by, at, **more):
    if outcome == Outcome.OFFER:
        more.setdefault("answer_by", at + timedelta(days=7))
    return deciding.stage(
        application, outcome, **{"subject": "About {role}", "body": "Dear {name}"} | more, by=by, at=at
    )


def test_grid_has_every_status() -> None:
    assert [row[0] for row in ROWS] == list(Status)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_outcome_from_each_status(posting, carol, now, row) -> None:
    for outcome, mark in zip(Outcome, row[1:], strict=True):
        application = ApplicationFactory(posting=posting, status=Status(row[0]))
        if mark == "x":
            stage(application, outcome, by=carol, at=now)
        else:
            with pytest.raises(DecidingRefused):
                stage(application, outcome, by=carol, at=now)
        assert application.decisions.staged().count() == (mark == "x")
        application.refresh_from_db()
        assert application.status == row[0]


def test_staging_writes_history_and_no_message(posting, carol, now) -> None:
    application = ApplicationFactory(posting=posting, status=Status.SHORTLISTED)
    decision = stage(application, Outcome.OFFER, by=carol, at=now)
    assert (decision.staged_by, decision.staged_at, decision.released_at) == (carol, now, None)
    assert list(application.history.values_list("action", "actor", "note")) == [(Event.STAGE, carol.pk, "offer")]
    assert Message.objects.count() == 0


@pytest.mark.parametrize("outcome", Outcome)
def test_the_applicants_pages_are_the_same_to_the_byte(posting, alice, as_alice, carol, now, outcome) -> None:
    application = ApplicationFactory(posting=posting, applicant=alice, status=Status.SHORTLISTED)
    addresses = [f"/applications/{application.code}/", "/applications/", f"/applications/{application.code}/offer/",
                 f"/postings/{posting.slug}/"]  # fmt: skip

    def seen() -> list[tuple[int, bytes]]:
        return [(answer.status_code, strip(answer.content)) for answer in map(as_alice.get, addresses)]

    as_alice.get(addresses[0])
    before = seen()
    decision = stage(application, outcome, body="Dear {name}, a CANARY sings.", by=carol, at=now)
    deciding.schedule([decision], now + timedelta(hours=1), by=carol, at=now)
    after = seen()
    assert after == before
    assert not any(b"CANARY" in content for _status, content in after)


def strip(content: bytes) -> bytes:
    """Without the token that Django masks anew for every page."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", content)


def test_one_decision_at_a_time(posting, carol, now) -> None:
    application = ApplicationFactory(posting=posting, status=Status.IN_REVIEW)
    stage(application, Outcome.DECLINE, by=carol, at=now)
    with pytest.raises(DecidingRefused, match="already staged"):
        stage(application, Outcome.OFFER, by=carol, at=now)
    assert [it.outcome for it in application.decisions.all()] == [Outcome.DECLINE]


def test_staff_do_not_decide_on_their_own(posting, carol, now) -> None:
    application = ApplicationFactory(posting=posting, applicant=carol, status=Status.SHORTLISTED)
    with pytest.raises(DecidingRefused, match="your own"):
        stage(application, Outcome.OFFER, by=carol, at=now)
    decision = DecisionFactory(application=application)
    with pytest.raises(DecidingRefused, match="your own"):
        deciding.unstage(decision, by=carol, at=now)
    for done in (
        deciding.release([decision], by=carol, at=now),
        deciding.schedule([decision], now + timedelta(hours=1), by=carol, at=now),
    ):
        assert done.count == 0
        assert "your own" in done.skipped[0][1]


def test_who_read_it_before_it_moved_hears_so(posting, carol, now) -> None:
    application = ApplicationFactory(posting=posting, status=Status.IN_REVIEW)
    stale = Application.objects.get(pk=application.pk)
    triage.shortlist(application, by=carol, at=now)
    with pytest.raises(Raced):
        stage(stale, Outcome.OFFER, by=carol, at=now)
    assert Decision.objects.count() == 0


@pytest.mark.parametrize("days", [None, -1, 0])
def test_an_offer_needs_a_date_ahead(posting, carol, now, days) -> None:
    application = ApplicationFactory(posting=posting, status=Status.SHORTLISTED)
    answer_by = None if days is None else now + timedelta(days=days)
    with pytest.raises(DecidingRefused, match="date in the future"):
        deciding.stage(application, Outcome.OFFER, subject="a", body="b", answer_by=answer_by, by=carol, at=now)


@pytest.mark.parametrize(("subject", "body"), [("", "b"), ("a", " \n"), ("  ", "b")])
def test_every_outcome_has_words(posting, carol, now, subject, body) -> None:
    application = ApplicationFactory(posting=posting, status=Status.SHORTLISTED)
    with pytest.raises(DecidingRefused, match="subject and a message"):
        stage(application, Outcome.DECLINE, subject=subject, body=body, by=carol, at=now)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Dear {nmae}", "nmae"),
        ("Dear { name }", "one brace"),
        ("Dear {{name}}", "one brace"),
        ("Dear {name", "one brace"),
        ("Answer by {answer_by}", "only an offer"),
    ],
)
def test_words_that_cannot_be_sent_are_refused(posting, carol, now, text, says) -> None:
    application = ApplicationFactory(posting=posting, status=Status.SHORTLISTED)
    for field in ("subject", "body"):
        with pytest.raises(DecidingRefused, match=says):
            stage(application, Outcome.DECLINE, **{field: text}, by=carol, at=now)


# Merge fields ---------------------------------------------------------------------------------------


def test_every_merge_field_is_filled_in(posting, carol, now) -> None:
    application = ApplicationFactory(posting=posting, status=Status.SHORTLISTED, answers={"name": "Amina Diallo"})
    ReviewFactory(assignment__application=application, feedback="Say more about tests.")
    text = " | ".join(f"{{{name}}}" for name in deciding.MERGE_FIELDS)
    answer_by = now.replace(year=2026, month=12, day=1, hour=22, minute=59)
    assert deciding.render(text, application, answer_by=answer_by) == (
        f"Amina Diallo | Backend Engineer | Clinic Queue | {application.code} | "
        "Tue 1 December 2026, 23:59 WAT (22:59 UTC) | Say more about tests."
    )


def test_what_an_applicant_wrote_is_never_read_as_a_field(posting, now) -> None:
    application = ApplicationFactory(posting=posting, status=Status.SHORTLISTED, answers={"name": "{feedback} {role}"})
    assert deciding.render("Dear {name}", application, answer_by=None) == "Dear {feedback} {role}"


def test_feedback_is_only_what_was_submitted_for_the_applicant(posting, now) -> None:
    application = ApplicationFactory(posting=posting, status=Status.IN_REVIEW)
    ReviewFactory(assignment__application=application, feedback="Mine.", comments="CANARY-COMMENT")
    ReviewFactory(assignment__application=application, feedback="CANARY-DRAFT", draft=True,
                  assignment=AssignmentFactory(application=application))  # fmt: skip
    gone = AssignmentFactory(application=application, status="recused")
    ReviewFactory(assignment=gone, feedback="CANARY-RECUSED")
    assert deciding.render("{feedback}", application, answer_by=None) == "Mine."


def test_without_feedback_a_sentence_says_so(posting) -> None:
    application = ApplicationFactory(posting=posting, status=Status.SUBMITTED)
    assert "no written comments" in deciding.render("{feedback}", application, answer_by=None)


# Taking back ----------------------------------------------------------------------------------------


def test_taking_back_leaves_history_only(posting, carol, now) -> None:
    application = ApplicationFactory(posting=posting, status=Status.SHORTLISTED)
    decision = stage(application, Outcome.OFFER, by=carol, at=now)
    deciding.unstage(decision, by=carol, at=now)
    assert application.decisions.count() == 0
    assert list(application.history.values_list("action", flat=True)) == [Event.STAGE, Event.UNSTAGE]
    with pytest.raises(DecidingRefused, match="already released or taken back"):
        deciding.unstage(decision, by=carol, at=now)


def test_a_released_decision_is_not_taken_back(carol, now) -> None:
    decision = DecisionFactory(released_at=now)
    with pytest.raises(DecidingRefused, match="already released"):
        deciding.unstage(decision, by=carol, at=now)
    assert Decision.objects.filter(pk=decision.pk).exists()


# Starting words -------------------------------------------------------------------------------------


def test_starting_words_can_all_be_sent() -> None:
    assert {words.outcome for words in WORDS} == set(Outcome)
    for words in WORDS:
        assert deciding.problem_with_words(str(words.subject) + str(words.body), words.outcome) == ""


def test_screening_out_promises_no_review() -> None:
    assert "{feedback}" not in str(SCREENED_OUT.body)


def test_starting_words_are_stored_once_and_never_come_back() -> None:
    ensure_message_templates()
    ensure_message_templates()
    assert MessageTemplate.objects.count() == len(WORDS)
    MessageTemplate.objects.exclude(outcome=Outcome.OFFER).delete()
    ensure_message_templates()
    assert set(MessageTemplate.objects.values_list("outcome", flat=True)) == {Outcome.OFFER}


def test_without_stored_words_the_starting_ones_are_offered_and_nothing_is_written() -> None:
    found = templates_for(Outcome)
    assert [str(template.name) for template in found.values()] == [str(words.name) for words in WORDS]
    assert MessageTemplate.objects.count() == 0
