"""Everything held about a person: what it is, how it is told to them, and how it is forgotten.

Every model is declared here, as personal or with the reason why it is not; a test fails for one that is not.
Called by the page “Your data”. Tells nothing that its owner may not know yet: a decision before its release,
who reviewed, what a mentor read.
"""

import io
import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F, Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import drafting, lifecycle, notifications
from applications.models import (
    Alert,
    Answer,
    Application,
    Assignment,
    Decision,
    ErasedApplication,
    Erasure,
    Form,
    HistoryEntry,
    IncomingUpload,
    Letter,
    Message,
    MessageTemplate,
    Question,
    Review,
    Revision,
    SavedSection,
    Score,
    Section,
    Upload,
)
from applications.states import DECIDED, Action, Event, Status
from community.models import (
    Consent,
    Criterion,
    Membership,
    Posting,
    PostingSkill,
    PostingText,
    Profile,
    Project,
    Round,
    Skill,
    User,
)


class RightsRefused(lifecycle.Refused):
    """This cannot be erased here and now."""


@dataclass(frozen=True)
class Held:
    """One kind of rows about a person. `told` names what of each the person gets, as look-ups of `values`."""

    model: type[Model]
    of: Callable[[User], "QuerySet[Any]"]
    told: tuple[str, ...]


# The applicant's own steps and what was released to them. Triage, assignments and staging stay unsaid.
_KNOWN_STEPS = sorted(
    {
        Event.BEGIN,
        Event.LOOK,
        Event.REVISE,
        Action.SUBMIT,
        Action.WITHDRAW,
        Action.ACCEPT,
        Action.TURN_DOWN,
        Action.LAPSE,
    }
    | {Action.UNDO_ACCEPT, Action.UNDO_TURN_DOWN}
    | {Action.RELEASE_OFFER, Action.RELEASE_WAITLIST, Action.RELEASE_DECLINE}
)

PERSONAL = [
    Held(
        User,
        lambda person: User.objects.filter(pk=person.pk),
        ("email", "joined_at", "last_login", "time_zone", "language"),
    ),
    Held(EmailAddress, lambda person: EmailAddress.objects.filter(user=person), ("email", "verified", "primary")),
    Held(
        Authenticator,
        lambda person: Authenticator.objects.filter(user=person),
        ("type", "created_at", "last_used_at"),
    ),
    Held(
        UserSession,
        lambda person: UserSession.objects.filter(user=person),
        ("ip", "user_agent", "created_at", "last_seen_at"),
    ),
    Held(
        SocialAccount,
        lambda person: SocialAccount.objects.filter(user=person),
        ("provider", "uid", "extra_data", "date_joined", "last_login"),
    ),
    Held(
        Profile,
        lambda person: Profile.objects.filter(user=person),
        ("handle", "name", "headline", "bio", "country", "website", "code_host", "skills__name", "published_at"),
    ),
    Held(
        Membership,
        lambda person: Membership.objects.filter(person=person),
        ("project__name", "kind", "role", "posting__title", "started_on", "ended_on"),
    ),
    Held(
        Consent,
        lambda person: Consent.objects.filter(person=person),
        ("purpose", "notice_version", "given_at", "withdrawn_at"),
    ),
    Held(
        Alert,
        lambda person: Alert.objects.filter(email=person.email),
        ("email", "query", "asked_at", "confirmed_at", "ended_at"),
    ),
    Held(
        # The stored status says more than the applicant is told: `told` below stands in its place.
        Application,
        lambda person: Application.objects.filter(applicant=person),
        (
            "code",
            "posting__title",
            "created_at",
            "submitted_at",
            "withdrawn_at",
            "decided_at",
            "look_asked_at",
            "look_reason",
        ),
    ),
    Held(
        Answer,
        lambda person: Answer.objects.filter(application__applicant=person),
        ("application__code", "question__label", "value"),
    ),
    Held(
        Upload,
        lambda person: Upload.objects.filter(application__applicant=person),
        ("application__code", "question__label", "name", "content_type", "size", "uploaded_at"),
    ),
    Held(
        IncomingUpload,
        lambda person: IncomingUpload.objects.filter(application__applicant=person),
        ("application__code", "question__label", "name", "size", "received", "touched_at"),
    ),
    Held(
        SavedSection,
        lambda person: SavedSection.objects.filter(application__applicant=person),
        ("application__code", "section__title", "saved_at"),
    ),
    Held(
        Decision,
        lambda person: Decision.objects.filter(application__applicant=person, released_at__isnull=False),
        ("application__code", "outcome", "subject", "body", "answer_by", "released_at"),
    ),
    Held(
        HistoryEntry,
        lambda person: HistoryEntry.objects.filter(application__applicant=person, action__in=_KNOWN_STEPS),
        ("application__code", "at", "action"),
    ),
    Held(
        Revision,
        lambda person: Revision.objects.filter(application__applicant=person),
        ("application__code", "number", "sent_at", "content", "digest"),
    ),
    Held(
        # Both sides of the conversation about one's own application; not who on the staff wrote.
        Letter,
        lambda person: Letter.objects.filter(application__applicant=person),
        ("application__code", "from_staff", "text", "written_at", "read_at"),
    ),
    Held(
        Message,
        lambda person: Message.objects.filter(person=person, is_secret=False),
        ("to", "subject", "body", "created_at", "sent_at"),
    ),
    # What a person wrote as a mentor is theirs; whose application it was about is not.
    Held(
        Assignment,
        lambda person: Assignment.objects.filter(mentor=person),
        ("code", "application__posting__title", "status", "assigned_at", "recused_at"),
    ),
    Held(
        Review,
        lambda person: Review.objects.filter(assignment__mentor=person),
        ("assignment__code", "comments", "feedback", "saved_at", "submitted_at"),
    ),
    Held(
        Score,
        lambda person: Score.objects.filter(review__assignment__mentor=person),
        ("review__assignment__code", "criterion__name", "value"),
    ),
    Held(
        LogEntry,
        lambda person: LogEntry.objects.filter(user=person),
        ("action_time", "content_type__model", "object_repr", "change_message"),
    ),
]

# Not about a person, each with the reason. `Session` and the like are opaque and end with the account.
IMPERSONAL: dict[type[Model], str] = {
    Criterion: "a posting's rubric",
    ContentType: "Django's own list of models",
    EmailConfirmation: "a key without words, gone with its EmailAddress",
    ErasedApplication: "a bare count",
    Erasure: "a receipt without a name",
    Form: "a posting's questions",
    Group: "a set of permissions",
    MessageTemplate: "words before they are anybody's",
    Permission: "Django's own list of permissions",
    Posting: "a role",
    PostingSkill: "a role's skills",
    PostingText: "a role's words",
    Project: "a project",
    Question: "a posting's questions",
    Round: "an intake",
    Section: "a posting's questions",
    Session: "opaque; names nobody without UserSession, and ends with the account",
    Skill: "a word",
    SocialApp: "the site's keys at a provider",
    SocialToken: "a provider's key, gone with its SocialAccount; never told, because it opens an account elsewhere",
}

# What a person reads on “Your data”, in this order; the rest is in the download.
SHOWN = {
    Application: gettext_lazy("Applications"),
    Answer: gettext_lazy("Answers"),
    Upload: gettext_lazy("Files"),
    Message: gettext_lazy("Letters we sent you"),
    Review: gettext_lazy("Reviews you wrote"),
    Membership: gettext_lazy("Memberships in projects"),
    UserSession: gettext_lazy("Places where you are signed in"),
}


def counts(person: User) -> list[tuple[str, int]]:
    """(what it is called, how many rows) for the page; kinds of which there are none are left out."""
    held = {kind.model: kind for kind in PERSONAL}
    numbered = [(str(name), held[model].of(person).count()) for model, name in SHOWN.items()]
    return [(name, number) for name, number in numbered if number]


def everything(person: User, *, at: datetime) -> dict[str, Any]:
    """All that is held about `person`, as JSON-ready values, by the name of the model."""
    told: dict[str, Any] = {
        "about": {"written_at": at, "account": person.email},
        **{kind.model.__name__: list(kind.of(person).values(*kind.told)) for kind in PERSONAL},
    }
    standing = {application.code: application for application in Application.objects.filter(applicant=person)}
    for row in told[Application.__name__]:
        row["status"] = str(standing[row["code"]].told)
    told["ReviewsOfYourWork"] = list(_reviews_of(person))
    return told


def _reviews_of(person: User) -> Iterable[dict[str, Any]]:
    """Scores and feedback on what was decided, without who gave them; nothing before a decision is released."""
    reviews = (
        Review.objects.filter(
            submitted_at__isnull=False,
            assignment__application__applicant=person,
            assignment__application__status__in=sorted(DECIDED),
            assignment__status=Assignment.Status.REVIEWED,
        )
        .select_related("assignment__application")
        .prefetch_related("scores__criterion")
        .order_by("assignment__code")
    )
    for review in reviews:
        yield {
            "application": review.assignment.application.code,
            "feedback": review.feedback,
            "scores": {score.criterion.name: score.value for score in review.scores.all()},
        }


def archive(person: User, *, at: datetime, into: io.BufferedIOBase | Any) -> None:
    """Writes a ZIP into the open file `into`: data.json and, under files/, every file that the person gave."""
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as packed:
        text = json.dumps(everything(person, at=at), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1, default=str)
        packed.writestr("data.json", text)
        for upload in Upload.objects.filter(application__applicant=person).select_related("application"):
            extension = upload.name.rpartition(".")[2]
            with upload.file.open("rb") as stored:
                packed.writestr(f"files/{upload.application.code}-{upload.code}.{extension}", stored.read())


def erase(person: User, *, at: datetime) -> Erasure:
    """Forgets `person` and returns the receipt, which is also sent to their address before it is forgotten.

    Applications go with their answers, files, reviews, letters and history; of the sent ones a count per posting and
    status stays. Where others' records lean on the account (a mentor's reviews, a decision they took) an empty account
    without a name stays in its place, and what they wrote as a mentor stays unsigned.
    Raises RightsRefused for staff: whoever can decide about others must first stop being staff.
    """
    with transaction.atomic():
        account = User.objects.select_for_update().get(pk=person.pk)
        if account.is_staff or account.is_superuser:
            raise RightsRefused(
                _("You are on the staff. Ask another member of the staff to take that away, then erase your account.")
            )
        address = account.email
        gone = {kind.model.__name__: kind.of(account).count() for kind in PERSONAL}
        erasure = Erasure.objects.create(erased_at=at, counts={name: number for name, number in gone.items() if number})
        with notifications.speaking_to(account):
            notifications.erased(address, erasure, at)
        for application in Application.objects.filter(applicant=account):
            _count_as_erased(application)
        drafting.forget_files(Upload.objects.filter(application__applicant=account))
        drafting.forget_files(IncomingUpload.objects.filter(application__applicant=account))
        Message.objects.filter(person=account).delete()
        Alert.objects.filter(email=address).delete()
        Application.objects.filter(applicant=account).delete()
        # Assigning a mentor notes their address in the history of others' applications.
        HistoryEntry.objects.filter(note=address).update(note="")
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
    )
