"""Triage: staff look through what came in and ask mentors to read it.

Called by the admin. Never tells the applicant anything: a triage step is no decision.
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


def _not_own(application: Application, by: User) -> None:
    if application.applicant_id == by.pk:
        raise TriageRefused(_("This is your own application. Ask somebody else on the staff to handle it."))


def send_to_review(application: Application, *, by: User, at: datetime) -> None:
    _not_own(application, by)
    lifecycle.move(application, Action.SEND_TO_REVIEW, by=by, at=at)


def shortlist(application: Application, *, by: User, at: datetime) -> None:
    _not_own(application, by)
    lifecycle.move(application, Action.SHORTLIST, by=by, at=at)


def assign(application: Application, mentor: User, *, by: User, at: datetime) -> Assignment:
    """Asks `mentor` to read the application; one that was only submitted goes to review with it.

    The same mentor twice is the same assignment. Raises TriageRefused for the applicant, for staff (who can read
    names in the admin, so their review would not be blind), for one who is no mentor or who stepped aside.
    """
    _not_own(application, by)
    if mentor.pk == application.applicant_id:
        raise TriageRefused(_("Nobody reviews their own application. Choose another mentor."))
    if mentor.is_staff or mentor.is_superuser:
        raise TriageRefused(
            _("%(mentor)s is on the staff and can see names, so the review would not be blind. Choose another mentor.")
            % {"mentor": mentor}
        )
    if not mentors(at.date()).filter(pk=mentor.pk).exists():
        raise TriageRefused(_("%(mentor)s is no mentor of any project now. Choose another mentor.") % {"mentor": mentor})
    with transaction.atomic():
        locked = lifecycle.lock(application)
        if locked.status == Status.SUBMITTED:
            lifecycle.move(locked, Action.SEND_TO_REVIEW, by=by, at=at)
        if locked.status not in UNDER_REVIEW:
            raise TriageRefused(
                _("This application is “%(status)s”: there is nothing to review now.")
                % {"status": Status(locked.status).label}
            )
        assignment, created = Assignment.objects.get_or_create(
            application=locked, mentor=mentor, defaults={"assigned_at": at, "assigned_by": by}
        )
        if assignment.status == Assignment.Status.RECUSED:
            raise TriageRefused(
                _("%(mentor)s stepped aside from this application. Choose another mentor.") % {"mentor": mentor}
            )
        if created:
            lifecycle.record(locked, Event.ASSIGN, by=by, at=at, note=mentor.email)
            notifications.assigned([assignment], at)
        application.status = locked.status
        return assignment
