"""Giving and withdrawing consent, each with its moment and the version of the notice that was shown.

Called by the verbs that act on a consent (sending, publishing a profile, alerts), in their transaction.
Never decides what follows from a consent: whoever asks for it does.
"""

from datetime import datetime

from django.db import transaction

from community.models import Consent, Profile, User

# The month in which templates/community/privacy.html last changed what it promises. Raise it with the text.
NOTICE_VERSION = "2026-11"


def give(person: User, purpose: Consent.Purpose, *, at: datetime) -> None:
    """Puts a consent in force, if there is none or if the notice has changed since the last one."""
    in_force = Consent.objects.in_force().filter(person=person, purpose=purpose).order_by()
    notices = set(in_force.values_list("notice_version", flat=True))
    if NOTICE_VERSION in notices:
        return
    # No savepoint where a transaction is under way: nothing in here is refused halfway.
    with transaction.atomic(savepoint=False):
        if notices:
            in_force.filter(notice_version__in=notices).update(withdrawn_at=at)
        given = Consent(person=person, purpose=purpose, notice_version=NOTICE_VERSION, given_at=at)
        # One is in force for each purpose, says the database: of two that are given at once one is enough.
        Consent.objects.bulk_create([given], ignore_conflicts=True)


def publish(profile: Profile, *, at: datetime) -> None:
    """Shows the profile to everyone, which its owner agrees to by asking for it."""
    with transaction.atomic():
        Profile.objects.filter(pk=profile.pk, published_at__isnull=True).update(published_at=at)
        give(profile.user, Consent.Purpose.PROFILE, at=at)


def hide(profile: Profile, *, at: datetime) -> None:
    """Takes the profile out of public sight, and with it the consent."""
    with transaction.atomic():
        Profile.objects.filter(pk=profile.pk).update(published_at=None)
        withdraw(profile.user, Consent.Purpose.PROFILE, at=at)


def withdraw(person: User, purpose: Consent.Purpose, *, at: datetime) -> None:
    """Ends the consent in force, if there is one. The row stays: that it was given is itself to be shown."""
    Consent.objects.in_force().filter(person=person, purpose=purpose).update(withdrawn_at=at)
