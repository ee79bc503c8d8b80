"""The promised day: the page owns up to it, and staff see it in red."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from applications import promises
from applications.models import ErasedApplication
from applications.states import UNTOLD, Status
from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/admin/applications/application/"
LAGOS = ZoneInfo("Africa/Lagos")


@pytest.fixture
def late():
    """A posting whose promise has passed, with an application at every status."""
    posting = factories.PostingFactory(past=True, decides_on=date(2026, 1, 1))
    return {status: factories.ApplicationFactory(posting=posting, status=status, answers=False) for status in Status}


def test_day_is_kept_until_it_ends_in_the_postings_zone() -> None:
    posting = factories.PostingFactory(decides_on=date(2026, 12, 1))
    factories.ApplicationFactory(posting=posting, status=Status.SUBMITTED, answers=False)
    for at, is_past in (
        (datetime(2026, 12, 1, 23, 59, tzinfo=LAGOS), False),
        (datetime(2026, 12, 2, tzinfo=LAGOS), True),
    ):
        assert posting.is_promise_past_at(at) == is_past
        assert promises.broken(at) == ([(posting, 1)] if is_past else [])


def test_staff_see_who_waits_and_nobody_else(as_carol, late, posting) -> None:
    factories.ApplicationFactory(posting=posting, status=Status.SUBMITTED)
    page = as_carol.get(LIST)
    assert page.context["late"] == [(late[Status.SUBMITTED].posting, len(UNTOLD))]
    assert page.text.count('<span class="mark late">') == len(UNTOLD)
    assert "3 people who applied for" in page.text
    found = as_carol.get(f"{LIST}?asks=late").context["cl"].result_list
    assert {application.pk for application in found} == {late[status].pk for status in UNTOLD}


def test_ones_own_is_not_among_them(as_carol, carol, late) -> None:
    mine = factories.ApplicationFactory(
        posting=late[Status.DRAFT].posting, applicant=carol, status=Status.SUBMITTED, answers=False
    )
    page = as_carol.get(LIST)
    assert page.context["late"][0][1] == len(UNTOLD)
    assert mine.code not in page.text


def test_page_says_how_many_applied_for_how_many_places(as_alice, alice, late) -> None:
    posting = late[Status.DRAFT].posting
    application = factories.ApplicationFactory(posting=posting, applicant=alice, status=Status.SUBMITTED)
    factories.ApplicationFactory(applicant=alice, status=Status.SUBMITTED)
    ErasedApplication.objects.create(posting=posting, was=Status.DECLINED, number=3)
    ErasedApplication.objects.create(posting=posting, was=Status.WITHDRAWN, number=5)
    page = as_alice.get(application.get_absolute_url())
    # Every status but a draft and a withdrawal, Alice, and three who were erased since.
    assert page.context["applied"] == len(Status) - 2 + 1 + 3
    assert "<dt>People who applied</dt>" in page.text
    assert "<dt>Places</dt><dd>2</dd>" in page.text


def test_counting_many_costs_nothing_a_minute_long(posting, monkeypatch, django_assert_num_queries) -> None:
    factories.ApplicationFactory.create_batch(2, posting=posting, status=Status.SUBMITTED)
    assert promises.applied(posting) == 2
    factories.ApplicationFactory(posting=posting, status=Status.SUBMITTED)
    assert promises.applied(posting) == 3
    monkeypatch.setattr(promises, "MANY", 3)
    assert promises.applied(posting) == 3
    with django_assert_num_queries(0):
        assert promises.applied(posting) == 3
