"""The last round in numbers: true, whole, and of nobody in particular."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.states import Status
from applications.templatetags.numbers import FEWEST_COUNTED, last_round_in_numbers
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def ended(posting):
    """A round that is over, with one applicant of each kind of ending and enough others."""
    today = timezone.now()
    posting.round = factories.RoundFactory(
        name="Round 1",
        opens_at=today - timedelta(days=90),
        closes_at=today - timedelta(days=60),
        decides_on=(today - timedelta(days=10)).date(),
    )
    posting.save(update_fields=["round"])
    for status in (Status.ACCEPTED, Status.TURNED_DOWN, Status.LAPSED, Status.DRAFT):
        factories.ApplicationFactory(posting=posting, status=status)
    for _ in range(FEWEST_COUNTED):
        factories.ApplicationFactory(posting=posting, status=Status.DECLINED)
    return posting


def test_every_count_is_of_what_was_sent(ended, stranger, django_assert_num_queries):
    with django_assert_num_queries(2):
        shown = last_round_in_numbers()
    assert [number for _label, number, _share in shown["rows"]] == [FEWEST_COUNTED + 3, 3, 1, FEWEST_COUNTED]
    page = stranger.get(reverse("how_we_choose")).content.decode()
    assert "Round 1 in numbers" in page


def test_nothing_is_shown_before_everybody_was_answered(ended):
    factories.ApplicationFactory(posting=ended, status=Status.SHORTLISTED)
    assert last_round_in_numbers() == {}


def test_nothing_is_shown_before_the_promised_day(ended):
    ended.round.decides_on = timezone.now().date()
    ended.round.save()
    assert last_round_in_numbers() == {}


def test_a_small_round_tells_nothing(ended):
    ended.applications.filter(status=Status.DECLINED).first().delete()
    ended.applications.exclude(status=Status.DECLINED).delete()
    assert last_round_in_numbers() == {}
