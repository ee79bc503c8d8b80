"""Reviews: who was asked to read what, what they wrote, and the score per criterion."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.codes import new_code
from applications.models.applications import Application, Kept
from applications.states import UNDER_REVIEW
from community.models import Criterion


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def held_by(self, user: Any) -> "AssignmentQuerySet":
        """What was asked of the mentor `user`, also where it has ended. Their own applications never, whoever asked.

        Nor any of a posting that they applied to themselves, also where they withdrew; and once they are on the staff
        and can see names, only what they submitted before. Ordered by code, which is random: no order that could tell
        who applied when.
        """
        applied_to = Application.objects.sent().filter(applicant=user.pk).values("posting")
        held = (
            self.filter(mentor_id=user.pk)
            .exclude(status=Assignment.Status.RECUSED)
            .exclude(application__applicant_id=user.pk)
            .exclude(application__posting__in=applied_to)
            .order_by("code")
        )
        return held.filter(status=Assignment.Status.REVIEWED) if user.is_staff or user.is_superuser else held

    def reviewable_by(self, user: Any) -> "AssignmentQuerySet":
        """What the mentor `user` may open now."""
        return self.held_by(user).filter(application__status__in=sorted(UNDER_REVIEW))

    def conflicting(self) -> "AssignmentQuerySet":
        """Asked of somebody who cannot judge it any longer: what `held_by` keeps from them, and is not ended yet.

        What was submitted before the mentor joined the staff was read blind, so it stands. `has_applied` tells why.
        """
        applied = Application.objects.sent().filter(
            applicant=models.OuterRef("mentor"), posting=models.OuterRef("application__posting")
        )
        on_staff = models.Q(mentor__is_staff=True) | models.Q(mentor__is_superuser=True)
        return (
            self.filter(application__status__in=sorted(UNDER_REVIEW))
            .exclude(status=Assignment.Status.RECUSED)
            .annotate(has_applied=models.Exists(applied))
            .filter(models.Q(has_applied=True) | models.Q(status=Assignment.Status.OPEN) & on_staff)
        )


class Assignment(models.Model):
    class Status(models.TextChoices):
        OPEN = "open", _("to read")
        REVIEWED = "reviewed", _("reviewed")
        RECUSED = "recused", _("stepped aside")

    code = models.CharField(max_length=12, unique=True, default=new_code, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="assignments", verbose_name=_("application")
    )
    mentor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("mentor")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN, editable=False)
    assigned_at = models.DateTimeField(_("assigned"), editable=False)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("assigned by")
    )
    recused_at = models.DateTimeField(_("stepped aside"), null=True, blank=True, editable=False)

    objects: ClassVar[Any] = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["application", "mentor"], name="assignment_once_per_mentor"),
            models.CheckConstraint(
                condition=models.Q(status__in=["open", "recused", "reviewed"]), name="assignment_status_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(status="recused", recused_at__isnull=False)
                | (~models.Q(status="recused") & models.Q(recused_at__isnull=True)),
                name="assignment_recused_iff_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("review", args=[self.code])


class Review(Kept):
    """What one mentor wrote. `submitted_at` is null while it is a draft that only they see."""

    assignment = models.OneToOneField(Assignment, on_delete=models.CASCADE, related_name="review")
    comments = models.TextField(_("comments for staff"), blank=True)
    feedback = models.TextField(_("feedback for the applicant"), blank=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    mean = models.DecimalField(_("mean"), max_digits=4, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(submitted_at__isnull=False) | models.Q(mean__isnull=True),
                name="review_draft_has_no_mean",
            ),
        ]

    def __str__(self) -> str:
        return str(self.assignment_id)


class Score(models.Model):
    """One criterion's score in one review. A null value: the mentor found not enough to judge by."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField(_("score"), null=True, blank=True)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [
            models.UniqueConstraint(fields=["review", "criterion"], name="score_once_per_criterion"),
            models.CheckConstraint(
                condition=models.Q(value__isnull=True) | models.Q(value__range=(1, 7)), name="score_is_on_a_scale"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.value}"
