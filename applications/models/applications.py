"""An application and what it holds: answers, files, and which sections were saved when."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from applications.codes import new_code
from applications.models.questions import Form, Question, Section
from applications.states import ANSWERED, DECIDED, LIVE, TOLD, UNDECIDED, UNTOLD, Status
from community.models import Posting


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: Any) -> "ApplicationQuerySet":
        """The ones that `user` applied with. Staff read applications in the admin, which asks for permissions."""
        return self.filter(applicant_id=user.pk)

    def editable_by(self, user: Any) -> "ApplicationQuerySet":
        return self.visible_to(user).filter(status=Status.DRAFT)

    def sent(self) -> "ApplicationQuerySet":
        """What anybody but the applicant may know of. A draft is private, whatever is in it."""
        return self.filter(submitted_at__isnull=False)

    def live(self) -> "ApplicationQuerySet":
        """What counts against “one per person and posting”. Changes begun on a sent one belong to that one."""
        return self.filter(status__in=sorted(LIVE), changes__isnull=True)

    def of_its_own(self) -> "ApplicationQuerySet":
        """Without the working copies of what was sent."""
        return self.filter(changes__isnull=True)

    def undecided(self) -> "ApplicationQuerySet":
        return self.filter(status__in=sorted(UNDECIDED))

    def untold(self) -> "ApplicationQuerySet":
        """Sent, and no answer has reached the person yet."""
        return self.filter(status__in=sorted(UNTOLD))


class Application(models.Model):
    code = models.CharField(_("reference"), max_length=12, unique=True, default=new_code, editable=False)
    posting = models.ForeignKey(
        Posting, on_delete=models.PROTECT, related_name="applications", verbose_name=_("posting")
    )
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="applications", verbose_name=_("form"))
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="applications", verbose_name=_("applicant")
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.DRAFT, editable=False)
    created_at = models.DateTimeField(_("begun"), editable=False)
    submitted_at = models.DateTimeField(_("sent"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(_("decision released"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("decided by"),
    )
    answered_at = models.DateTimeField(_("offer answered"), null=True, blank=True, editable=False)
    # The working copy of a sent application (revising.py): a draft that nobody else reads, until it is sent again.
    changes = models.OneToOneField(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="change", editable=False
    )
    # Of the last revision, so that a list and a page cost no join.
    digest = models.CharField("SHA-256", max_length=64, blank=True, default="", editable=False)
    # An answer to an eligibility question did not fit, and the person asked that somebody look at it all the same.
    look_asked_at = models.DateTimeField(_("human look asked for"), null=True, blank=True, editable=False)
    look_reason = models.TextField(_("why a human look was asked for"), blank=True, default="", editable=False)
    # Kept by reviewing.py in the transaction of each review, so that a list costs no join.
    reviews_done = models.PositiveSmallIntegerField(_("reviews"), default=0, editable=False)
    mean_score = models.DecimalField(
        _("mean score"), max_digits=4, decimal_places=2, null=True, blank=True, editable=False
    )
    score_spread = models.DecimalField(
        _("spread"), max_digits=4, decimal_places=2, null=True, blank=True, editable=False
    )

    objects: ClassVar[Any] = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-submitted_at", "-pk"]
        permissions = [
            ("triage_application", _("Can triage applications and assign mentors")),
            ("decide_application", _("Can stage and release decisions")),
        ]
        indexes = [
            models.Index(fields=["posting", "status", "-submitted_at"], name="application_triage"),
            models.Index(fields=["status"], name="application_by_status"),
            models.Index(fields=["-submitted_at", "-id"], name="application_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["posting", "applicant"],
                condition=models.Q(status__in=sorted(LIVE), changes__isnull=True),
                name="application_one_live_per_person_and_posting",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=sorted(Status.values)), name="application_status_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status="draft", submitted_at__isnull=True)
                | (~models.Q(status="draft") & models.Q(submitted_at__isnull=False)),
                name="application_draft_iff_never_sent",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_at__isnull=True, decided_by__isnull=True)
                | models.Q(decided_at__isnull=False, decided_by__isnull=False),
                name="application_decision_has_date_and_decider",
            ),
            models.CheckConstraint(
                condition=models.Q(status="withdrawn")
                | models.Q(status__in=sorted(DECIDED), decided_at__isnull=False)
                | (~models.Q(status__in=sorted(DECIDED)) & models.Q(decided_at__isnull=True)),
                name="application_decided_iff_dated",
            ),
            models.CheckConstraint(
                condition=models.Q(status="withdrawn", withdrawn_at__isnull=False)
                | (~models.Q(status="withdrawn") & models.Q(withdrawn_at__isnull=True)),
                name="application_withdrawn_iff_dated",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=sorted(ANSWERED), answered_at__isnull=False)
                | (~models.Q(status__in=sorted(ANSWERED)) & models.Q(answered_at__isnull=True)),
                name="application_answered_iff_dated",
            ),
            models.CheckConstraint(
                condition=models.Q(changes__isnull=True) | models.Q(status="draft"),
                name="application_changes_are_a_draft",
            ),
            models.CheckConstraint(
                condition=models.Q(look_reason="") | models.Q(look_asked_at__isnull=False),
                name="application_look_has_a_reason_only_if_asked",
            ),
            models.CheckConstraint(
                condition=models.Q(reviews_done=0, mean_score__isnull=True, score_spread__isnull=True)
                | models.Q(reviews_done__gt=0),
                name="application_has_no_score_without_reviews",
            ),
            models.CheckConstraint(
                condition=models.Q(mean_score__isnull=True, score_spread__isnull=True)
                | models.Q(mean_score__isnull=False, score_spread__isnull=False),
                name="application_has_mean_and_spread_or_neither",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("application", args=[self.reference])

    @property
    def reference(self) -> str:
        """What the applicant knows it by, also while they change what they sent: one address for all of it."""
        return self.changes.code if self.changes is not None else self.code

    @property
    def has_newer_form(self) -> bool:
        """Whether the questions were changed since it was begun. What was sent, and changes to it, keep theirs."""
        return self.is_draft and self.changes_id is None and self.form.superseded_at is not None

    @property
    def has_asked_for_look(self) -> bool:
        """Changes to what was sent belong to the one that was sent, and so does what was asked of staff there."""
        return (self.changes if self.changes is not None else self).look_asked_at is not None

    @property
    def told(self) -> str | Promise:
        """The status in the applicant's vocabulary."""
        return TOLD[Status(self.status)]

    @property
    def is_draft(self) -> bool:
        return self.status == Status.DRAFT

    @cached_property
    def values(self) -> dict[int, Any]:
        """Question pk → the stored value: str, list of str, bool or number. A file's value is its Upload."""
        values: dict[int, Any] = {answer.question_id: answer.value for answer in self.answers.all()}
        values.update({upload.question_id: upload for upload in self.uploads.all()})
        return values

    def answer_to(self, key: str) -> str:
        """The answer to the question with `key`, as text; empty if there is none."""
        for question in self.form.questions:
            if question.key == key:
                return str(self.values.get(question.pk) or "")
        return ""

    @property
    def name(self) -> str:
        """What the person asked to be called, or their address."""
        return self.answer_to("name") or self.applicant.email

    @cached_property
    def saves(self) -> "dict[int, SavedSection]":
        """Section pk → when and by which page it was last saved. Read before `values`: then it is never newer."""
        return {saved.section_id: saved for saved in self.saved_sections.all()}

    @cached_property
    def saved_at(self) -> datetime | None:
        """When anything was last saved; None before the first save."""
        return max((saved.saved_at for saved in self.saved_sections.all()), default=None)


class Answer(models.Model):
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    value = models.JSONField(_("value"))

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(fields=["application", "question"], name="answer_once_per_question"),
        ]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.value}"


class Kept(models.Model):
    """Text that one person may have open in several tabs and on several devices: which version is stored, and whose."""

    version = models.PositiveIntegerField(_("version"), default=1)
    saved_at = models.DateTimeField(_("saved"))
    # Which opened page saved last, and with which of its sends: a page whose answer got lost on the line is no
    # stranger to what it stored itself, and what it sent earlier must not arrive later over what it sent since.
    page = models.CharField(max_length=24, blank=True, default="", editable=False)
    turn = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True


class SavedSection(Kept):
    """When a section was last saved, complete or not, and how many times."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="saved_sections")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("saved section")
        verbose_name_plural = _("saved sections")
        constraints = [
            models.UniqueConstraint(fields=["application", "section"], name="section_saved_once_per_application"),
        ]

    def __str__(self) -> str:
        return f"{self.section_id} v{self.version}"


def upload_path(upload: "Upload", filename: str) -> str:
    """A random path under MEDIA_ROOT. The name that the file came with never reaches the disk."""
    code = upload.code
    return f"uploads/{code[:2]}/{code}"


class Upload(models.Model):
    """A file given as an answer, stored as soon as it arrived, whatever else in the form was wrong."""

    code = models.CharField(max_length=24, unique=True, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="uploads")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="uploads")
    file = models.FileField(_("file"), upload_to=upload_path)
    name = models.CharField(_("name"), max_length=255)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    # Of the bytes as stored, so that sending need not read the file again.
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, default="", editable=False)
    uploaded_at = models.DateTimeField(_("uploaded"))

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            models.UniqueConstraint(fields=["application", "question"], name="upload_once_per_question"),
        ]

    def __str__(self) -> str:
        return self.name
