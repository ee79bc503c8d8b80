"""The grid of moves, typed by hand: rows are where an application stands, columns what is done to it.

A dot: refused. It is the documentation of the process, and the oracle of `states.TRANSITIONS`.
"""

import pytest
from django.utils import timezone

from applications import lifecycle
from applications.models import Application, HistoryEntry
from applications.states import (
    ANSWERED,
    DECIDED,
    LIVE,
    TOLD,
    TRANSITIONS,
    UNDECIDED,
    UNDER_REVIEW,
    UNTOLD,
    Action,
    Status,
)
from tests.factories import ApplicationFactory, PostingFactory, UserFactory

GRID = """
             submit     withdraw   send_to_review  shortlist    release_offer  release_waitlist  release_decline  accept    turn_down    lapse     undo_accept  undo_turn_down
draft        submitted  .          .               .            .              .                 .                .         .            .         .            .
submitted    .          withdrawn  in_review       shortlisted  .              .                 declined         .         .            .         .            .
in_review    .          withdrawn  .               shortlisted  offered        waitlisted        declined         .         .            .         .            .
shortlisted  .          withdrawn  in_review       .            offered        waitlisted        declined         .         .            .         .            .
waitlisted   .          withdrawn  .               .            offered        .                 declined         .         .            .         .            .
offered      .          .          .               .            .              .                 .                accepted  turned_down  lapsed    .            .
accepted     .          .          .               .            .              .                 .                .         .            .         offered      .
turned_down  .          .          .               .            .              .                 .                .         .            .         .            offered
lapsed       .          .          .               .            .              .                 .                .         .            .         .            .
declined     .          .          .               .            .              .                 .                .         .            .         .            .
withdrawn    .          .          .               .            .              .                 .                .         .            .         .            .
"""  # noqa: E501


def cells() -> dict[tuple[str, str], str]:
    """(status, action) → where it leads, or a dot."""
    head, *rows = [line.split() for line in GRID.strip().splitlines()]
    return {(row[0], action): target for row in rows for action, target in zip(head, row[1:], strict=True)}


CELLS = cells()


def test_grid_names_every_status_and_every_action():
    assert {status for status, _action in CELLS} == set(Status.values)
    assert {action for _status, action in CELLS} == set(Action.values)
    assert len(CELLS) == len(Status) * len(Action)


def test_table_holds_exactly_the_moves_of_the_grid():
    in_table = {
        (source.value, action.value, transition.target.value)
        for action, transition in TRANSITIONS.items()
        for source in transition.sources
    }
    assert in_table == {(status, action, target) for (status, action), target in CELLS.items() if target != "."}


@pytest.mark.django_db
@pytest.mark.parametrize("status", Status.values)
def test_moves_do_what_the_grid_says(status):
    now, staff = timezone.now(), UserFactory(is_staff=True)
    posting = PostingFactory()
    # What the constraints ask for at the target; the verbs give it in the same UPDATE.
    fields = {
        Action.SUBMIT: {"submitted_at": now},
        Action.WITHDRAW: {"withdrawn_at": now},
        **{
            action: {"decided_at": now, "decided_by": staff}
            for action in (Action.RELEASE_OFFER, Action.RELEASE_WAITLIST, Action.RELEASE_DECLINE)
        },
        **{action: {"answered_at": now} for action in (Action.ACCEPT, Action.TURN_DOWN)},
        **{action: {"answered_at": None} for action in (Action.UNDO_ACCEPT, Action.UNDO_TURN_DOWN)},
    }
    for action in Action:
        application = ApplicationFactory(posting=posting, status=status, answers=False)
        target = CELLS[status, action.value]
        if target == ".":
            with pytest.raises(lifecycle.NotAllowed):
                lifecycle.move(application, action, by=staff, at=now, **fields.get(action, {}))
            expected = status
        else:
            lifecycle.move(application, action, by=staff, at=now, **fields.get(action, {}))
            expected = target
        assert Application.objects.get(pk=application.pk).status == expected
        assert list(HistoryEntry.objects.filter(application=application).values_list("action", "was", "became")) == (
            [] if target == "." else [(action.value, status, target)]
        )


def test_groups_are_these():
    assert {status.value for status in UNDECIDED} == {"submitted", "in_review", "shortlisted", "waitlisted"}
    assert {status.value for status in UNTOLD} == {"submitted", "in_review", "shortlisted"}
    assert {status.value for status in ANSWERED} == {"accepted", "turned_down"}
    assert {status.value for status in UNDER_REVIEW} == {"in_review", "shortlisted"}
    assert {status.value for status in DECIDED} == {
        "waitlisted", "offered", "accepted", "turned_down", "lapsed", "declined",
    }  # fmt: skip
    assert {status.value for status in LIVE} == set(Status.values) - {"withdrawn"}


def test_applicant_is_told_the_same_of_every_step_before_a_decision():
    assert {status.value: str(told) for status, told in TOLD.items()} == {
        "draft": "Not sent yet",
        "submitted": "Being considered",
        "in_review": "Being considered",
        "shortlisted": "Being considered",
        "waitlisted": "On the waiting list",
        "offered": "A place is offered to you",
        "accepted": "You accepted the place",
        "turned_down": "You turned the place down",
        "lapsed": "The offer has lapsed",
        "declined": "Not chosen this time",
        "withdrawn": "You withdrew",
    }
