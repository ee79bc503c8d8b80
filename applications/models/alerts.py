"""Job alerts: who asked to hear of new roles, by which filter, and since when they agreed."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.codes import new_code


def new_alert_code() -> str:
    """Long: whoever holds it can stop the alert, so it stands for a sign-in."""
    return new_code(24)


class AlertQuerySet(models.QuerySet["Alert"]):
    def active(self) -> "AlertQuerySet":
        return self.filter(confirmed_at__isnull=False, ended_at__isnull=True)


class Alert(models.Model):
    code = models.CharField(max_length=24, unique=True, default=new_alert_code, editable=False)
    email = models.EmailField(_("e-mail address"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="alerts"
    )
    # As in the address of the list of roles, such as ?skill=python; empty: every role.
    query = models.CharField(_("filter"), max_length=400, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    asked_at = models.DateTimeField(_("asked"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    # Roles that opened up to here have been told.
    told_until = models.DateTimeField(_("told until"), null=True, blank=True)
    keep_asked_at = models.DateTimeField(_("asked whether to keep it"), null=True, blank=True)
    kept_at = models.DateTimeField(_("last agreed to"), null=True, blank=True)

    objects: ClassVar[Any] = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["email", "query"],
                condition=models.Q(ended_at__isnull=True),
                name="alert_once_per_address_and_filter",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_at__isnull=True, told_until__isnull=True, kept_at__isnull=True)
                | models.Q(confirmed_at__isnull=False, told_until__isnull=False, kept_at__isnull=False),
                name="alert_confirmed_iff_it_tells",
            ),
        ]

    def __str__(self) -> str:
        return self.code
