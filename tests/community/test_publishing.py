"""Publishing is refused while a fact is missing, and lists all that is; closing happens once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry

from community import publishing
from community.models import Criterion, Posting
from community.publishing import PublishingRefused
from community.rubric_default import ensure_rubric
from tests.factories import CriterionFactory, PostingFactory, RoundFactory

pytestmark = pytest.mark.django_db


def fields(posting, now):
    return {problem.field for problem in publishing.problems(posting, at=now)}


def test_a_complete_draft_becomes_public(carol, now):
    posting = PostingFactory(draft=True)
    publishing.publish(posting, by=carol, at=now)
    assert (posting.state, posting.published_at) == (Posting.State.PUBLISHED, now)
    assert Posting.objects.open_at(now).get() == posting
    assert LogEntry.objects.get().user == carol


def test_an_empty_draft_lists_every_fact_that_an_applicant_needs(now):
    posting = Posting.objects.create(title="Wizard", slug="wizard")
    with pytest.raises(PublishingRefused) as refusal:
        publishing.publish(posting, by=None, at=now)
    assert {problem.field for problem in refusal.value.problems} == {
        "summary", "description", "responsibilities", "qualifications", "discipline", "project", "places",
        "hours_per_week", "weeks", "pay", "eligibility", "opens_at", "closes_at", "decides_on", "criteria",
    }  # fmt: skip
    assert all(problem.text.endswith(".") for problem in refusal.value.problems)
    posting.refresh_from_db()
    assert posting.state == Posting.State.DRAFT


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"summary": "  "}, "summary"),
        ({"places": None}, "places"),
        ({"project": None}, "project"),
        ({"pay": "stipend"}, "stipend_amount"),
        ({"pay": "stipend", "stipend_amount": 0}, "stipend_amount"),
        ({"pay": "stipend", "stipend_amount": 5, "stipend_currency": "US"}, "stipend_currency"),
        ({"pay": "stipend", "stipend_amount": 5, "stipend_currency": "USD"}, "stipend_period"),
        ({"eligibility": "countries"}, "countries"),
        ({"decides_on": datetime(2020, 1, 1, tzinfo=UTC).date()}, "decides_on"),
    ],
)
def test_each_missing_fact_is_named_by_its_field(changed, field, now):
    assert field in fields(PostingFactory(draft=True, **changed), now)


def test_a_round_is_no_fact_once_the_dates_are_known(now):
    assert fields(PostingFactory(draft=True, round=None), now) == set()


def test_a_deadline_in_the_past_is_refused(now):
    assert fields(PostingFactory(draft=True, opens_at=now - timedelta(days=9), closes_at=now), now) == {"closes_at"}


def test_closing_before_opening_is_refused(now):
    posting = PostingFactory.build(draft=True, round=None, project=None, opens_at=now + timedelta(days=30))
    assert "closes_at" in fields(posting, now)


def test_decisions_on_the_closing_day_itself_are_refused_in_the_postings_own_zone(now):
    # 23:30 UTC on the first is half past midnight on the second in Lagos.
    closes = datetime(2030, 12, 1, 23, 30, tzinfo=UTC)
    posting = PostingFactory(
        draft=True,
        round=RoundFactory(time_zone="Africa/Lagos"),
        closes_at=closes,
        decides_on=closes.date() + timedelta(1),
    )
    assert fields(posting, now) == {"decides_on"}


def test_without_a_rubric_or_with_uneven_levels_it_is_refused(now):
    posting = PostingFactory(draft=True, criteria=None)
    assert fields(posting, now) == {"criteria"}
    posting = PostingFactory(draft=True)
    CriterionFactory(posting=posting, levels="Low\nHigh")
    assert fields(posting, now) == {"criteria"}


def test_a_second_press_is_refused_with_a_sentence_and_changes_nothing(carol, now):
    posting = PostingFactory(draft=True)
    publishing.publish(posting, by=carol, at=now)
    with pytest.raises(PublishingRefused, match="is published now"):
        publishing.publish(Posting.objects.get(), by=carol, at=now + timedelta(hours=1))
    assert Posting.objects.get().published_at == now


def test_closing_early_moves_the_deadline_to_now(carol, now):
    posting = PostingFactory()
    publishing.close(posting, by=carol, at=now)
    assert (posting.state, posting.closes_at) == (Posting.State.CLOSED, now)
    assert not Posting.objects.open_at(now - timedelta(hours=1)).exists()


def test_closing_what_is_over_keeps_its_date(carol, now):
    posting = PostingFactory(past=True)
    was = posting.closes_at
    publishing.close(posting, by=carol, at=now)
    assert posting.closes_at == was


@pytest.mark.parametrize("state", ["draft", "closed"])
def test_only_what_is_published_is_closed(state, carol, now):
    with pytest.raises(PublishingRefused):
        publishing.close(PostingFactory(**{state: True}), by=carol, at=now)


def test_dates_left_empty_are_the_rounds():
    intake = RoundFactory()
    posting = Posting(title="x", round=intake, closes_at=intake.closes_at + timedelta(days=1))
    publishing.dates_from_round(posting)
    assert posting.opens_at == intake.opens_at
    assert posting.closes_at == intake.closes_at + timedelta(days=1)
    assert posting.decides_on == intake.decides_on


def test_the_default_rubric_is_enough_to_publish_and_never_replaces_another(now):
    posting = PostingFactory(draft=True, criteria=None)
    assert ensure_rubric(posting) is True
    assert [len(criterion.scale) for criterion in Criterion.objects.all()] == [5, 5, 5, 5]
    assert ensure_rubric(posting) is False
    assert fields(Posting.objects.get(), now) == set()
