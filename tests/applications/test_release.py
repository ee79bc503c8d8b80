"""Release: status, date and message in one transaction; who cannot be told is left out with a sentence."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from applications import deciding, drafting, triage
from applications.models import Application, Decision, HistoryEntry, Message
from applications.models.decisions import Outcome
from applications.states import Action, Status
from tests.applications.test_stage import strip
from tests.factories import ApplicationFactory, DecisionFactory
from tests.memory import forget

pytestmark = pytest.mark.django_db

BECOMES = {
    Outcome.OFFER: (Status.OFFERED, Action.RELEASE_OFFER),
    Outcome.WAITLIST: (Status.WAITLISTED, Action.RELEASE_WAITLIST),
    Outcome.DECLINE: (Status.DECLINED, Action.RELEASE_DECLINE),
}


def staged(posting, outcome=Outcome.OFFER, **more):
    application = ApplicationFactory(posting=posting, status=Status.SHORTLISTED)
    return DecisionFactory(application=application, outcome=outcome, **more)


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_its_status_history_and_message(posting, carol, now, outcome) -> None:
    decision = staged(posting, outcome, subject="{role}: news", body="Dear {name}, read this.")
    application = decision.application
    released = deciding.release([decision], by=carol, at=now)
    assert (released.count, released.skipped) == (1, [])
    application.refresh_from_db()
    decision.refresh_from_db()
    status, action = BECOMES[outcome]
    assert (application.status, application.decided_at, application.decided_by) == (status, now, carol)
    assert list(application.history.values_list("action", "actor")) == [(action, carol.pk)]
    assert (decision.released_at, decision.subject) == (now, "Backend Engineer: news")
    message = Message.objects.get()
    assert (message.to, message.application, message.due_at) == (application.applicant.email, application, now)
    assert message.subject == "Backend Engineer: news"
    assert f"Dear {application.name}, read this." in message.body
    assert application.code in message.body


def test_the_applicant_reads_it_from_then_on(posting, alice, as_alice, carol, now) -> None:
    application = ApplicationFactory(posting=posting, applicant=alice, status=Status.IN_REVIEW)
    decision = DecisionFactory(application=application, outcome=Outcome.DECLINE, body="Not this time, {name}.")
    address = f"/applications/{application.code}/"
    assert "Not this time" not in as_alice.get(address).text
    deciding.release([decision], by=carol, at=now)
    page = as_alice.get(address).text
    assert f"Not this time, {application.name}." in page
    assert str(Application.objects.get(pk=application.pk).told) in page


def test_a_second_release_tells_nobody_twice(posting, carol, now) -> None:
    decision = staged(posting)
    deciding.release([decision], by=carol, at=now)
    again = deciding.release([decision], by=carol, at=now + timedelta(minutes=1))
    assert again.count == 0
    assert "already released" in again.skipped[0][1]
    assert (Message.objects.count(), HistoryEntry.objects.count()) == (1, 1)


def test_who_withdrew_hears_nothing_and_the_rest_go(posting, carol, now) -> None:
    gone, stays = staged(posting), staged(posting)
    drafting.withdraw(gone.application, by=gone.application.applicant, at=now)
    Message.objects.all().delete()
    released = deciding.release([gone, stays], by=carol, at=now)
    assert released.count == 1
    assert [decision.pk for decision, _sentence in released.skipped] == [gone.pk]
    assert [message.application for message in Message.objects.all()] == [stays.application]


def test_one_that_moved_to_where_the_outcome_cannot_follow_is_left_out(posting, carol, now) -> None:
    decision = DecisionFactory(application=ApplicationFactory(posting=posting, status=Status.SUBMITTED))
    released = deciding.release([decision], by=carol, at=now)
    assert released.count == 0
    assert "submitted" in released.skipped[0][1]
    assert Message.objects.count() == 0


def test_an_offer_whose_date_passed_is_left_out(posting, carol, now) -> None:
    decision = staged(posting, answer_by=now)
    released = deciding.release([decision], by=carol, at=now)
    assert released.count == 0
    assert "date to answer" in released.skipped[0][1]
    assert Application.objects.get().status == Status.SHORTLISTED


def test_waitlisted_person_hears_again(posting, carol, now) -> None:
    application = ApplicationFactory(posting=posting, status=Status.SHORTLISTED)
    deciding.release([DecisionFactory(application=application, outcome=Outcome.WAITLIST)], by=carol, at=now)
    deciding.release([DecisionFactory(application=application)], by=carol, at=now + timedelta(days=1))
    application.refresh_from_db()
    assert application.status == Status.OFFERED
    assert Message.objects.filter(application=application).count() == 2


def test_screened_out_hears_without_a_review(posting, carol, now) -> None:
    application = ApplicationFactory(posting=posting, status=Status.SUBMITTED)
    decision = deciding.stage(application, Outcome.DECLINE, subject="a", body="b", by=carol, at=now)
    assert deciding.release([decision], by=carol, at=now).count == 1
    application.refresh_from_db()
    assert application.status == Status.DECLINED


def test_a_database_that_refuses_one_message_leaves_everything_as_it_was(posting, carol, now) -> None:
    """The message is the last write of a release: when it fails, the status must not have changed either."""
    first, last = staged(posting), staged(posting)
    assert first.application_id < last.application_id
    # A key that another message's Message-ID constraint refuses: a real row in the way, no mock.
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "CREATE TRIGGER refuse BEFORE INSERT ON applications_message "
                f"WHEN NEW.key = 'decided:{last.pk}' BEGIN SELECT RAISE(ABORT, 'refused'); END"
            )
        else:
            cursor.execute(f"ALTER TABLE applications_message ADD CONSTRAINT refuse CHECK (key <> 'decided:{last.pk}')")
    with pytest.raises(IntegrityError), transaction.atomic():
        deciding.release([first, last], by=carol, at=now)
    for decision in (first, last):
        decision.refresh_from_db()
        decision.application.refresh_from_db()
        assert (decision.released_at, decision.subject) == (None, "A place for you")
        assert (decision.application.status, decision.application.decided_at) == (Status.SHORTLISTED, None)
    assert (Message.objects.count(), HistoryEntry.objects.count()) == (0, 0)


def test_a_change_that_is_rolled_back_sends_nothing(posting, carol, now) -> None:
    decision = staged(posting)
    with transaction.atomic():
        deciding.release([decision], by=carol, at=now)
        transaction.set_rollback(True)
    assert Message.objects.count() == 0
    assert Application.objects.get().status == Status.SHORTLISTED


def queries_of_releasing(posting, carol, now, number: int) -> Counter[str]:
    decisions = [staged(posting, body="Dear {name}, {feedback}") for _ in range(number)]
    forget()
    with CaptureQueriesContext(connection) as captured:
        assert deciding.release(decisions, by=carol, at=now).count == number
    return Counter(query["sql"].split(None, 1)[0] for query in captured.captured_queries)


def test_releasing_fifty_costs_a_few_statements_for_each(posting, carol, now) -> None:
    """Five statements and two savepoint commands an application: a peer's accepting of fifty made 990 queries."""
    few, many = (queries_of_releasing(posting, carol, now, number) for number in (1, 50))
    each = {word: (many[word] - few[word]) / 49 for word in many}
    assert each == {
        "SELECT": 1,  # the feedback, only because these words name it
        "UPDATE": 2,  # the decision, the application
        "INSERT": 2,  # history, the outbox
        "SAVEPOINT": 1,
        "RELEASE": 1,
        **{word: 0 for word in many if word in {"BEGIN", "COMMIT"}},
    }
    assert sum(few.values()) - sum(each.values()) == 9


def test_a_shortlisted_person_is_never_told_before(posting, alice, as_alice, carol, now) -> None:
    """The whole of triage and staging leaves the applicant's page as it was, word for word."""
    application = ApplicationFactory(posting=posting, applicant=alice, status=Status.SUBMITTED)
    address = f"/applications/{application.code}/"
    as_alice.get(address)
    before = strip(as_alice.get(address).content)
    triage.send_to_review(application, by=carol, at=now)
    triage.shortlist(application, by=carol, at=now)
    DecisionFactory(application=application)
    assert strip(as_alice.get(address).content) == before
    assert Message.objects.count() == 0
    assert Decision.objects.staged().count() == 1
