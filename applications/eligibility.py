"""Eligibility first: an answer that does not fit is explained, and whoever asks for it gets a human look.

Called by the applicant's page. Nothing here turns anybody away: having asked, the person goes on and sends like all.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from applications import drafting, lifecycle
from applications.models import Application
from applications.readiness import unfit
from applications.states import Event
from community.models import User

MAX_REASON = 1000


class EligibilityRefused(lifecycle.Refused):
    """There is nothing to look at."""


def ask_for_look(application: Application, *, reason: str, by: User, at: datetime) -> None:
    """Records that staff should look in spite of an answer that does not fit. Asked twice, the first stands.

    `reason` is at most MAX_REASON characters; empty says nothing. Raises EligibilityRefused where every answer fits.
    """
    with transaction.atomic():
        if application.changes_id is not None:
            # What was sent is written to below. It is held before its changes, as revising.send_changes does.
            lifecycle.lock(Application(pk=application.changes_id))
        locked = drafting.own_draft(application, by)
        if locked.has_asked_for_look:
            return
        if not unfit(locked):
            raise EligibilityRefused(_("Your answers fit this role, so there is nothing to ask. Go on."))
        # Changes to what was sent belong to the one that was sent, which is what staff read.
        sent = locked.changes if locked.changes is not None else locked
        Application.objects.filter(pk=sent.pk).update(look_asked_at=at, look_reason=reason[:MAX_REASON])
        lifecycle.record(sent, Event.LOOK, by=by, at=at)
