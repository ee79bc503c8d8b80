"""A round: one intake, with the dates that its postings take unless they name their own."""

import zoneinfo

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


def validate_time_zone(name: str) -> None:
    """Raises ValidationError unless `name` is an IANA zone such as Africa/Lagos."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValidationError(_("Enter a time zone such as Africa/Lagos.")) from error


class Round(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    decides_on = models.DateField(_("decisions promised by"))
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="Africa/Lagos",
        validators=[validate_time_zone],
        help_text=_("The zone in which deadlines are announced, such as Africa/Lagos."),
    )

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        ordering = ["-closes_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")), name="round_closes_after_it_opens"
            ),
        ]

    def __str__(self) -> str:
        return self.name
