"""Becoming part of a project: the membership, and the private profile that comes with it.

`join` is called when an offer is accepted, and may be called twice for the same acceptance.
It never makes anybody public: that is their own press on their own profile.
"""

import secrets
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from community.models import Membership, Posting, Profile, Project, User

HANDLE_LENGTH = 30


def handle_for(name: str) -> str:
    """A handle made from a name, such as amina-odhiambo; not yet checked for being free.

    Never from an e-mail address: that would publish half of it. A name without Latin letters gives contributor.
    """
    base = slugify(name)[:HANDLE_LENGTH].replace("_", "-").strip("-")
    while "--" in base:
        base = base.replace("--", "-")
    return base if len(base) >= 3 else "contributor"


def free_handle(name: str) -> str:
    """`handle_for(name)`, with four random digits where somebody has it already."""
    handle = handle_for(name)
    while Profile.objects.filter(handle=handle).exists():
        handle = f"{handle_for(name)}-{secrets.randbelow(9000) + 1000}"
    return handle


def ensure_profile(person: User, *, name: str) -> Profile:
    """The person's profile, made private if there is none. Two callers at once end with the same one."""
    while True:
        found = Profile.objects.filter(user=person).first()
        if found is not None:
            return found
        try:
            # A savepoint: without it a lost race would break the caller's transaction on PostgreSQL.
            with transaction.atomic():
                return Profile.objects.create(user=person, handle=free_handle(name), name=name)
        except IntegrityError:
            # Either the profile exists by now, or the handle was taken between looking and writing: look again.
            continue


def join(person: User, *, project: Project, role: str, posting: Posting, at: datetime, name: str = "") -> Membership:
    """The person's membership through `posting`, made if there is none yet: pressing twice is harmless.

    `name` is what the profile starts with, if the person has none; they can change it before anyone sees it.
    """
    with transaction.atomic():
        ensure_profile(person, name=name.strip()[:120] or _("New contributor"))
        membership, _made = Membership.objects.get_or_create(
            person=person,
            posting=posting,
            defaults={
                "project": project,
                "role": role,
                "kind": Membership.Kind.CONTRIBUTOR,
                "started_on": at.astimezone(posting.time_zone).date(),
            },
        )
    return membership


def take_back(person: User, *, posting: Posting, joined_at: datetime) -> None:
    """Ends what `join` made at `joined_at` as if it had never been; the profile stays, private as it was made.

    A membership that began on another day, has ended, or was made something else by staff is left alone.
    """
    Membership.objects.filter(
        person=person,
        posting=posting,
        kind=Membership.Kind.CONTRIBUTOR,
        started_on=joined_at.astimezone(posting.time_zone).date(),
        ended_on=None,
    ).delete()


def mentors(on: date) -> QuerySet[User]:
    """The people who mentor some project on that day, and whose account is active."""
    current = Membership.objects.current(on).mentors().values("person")
    return User.objects.filter(pk__in=current, is_active=True)


def is_mentor(user: User, on: date) -> bool:
    return Membership.objects.current(on).mentors().filter(person_id=user.pk).exists()
