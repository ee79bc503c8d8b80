"""Decisions: staged by staff, invisible to the applicant until released."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.applications import Application
from community.words import here


class Outcome(models.TextChoices):
    OFFER = "offer", _("offer")
    WAITLIST = "waitlist", _("waitlist")
    DECLINE = "decline", _("decline")


class MessageTemplate(models.Model):
    """The words of a decision, with merge fields such as {name}."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    outcome = models.CharField(_("for"), max_length=10, choices=Outcome)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("body"))

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        ordering = ["outcome", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def name_here(self) -> str:
        return here(self.name)


class DecisionQuerySet(models.QuerySet["Decision"]):
    def staged(self) -> "DecisionQuerySet":
        return self.filter(released_at__isnull=True)

    def due_at(self, now: datetime) -> "DecisionQuerySet":
        """Staged ones whose set time has come."""
        return self.staged().filter(release_at__lte=now)


class Decision(models.Model):
    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="decisions", verbose_name=_("application")
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("body"), help_text=_("As staged, with merge fields; as sent, once released."))
    answer_by = models.DateTimeField(_("answer by"), null=True, blank=True, help_text=_("For an offer."))
    staged_at = models.DateTimeField(_("staged"))
    staged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("staged by")
    )
    release_at = models.DateTimeField(_("release at"), null=True, blank=True)
    released_at = models.DateTimeField(_("released"), null=True, blank=True)

    objects: ClassVar[Any] = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-staged_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=models.Q(released_at__isnull=True),
                name="decision_one_staged_per_application",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=sorted(Outcome.values)), name="decision_outcome_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="offer", answer_by__isnull=False)
                | (~models.Q(outcome="offer") & models.Q(answer_by__isnull=True)),
                name="decision_offer_iff_answer_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.application.code}"
