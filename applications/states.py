"""The statuses of an application, the moves between them, and what each is called to whom.

Rule kept: this table is the only place that says which move leads where. `lifecycle.move` reads it;
the grid in tests/applications/test_states.py, typed by hand, holds it. A leaf: imports nothing of ours.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """As stored, with the words that staff read."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    IN_REVIEW = "in_review", _("in review")
    SHORTLISTED = "shortlisted", _("shortlisted")
    WAITLISTED = "waitlisted", _("waitlisted")
    OFFERED = "offered", _("offered")
    ACCEPTED = "accepted", _("accepted")
    TURNED_DOWN = "turned_down", _("turned down")
    LAPSED = "lapsed", _("lapsed")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Action(models.TextChoices):
    SUBMIT = "submit", _("sent")
    WITHDRAW = "withdraw", _("withdrawn by the applicant")
    SEND_TO_REVIEW = "send_to_review", _("sent to review")
    SHORTLIST = "shortlist", _("shortlisted")
    RELEASE_OFFER = "release_offer", _("offer released")
    RELEASE_WAITLIST = "release_waitlist", _("waitlist released")
    RELEASE_DECLINE = "release_decline", _("decline released")
    ACCEPT = "accept", _("offer accepted")
    TURN_DOWN = "turn_down", _("offer turned down")
    LAPSE = "lapse", _("offer lapsed")
    UNDO_ACCEPT = "undo_accept", _("acceptance taken back")
    UNDO_TURN_DOWN = "undo_turn_down", _("refusal taken back")


class Event(models.TextChoices):
    """What history records beside the moves: the status stays as it was."""

    BEGIN = "begin", _("begun")
    ASSIGN = "assign", _("mentor assigned")
    RECUSE = "recuse", _("mentor stepped aside")
    REVIEW = "review", _("review written")
    STAGE = "stage", _("decision staged")
    UNSTAGE = "unstage", _("staged decision taken back")
    SCHEDULE = "schedule", _("release scheduled")
    REVISE = "revise", _("changed answers sent")
    LOOK = "look", _("human look asked for")


@dataclass(frozen=True)
class Transition:
    sources: frozenset[Status]
    target: Status


TRANSITIONS: dict[Action, Transition] = {
    Action.SUBMIT: Transition(frozenset({Status.DRAFT}), Status.SUBMITTED),
    Action.WITHDRAW: Transition(
        frozenset({Status.SUBMITTED, Status.IN_REVIEW, Status.SHORTLISTED, Status.WAITLISTED}), Status.WITHDRAWN
    ),
    Action.SEND_TO_REVIEW: Transition(frozenset({Status.SUBMITTED, Status.SHORTLISTED}), Status.IN_REVIEW),
    Action.SHORTLIST: Transition(frozenset({Status.SUBMITTED, Status.IN_REVIEW}), Status.SHORTLISTED),
    Action.RELEASE_OFFER: Transition(
        frozenset({Status.IN_REVIEW, Status.SHORTLISTED, Status.WAITLISTED}), Status.OFFERED
    ),
    Action.RELEASE_WAITLIST: Transition(frozenset({Status.IN_REVIEW, Status.SHORTLISTED}), Status.WAITLISTED),
    Action.RELEASE_DECLINE: Transition(
        frozenset({Status.SUBMITTED, Status.IN_REVIEW, Status.SHORTLISTED, Status.WAITLISTED}), Status.DECLINED
    ),
    Action.ACCEPT: Transition(frozenset({Status.OFFERED}), Status.ACCEPTED),
    Action.TURN_DOWN: Transition(frozenset({Status.OFFERED}), Status.TURNED_DOWN),
    Action.LAPSE: Transition(frozenset({Status.OFFERED}), Status.LAPSED),
    # A mis-press: until the day ends on which the answer was given (answering.undo_answer).
    Action.UNDO_ACCEPT: Transition(frozenset({Status.ACCEPTED}), Status.OFFERED),
    Action.UNDO_TURN_DOWN: Transition(frozenset({Status.TURNED_DOWN}), Status.OFFERED),
}

# A decision may be staged for these; they are also the ones that mentors may be reading.
UNDECIDED = frozenset({Status.SUBMITTED, Status.IN_REVIEW, Status.SHORTLISTED, Status.WAITLISTED})
# Sent, and no decision has reached the applicant. To them these are one and the same, so whatever they may do in one
# of them they may do in all: else the page would tell what staff and mentors are doing.
UNTOLD = UNDECIDED - {Status.WAITLISTED}
# Mentors read and score while an application stands here.
UNDER_REVIEW = frozenset({Status.IN_REVIEW, Status.SHORTLISTED})
# A decision has been released. WITHDRAWN is left out: a waitlisted person may withdraw.
DECIDED = frozenset(
    {Status.WAITLISTED, Status.OFFERED, Status.ACCEPTED, Status.TURNED_DOWN, Status.LAPSED, Status.DECLINED}
)
# The person has answered an offer, at a known moment.
ANSWERED = frozenset({Status.ACCEPTED, Status.TURNED_DOWN})
# Counts against "one application per person and posting". Only a withdrawal makes room for another.
LIVE = frozenset(set(Status) - {Status.WITHDRAWN})

# What the applicant is told. Coarser than what is stored, so that no triage step can be read as a decision.
_CONSIDERED = _("Being considered")
TOLD: dict[Status, str | Promise] = {
    Status.DRAFT: _("Not sent yet"),
    Status.SUBMITTED: _CONSIDERED,
    Status.IN_REVIEW: _CONSIDERED,
    Status.SHORTLISTED: _CONSIDERED,
    Status.WAITLISTED: _("On the waiting list"),
    Status.OFFERED: _("A place is offered to you"),
    Status.ACCEPTED: _("You accepted the place"),
    Status.TURNED_DOWN: _("You turned the place down"),
    Status.LAPSED: _("The offer has lapsed"),
    Status.DECLINED: _("Not chosen this time"),
    Status.WITHDRAWN: _("You withdrew"),
}
