"""Everything held about a person: what it is, and how it is told to them. How it is forgotten: erasing.py.

Every model is declared here, as personal or with the reason why it is not; a test fails for one that is not.
Called by the page “Your data”. Tells nothing that its owner may not know yet: a decision before its release,
who reviewed, what a mentor read.
"""

import io
import json
import logging
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
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
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy

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
from applications.states import DECIDED, Action, Event
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

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Held:
    """One kind of rows about a person. `told` names what of each the person gets, as look-ups of `values`."""

    model: type[Model]
    # The look-up that leads from a row to the person, or to what `column` of theirs holds.
    by: str
    told: tuple[str, ...]
    column: str = ""
    # Which of these rows; the others are not theirs to know.
    only: Q = field(default_factory=Q)
    # The look-up that leads to an address, for rows that know no person: nobody was signed in.
    or_to: str = ""
    # What others' records lean on: it stays when the person is erased, and leads to nobody then.
    stays: bool = False

    def of(self, person: User) -> "QuerySet[Any]":
        theirs = Q(**{self.by: getattr(person, self.column) if self.column else person})
        if self.or_to:
            theirs |= Q(**{self.or_to: person.email, f"{self.by}__isnull": True})
        return self.model._default_manager.filter(self.only, theirs)


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
        Action.UNDO_ACCEPT,
        Action.UNDO_TURN_DOWN,
        Action.RELEASE_OFFER,
        Action.RELEASE_WAITLIST,
        Action.RELEASE_DECLINE,
    }
)

PERSONAL = [
    Held(User, "pk", ("email", "joined_at", "last_login", "time_zone", "language"), column="pk"),
    Held(EmailAddress, "user", ("email", "verified", "primary")),
    Held(Authenticator, "user", ("type", "created_at", "last_used_at")),
    Held(UserSession, "user", ("ip", "user_agent", "created_at", "last_seen_at")),
    Held(SocialAccount, "user", ("provider", "uid", "extra_data", "date_joined", "last_login")),
    Held(
        Profile,
        "user",
        ("handle", "name", "headline", "bio", "country", "website", "code_host", "skills__name", "published_at"),
    ),
    Held(Membership, "person", ("project__name", "kind", "role", "posting__title", "started_on", "ended_on")),
    Held(Consent, "person", ("purpose", "notice_version", "given_at", "withdrawn_at")),
    Held(Alert, "email", ("email", "query", "asked_at", "confirmed_at", "ended_at"), column="email"),
    Held(
        # The stored status says more than the applicant is told: `told` below stands in its place.
        Application,
        "applicant",
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
    Held(Answer, "application__applicant", ("application__code", "question__label", "value")),
    Held(
        Upload,
        "application__applicant",
        ("application__code", "question__label", "name", "content_type", "size", "uploaded_at"),
    ),
    Held(
        IncomingUpload,
        "application__applicant",
        ("application__code", "question__label", "name", "size", "received", "touched_at"),
    ),
    Held(SavedSection, "application__applicant", ("application__code", "section__title", "saved_at")),
    Held(
        Decision,
        "application__applicant",
        ("application__code", "outcome", "subject", "body", "answer_by", "released_at"),
        only=Q(released_at__isnull=False),
    ),
    Held(
        HistoryEntry, "application__applicant", ("application__code", "at", "action"), only=Q(action__in=_KNOWN_STEPS)
    ),
    Held(Revision, "application__applicant", ("application__code", "number", "sent_at", "content", "digest")),
    Held(
        # Both sides of the conversation about one's own application; not who on the staff wrote.
        Letter,
        "application__applicant",
        ("application__code", "from_staff", "text", "written_at", "read_at"),
    ),
    Held(Message, "person", ("to", "subject", "body", "created_at", "sent_at"), only=Q(is_secret=False), or_to="to"),
    # What a person wrote as a mentor is theirs; whose application it was about is not.
    Held(
        Assignment, "mentor", ("code", "application__posting__title", "status", "assigned_at", "recused_at"), stays=True
    ),
    Held(
        Review,
        "assignment__mentor",
        ("assignment__code", "comments", "feedback", "saved_at", "submitted_at"),
        stays=True,
    ),
    Held(Score, "review__assignment__mentor", ("review__assignment__code", "criterion__name", "value"), stays=True),
    Held(LogEntry, "user", ("action_time", "content_type__model", "object_repr", "change_message")),
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
    return _numbered(person, PERSONAL)


def counts_to_erase(person: User) -> list[tuple[str, int]]:
    """The same of what goes when the person is erased."""
    return _numbered(person, [kind for kind in PERSONAL if not kind.stays])


def _numbered(person: User, kinds: Iterable[Held]) -> list[tuple[str, int]]:
    held: dict[type[Model], Any] = {kind.model: kind.of(person) for kind in kinds}
    # Changes begun on what was sent are no application of their own.
    held[Application] = held[Application].of_its_own()
    numbered = [(str(name), held[model].count()) for model, name in SHOWN.items() if model in held]
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
    """Writes a ZIP into the open file `into`: data.json and, under files/, every file of theirs that can be read."""
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as packed:
        text = json.dumps(everything(person, at=at), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1, default=str)
        packed.writestr("data.json", text)
        for upload in Upload.objects.filter(application__applicant=person).select_related("application"):
            extension = upload.name.rpartition(".")[2]
            try:
                with upload.file.open("rb") as stored:
                    content = stored.read()
            except OSError as error:
                # One that the disk has lost keeps nobody from all the rest.
                log.error("the file of upload %s cannot be read (%s)", upload.pk, type(error).__name__)
                continue
            packed.writestr(f"files/{upload.application.code}-{upload.code}.{extension}", content)
