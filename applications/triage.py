"""Triage: staff look through what came in and ask mentors to read it.

Called by the admin. Never tells the applicant anything: a triage step is no decision. Screening out is one, so it is
staged like any other (deciding.stage) and shows only on release.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from applications import lifecycle, notifications
from applications.models import Application, Assignment
from applications.states import UNDER_REVIEW, Action, Event, Status
from community.membership import mentors
from community.models import User


class TriageRefused(lifecycle.Refused):
    """Staff cannot do this with this application now."""


def refusal_of_own(application: Application, by: User) -> str:
    """Nobody handles their own application: the sentence that says so, or nothing."""
    if application.applicant_id == by.pk:
        return _("This is your own application. Ask somebody else on the staff to handle it.")
    return ""


def refusal_to_assign(application: Application) -> str:
    """Why no mentor can be asked to read this application, whoever it is; empty where one can."""
    if application.status == Status.SUBMITTED or application.status in UNDER_REVIEW:
        return ""
    return _("This application is “%(status)s”: there is nothing to review now.") % {
        "status": Status(application.status).label
    }


def refusal_of_mentor(mentor: User, *, is_mentor: bool) -> str:
    """Why `mentor` can be asked to read no application at all; empty where they can be asked."""
    if mentor.is_staff or mentor.is_superuser:
        return _(
            "%(mentor)s is on the staff and can see names, so the review would not be blind. Choose another mentor."
        ) % {"mentor": mentor}
    if not is_mentor:
        return _("%(mentor)s is no mentor of any project now. Choose another mentor.") % {"mentor": mentor}
    return ""


def refusal_of_pair(application: Application, mentor: User, *, earlier: str | None, applied: bool) -> str:
    """Why `mentor` cannot read this one application; empty where they can.

    `earlier`: the status of their assignment to it, None where there is none. `applied`: whether they applied to the
    same posting, also where they withdrew, and so would score those they compete with.
    """
    if mentor.pk == application.applicant_id:
        return _("Nobody reviews their own application. Choose another mentor.")
    if applied:
        return _("%(mentor)s applied to the same role. Choose another mentor.") % {"mentor": mentor}
    if earlier == Assignment.Status.RECUSED:
        return _("%(mentor)s stepped aside from this application. Choose another mentor.") % {"mentor": mentor}
    return ""


def send_to_review(application: Application, *, by: User, at: datetime) -> None:
    if sentence := refusal_of_own(application, by):
        raise TriageRefused(sentence)
    lifecycle.move(application, Action.SEND_TO_REVIEW, by=by, at=at)


def shortlist(application: Application, *, by: User, at: datetime) -> None:
    if sentence := refusal_of_own(application, by):
        raise TriageRefused(sentence)
    lifecycle.move(application, Action.SHORTLIST, by=by, at=at)


def assign(application: Application, mentor: User, *, by: User, at: datetime) -> Assignment:
    """Asks `mentor` to read the application; one that was only submitted goes to review with it.

    The same mentor twice is the same assignment. Raises TriageRefused for one's own application, for a mentor who
    applied to the same posting, who is on the staff (they can read names in the admin, so their review would not be
    blind), who mentors nothing or who stepped aside.
    """
    if sentence := refusal_of_own(application, by):
        raise TriageRefused(sentence)
    with transaction.atomic():
        locked = lifecycle.lock(application)
        # Held, so that nobody's address is written down while they have their account erased (erasing.py).
        current = mentors(at.date()).select_for_update(of=("self",), no_key=True).filter(pk=mentor.pk).first()
        if sentence := refusal_of_mentor(current or mentor, is_mentor=current is not None):
            raise TriageRefused(sentence)
        mentor = current or mentor
        assignment = Assignment.objects.filter(application=locked, mentor=mentor).first()
        sentence = refusal_to_assign(locked) or refusal_of_pair(
            locked,
            mentor,
            earlier=assignment.status if assignment else None,
            applied=Application.objects.sent().filter(posting=locked.posting_id, applicant=mentor).exists(),
        )
        if sentence:
            raise TriageRefused(sentence)
        if locked.status == Status.SUBMITTED:
            lifecycle.move(locked, Action.SEND_TO_REVIEW, by=by, at=at)
        # The application is locked, so nobody else can ask the same mentor between our looking and our writing.
        if assignment is None:
            assignment = Assignment.objects.create(application=locked, mentor=mentor, assigned_at=at, assigned_by=by)
            lifecycle.record(locked, Event.ASSIGN, by=by, at=at, note=mentor.email)
            notifications.assigned([assignment], at)
    application.refresh_from_db(fields=["status"])
    return assignment
