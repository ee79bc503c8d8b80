"""Corresponding: the applicant and the staff write to each other on the application's page.

Called by the applicant's page and the admin's. A mentor never writes: they do not know whose application they read.
A letter is sent as it is written and knows nothing of a decision: none is read here, staged or released.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from applications import lifecycle, notifications
from applications.models import Application, Letter
from applications.readiness import UNKEPT, is_blank
from applications.states import Status
from community.models import User

LONGEST = 5_000
# Unread ones of one side. Past it nobody would read them all; it also bounds what a script can leave behind.
MOST_UNREAD = 20

STAFF = "applications.triage_application"


class CorrespondingRefused(lifecycle.Refused):
    """This letter cannot be written, or marked as read, by this person now."""


def kept_of(text: str) -> str:
    """`text` with one kind of line end, without control characters and without space around it."""
    return UNKEPT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def problem_with_text(text: str) -> str:
    """Why `text` is no letter, as a sentence; empty where it is one."""
    if is_blank(text):
        return _("Write your message first.")
    if len(text) > LONGEST:
        return _("Shorten your message to %(limit)d characters or fewer. It has %(length)d now.") % {
            "limit": LONGEST,
            "length": len(text),
        }
    return ""


def write_letter(application: Application, text: str, *, seen: int = 0, by: User, at: datetime) -> Letter:
    """Writes `text` to the other side, and marks the first `seen` letters of theirs as read: they are answered.

    The same words pressed twice are one letter. Raises CorrespondingRefused for whoever is neither the applicant of a
    sent application nor staff who may triage, for a text that is empty or too long, and while too many are unread.
    """
    text = kept_of(text)
    if sentence := problem_with_text(text):
        raise CorrespondingRefused(sentence)
    with transaction.atomic():
        locked = lifecycle.lock(application)
        from_staff = _is_from_staff(locked, by)
        last = locked.letters.last()
        if last is not None and (last.author_id, last.text) == (by.pk, text):
            return last
        if locked.letters.filter(from_staff=from_staff).unread().count() >= MOST_UNREAD:
            raise CorrespondingRefused(
                _("Nobody has read your last messages yet. Wait for an answer, then write again. Keep your text.")
            )
        _mark(locked, from_staff, seen, at)
        letter: Letter = Letter.objects.create(
            application=locked, author=by, from_staff=from_staff, text=text, written_at=at
        )
        if from_staff:
            notifications.letter(letter)
        return letter


def mark_read(application: Application, *, seen: int, by: User, at: datetime) -> None:
    """Marks the first `seen` letters of the other side as read: those that the page showed, and none since. Twice is
    once."""
    with transaction.atomic():
        locked = lifecycle.lock(application)
        _mark(locked, _is_from_staff(locked, by), seen, at)


def _mark(application: Application, from_staff: bool, seen: int, at: datetime) -> None:
    theirs = application.letters.filter(from_staff=not from_staff).values_list("pk", flat=True)[: max(seen, 0)]
    Letter.objects.unread().filter(pk__in=list(theirs)).update(read_at=at)


def _is_from_staff(application: Application, by: User) -> bool:
    if application.status == Status.DRAFT:
        raise CorrespondingRefused(_("Send your application first, then write to us about it."))
    if application.applicant_id == by.pk:
        return False
    if by.is_active and by.is_staff and by.has_perm(STAFF):
        return True
    raise CorrespondingRefused(_("Only the person who applied and the staff write to each other here."))
