"""Erasing: a person is forgotten, with everything that personal_data.py says is theirs.

Called by the page “Your data”. What others' records lean on stays without a name; the receipt names nobody.
"""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from applications import drafting, lifecycle, notifications
from applications.models import (
    Alert,
    Application,
    Assignment,
    Decision,
    ErasedApplication,
    Erasure,
    HistoryEntry,
    IncomingUpload,
    Message,
    Upload,
)
from applications.personal_data import PERSONAL
from applications.states import Status
from community.models import Consent, Membership, Profile, User


class ErasingRefused(lifecycle.Refused):
    """This cannot be erased here and now."""


def erase(person: User, *, at: datetime) -> Erasure:
    """Forgets `person` and returns the receipt, which is also sent to their address before it is forgotten.

    Applications go with their answers, files, reviews, letters and history; of the sent ones a count per posting and
    status stays. Where others' records lean on the account (a mentor's reviews, a decision they took) an empty account
    without a name stays in its place, and what they wrote as a mentor stays unsigned.
    Raises ErasingRefused for staff: whoever can decide about others must first stop being staff.
    """
    with transaction.atomic():
        # Before the account, as whoever tells an applicant something does: a decision that is being released is told
        # first, and its message is forgotten with the rest.
        lifecycle.hold(Application.objects.filter(applicant=person).values_list("pk", flat=True))
        account = User.objects.select_for_update().get(pk=person.pk)
        if account.is_staff or account.is_superuser:
            raise ErasingRefused(
                _("You are on the staff. Ask another member of the staff to take you off it, then erase your account.")
            )
        address = account.email
        gone = {kind.model.__name__: kind.of(account).count() for kind in PERSONAL if not kind.stays}
        erasure = Erasure.objects.create(erased_at=at, counts={name: number for name, number in gone.items() if number})
        # Also what went to the address of somebody who was not signed in. The receipt comes after.
        Message.objects.filter(Q(person=account) | Q(person__isnull=True, to=address)).delete()
        with notifications.speaking_to(account):
            notifications.erased(address, erasure, at)
        # In one order for everybody, so that two who erase at once wait for each other's counts and never deadlock.
        for application in Application.objects.filter(applicant=account).order_by("posting_id", "status"):
            _count_as_erased(application)
        _take_name_out_of_log(account)
        drafting.forget_files(Upload.objects.filter(application__applicant=account))
        drafting.forget_files(IncomingUpload.objects.filter(application__applicant=account))
        Alert.objects.filter(email=address).delete()
        Application.objects.filter(applicant=account).delete()
        # Assigning a mentor notes their address in the history of others' applications, and so does ending that.
        HistoryEntry.objects.filter(note=address).update(note="")
        ended = HistoryEntry.objects.filter(note__startswith=f"{address}: ")
        ended.update(note=Substr("note", len(f"{address}: ") + 1))
        Profile.objects.filter(user=account).delete()
        for held in (Membership, Consent):
            held.objects.filter(person=account).delete()
        for kind in (EmailAddress, Authenticator, UserSession, SocialAccount, LogEntry):
            kind.objects.filter(user=account).delete()
        if _is_leant_on(account):
            account.set_unusable_password()
            account.email = f"erased-{erasure.code.lower()}@erased.invalid"
            account.is_active, account.last_login, account.time_zone, account.language = False, None, "", ""
            account.save()
            account.groups.clear()
        else:
            account.delete()
        return erasure


def _take_name_out_of_log(account: User) -> None:
    """What staff did in the admin with this person's rows stays in its log; the rows' names there are theirs."""
    for kind in PERSONAL:
        about = LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(kind.model),
            object_id__in=[str(pk) for pk in kind.of(account).values_list("pk", flat=True)],
        )
        about.update(object_repr=_("erased"))
    # A row that staff deleted is no longer there to be asked for.
    LogEntry.objects.filter(object_repr=account.email).update(object_repr=_("erased"))


def _count_as_erased(application: Application) -> None:
    if application.status == Status.DRAFT:
        return
    tally, _made = ErasedApplication.objects.get_or_create(posting=application.posting, was=application.status)
    ErasedApplication.objects.filter(pk=tally.pk).update(number=F("number") + 1)


def _is_leant_on(account: User) -> bool:
    """Whether other people's records name this account and must go on doing so."""
    return (
        Assignment.objects.filter(mentor=account).exists()
        or Assignment.objects.filter(assigned_by=account).exists()
        or Application.objects.filter(decided_by=account).exists()
        or Decision.objects.filter(staged_by=account).exists()
        # An entry without an actor would say that the system did it.
        or HistoryEntry.objects.filter(actor=account).exists()
    )
